"""What leaves the product: a zip that is the same bytes wherever and whenever it is made."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from archlab.domain.records import DecisionRecord, Profile, tree

PDF = "decision-record.pdf"


def packed(
    records: Sequence[DecisionRecord],
    *,
    profile: Profile = Profile.UNIVERSAL,
    start_at: int | None = None,
    pdf: bytes | None = None,
) -> bytes:
    """The tree of at least one record as a zip dated by the last decision.

    A PDF lies beside the tree and not in its manifest: other fonts make other bytes.
    """
    files: dict[str, str | bytes] = {**tree(records, profile=profile, start_at=start_at)}
    if pdf is not None:
        files[PDF] = pdf
    return stored(files, max(record.date for record in records))


def stored(files: Mapping[str, str | bytes], newest: date) -> bytes:
    """Entries by path, not compressed (deflate differs between builds), dated by `newest`."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for path, content in sorted(files.items()):
            entry = ZipInfo(path, date_time=_no_earlier_than_zip(newest))
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _no_earlier_than_zip(day: date) -> tuple[int, int, int, int, int, int]:
    """A zip cannot hold a day before 1980."""
    return (*max(day, date(1980, 1, 1)).timetuple()[:3], 0, 0, 0)
