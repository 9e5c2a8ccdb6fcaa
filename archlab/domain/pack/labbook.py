"""What labs may name: checks with the targets that each can be read on, faults, actions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from archlab.domain.grading.state_checks import CHECKS

COMPILED = frozenset(name for name, check in CHECKS.items() if check.compiled is not None)
"""Checks that no call turns red once everything stands: a parameter has to be compiled wrong."""


ACTIONS = frozenset(
    {
        *("add_api_path", "add_pooler", "add_replica", "add_standby", "allow_api"),
        *("archive_objects", "attach_firewall", "block_public", "change_cooldowns"),
        *("change_database_class", "change_health_command", "change_health_path"),
        *("change_idle", "change_image_tag", "change_machine_type", "change_platform"),
        *("change_spot_share", "change_storage", "change_task_size", "close_database"),
        *("close_egress", "close_machine", "create_flow_log", "create_log_group"),
        "create_s3_endpoint",
        *("delete_copy", "delete_default_route", "delete_forgotten_disks", "delete_object"),
        *("delete_old_logs", "enable_alarm", "encrypt_edge", "fail_over", "fix_tags"),
        *("guard_edge", "hear_warning", "hide_database", "hide_messages", "hide_tasks"),
        *("integrate_route", "keep_backups", "keep_images", "keep_versions", "limit_uploads"),
        *("list_orphan_addresses", "list_orphan_disks", "listen_securely", "narrow_role"),
        *("redirect_plain", "remember_table", "require_tokens", "reserve_copies"),
        *("restore_table", "rotate_key", "route_through_nat", "scan_images"),
        *("send_on_failures", "set_max_connections", "stick", "stop_addresses", "subscribe"),
        *("tag_everything", "take_secret_from_store", "uncache_api", "use_balancer_health"),
        *("want_tasks", "watch_queue", "write_object", "write_row"),
    }
)
"""The calls that a learner may make; the sandbox has one for each of these names."""


@dataclass(frozen=True, slots=True)
class LabBook:
    """`planted` are the checks that a call can turn red once everything stands. `limits` are the
    numbers of a check that a lab may change.
    """

    checks: Mapping[str, Collection[str]]
    limits: Mapping[str, Collection[str]]
    planted: Collection[str]
    actions: Collection[str]


@lru_cache(maxsize=1)
def shipped_book() -> LabBook:
    """The book of the checks that come with the product."""
    return LabBook(
        checks={name: frozenset(check.targets) for name, check in CHECKS.items()},
        limits={name: frozenset(check.limits) for name, check in CHECKS.items()},
        planted=frozenset(CHECKS) - COMPILED,
        actions=ACTIONS,
    )
