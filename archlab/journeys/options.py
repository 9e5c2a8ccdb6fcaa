"""What each option of a decision would make of a system, applied once per process."""

from __future__ import annotations

from archlab.domain.architecture import Architecture, ChangeRefused, apply
from archlab.domain.pack import Decision, Option, Pack

_options: dict[tuple[str, str, str, Architecture], Architecture | None] = {}


def with_option(
    pack: Pack, decision: Decision, option: Option, before: Architecture
) -> Architecture | None:
    """The system after an option; None where its change does not fit this system."""
    key = (pack.version, decision.id, option.id, before)
    if key not in _options:
        if len(_options) > 10_000:
            _options.clear()
        _options[key] = _applied(pack, option, before)
    return _options[key]


def _applied(pack: Pack, option: Option, before: Architecture) -> Architecture | None:
    if option.change is None:
        return before
    try:
        return apply(before, option.change, named=pack.architectures)
    except ChangeRefused:
        return None
