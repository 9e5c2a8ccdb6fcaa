"""What the machine and the settings must fulfil. Every command runs these, and so does the web."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.db import connection

from archlab.domain.pricing import BadPriceBook
from archlab.env import BadSetting
from archlab.web.prices import active_book

TAG = "archlab"
NETWORK = {"9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "nfs", "nfs4", "smb3", "smbfs"}
EFFECTIVE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}


@register(TAG)
def public_site(**_: Any) -> list[CheckMessage]:
    """A site that others can reach must not run with what suits a laptop."""
    if not settings.PUBLIC:
        return []
    found = {
        "archlab.E002": (
            settings.DEBUG,
            "ARCHLAB_DEBUG shows the code's inside to every visitor of a public site.",
            "Leave ARCHLAB_DEBUG out.",
        ),
        "archlab.E003": (
            not settings.SECRET_KEY_GIVEN or len(settings.SECRET_KEY) < 40,
            "A public site needs a secret key of its own, of at least 40 characters.",
            "Write a long random text into a file and name it in ARCHLAB_SECRET_KEY_FILE.",
        ),
        "archlab.E004": (
            not settings.SECURE,
            f"{settings.SITE_URL} sends cookies and answers unencrypted.",
            "Put a proxy with TLS before it and write https:// in ARCHLAB_SITE_URL.",
        ),
    }
    return [Error(said, hint=hint, id=name) for name, (wrong, said, hint) in found.items() if wrong]


@register(TAG)
def hosts(**_: Any) -> list[CheckMessage]:
    if not any("*" in host for host in settings.ALLOWED_HOSTS):
        return []
    said = "ARCHLAB_ALLOWED_HOSTS lets every Host header pass."
    hint = "Write the site's own names, separated by commas."
    return [Error(said, hint=hint, id="archlab.E005")]


@register(TAG)
def queue(**_: Any) -> list[CheckMessage]:
    """The broker's clock starts when a message leaves the table, before it waits in memory."""
    base = settings.Q_CLUSTER
    clusters = {base["name"]: base} | {
        name: {**base, **own} for name, own in base["ALT_CLUSTERS"].items()
    }
    found: list[CheckMessage] = []
    for name, q in clusters.items():
        needed = q["timeout"] * (1 + math.ceil((q["queue_limit"] + 1) / q["workers"]))
        if q["retry"] <= needed:
            said = f"Q_CLUSTER, {name}: retry is {q['retry']} s, so a job can run twice at once."
            hint = f"Make retry longer than {needed} s."
            found.append(Error(said, hint=hint, id="archlab.E006"))
    return found


@register(TAG)
def price_book(**_: Any) -> list[CheckMessage]:
    """Every page with money reads the book: one that cannot be trusted must not serve."""
    try:
        active_book()
    except (BadPriceBook, OSError, UnicodeDecodeError) as error:
        said = f"ARCHLAB_PRICE_SNAPSHOT={settings.PRICE_SNAPSHOT} is no price book: {error}."
        hint = "Name a file that `manage.py prices check FILE` accepts, or leave it out."
        return [Error(said, hint=hint, id="archlab.E009")]
    return []


@register(Tags.database, deploy=True)
def sqlite_options(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """SQLite must really run with the options that keep answers safe."""
    if connection.vendor != "sqlite" or not databases:
        return []
    with connection.cursor() as cursor:
        got = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in EFFECTIVE}
    got["transaction_mode"] = getattr(connection, "transaction_mode", None)
    wanted = {**EFFECTIVE, "transaction_mode": "IMMEDIATE"}
    return [
        Error(f"SQLite runs with {name}={got[name]}, not {value}.", id="archlab.E007")
        for name, value in wanted.items()
        if got[name] != value
    ]


@register(TAG)
def local_disk(**_: Any) -> list[CheckMessage]:
    if connection.vendor != "sqlite" or file_system(settings.DATA_DIR) not in NETWORK:
        return []
    said = f"{settings.DATA_DIR} is on a network file system, where SQLite's locks do not hold."
    hint = "Name a folder of a local disk in ARCHLAB_DATA_DIR."
    return [Error(said, hint=hint, id="archlab.E008")]


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The type of the file system that holds `folder`; empty where the system does not say."""
    if not mounts.exists():
        return ""
    rows = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    holding = [(len(at), kind) for _, at, kind, *_ in rows if folder.is_relative_to(at)]
    return max(holding, default=(0, ""))[1]


def refuse_unsafe_settings() -> None:
    """Commands check by themselves; a web server that imports the application does it here."""
    for problem in run_checks(tags=[TAG]):
        raise BadSetting(f"{problem.msg} {problem.hint} ({problem.id})")
