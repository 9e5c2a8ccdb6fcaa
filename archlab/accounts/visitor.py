from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Visitor:
    """Who asks, as far as the request itself says: a guest, the owner of an account, a stranger.

    `token` is what the guest's cookie holds. The database knows its hash alone, so a guest's rows
    are those with `learner__token_hash=visitor.token_hash`. Who is signed in has `user_id` and no
    token; `queries.owned_by` knows both.
    """

    token: str = field(default="", repr=False)
    user_id: int | None = None

    @cached_property
    def token_hash(self) -> str | None:
        return hashed(self.token) if self.token else None

    @property
    def known(self) -> bool:
        return bool(self.token) or self.user_id is not None


def visitor_of(cookie: str) -> Visitor:
    """The visitor with this cookie value; one that cannot be a token is a stranger's."""
    return Visitor(cookie) if TOKEN.fullmatch(cookie) else Visitor()


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
