from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Visitor:
    """Who asks, as far as the request itself says: reading this costs no query.

    `token` is what the guest's cookie holds, empty for a stranger. The database knows its hash
    alone, so rows of this person are those with `learner__token_hash=visitor.token_hash`.
    """

    token: str = field(default="", repr=False)

    @cached_property
    def token_hash(self) -> str | None:
        return hashlib.sha256(self.token.encode()).hexdigest() if self.token else None

    @property
    def known(self) -> bool:
        return bool(self.token)


def visitor_of(cookie: str) -> Visitor:
    """The visitor with this cookie value; one that cannot be a token is a stranger's."""
    return Visitor(cookie) if TOKEN.fullmatch(cookie) else Visitor()
