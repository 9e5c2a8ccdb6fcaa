"""Judges: pure functions of facts, at both sides of each boundary."""

from __future__ import annotations

from typing import Any

import pytest

from archlab.domain.grading.state_checks import CHECKS, judge
from archlab.domain.grading.state_checks.containers import tag_of


def status(id_: str, *subjects: dict[str, Any], **limits: int) -> tuple[str, str]:
    facts = {"subjects": [{"id": f"S{n}", **one} for n, one in enumerate(subjects)]}
    found = judge(CHECKS[id_], facts, limits)
    return found.status, found.reason


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("nginx", "latest"),
        ("nginx:1.27", "1.27"),
        ("registry.example:5000/nginx", "latest"),
        ("registry.example:5000/nginx:3f2a", "3f2a"),
        ("nginx@sha256:abc", ""),
        ("nginx:latest@sha256:abc", ""),
    ],
)
def test_the_tag_of_an_image_is_not_the_port_of_its_registry(image: str, tag: str) -> None:
    assert tag_of(image) == tag


@pytest.mark.parametrize(("days", "said"), [(6, "fail"), (7, "pass"), (8, "pass")])
def test_a_week_of_backups_is_seven_days(days: int, said: str) -> None:
    assert status("db_backup_7d", {"primary": True, "backup_days": days})[0] == said


def test_a_lab_may_ask_for_another_number() -> None:
    facts = {"primary": True, "backup_days": 7}
    assert status("db_backup_7d", facts, days=14) == ("fail", "too_short")
    check = CHECKS["db_backup_7d"]
    found = judge(check, {"subjects": [{"id": "Db", **facts}]}, {"days": 14})
    assert found.expected == "backups are kept for at least 14 days"
    assert found.actual == "Db: backup days: 7"
    assert check.sentence(found.reason) == "Backups are kept for fewer days, or not at all."


def test_a_replica_is_no_subject_of_what_only_a_primary_has() -> None:
    replica = {"primary": False, "backup_days": 0}
    right = {"primary": True, "backup_days": 7}
    assert status("db_backup_7d", right, replica)[0] == "pass"
    assert status("db_backup_7d", replica) == ("fail", "no_subject")


def test_one_broken_subject_outweighs_one_that_was_not_seen() -> None:
    assert status("db_gp3", {}, {"storage": "gp2"}) == ("fail", "other_storage")
    assert status("db_gp3", {}, {"storage": "gp3"}) == ("unknown", "field_missing")


def test_facts_that_are_not_there_are_unknown() -> None:
    assert judge(CHECKS["db_gp3"], {}).status == "unknown"


@pytest.mark.parametrize(
    ("base", "image", "command", "said"),
    [
        ("alpine", "shop", "curl -f http://127.0.0.1/", "fail"),
        ("", "node:22-alpine", "curl -f http://127.0.0.1/", "fail"),
        ("amazon_linux", "shop", "curl -f http://127.0.0.1/", "pass"),
        ("alpine", "shop", "wget -qO- http://127.0.0.1/", "pass"),
    ],
)
def test_curl_is_wrong_where_the_image_is_alpine(
    base: str, image: str, command: str, said: str
) -> None:
    container = {"name": "app", "image": image, "base": base, "health_command": command.split()}
    assert status("healthcheck_no_curl", {"containers": [container]})[0] == said


@pytest.mark.parametrize(
    ("out_s", "in_s", "said"), [(60, 300, "pass"), (60, 60, "fail"), (60, 0, "fail")]
)
def test_a_service_shrinks_later_than_it_grows(out_s: int, in_s: int, said: str) -> None:
    policies = [{"out_s": out_s, "in_s": in_s}]
    assert status("asg_target_tracking_ecs", {"policies": policies})[0] == said


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ({"from": 443, "to": 443, "range": "0.0.0.0/0"}, ""),
        ({"from": 5432, "to": 5432, "range": "10.0.0.0/16"}, ""),
        ({"from": 5432, "to": 5432, "range": "0.0.0.0/0"}, "outside"),
        ({"from": 22, "to": 22, "range": "10.0.0.0/16"}, "more_ports"),
        ({"from": 0, "to": 65535, "range": "10.0.0.0/16"}, "more_ports"),
    ],
)
def test_egress_is_for_https_names_and_ports_that_answer(way: dict[str, Any], reason: str) -> None:
    facts = {"all_protocols": False, "rules": [way], "answered_ports": [5432]}
    assert status("sg_egress_restricted", facts)[1] == reason


@pytest.mark.parametrize(
    ("tries", "exists", "reason"),
    [
        (10, True, ""),
        (11, True, "too_patient"),
        (5, False, "lost_queue"),
        (None, False, "no_redrive"),
    ],
)
def test_a_redrive_leads_to_a_queue_that_exists(
    *,
    tries: int | None,
    exists: bool,
    reason: str,
) -> None:
    facts = {"primary": True, "tries": tries, "dead_exists": exists}
    assert status("dlq_redrive", facts)[1] == reason


@pytest.mark.parametrize(
    ("action", "resource", "said"),
    [
        ("dynamodb:GetItem", "arn:aws:dynamodb:x:1:table/t", "pass"),
        ("dynamodb:*", "arn:aws:dynamodb:x:1:table/t", "fail"),
        ("dynamodb:GetItem", "*", "fail"),
    ],
)
def test_a_star_is_too_much_for_a_role(action: str, resource: str, said: str) -> None:
    statement = {"effect": "Allow", "actions": [action], "resources": [resource]}
    policies = [{"name": "own", "statements": [statement]}]
    assert status("lambda_role_scoped", {"policies": policies})[0] == said


@pytest.mark.parametrize(
    ("orphans", "listed", "reason"),
    [
        (["vol-1"], ["vol-1"], ""),
        (["vol-1", "vol-2"], ["vol-1"], "missed"),
        (["vol-1"], ["vol-1", "vol-9"], "wrong"),
        ([], [], "deleted"),
    ],
)
def test_every_orphan_is_listed_and_nothing_else(
    orphans: list[str], listed: list[str], reason: str
) -> None:
    assert status("orphans_all_listed", {"orphans": orphans, "listed": listed})[1] == reason


@pytest.mark.parametrize(("most", "said"), [(10 * 1024**2, "pass"), (10 * 1024**2 + 1, "fail")])
def test_an_upload_has_a_largest_size(most: int, said: str) -> None:
    conditions = [["starts-with", "$key", "u/"], ["content-length-range", 1, most]]
    assert status("post_policy_limits_size", {"conditions": conditions})[0] == said
