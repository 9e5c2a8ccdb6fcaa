from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from architecture_builders import documented, flow, part, printed_bill, system

from archlab.domain.architecture import Architecture, Change, ChangeRefused, Link, apply


def refused(change: Change, start: Architecture | None = None) -> tuple[str, str]:
    """Key and sentence of the refusal; the system must come out of it unchanged."""
    before = start or documented()
    copy = documented() if start is None else replace(start)
    with pytest.raises(ChangeRefused) as refusal:
        apply(before, change, named={"other": system()})
    assert before == copy
    return refusal.value.key, str(refusal.value)


def test_no_change_is_the_same_system() -> None:
    system_ = documented()
    assert apply(system_, Change()) is system_
    assert not Change()


def test_a_change_makes_a_new_system_and_leaves_the_old_one() -> None:
    before = documented()
    after = apply(before, Change(set={"api.memory_mib": 512}))
    assert after.components["api"].parameters()["memory_mib"] == 512
    assert before == documented()


def test_remove_takes_the_links_along() -> None:
    after = apply(documented(), Change(remove=("nat",), drop_flows=("payment",)))
    assert "nat" not in after.components
    assert [link for link in after.links if "nat" in (link.from_, link.to)] == []
    assert len(after.links) == 3


def test_all_parts_are_applied_in_order() -> None:
    change = Change(
        unlink=(("cdn", "lb"),),
        remove=("lb",),
        add={"lb": part("http_api", "lb")},
        set={"lb.extra_requests": "5"},
        link=(Link("cdn", "lb"),),
        flows={"page": flow(("cdn", "edge", 5, 25), ("lb", "API", 5, 10))},
    )
    after = apply(documented(), change)
    assert after.components["lb"].kind == "http_api"
    assert after.components["lb"].parameters()["extra_requests"] == 5
    assert Link("cdn", "lb") in after.links
    assert [hop.at for hop in after.flows["page"].hops] == ["cdn", "lb"]


def test_use_starts_from_the_named_system() -> None:
    named = system(part("alb", "lb"))
    after = apply(documented(), Change(use="named", set={"lb.zones": 3}), named={"named": named})
    assert list(after.components) == ["lb"]
    assert after.components["lb"].parameters()["zones"] == 3


def test_the_system_itself_and_its_demand_can_be_set() -> None:
    change = Change(
        set={"month_hours": "730", "region": "eu-west-1", "demand.requests_per_day": "100000"}
    )
    after = apply(documented(), change)
    assert (after.month_hours, after.region) == (730, "eu-west-1")
    assert after.demand.requests_per_day == Decimal(100_000)
    assert after.demand.peak_factor == Decimal(1)


def test_two_parameters_that_fit_only_together_are_set_together() -> None:
    after = apply(documented(), Change(set={"api.cpu": 1024, "api.memory_mib": 2048}))
    assert after.components["api"].parameters()["cpu"] == 1024


def test_a_size_that_does_not_exist_names_the_sizes_that_do() -> None:
    key, sentence = refused(Change(set={"api.memory_mib": 4096}))
    assert key == "set.api.memory_mib"
    assert "256 CPU units go with 512, 1024 or 2048 MiB, not 4096" in sentence


def test_a_rule_about_two_values_points_at_the_one_that_was_set() -> None:
    key, sentence = refused(Change(set={"api.cpu": 1024}))
    assert key == "set.api.cpu"
    assert "1024 CPU units go with 2048 to 8192 in steps of 1024 MiB" in sentence


@pytest.mark.parametrize(
    ("change", "key", "part_of_sentence"),
    [
        (Change(use="othr"), "use", "no system othr. Did you mean other?"),
        (Change(unlink=(("lb", "cdn"),)), "unlink.0", "no link from lb to cdn"),
        (Change(remove=("assets", "natt")), "remove.1", "no component natt. Did you mean nat?"),
        (Change(remove=("nat",)), "remove.0", "The flow payment passes nat"),
        (Change(add={"nat": part("alb", "nat")}), "add.nat", "already a component nat"),
        (
            Change(add={"lb2": part("alb", "lb2", group="vcp")}),
            "add.lb2.group",
            "no group vcp. Did you mean vpc?",
        ),
        (Change(set={"apy.cpu": 256}), "set.apy.cpu", "Did you mean api?"),
        (Change(set={"api.memory": 512}), "set.api.memory", "Did you mean memory_mib?"),
        (Change(set={"api.id": "x"}), "set.api.id", "fargate_service has no parameter id"),
        (Change(set={"api.tasks": "two"}), "set.api.tasks", "write a whole number"),
        (Change(set={"api.tasks": -1}), "set.api.tasks", "write a number from 0 up, not -1"),
        (Change(set={"api.arch": "mips"}), "set.api.arch", "write 'x86_64' or 'arm64'"),
        (Change(set={"hours": 730}), "set.hours", "component.parameter, demand.field"),
        (Change(set={"month_hours": 745}), "set.month_hours", "write at most 744, not 745"),
        (Change(set={"region": "Virginia"}), "set.region", "does not have the form"),
        (Change(set={"demand.request_day": 1}), "set.demand.request_day", "requests_per_day"),
        (Change(set={"demand.peak_factor": 0}), "set.demand.peak_factor", "from 1 up, not 0"),
        (Change(link=(Link("api", "nats"),)), "link.0.to", "no component nats"),
        (Change(link=(Link("ap", "nat"),)), "link.0.from", "no component ap"),
        (Change(link=(Link("api", "nat"),)), "link.0", "already a link from api to nat"),
        (Change(drop_flows=("pages",)), "drop_flows.0", "Did you mean page?"),
        (
            Change(flows={"page": flow(("cnd", "edge", 5, 25))}),
            "flows.page.hops.0.at",
            "Did you mean cdn?",
        ),
    ],
)
def test_a_change_that_does_not_fit_is_refused_whole(
    change: Change, key: str, part_of_sentence: str
) -> None:
    got, sentence = refused(change)
    assert got == key
    assert part_of_sentence in sentence


def test_two_things_cannot_stand_in_one_cell() -> None:
    start = system(part("alb", "lb", at=(2, 1)))
    change = Change(add={"one": part("alb", "one"), "two": part("alb", "two", at=(2, 1))})
    key, sentence = refused(change, start)
    assert key == "add.two.at"
    assert sentence == "lb stands at column 2, row 1: move two."


def test_two_added_things_cannot_share_a_cell() -> None:
    change = Change(add={id_: part("alb", id_, at=(0, 0)) for id_ in ("one", "two")})
    assert refused(change, system())[0] == "add.two.at"


def test_a_link_cannot_be_added_twice() -> None:
    change = Change(link=(Link("cdn", "api"), Link("cdn", "api")))
    assert refused(change)[0] == "link.1"


def test_a_cell_that_became_free_can_be_taken() -> None:
    start = system(part("alb", "lb", at=(2, 1)))
    change = Change(remove=("lb",), add={"nlb": part("alb", "nlb", at=(2, 1))})
    assert list(apply(start, change).components) == ["nlb"]


def test_a_removed_component_is_gone_for_the_rest_of_the_change() -> None:
    change = Change(remove=("assets",), set={"assets.gb": 1})
    assert refused(change)[0] == "set.assets.gb"


def test_the_printed_bill_stays_while_nothing_billed_has_changed() -> None:
    start = replace(documented(), documented=printed_bill())
    kept = (Change(set={"api.memory_mib": 1024}), Change(unlink=(("api", "nat"),)))
    for change in kept:
        assert apply(start, change).documented == printed_bill()
    assert apply(start, Change(set={"api.memory_mib": 512})).documented is None
    assert apply(start, Change(set={"month_hours": 730})).documented is None


def test_equal_changes_hash_alike() -> None:
    one, two = (Change(set={"api.tasks": 2}, add={"x": part("alb", "x")}) for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    assert one != Change(set={"api.tasks": 3})
