"""Phase 5: price rows of low confidence and of old age, claims that nobody looked at for long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from archlab.domain.pack.draft import Draft
from archlab.domain.pack.engines import Engines
from archlab.domain.pack.figures import At
from archlab.domain.pack.problem import Problem
from archlab.domain.pricing.rows import Freshness, freshness

CLAIM_DAYS = 365
Row = tuple[str, str]


def price_problems(
    draft: Draft, engines: Engines, in_formulas: Mapping[Row, At]
) -> Iterator[Problem]:
    """E528: rows of confidence D must be accepted by name, and nothing else may be."""
    scenario = draft.text.scenario
    accepted = {(one.price, one.region): n for n, one in enumerate(scenario.accepted_unverified)}
    uses = {**_in_systems(draft, engines), **in_formulas}
    for (key, region), at in uses.items():
        if (key, region) not in accepted:
            said = f"{key} in {region} is not verified and not accepted by this pack"
            yield at("E528", said)
    for name, index in accepted.items():
        if name not in uses:
            said = "this row is not used, or it is verified by now"
            path = ("accepted_unverified", index, "price")
            yield draft.text.scenario_document.problem("E528", said, path)


def _in_systems(draft: Draft, engines: Engines) -> dict[Row, At]:
    uses: dict[Row, At] = {}
    for id_, system in draft.named.items():
        for component, row in engines.unverified(system):
            uses.setdefault((row.key, row.region), _component(draft, id_, component))
    return uses


def _component(draft: Draft, system: str, component: str) -> At:
    document = draft.text.systems_document
    path = ("architectures", system, "components", component)
    return lambda code, said: document.at_key(code, said, path)


def stale_problems(draft: Draft, engines: Engines, today: date) -> Iterator[Problem]:
    """W529: claims that nobody has checked for a year, price rows older than half a year."""
    document = draft.text.claims_document
    for index, claim in enumerate(draft.text.claims.claims):
        if today - claim.checked > timedelta(days=CLAIM_DAYS):
            said = f"checked {claim.checked}, more than {CLAIM_DAYS} days ago"
            yield document.problem("W529", said, ("claims", index, "checked"))
    told: set[str] = set()
    for id_, system in draft.named.items():
        for line in engines.modelled(system).lines:
            for part in line.parts:
                row = part.row
                if row is None or row.key in told or freshness(row, today) != Freshness.STALE:
                    continue
                told.add(row.key)
                said = f"the price of {row.key} is of {row.effective_date}"
                yield _component(draft, id_, part.component)("W529", said)
