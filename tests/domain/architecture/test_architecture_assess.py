from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from architecture_builders import (
    BALANCER,
    EDGE,
    HANDLER,
    Times,
    documented,
    flow,
    part,
    printed_bill,
    system,
    task,
)

from archlab.domain.architecture import (
    Architecture,
    Change,
    Component,
    Demand,
    Flow,
    FlowHop,
    Latency,
    Link,
    apply,
    assess,
    latency,
)
from archlab.domain.money import cents
from archlab.domain.pricing import PriceBook, reconcile

BOOK = PriceBook.shipped()

WITHOUT_NAT = Change(remove=("nat",), drop_flows=("payment",))
OPTIONS = {
    "gateway": Change(),
    "public address": replace(
        WITHOUT_NAT,
        set={"api.public_ipv4": True, "api.subnet": "public"},
        link=(Link("api", "payments"),),
    ),
    "nat instance": replace(WITHOUT_NAT, add={"exit": part("nat_instance", "exit")}),
    "endpoints": replace(
        WITHOUT_NAT,
        add={
            "exit": part("vpc_endpoint", "exit", type="interface", services=4, processed_gb="3.78")
        },
    ),
}


@pytest.mark.parametrize(
    ("option", "usd"),
    [("gateway", "90.87"), ("public address", "57.22"), ("endpoints", "83.30")],
)
def test_the_ways_out_cost_what_the_record_says(option: str, usd: str) -> None:
    found = assess(apply(documented(), OPTIONS[option]), BOOK)
    assert cents(found.cost.total_usd) == Decimal(usd)
    assert found.cost.unpriced == ()


def test_the_nat_instance_costs_what_the_record_says_line_by_line() -> None:
    bill = reconcile(apply(documented(), OPTIONS["nat instance"]), BOOK)
    rounded = sum(cents(line.usd) for line in bill.lines if line.usd is not None)
    assert rounded == Decimal("60.98")


def test_the_way_out_moves_neither_latency_nor_downtime_of_a_page() -> None:
    found = [assess(apply(documented(), option), BOOK) for option in OPTIONS.values()]
    assert len({each.latency.p99_ms for each in found}) == 1
    assert len({each.downtime.minutes for each in found}) == 1


def test_the_needles_of_the_documented_system() -> None:
    found = assess(documented(), BOOK)
    assert found.latency.state == "modelled"
    assert found.latency.flow == "page"
    assert found.latency.rate_per_s == pytest.approx(6 / 3600)
    assert found.latency.p50_ms == pytest.approx(17, abs=0.5)
    assert found.latency.p99_ms == pytest.approx(41, abs=0.5)
    assert found.downtime.minutes is not None
    assert round(found.downtime.minutes, 1) == Decimal("12.7")


def test_the_printed_bill_reaches_the_cost_needle() -> None:
    bill = assess(replace(documented(), documented=printed_bill()), BOOK).cost
    assert bill.documented_usd == Decimal("8.67")


def test_what_nobody_priced_is_named_and_not_zero() -> None:
    backend = part("external", "backend", label="Backend")
    assert [line.components for line in assess(system(backend), BOOK).cost.unpriced] == [
        ("backend",)
    ]


def test_a_system_without_a_flow_has_no_latency() -> None:
    found = latency(system(part("client", "visitor")))
    assert (found.state, found.p50_ms, found.p99_ms) == ("not modelled", None, None)
    assert found.reason == "The system has no flow that a request takes."


def test_a_flow_that_is_gone_is_not_modelled_and_says_so() -> None:
    found = assess(documented(), BOOK, flow="search").latency
    assert found.state == "not modelled"
    assert found.reason == "The system has no flow search."


def test_another_flow_can_be_asked_for() -> None:
    found = latency(documented(), flow="payment")
    assert found.flow == "payment"
    assert found.p50_ms is not None
    assert found.p50_ms > 200


def serverless(**parameters: int) -> Architecture:
    function = part("lambda_function", "fn", memory_mib=256, avg_ms=25, init_ms=285, **parameters)
    hops: list[Times] = [EDGE, ("api", "HTTP API", 5, 10), ("fn", "dispatch", 2, 10)]
    page = flow(*hops, ("fn", "handler", 5, 20))
    return system(part("cloudfront", "cdn"), part("http_api", "api"), function, flows=[page])


def test_a_function_is_cold_once_per_request_though_it_has_two_hops() -> None:
    found = latency(serverless())
    assert found.p99_ms == pytest.approx(321, abs=1)
    assert found.steady is not None
    warm_ms = 6.35 + 5.23 + 2.54 + 5.97
    assert found.steady.mean_ms == pytest.approx(warm_ms + 285 * 0.3679, abs=0.05)


@pytest.mark.parametrize("remedy", [{"ping_minutes": 5}, {"provisioned": 1}])
def test_a_kept_copy_is_warm(remedy: dict[str, int]) -> None:
    found = latency(serverless(**remedy))
    assert found.p50_ms == pytest.approx(19, abs=0.5)
    assert found.p99_ms == pytest.approx(42.6, abs=0.1)


def test_more_calls_mean_fewer_cold_ones() -> None:
    assert latency(serverless(), rate_per_s=1 / 60).p99_ms == pytest.approx(42.6, abs=0.5)


def busy(*components: Component, hops: tuple[FlowHop, ...], rate: float) -> Latency:
    page = replace(flow(), hops=hops)
    return latency(system(*components, flows=[page]), rate_per_s=rate)


def test_one_worker_collapses_at_fifty_a_second() -> None:
    found = busy(task(workers=1), hops=(FlowHop("api", Decimal(80), label="handler"),), rate=50.0)
    assert (found.state, found.p99_ms) == ("overloaded", None)
    assert found.reason == "Work arrives faster than it is done at: handler."
    assert found.steady is not None
    assert found.steady.hops[0].utilisation == pytest.approx(4.0)


def test_a_second_task_halves_the_utilisation() -> None:
    hops = (FlowHop("api", Decimal(80)),)
    found = busy(task(workers=1, tasks=2), hops=hops, rate=50.0)
    assert found.steady is not None
    assert found.steady.hops[0].utilisation == pytest.approx(2.0)


def test_a_worker_is_held_while_it_waits_for_the_next_hop() -> None:
    store = part("s3_bucket", "store")
    hops = (FlowHop("api", Decimal(10), holds=True), FlowHop("store", Decimal(40)))
    found = busy(task(workers=1), store, hops=hops, rate=10.0)
    assert found.steady is not None
    assert found.steady.hops[0].utilisation == pytest.approx(0.5)
    free = (replace(hops[0], holds=False), hops[1])
    found = busy(task(workers=1), store, hops=free, rate=10.0)
    assert found.steady is not None
    assert found.steady.hops[0].utilisation == pytest.approx(0.1)


def test_a_second_visit_keeps_the_worker_of_the_first() -> None:
    hops = (FlowHop("api", Decimal(10)), FlowHop("api", Decimal(30)))
    found = busy(task(workers=1), hops=hops, rate=10.0)
    assert found.steady is not None
    assert [hop.utilisation for hop in found.steady.hops] == [pytest.approx(0.4), None]


def utilisation_beside(other: Flow) -> float | None:
    """Of one worker that a flow alone keeps busy for 40 % of the time."""
    half = replace(flow(), hops=(FlowHop("api", Decimal(80)),), share=Decimal("0.5"))
    demand = Demand(requests_per_day=Decimal(86_400 * 10))
    cdn = part("cloudfront", "cdn")
    both = system(cdn, task(workers=1), flows=[half, replace(other, id="other")], demand=demand)
    steady = latency(both, flow="page").steady
    assert steady is not None
    return steady.hops[0].utilisation


def test_flows_of_requests_share_the_workers_of_a_component() -> None:
    search = replace(flow(), hops=(FlowHop("api", Decimal(40)),), share=Decimal("0.5"))
    assert utilisation_beside(search) == pytest.approx(0.6)


def test_a_cache_keeps_the_other_flow_from_the_workers() -> None:
    cached = FlowHop("cdn", Decimal(5), hit_ratio=Decimal("0.9"))
    search = replace(flow(), hops=(cached, FlowHop("api", Decimal(40))), share=Decimal("0.5"))
    assert utilisation_beside(search) == pytest.approx(0.42)


def test_a_job_brings_no_load_because_nobody_stated_its_rate() -> None:
    job = replace(flow(trigger="job"), hops=(FlowHop("api", Decimal(40)),))
    assert utilisation_beside(job) == pytest.approx(0.4)


def test_what_serves_no_request_is_not_on_the_way() -> None:
    wall = part("security_group", "wall")
    page = flow(BALANCER, ("wall", "", 900, 901), HANDLER)
    found = latency(system(part("alb", "lb"), wall, task(), flows=[page]))
    assert found.p99_ms is not None
    assert found.p99_ms < 100
