"""Read AWS offer JSON, and find the one product and the one term behind a wanted price.

The files hold thousands of products of which most look alike: dedicated, reserved and Outposts
siblings, some at a price of 0. So a usage type is compared as a whole, after the prefix of its
region; two products that fit are an error, and so is a unit that is not on the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from itertools import pairwise
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from archlab.domain.money import MONEY
from archlab.domain.pricing.rows import Tier
from archlab.domain.units import Unit

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

PREFIXES: Mapping[str, tuple[str, ...]] = {
    "us-east-1": ("", "USE1-"),
    "us-west-2": ("USW2-",),
    "eu-west-1": ("EU-",),
    "ap-southeast-1": ("APS1-",),
    "ap-south-1": ("APS3-",),
    "global": ("",),
}
"""How the usage types of a region begin. Only us-east-1 has two ways, sometimes both at once."""

NOWHERE = frozenset({"", "aws-other"})
"""What global products, such as a hosted zone, have in place of a region."""

UNITS: Mapping[str, frozenset[Unit]] = {
    "Hrs": frozenset({Unit.HOUR, Unit.ENDPOINT_AZ_HOUR}),
    "Hours": frozenset({Unit.HOUR}),
    "hours": frozenset({Unit.HOUR, Unit.VCPU_HOUR, Unit.GB_HOUR}),
    "vCPU-Hours": frozenset({Unit.VCPU_HOUR}),
    "GB-Hours": frozenset({Unit.GB_HOUR}),
    "GB-Mo": frozenset({Unit.GB_MONTH}),
    "GB": frozenset({Unit.GB}),
    "LCU-Hrs": frozenset({Unit.LCU_HOUR}),
    "Requests": frozenset({Unit.REQUEST}),
    "Request": frozenset({Unit.REQUEST}),
    "Lambda-GB-Second": frozenset({Unit.GB_SECOND}),
    "seconds": frozenset({Unit.GB_SECOND}),
    "Second": frozenset({Unit.GB_SECOND}),
    "64K-Chunks": frozenset({Unit.EVENT}),
    "Notifications": frozenset({Unit.DELIVERY}),
    "ReadRequestUnits": frozenset({Unit.RRU}),
    "WriteRequestUnits": frozenset({Unit.WRU}),
    "ReadCapacityUnit-Hrs": frozenset({Unit.RCU_HOUR}),
    "WriteCapacityUnit-Hrs": frozenset({Unit.WCU_HOUR}),
    "IOPS-Mo": frozenset({Unit.IOPS_MONTH}),
    "Metrics": frozenset({Unit.METRIC_MONTH}),
    "Alarms": frozenset({Unit.ALARM_MONTH}),
    "Keys": frozenset({Unit.KEY_MONTH}),
    "Secrets": frozenset({Unit.SECRET_MONTH}),
    "HostedZone": frozenset({Unit.ZONE_MONTH}),
    "Queries": frozenset({Unit.QUERY}),
}
"""AWS's word for a unit, and which of ours it may mean. A closed list: nothing is rescaled."""

LEASE_HOURS = {"1yr": 8760, "3yr": 26280}
UPFRONT = "Quantity"
_TEN_DIGITS = Decimal("0.0000000001")
_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)


ADDRESS = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"


def address(code: str, region: str, version: str = "current") -> str:
    """Where AWS publishes an offer; without a region, the file that holds all of them."""
    place = "" if region == "global" else f"/{region}"
    return f"{ADDRESS}/{code}/{version}{place}/index.json"


class BadOffer(ValueError):
    """The text is not an offer as AWS publishes it."""


class NoSinglePrice(ValueError):
    """A wanted row has no price, or more than one; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Band:
    """One price dimension: what a unit costs from `start` to `end`."""

    unit: str
    start: Decimal
    end: Decimal | None
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Term:
    """One way to buy a product; `attributes` are filled for reservations only."""

    effective: date
    bands: tuple[Band, ...]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Product:
    sku: str
    family: str
    attributes: Mapping[str, str]
    on_demand: tuple[Term, ...]
    reserved: tuple[Term, ...]

    @property
    def usage_type(self) -> str:
        return self.attributes.get("usagetype", "")

    @property
    def place(self) -> str:
        return self.attributes.get("regionCode") or self.attributes.get("fromRegionCode", "")


@dataclass(frozen=True, slots=True)
class Offer:
    """The products of one service, as published in one version."""

    code: str
    version: str
    published: str
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Reservation:
    """The terms of a commitment, in AWS's words: 1yr, standard, No Upfront."""

    lease: str
    offering: str
    payment: str


@dataclass(frozen=True, slots=True)
class Selector:
    """Which product of an offer a row of ours is.

    `usage` is the usage type without the prefix of the region; empty means that `where` alone
    decides. `form` is for us-east-1, where a prefixed twin of a bare usage type may hold other
    tiers. `allowance` is the usage type of the free quantity, a product of its own.
    """

    offer: str
    usage: str = ""
    family: str | None = None
    operation: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    form: Literal["either", "bare", "prefixed"] = "either"
    allowance: str = ""
    reservation: Reservation | None = None

    def usage_types(self, region: str) -> frozenset[str]:
        """What the usage type must be, as a whole, in this region."""
        if region not in PREFIXES:
            known = ", ".join(sorted(PREFIXES))
            raise NoSinglePrice(f"how usage types of {region} begin is not known; known: {known}")
        prefixes = PREFIXES[region]
        if self.form != "either" and len(prefixes) > 1:
            prefixes = tuple(p for p in prefixes if bool(p) == (self.form == "prefixed"))
        return frozenset(prefix + self.usage for prefix in prefixes)

    def fits(self, product: Product, region: str) -> bool:
        attributes = product.attributes
        places = NOWHERE if region == "global" else {region}
        return (
            product.place in places
            and attributes.get("locationType", "AWS Region") != "AWS Local Zone"
            and (not self.usage or product.usage_type in self.usage_types(region))
            and self.family in (None, product.family)
            and self.operation in (None, attributes.get("operation", ""))
            and all(attributes.get(name, "") == value for name, value in self.where)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The rates of the one product that fits, in our unit, and the product itself."""

    product: Product
    effective: date
    tiers: tuple[Tier, ...]


def find(offer: Offer, selector: Selector, region: str, unit: Unit, today: date) -> Found:
    """The price of the one product that fits and the one term that is in effect.

    Raises NoSinglePrice for none and for several: that two cost the same is no reason to take one.
    """
    if selector.usage:
        selector.usage_types(region)
    fitting = [product for product in offer.products if selector.fits(product, region)]
    product = _only(fitting, "product", lambda one: f"{one.sku} ({one.usage_type})")
    if selector.reservation is not None:
        terms = [term for term in product.reserved if _is(selector.reservation, term)]
        term = _in_effect(terms, today)
        usd = _hourly(term, selector.reservation, unit)
        return Found(product, term.effective, (Tier(Decimal(0), None, usd),))
    term = _in_effect(product.on_demand, today)
    return Found(product, term.effective, _tiers(term, unit))


def allowance(offer: Offer, usage_type: str) -> Decimal | None:
    """The free quantity that stands as a product of its own; None where the offer has none."""
    products = [product for product in offer.products if product.usage_type == usage_type]
    if not products:
        return None
    product = _only(products, "product", lambda one: f"{one.sku} ({one.usage_type})")
    bands = [band for term in product.on_demand for band in term.bands if not band.usd]
    band = _only(bands, "band at 0", lambda one: f"{one.start} to {one.end}")
    if band.end is None:
        raise NoSinglePrice(f"{usage_type} is free without an end")
    return band.end


def _only(found: Iterable[T], what: str, name: Callable[[T], str]) -> T:
    candidates = list(found)
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise NoSinglePrice(f"no {what} fits")
    noun, *rest = what.split(" ", 1)
    names = ", ".join(sorted(name(one) for one in candidates))
    raise NoSinglePrice(f"{len(candidates)} {' '.join([f'{noun}s', *rest])} fit: {names}")


def _in_effect(terms: Iterable[Term], today: date) -> Term:
    now = [term for term in terms if term.effective <= today]
    return _only(now, "term in effect", lambda term: f"from {term.effective}")


def _tiers(term: Term, unit: Unit) -> tuple[Tier, ...]:
    bands = sorted(term.bands, key=lambda band: band.start)
    if not bands or bands[0].start:
        raise NoSinglePrice("the first tier does not start at 0")
    for lower, upper in pairwise(bands):
        if lower.end != upper.start:
            raise NoSinglePrice(f"tiers overlap or leave a gap at {upper.start}")
    for band in bands:
        _check_unit(band.unit, unit)
    if not any(band.usd for band in bands):
        raise NoSinglePrice("it costs 0, and a zero is never taken for a price")
    return tuple(Tier(band.start, band.end, band.usd) for band in bands)


def _check_unit(theirs: str, ours: Unit) -> None:
    if ours not in UNITS.get(theirs, ()):
        raise NoSinglePrice(f'its unit is "{theirs}", which is not known to mean {ours}')


def _is(wanted: Reservation, term: Term) -> bool:
    names = ("LeaseContractLength", "OfferingClass", "PurchaseOption")
    return tuple(term.attributes.get(name, "") for name in names) == (
        wanted.lease,
        wanted.offering,
        wanted.payment,
    )


def _hourly(term: Term, wanted: Reservation, unit: Unit) -> Decimal:
    """The whole cost of an hour: what was paid upfront is spread over the lease."""
    if wanted.lease not in LEASE_HOURS:
        raise NoSinglePrice(f"a lease of {wanted.lease} has no known number of hours")
    upfront = [band.usd for band in term.bands if band.unit == UPFRONT]
    hourly = [band for band in term.bands if band.unit != UPFRONT]
    for band in hourly:
        _check_unit(band.unit, unit)
    if wanted.payment != "No Upfront" and not upfront:
        raise NoSinglePrice(f"{wanted.payment} without the part that is paid upfront")
    with localcontext(MONEY):
        paid = sum(upfront, Decimal(0)) / LEASE_HOURS[wanted.lease]
        usd = paid + sum((band.usd for band in hourly), Decimal(0))
        if not usd:
            raise NoSinglePrice("it costs 0, and a zero is never taken for a price")
        return usd.quantize(_TEN_DIGITS, ROUND_HALF_EVEN)


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Dimension(_Loose):
    unit: str
    beginRange: str = "0"  # noqa: N815 - AWS's name
    endRange: str = "Inf"  # noqa: N815
    pricePerUnit: dict[str, str]  # noqa: N815


class _Term(_Loose):
    effectiveDate: str  # noqa: N815
    priceDimensions: dict[str, _Dimension]  # noqa: N815
    termAttributes: dict[str, str] = {}  # noqa: N815


class _Product(_Loose):
    sku: str
    productFamily: str = ""  # noqa: N815
    attributes: dict[str, str]


class _File(_Loose):
    offerCode: str  # noqa: N815
    version: str
    publicationDate: str  # noqa: N815
    products: dict[str, _Product]
    terms: dict[str, dict[str, dict[str, _Term]]]


class _Listed(_Loose):
    product: _Product
    serviceCode: str  # noqa: N815
    version: str
    publicationDate: str  # noqa: N815
    terms: dict[str, dict[str, _Term]]


def read_offer(text: str) -> Offer:
    """An offer file, as it lies under offers/v1.0/aws/OFFER/current/REGION/index.json."""
    file = _checked(_File, text)
    products = tuple(
        _product(product, {kind: terms.get(sku, {}) for kind, terms in file.terms.items()})
        for sku, product in file.products.items()
    )
    return Offer(file.offerCode, file.version, file.publicationDate, products)


def read_products(texts: Iterable[str]) -> Offer:
    """The answer of GetProducts: a list of JSON strings, one for each product."""
    listed = [_checked(_Listed, text) for text in texts]
    if not listed:
        raise BadOffer("the answer holds no product")
    versions = sorted({one.version for one in listed})
    if len({one.serviceCode for one in listed}) > 1 or len(versions) > 1:
        raise BadOffer(f"the answer mixes services or versions: {', '.join(versions)}")
    products = tuple(_product(one.product, one.terms) for one in listed)
    return Offer(listed[0].serviceCode, versions[0], listed[0].publicationDate, products)


def _checked(model: type[M], text: str) -> M:
    try:
        return model.model_validate(json.loads(text, parse_float=str, parse_constant=str))
    except json.JSONDecodeError as error:
        raise BadOffer(f"line {error.lineno} is not JSON: {error.msg}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadOffer(f"{place}: {first['msg']}") from error


def _product(raw: _Product, terms: Mapping[str, Mapping[str, _Term]]) -> Product:
    try:
        on_demand = tuple(_term(term) for term in terms.get("OnDemand", {}).values())
        reserved = tuple(_term(term) for term in terms.get("Reserved", {}).values())
    except ValueError as error:
        raise BadOffer(f"{raw.sku}: {error}") from error
    return Product(raw.sku, raw.productFamily, raw.attributes, on_demand, reserved)


def _term(raw: _Term) -> Term:
    bands = tuple(_band(dimension) for dimension in raw.priceDimensions.values())
    return Term(date.fromisoformat(raw.effectiveDate[:10]), bands, raw.termAttributes)


def _band(raw: _Dimension) -> Band:
    if "USD" not in raw.pricePerUnit:
        raise ValueError(f"the price is in {', '.join(raw.pricePerUnit) or 'nothing'}, not in USD")
    end = None if raw.endRange == "Inf" else _exact(raw.endRange)
    return Band(raw.unit, _exact(raw.beginRange), end, _exact(raw.pricePerUnit["USD"]))


def _exact(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f'"{text}" is not a plain decimal')
    return Decimal(text)
