from __future__ import annotations

from decimal import Decimal

import pytest
from architecture_builders import (
    BALANCER,
    EDGE,
    HANDLER,
    documented,
    flow,
    part,
    system,
    task,
)

from archlab.domain.architecture import (
    Architecture,
    Change,
    Component,
    Downtime,
    Value,
    apply,
    downtime,
)


def after(**changes: Value) -> Downtime:
    settings = {name.replace("__", "."): value for name, value in changes.items()}
    return downtime(apply(documented(), Change(set=settings)))


def behind_an_edge(*components: Component) -> Architecture:
    return system(part("cloudfront", "cdn"), *components, flows=[flow(EDGE, HANDLER)])


def minutes(found: Downtime) -> float:
    assert found.minutes is not None
    return float(found.minutes)


def partial(found: Downtime) -> dict[str, float]:
    return {
        risk.hits: round(float(risk.minutes), 2)
        for risk in found.risks
        if risk.hits != "all requests"
    }


def test_one_task_in_one_zone_is_down_for_12_7_minutes() -> None:
    found = downtime(documented())
    assert found.state == "modelled"
    dies, zone = found.risks
    assert float(dies.minutes) == pytest.approx(2 * 230 / 60)
    assert dies.events == "the task dies: 2 a month, 230 s each"
    assert zone.minutes == 5
    assert minutes(found) == pytest.approx(12.67, abs=0.005)
    assert partial(found) == {}


def test_a_gateway_in_the_same_zone_is_part_of_its_event_and_adds_nothing() -> None:
    with_gateway = downtime(documented())
    without = downtime(apply(documented(), Change(remove=("nat",), drop_flows=("payment",))))
    assert with_gateway.minutes == without.minutes
    assert with_gateway.risks[1].components == ("api", "nat")
    assert without.risks[1].components == ("api",)
    assert with_gateway.unmodelled["nat"] == "the gateway's own failure"


def test_a_nat_instance_adds_7_5_minutes_of_outgoing_calls() -> None:
    change = Change(
        remove=("nat",), drop_flows=("payment",), add={"nat": part("nat_instance", "nat")}
    )
    found = downtime(apply(documented(), change))
    assert minutes(found) == pytest.approx(12.67, abs=0.005)
    assert partial(found) == {"outgoing calls": 7.5}


def test_two_tasks_in_two_zones_are_down_for_a_tenth_of_a_minute() -> None:
    found = after(api__tasks=2, api__zones=2)
    assert minutes(found) == pytest.approx(0.083, abs=0.001)
    assert partial(found) == {"outgoing calls": 4.92}


def test_two_tasks_in_one_zone_fall_with_it() -> None:
    assert minutes(after(api__tasks=2)) == 5


def test_two_zones_do_not_help_one_task() -> None:
    assert minutes(after(api__zones=2)) == pytest.approx(12.67, abs=0.005)


def test_gateways_in_two_zones_still_lose_no_more_than_the_task() -> None:
    assert minutes(after(nat__zones=2)) == pytest.approx(12.67, abs=0.005)
    assert partial(after(nat__zones=2)) == {}


def test_a_faster_health_check_shortens_the_outage() -> None:
    assert minutes(after(api__health_interval_s=10)) == pytest.approx(5 + 2 * 80 / 60)


def test_without_a_health_check_only_the_start_counts() -> None:
    found = after(api__health_interval_s=0)
    assert minutes(found) == pytest.approx(5 + 2 * 45 / 60)
    assert "hangs is never noticed" in found.risks[0].assumptions[1].text


def test_one_rented_server_is_down_for_7_5_minutes() -> None:
    assert minutes(downtime(behind_an_edge(part("vps", "api", monthly_usd=12)))) == 7.5


def test_one_virtual_machine_can_be_lost_and_so_can_its_zone() -> None:
    found = downtime(behind_an_edge(part("ec2_instance", "api", type="t4g.small")))
    assert minutes(found) == 12.5
    two = downtime(behind_an_edge(part("ec2_instance", "api", type="t4g.small", count=2)))
    assert minutes(two) == 5


def test_regional_services_alone_are_not_modelled() -> None:
    function = part("lambda_function", "api", memory_mib=256, avg_ms=25)
    found = downtime(behind_an_edge(function))
    assert (found.state, found.minutes, found.risks) == ("not modelled", None, ())
    assert set(found.unmodelled) == {"cdn", "api"}


def test_a_server_that_no_request_passes_hits_what_it_serves() -> None:
    found = downtime(
        behind_an_edge(
            part("lambda_function", "api", memory_mib=256, avg_ms=25),
            part("vps", "batch", label="Nightly batch", monthly_usd=12),
        )
    )
    assert found.state == "not modelled"
    assert partial(found) == {"Nightly batch": 7.5}


def test_a_job_is_not_a_request() -> None:
    nightly = system(task(), flows=[flow(HANDLER, trigger="job")])
    assert downtime(nightly).minutes is None


def test_no_system_no_figure() -> None:
    assert downtime(system()).state == "not modelled"


def test_components_in_different_zones_fail_in_different_events() -> None:
    lb = part("alb", "lb")
    one = task(group="zone-a", label="one")
    other = part("fargate_service", "back", cpu=256, memory_mib=512, group="zone-b")
    both = flow(EDGE, BALANCER, HANDLER, ("back", "back end", 5, 20))
    cdn = part("cloudfront", "cdn")
    apart = downtime(system(cdn, lb, one, other, flows=[both]))
    zones = [risk for risk in apart.risks if "zone" in risk.events]
    assert [risk.minutes for risk in zones] == [5, 5]
    together = system(cdn, lb, one, other.model_copy(update={"group": "subnet-a"}), flows=[both])
    zones = [risk for risk in downtime(together).risks if "zone" in risk.events]
    assert [risk.components for risk in zones] == [("api", "back")]


def test_who_stands_in_no_drawn_zone_stands_in_the_first_one() -> None:
    undrawn = part("nat_gateway", "nat")
    found = downtime(behind_an_edge(task(group="zone-a"), undrawn))
    assert partial(found) == {}


def test_every_figure_says_what_was_assumed() -> None:
    for risk in downtime(documented()).risks:
        assert risk.assumptions
    rate = downtime(documented()).risks[0].assumptions[0]
    assert (rate.low, rate.likely, rate.high) == (Decimal("0.5"), Decimal(2), Decimal(4))


@pytest.mark.parametrize("kind", ["process", "pgbouncer", "vector_db"])
def test_a_process_on_the_way_of_a_request_falls_with_its_host(kind: str) -> None:
    host = part("vps", "host", monthly_usd=20)
    on_host, elsewhere = (
        downtime(
            system(host, part(kind, "api", **settings), flows=[flow(("api", "handler", 5, 20))])
        )
        for settings in ({"host": "host"}, {})
    )
    assert minutes(on_host) == pytest.approx(7.5)
    assert elsewhere.minutes is None
    assert partial(elsewhere) == {"Rented server": 7.5}
