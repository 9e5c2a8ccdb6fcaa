"""The outputs of the engine `alarms` for one rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from archlab.domain.latency import Alarm, Watched, alarm_quality
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.results import Answer, Result, Worked
from archlab.domain.pack.settings import SettingRefused

ALARM_OUTPUTS = ("false_pages_week", "missed_share", "minutes_to_page")
PER_CENT = 100


def alarm_answer(values: Mapping[str, Setting], seed: int) -> Answer:
    """False pages, missed incidents and the time to a page; `threshold` is in per cent."""
    threshold = _number(values, "threshold")
    watched = Watched()
    try:
        rule = Alarm(threshold / PER_CENT, _whole(values, "datapoints"), _whole(values, "period_s"))
    except ValueError as refused:
        raise SettingRefused(_to_blame(threshold, values), str(refused)) from None
    found = alarm_quality(rule, seed=seed, watched=watched)
    results = (
        Result("false_pages_week", "False pages a week", "", 2, _exact(found.false_pages_week)),
        Result("missed_share", "Incidents missed", "%", 1, _exact(PER_CENT * found.missed_share)),
        Result(
            "minutes_to_page",
            "Minutes until a page",
            "min",
            1,
            None if math.isnan(found.minutes_to_page) else _exact(found.minutes_to_page),
            "no incident was noticed" if math.isnan(found.minutes_to_page) else "",
            lack="never",
        ),
    )
    return Answer(results, _worked(found.quiet_breach, found.expected_false_week, watched))


def _worked(breach: float, expected: float, watched: Watched) -> tuple[Worked, ...]:
    """The assumptions, and the false pages by arithmetic beside the drawn ones."""
    return (
        Worked("requests", f"{watched.per_second:g} * period_s", None, "in each period, assumed"),
        Worked("quiet_share", "assumed", _exact(PER_CENT * watched.usual_share)),
        Worked("incident_share", "assumed", _exact(PER_CENT * watched.incident_share)),
        Worked("incident_minutes", "assumed, mean", _exact(watched.incident_s / 60)),
        Worked("breach", "P(failed >= threshold * requests), binomial", _exact(breach)),
        Worked(
            "false_pages", "(1 - breach) * breach^datapoints * 604800 / period_s", _exact(expected)
        ),
    )


def _exact(value: float) -> Decimal:
    return Decimal(repr(round(value, 6)))


def _number(values: Mapping[str, Setting], name: str) -> float:
    value = values[name]
    return float(value) if isinstance(value, Decimal) else math.nan


def _whole(values: Mapping[str, Setting], name: str) -> int:
    value = _number(values, name)
    if value != int(value):
        raise SettingRefused(name, "Write a whole number.")
    return int(value)


def _to_blame(threshold: float, values: Mapping[str, Setting]) -> str:
    """The input that the rule cannot take."""
    if not 0 < threshold <= PER_CENT:
        return "threshold"
    return "datapoints" if not 1 <= _number(values, "datapoints") <= 60 else "period_s"
