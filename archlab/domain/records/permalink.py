"""The name of a set of inputs: the same inputs have the same name, on any machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
LETTERS = 12


def canonical(inputs: Mapping[str, object]) -> str:
    """JSON with sorted keys and no blanks, whatever order the inputs came in."""
    return json.dumps(inputs, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def permalink(inputs: Mapping[str, object]) -> str:
    """The first 60 bits of the SHA-256 of the inputs, as 12 letters of Crockford's base 32."""
    digest = hashlib.sha256(canonical(inputs).encode()).digest()
    bits = int.from_bytes(digest[:8], "big") >> 4
    return "".join(CROCKFORD[bits >> 5 * place & 31] for place in reversed(range(LETTERS)))
