"""Checks of virtual machines: how they are bought, built, looked after and forgotten."""

from __future__ import annotations

import re

from archlab.domain.grading.state_checks.check import (
    Check,
    Finding,
    Subject,
    equals,
    said,
)

KINDS = ("ec2_group",)
TEMPLATES = ("ec2:DescribeLaunchTemplateVersions",)
GROUPS = ("autoscaling:DescribeAutoScalingGroups",)
_FAMILY = re.compile(r"t4g\.")


def _spot(subject: Subject) -> Finding:
    share = subject["on_demand_percent"]
    if share is None:
        return Finding("on_demand", "all on demand")
    return Finding("" if share == 0 else "on_demand", f"{share} % on demand")


def _graviton(subject: Subject) -> Finding:
    name = subject["type"]
    return Finding("" if _FAMILY.match(name) else "other_family", said("type", name))


def _warned(subject: Subject) -> Finding:
    targets = subject["targets"]
    if not subject["enabled"]:
        return Finding("disabled", "the rule is switched off")
    return Finding("" if targets else "no_target", f"{targets} targets")


def _no_strays(subject: Subject) -> Finding:
    strays = subject["unattached"]
    return Finding("unattached" if strays else "", said("unattached", strays))


def _listed(subject: Subject) -> Finding:
    orphans, listed = subject["orphans"], subject["listed"]
    missed = sorted(set(orphans) - set(listed))
    wrong = sorted(set(listed) - set(orphans))
    if len(orphans) < subject.limit("orphans"):
        return Finding("deleted", f"{len(orphans)} orphans")
    if wrong:
        return Finding("wrong", f"in use: {', '.join(wrong)}")
    return Finding(
        "missed" if missed else "", said("missed" if missed else "listed", missed or listed)
    )


CHECKS = (
    Check(
        id="spot_asg",
        title="The group buys spot capacity",
        expected="no on-demand share above the base",
        lesson="Spot is the same machine for about a third, if its loss is planned for.",
        origin="seed",
        seeds=("001",),
        kinds=KINDS,
        reader="machine_groups_bought",
        reads=GROUPS,
        look=_spot,
        reasons={"on_demand": "Machines are bought on demand."},
        targets=("embedded", "aws"),
    ),
    Check(
        id="graviton_type",
        title="The machines are of the t4g family",
        expected="a type of the t4g family",
        lesson="The smallest Graviton machines are the cheapest place for a first version.",
        origin="seed",
        seeds=("001",),
        kinds=KINDS,
        reader="machine_templates",
        reads=TEMPLATES,
        look=_graviton,
        reasons={"other_family": "The machines are of another family."},
        targets=("embedded", "aws"),
    ),
    Check(
        id="imdsv2_required",
        title="A machine hands out its role only with a session token",
        expected="HttpTokens is required",
        lesson="Without the token, a server tricked into one request gives its credentials away.",
        origin="added",
        seeds=(),
        kinds=KINDS,
        reader="machine_templates",
        reads=TEMPLATES,
        look=equals("tokens", "required", reason="optional"),
        reasons={"optional": "Metadata is handed out without a session token."},
    ),
    Check(
        id="asg_elb_healthcheck",
        title="The group listens to the balancer's health check",
        expected="HealthCheckType is ELB",
        lesson="A machine can run while its server is dead; only the balancer notices.",
        origin="added",
        seeds=(),
        kinds=KINDS,
        reader="machine_group_health",
        reads=GROUPS,
        look=equals("health", "ELB", reason="machine_only"),
        reasons={"machine_only": "The group asks whether the machine runs, not whether it serves."},
    ),
    Check(
        id="spot_warning_rule",
        title="The two-minute warning of spot reaches somebody",
        expected="an enabled rule for the warning with a target",
        lesson="Two minutes are enough to drain a machine, if something is told about them.",
        origin="adapted",
        seeds=("001",),
        kinds=("ec2_group", "lambda_function"),
        reader="spot_warnings",
        reads=("events:DescribeRule", "events:ListTargetsByRule"),
        absent=("ResourceNotFoundException",),
        look=_warned,
        only="warns",
        reasons={
            "disabled": "The rule is switched off.",
            "no_target": "The rule tells nobody.",
        },
    ),
    Check(
        id="no_unattached_volumes",
        title="No disk was forgotten",
        expected="no unattached volume beside those of the template",
        lesson="A disk is paid while it exists; that nothing uses it does not make it free.",
        origin="seed",
        seeds=("004",),
        kinds=("ec2_group", "ebs_volume"),
        reader="volumes",
        reads=("ec2:DescribeVolumes",),
        look=_no_strays,
        reasons={"unattached": "A volume is attached to nothing."},
    ),
    Check(
        id="orphans_all_listed",
        title="Every orphan is listed, and nothing else is",
        expected="each of at least {orphans} orphans is listed and still there",
        lesson="First write down what nobody uses and who says so; delete another day.",
        origin="adapted",
        seeds=("004",),
        kinds=("ebs_volume", "public_ipv4"),
        reader="orphans",
        reads=("ec2:DescribeVolumes", "ec2:DescribeAddresses"),
        look=_listed,
        limits={"orphans": 1},
        reasons={
            "deleted": "There are fewer orphans than were planted.",
            "wrong": "Something is listed that is in use.",
            "missed": "An orphan is not listed.",
        },
    ),
)
