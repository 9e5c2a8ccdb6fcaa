"""The traps of AWS's offers: in the excerpts each right product stands beside its doubles."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from archlab.domain.pricing import PriceBook
from archlab.domain.pricing.offers import (
    PREFIXES,
    UNITS,
    BadOffer,
    Band,
    NoSinglePrice,
    Offer,
    Product,
    Selector,
    Term,
    address,
    allowance,
    find,
    read_offer,
    read_products,
)
from archlab.domain.pricing.wanted import SELECTORS, selector_of
from archlab.domain.units import Unit

OFFERS = Path(__file__).parents[2] / "data" / "pricing" / "offers"
TODAY = date(2026, 11, 21)
BOOK = PriceBook.shipped()


def offer(code: str, region: str) -> Offer:
    text = (OFFERS / code / f"{region}.json").read_text("utf-8")
    return read_products(json.loads(text)) if text.startswith("[") else read_offer(text)


def selector(key: str) -> Selector:
    found = selector_of(key)
    assert found is not None, key
    return found


def rates(key: str, region: str, today: date = TODAY) -> list[str]:
    rule = selector(key)
    unit = next(row.unit for row in BOOK.rows if row.key == key)
    found = find(offer(rule.offer, region), rule, region, unit, today)
    return [f"{tier.price_usd.normalize():f}" for tier in found.tiers]


@pytest.mark.parametrize(
    ("key", "region", "expected"),
    [
        # Outposts at 0, TS, Reserved, classic and network siblings; EUW1- is no prefix of Ireland
        ("AWSELB:alb.hour", "us-east-1", ["0.0225"]),
        ("AWSELB:alb.hour", "eu-west-1", ["0.0252"]),
        ("AWSELB:alb.lcu", "us-east-1", ["0.008"]),
        # the regional NAT gateway at the same price, and a row of provisioned bytes at 0
        ("AmazonVPC:nat-gateway.hour", "eu-west-1", ["0.048"]),
        ("AmazonVPC:nat-gateway.gb", "eu-west-1", ["0.048"]),
        # dedicated, reserved capacity at 0, licences, installed software, a local zone
        ("AmazonEC2:ondemand.linux.t4g.small", "eu-west-1", ["0.0184"]),
        # a volume in a local zone
        ("AmazonEBS:gp3", "eu-west-1", ["0.088"]),
        # another engine, readable standbys, IO-optimised, own licence
        ("AmazonRDS:ondemand.postgres.db.t4g.small", "us-east-1", ["0.032"]),
        ("AmazonRDS:ondemand.postgres.db.t4g.small.multi-az", "us-east-1", ["0.065"]),
        # extended support, and three engines under one usage type
        ("AmazonElastiCache:ondemand.redis.cache.t4g.micro", "us-east-1", ["0.016"]),
        ("AmazonElastiCache:ondemand.valkey.cache.t4g.micro", "us-east-1", ["0.0128"]),
        # a usage type that is called otherwise in us-east-1; three queue types in one group
        ("AmazonSQS:standard", "us-east-1", ["0.0000004", "0.0000003", "0.00000024"]),
        ("AmazonSQS:standard", "eu-west-1", ["0.0000004", "0.0000003", "0.00000024"]),
        ("AmazonSQS:fifo", "eu-west-1", ["0.0000005", "0.0000004", "0.00000035"]),
        # the twin without the zero tier
        ("AmazonDynamoDB:storage", "us-east-1", ["0.25"]),
        ("AmazonDynamoDB:provisioned.rcu", "us-east-1", ["0.00013"]),
        # the free quantity is a product of its own; dimensions in no order
        ("AWSLambda:request", "us-east-1", ["0.0000002"]),
        ("AWSLambda:duration.x86", "us-east-1", ["0.0000166667", "0.000015", "0.0000133334"]),
        # no region, or aws-other; the edge location in the usage type; resolver queries beside it
        ("AmazonRoute53:hosted-zone", "global", ["0.5", "0.1"]),
        ("AmazonRoute53:query.standard", "global", ["0.0000004", "0.0000002"]),
        ("AmazonCloudFront:data-out.us-eu", "global",
         ["0.085", "0.08", "0.06", "0.04", "0.03", "0.025", "0.02"]),
        # no product family at all; an idle address at the same price
        ("AmazonVPC:public-ipv4.in-use.hour", "us-east-1", ["0.005"]),
        ("AmazonVPC:interface-endpoint.hour", "us-east-1", ["0.01"]),
        ("AWSDataTransfer:internet-out", "us-east-1", ["0.09", "0.085", "0.07", "0.05"]),
        ("AmazonECS:fargate.arm.vcpu", "us-east-1", ["0.03238"]),
        ("AmazonECS:fargate.x86.gb", "us-east-1", ["0.004445"]),
    ],
)  # fmt: skip
def test_the_right_product_is_found_beside_its_decoys(
    key: str, region: str, expected: list[str]
) -> None:
    assert rates(key, region) == expected


@pytest.mark.parametrize("field", ["family", "operation"])
def test_without_its_marks_a_load_balancer_is_one_of_several(field: str) -> None:
    """The control: the excerpt does hold siblings, and either mark keeps them out."""
    loose = replace(selector("AWSELB:alb.hour"), family=None, operation=None)
    with pytest.raises(NoSinglePrice, match="3 products fit"):
        find(offer("AWSELB", "us-east-1"), loose, "us-east-1", Unit.HOUR, TODAY)
    tight = selector("AWSELB:alb.hour")
    one = replace(loose, **{field: getattr(tight, field)})
    assert find(offer("AWSELB", "us-east-1"), one, "us-east-1", Unit.HOUR, TODAY).tiers


@pytest.mark.parametrize("name", ["capacitystatus", "operatingSystem", "preInstalledSw"])
def test_every_attribute_of_a_machine_keeps_a_decoy_out(name: str) -> None:
    rule = selector("AmazonEC2:ondemand.linux.t4g.small")
    looser = replace(rule, where=tuple(pair for pair in rule.where if pair[0] != name))
    found = offer("AmazonEC2", "eu-west-1")
    assert [rule.fits(one, "eu-west-1") for one in found.products].count(True) == 1
    assert [looser.fits(one, "eu-west-1") for one in found.products].count(True) == 2


def test_no_product_and_two_products_are_errors_that_name_them() -> None:
    empty = Offer("AWSELB", "1", "2026-11-05", ())
    with pytest.raises(NoSinglePrice, match=r"^no product fits$"):
        find(empty, selector("AWSELB:alb.hour"), "us-east-1", Unit.HOUR, TODAY)
    one = offer("AWSELB", "us-east-1")
    right = [p for p in one.products if selector("AWSELB:alb.hour").fits(p, "us-east-1")]
    twice = replace(one, products=(*right, replace(right[0], sku="TWIN")))
    said = rf"^2 products fit: {right[0].sku} \(LoadBalancerUsage\), TWIN \(LoadBalancerUsage\)$"
    with pytest.raises(NoSinglePrice, match=said):
        find(twice, selector("AWSELB:alb.hour"), "us-east-1", Unit.HOUR, TODAY)


def test_both_forms_of_a_usage_type_in_one_region_are_two_products() -> None:
    either = replace(selector("AmazonDynamoDB:storage"), form="either")
    with pytest.raises(NoSinglePrice, match="2 products fit"):
        find(offer("AmazonDynamoDB", "us-east-1"), either, "us-east-1", Unit.GB_MONTH, TODAY)
    bare = replace(either, form="bare")
    found = find(offer("AmazonDynamoDB", "us-east-1"), bare, "us-east-1", Unit.GB_MONTH, TODAY)
    assert [tier.price_usd for tier in found.tiers] == [0, Decimal("0.25")]


def test_a_usage_type_is_compared_as_a_whole_after_a_known_prefix() -> None:
    rule = Selector("AWSELB", "LoadBalancerUsage")
    assert rule.usage_types("us-east-1") == {"LoadBalancerUsage", "USE1-LoadBalancerUsage"}
    assert rule.usage_types("eu-west-1") == {"EU-LoadBalancerUsage"}
    assert rule.usage_types("ap-southeast-1") == {"APS1-LoadBalancerUsage"}
    assert rule.usage_types("ap-south-1") == {"APS3-LoadBalancerUsage"}
    with pytest.raises(NoSinglePrice, match="usage types of eu-central-1 begin is not known"):
        rule.usage_types("eu-central-1")


def test_every_region_of_the_book_has_a_prefix() -> None:
    assert set(BOOK.regions) <= set(PREFIXES)


# ---- terms and tiers


def product(*terms: Term, reserved: tuple[Term, ...] = (), usage: str = "Thing") -> Product:
    return Product("SKU1", "", {"usagetype": usage, "regionCode": "us-east-1"}, terms, reserved)


def term(*bands: Band, effective: str = "2026-11-01") -> Term:
    return Term(date.fromisoformat(effective), bands, {})


def band(usd: str, start: str = "0", end: str | None = None, unit: str = "Hrs") -> Band:
    return Band(unit, Decimal(start), None if end is None else Decimal(end), Decimal(usd))


def priced(one: Product, unit: Unit = Unit.HOUR, today: date = TODAY) -> list[Decimal]:
    only = Offer("Things", "1", "2026-11-05", (one,))
    found = find(only, Selector("Things", "Thing"), "us-east-1", unit, today)
    return [tier.price_usd for tier in found.tiers]


def test_the_one_term_in_effect_is_taken_and_a_later_one_waits() -> None:
    now, later = term(band("1")), term(band("2"), effective="2027-01-01")
    assert priced(product(now, later)) == [1]
    assert priced(product(now, later), today=date(2026, 11, 1)) == [1]
    with pytest.raises(
        NoSinglePrice, match="2 terms in effect fit: from 2026-11-01, from 2027-01-01"
    ):
        priced(product(now, later), today=date(2027, 1, 1))
    with pytest.raises(NoSinglePrice, match="no term in effect fits"):
        priced(product(later))


def test_a_term_of_a_recorded_key_that_begins_next_year_is_not_yet_its_price() -> None:
    assert rates("awskms:customer-key", "us-east-1") == ["1"]


def test_tiers_are_sorted_by_their_beginning_and_inf_has_no_end() -> None:
    rule = selector("AWSLambda:duration.x86")
    found = find(offer("AWSLambda", "us-east-1"), rule, "us-east-1", Unit.GB_SECOND, TODAY)
    assert [tier.start for tier in found.tiers] == [0, 6 * 10**9, 15 * 10**9]
    assert found.tiers[-1].end is None


@pytest.mark.parametrize(
    ("bands", "sentence"),
    [
        ((), "the first tier does not start at 0"),
        ((band("1", "5"),), "the first tier does not start at 0"),
        ((band("1", "0", "10"), band("2", "11")), "tiers overlap or leave a gap at 11"),
        ((band("1", "0", "10"), band("2", "9")), "tiers overlap or leave a gap at 9"),
        ((band("1"), band("2")), "tiers overlap or leave a gap at 0"),
        ((band("0"),), "it costs 0, and a zero is never taken for a price"),
        ((band("1", unit="GiBps-mo"),), 'its unit is "GiBps-mo", which is not known to mean hour'),
        ((band("1", unit="GB"),), 'its unit is "GB", which is not known to mean hour'),
        ((band("1", "0", "10"), band("2", "10", unit="GB")), 'its unit is "GB"'),
    ],
)
def test_what_is_not_a_whole_price_in_our_unit_is_refused(
    bands: tuple[Band, ...], sentence: str
) -> None:
    with pytest.raises(NoSinglePrice) as refusal:
        priced(product(term(*bands)))
    assert str(refusal.value).startswith(sentence)


def test_gp3_throughput_is_priced_by_the_gib_and_never_divided() -> None:
    rule = selector("AmazonEBS:gp3.throughput")
    with pytest.raises(NoSinglePrice, match='its unit is "GiBps-mo"'):
        find(offer("AmazonEC2", "us-east-1"), rule, "us-east-1", Unit.MBPS_MONTH, TODAY)


def test_the_map_of_units_is_closed_and_means_units_of_ours() -> None:
    assert {unit for meant in UNITS.values() for unit in meant} <= set(Unit)
    assert "Quantity" not in UNITS
    assert "GiBps-mo" not in UNITS


# ---- allowances and reservations


@pytest.mark.parametrize(
    ("code", "usage", "quantity"),
    [
        ("AWSLambda", "Global-Request", 1_000_000),
        ("AWSLambda", "Global-Lambda-GB-Second", 400_000),
        ("AWSDataTransfer", "Global-DataTransfer-Out-Bytes", 100),
    ],
)
def test_a_zero_row_without_a_region_is_read_as_an_allowance(
    code: str, usage: str, quantity: int
) -> None:
    assert allowance(offer(code, "us-east-1"), usage) == quantity


def test_an_allowance_that_is_absent_is_none_and_an_endless_one_is_refused() -> None:
    assert allowance(offer("AWSELB", "us-east-1"), "Global-Request") is None
    endless = Offer("X", "1", "2026", (product(term(band("0")), usage="Global-X"),))
    with pytest.raises(NoSinglePrice, match="Global-X is free without an end"):
        allowance(endless, "Global-X")


@pytest.mark.parametrize(
    ("key", "usd"),
    [
        ("AmazonEC2:ri.linux.t3.medium.std.1yr.noupfront", "0.0262"),
        ("AmazonEC2:ri.linux.t3.medium.std.3yr.noupfront", "0.0179"),
        ("AmazonEC2:ri.linux.t3.medium.conv.1yr.noupfront", "0.0301"),
        # 214 / 8,760 h: an importer that keeps the hourly part alone says 0.00
        ("AmazonEC2:ri.linux.t3.medium.std.1yr.allupfront", "0.0244292237"),
        # 109 / 8,760 h + 0.0125
        ("AmazonEC2:ri.linux.t3.medium.std.1yr.partialupfront", "0.0249429224"),
        ("AmazonRDS:ri.mysql.db.t3.large.1yr.noupfront", "0.0957"),
        # 821 / 8,760 h
        ("AmazonRDS:ri.mysql.db.t3.large.1yr.allupfront", "0.0937214612"),
    ],
)
def test_what_was_paid_upfront_is_spread_over_the_lease(key: str, usd: str) -> None:
    rule = selector(key)
    found = find(offer(rule.offer, "us-east-1"), rule, "us-east-1", Unit.HOUR, TODAY)
    assert found.tiers[0].price_usd == Decimal(usd)
    assert len(found.tiers) == 1


def test_an_upfront_lease_without_its_upfront_part_has_no_price() -> None:
    names = {
        "LeaseContractLength": "1yr",
        "OfferingClass": "standard",
        "PurchaseOption": "All Upfront",
    }
    lost = Term(date(2026, 11, 1), (band("0"),), names)
    machine = replace(product(term(band("1")), reserved=(lost,)), attributes={"x": "y"})
    only = Offer(
        "AmazonEC2", "1", "2026", (replace(machine, attributes={"regionCode": "us-east-1"}),)
    )
    rule = selector("AmazonEC2:ri.linux.t3.medium.std.1yr.allupfront")
    bare = Selector("AmazonEC2", reservation=rule.reservation)
    with pytest.raises(NoSinglePrice, match="All Upfront without the part that is paid upfront"):
        find(only, bare, "us-east-1", Unit.HOUR, TODAY)


@pytest.mark.parametrize(
    "key",
    [
        "AmazonEC2:ri.linux.t3.medium",
        "AmazonEC2:ri.linux.t3.medium.std.1yr.somehow",
        "AmazonEC2:ondemand.linux.t3.medium.std.1yr.noupfront",
        "AmazonEC2:spot.linux.t3.medium",
        "AmazonEC2:ondemand.windows.t3.medium",
        "VPS:generic",
    ],
)
def test_what_the_price_list_does_not_sell_has_no_rule(key: str) -> None:
    assert selector_of(key) is None


def test_every_rule_belongs_to_a_row_of_the_book() -> None:
    assert set(SELECTORS) <= {row.key for row in BOOK.rows}


# ---- bad text

HALF = '{"offerCode": "X", "version": "1", "publicationDate": "2", "products": 3, "terms": {}}'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "line 1 is not JSON"),
        ("[]", "valid dictionary"),
        ("{}", "offerCode: Field required"),
        (HALF, "products: "),
    ],
)  # fmt: skip
def test_an_offer_that_is_none_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadOffer, match=sentence):
        read_offer(text)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"USD": "0.0225000000"', '"CNY": "0.0225000000"', "the price is in CNY, not in USD"),
        ('"USD": "0.0225000000"', '"USD": "free"', '"free" is not a plain decimal'),
        ('"USD": "0.0225000000"', '"USD": "-1"', '"-1" is not a plain decimal'),
        ('"endRange": "Inf"', '"endRange": "infinity"', '"infinity" is not a plain decimal'),
        ("2026-11-01T00:00:00Z", "soon", "soon"),
    ],
)
def test_a_bad_value_in_an_offer_names_the_product(old: str, new: str, sentence: str) -> None:
    text = (OFFERS / "AWSELB" / "us-east-1.json").read_text("utf-8")
    assert old in text
    with pytest.raises(BadOffer, match=f"SKU0.*{sentence}"):
        read_offer(text.replace(old, new))


def test_products_of_two_versions_are_not_one_offer() -> None:
    texts = json.loads((OFFERS / "AmazonEC2" / "eu-west-1.json").read_text("utf-8"))
    later = texts[0].replace("20261105120000", "20261106000000")
    with pytest.raises(BadOffer, match="mixes services or versions: 20261105120000, 2026110600"):
        read_products([later, *texts[1:]])
    with pytest.raises(BadOffer, match="holds no product"):
        read_products([])


def test_an_offer_has_an_address_for_each_region_and_version() -> None:
    root = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"
    assert address("AWSELB", "eu-west-1") == f"{root}/AWSELB/current/eu-west-1/index.json"
    assert address("AmazonRoute53", "global", "7") == f"{root}/AmazonRoute53/7/index.json"
