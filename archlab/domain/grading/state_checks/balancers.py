"""Checks of load balancers: their listeners, their targets, the firewall before them."""

from __future__ import annotations

from archlab.domain.grading.state_checks.check import (
    Check,
    Finding,
    Setting,
    Subject,
    equals,
    said,
)

KINDS = ("alb",)
LISTENERS = ("elasticloadbalancing:DescribeListeners",)
TARGETS = ("elasticloadbalancing:DescribeTargetGroups",)


def _redirects(subject: Subject) -> Finding:
    plain = [one for one in subject["listeners"] if one["port"] == 80]
    if not plain:
        return Finding("no_listener", "no listener on port 80")
    away = all(one["redirects_to"] == "HTTPS" for one in plain)
    return Finding("" if away else "serves_plain", said("actions", plain[0]["actions"]))


def _secure(subject: Subject) -> Finding:
    secure = [one for one in subject["listeners"] if one["protocol"] == "HTTPS"]
    if not secure:
        return Finding("no_listener", "no HTTPS listener")
    bare = [one for one in secure if not one["certificates"]]
    return Finding("no_certificate" if bare else "", f"HTTPS on port {secure[0]['port']}")


def _zones(subject: Subject) -> Finding:
    zones = subject["zones"]
    return Finding(
        "" if len(set(zones)) >= subject.limit("zones") else "too_few", said("zones", zones)
    )


def _health(subject: Subject) -> Finding:
    path, interval_s, failures = subject["path"], subject["interval_s"], subject["failures"]
    actual = f"{path} every {interval_s} s, {failures} failures"
    if path == "/":
        return Finding("root_path", actual)
    if interval_s > subject.limit("interval_s"):
        return Finding("too_slow", actual)
    return Finding("" if failures == subject.limit("failures") else "other_count", actual)


def _idle(subject: Subject) -> Finding:
    seconds = subject["idle_s"]
    return Finding("" if seconds == subject.limit("seconds") else "other_time", f"{seconds} s")


def _has_acl(subject: Subject) -> Finding:
    acl = subject["acl"]
    return Finding("" if acl else "no_acl", said("web ACL", acl))


def _has_rate(subject: Subject) -> Finding:
    acl, rules = subject["acl"], subject["rate_rules"]
    if not acl:
        return Finding("no_acl", "no web ACL")
    return Finding("" if rules else "no_rate_rule", said("rate rules", rules))


CHECKS = (
    Check(
        id="http_redirects_to_https",
        title="Plain HTTP is sent on to HTTPS",
        expected="the listener on port 80 redirects to HTTPS",
        lesson="Whoever types a name without a scheme still ends on an encrypted connection.",
        origin="added",
        seeds=(),
        kinds=KINDS,
        reader="listeners",
        reads=LISTENERS,
        look=_redirects,
        reasons={
            "no_listener": "Nothing listens on port 80.",
            "serves_plain": "The listener on port 80 serves visitors without encryption.",
        },
    ),
    Check(
        id="tls_listener",
        title="The balancer ends TLS",
        expected="an HTTPS listener with a certificate",
        lesson="One certificate at the balancer is renewed for all that stands behind it.",
        origin="seed",
        seeds=("004", "003"),
        kinds=KINDS,
        reader="listeners",
        reads=LISTENERS,
        look=_secure,
        reasons={
            "no_listener": "No listener speaks HTTPS.",
            "no_certificate": "An HTTPS listener has no certificate.",
        },
    ),
    Check(
        id="alb_two_azs",
        title="The balancer stands in two zones",
        expected="at least {zones} availability zones",
        lesson="AWS asks for two zones, and one of them will be away some day.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="balancers",
        reads=("elasticloadbalancing:DescribeLoadBalancers",),
        look=_zones,
        limits={"zones": 2},
        reasons={"too_few": "The balancer stands in fewer zones."},
        compiled=Setting("alb", "single_zone", value=True),
    ),
    Check(
        id="tg_health_path",
        title="The balancer asks a path that means health",
        expected="a path of its own, at most {interval_s} s apart, {failures} failures in a row",
        lesson="The first page may answer while the application behind it does not.",
        origin="seed",
        seeds=("004",),
        kinds=KINDS,
        reader="target_groups",
        reads=TARGETS,
        look=_health,
        limits={"interval_s": 10, "failures": 3},
        reasons={
            "root_path": "The balancer asks the first page.",
            "too_slow": "The balancer asks too rarely.",
            "other_count": "Another number of failures takes a target out.",
        },
    ),
    Check(
        id="sticky_for_websocket",
        title="A visitor stays with one target",
        expected="stickiness is on",
        lesson="The source needed it; the claim beside this step says when a socket needs it.",
        origin="seed",
        seeds=("004", "003"),
        kinds=KINDS,
        reader="target_group_attributes",
        reads=("elasticloadbalancing:DescribeTargetGroupAttributes",),
        look=equals("sticky", wanted=True, reason="not_sticky"),
        reasons={"not_sticky": "A visitor may meet another target with every request."},
        as_documented="An open socket stays with its target without stickiness; where every "
        "target can read the session, visitors spread better without it.",
    ),
    Check(
        id="alb_idle_120",
        title="An idle connection is kept for two minutes",
        expected="idle timeout of {seconds} s",
        lesson="The source raised the time; the claim beside this step says what keeps it open.",
        origin="seed",
        seeds=("004",),
        kinds=KINDS,
        reader="balancer_attributes",
        reads=("elasticloadbalancing:DescribeLoadBalancerAttributes",),
        look=_idle,
        limits={"seconds": 120},
        reasons={"other_time": "An idle connection is cut after another time."},
        as_documented="A ping more often than the timeout keeps a socket open at any setting; a "
        "longer one hides that nothing is said.",
    ),
    Check(
        id="waf_attached_to_alb",
        title="A web firewall stands before the balancer",
        expected="a web ACL on the balancer",
        lesson="A firewall that is attached to nothing costs the same and stops nobody.",
        origin="seed",
        seeds=("003",),
        kinds=("alb", "waf_acl"),
        reader="balancer_acls",
        reads=("wafv2:GetWebACLForResource",),
        absent=("WAFNonexistentItemException",),
        look=_has_acl,
        reasons={"no_acl": "No web ACL is attached to the balancer."},
    ),
    Check(
        id="waf_has_rate_rule",
        title="The web firewall limits the rate of one address",
        expected="a rate rule in the attached web ACL",
        lesson="Managed rules know bad requests; only a rate rule knows too many of them.",
        origin="seed",
        seeds=("003",),
        kinds=("alb", "waf_acl"),
        reader="balancer_acl_rules",
        reads=("wafv2:GetWebACLForResource", "wafv2:GetWebACL"),
        absent=("WAFNonexistentItemException",),
        look=_has_rate,
        reasons={
            "no_acl": "No web ACL is attached to the balancer.",
            "no_rate_rule": "The web ACL has no rate rule.",
        },
        compiled=Setting("waf_acl", "rate_limited", value=False),
    ),
)
