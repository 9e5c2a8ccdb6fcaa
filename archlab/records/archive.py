"""A zip that is the same bytes wherever and whenever it is made."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from zipfile import ZIP_STORED, ZipFile, ZipInfo


def stored(files: Mapping[str, str | bytes], newest: date) -> bytes:
    """Entries by path, not compressed (deflate differs between builds), dated by `newest`."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for path, content in sorted(files.items()):
            entry = ZipInfo(
                path, date_time=(max(newest.year, 1980), newest.month, newest.day, 0, 0, 0)
            )
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
