"""Everything about a person in one zip file."""

from __future__ import annotations

import io
import zipfile

from archlab.accounts import privacy

README = """What this site keeps about you.

Each .json file is one table: a list of your rows. The folder "decisions" holds your decision
records as Markdown. Left out are only secrets that prove who you are: passwords, the keys of
second factors, and the tokens of links and sessions, which are kept as hashes or encrypted.
"""


def zipped(person: privacy.Person) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        for name, text in privacy.files_of(person):
            archive.writestr(name, text)
    return buffer.getvalue()
