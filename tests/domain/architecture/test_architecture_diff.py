from __future__ import annotations

from decimal import Decimal

from architecture_builders import documented, part, system, task

from archlab.domain.architecture import Change, Diff, Link, ParameterChange, apply, diff


def test_a_system_does_not_differ_from_its_equal() -> None:
    assert diff(documented(), documented()) == Diff((), (), (), (), ())
    assert not diff(documented(), documented())


def test_what_a_change_did_is_what_the_diff_says() -> None:
    before = documented()
    change = Change(
        remove=("nat",),
        drop_flows=("payment",),
        add={"store": part("secrets", "store")},
        set={"api.public_ipv4": True, "demand.requests_per_day": 288, "month_hours": 730},
        link=(Link("api", "payments"),),
    )
    got = diff(before, apply(before, change))
    assert got.added == ("store",)
    assert got.removed == ("nat",)
    assert got.changed == (
        ParameterChange("", "month_hours", 744, 730),
        ParameterChange("demand", "requests_per_day", Decimal(144), Decimal(288)),
        ParameterChange("api", "public_ipv4", before=False, after=True),
    )
    assert got.links_added == (Link("api", "payments"),)
    assert got.links_removed == (Link("api", "nat"), Link("nat", "payments"))
    assert got


def test_another_kind_under_the_same_id_is_one_change() -> None:
    got = diff(system(task()), system(part("vps", "api", monthly_usd=12)))
    assert got.changed == (ParameterChange("api", "kind", "fargate_service", "vps"),)
    assert (got.added, got.removed) == ((), ())


def test_a_new_region_is_a_change_of_the_system() -> None:
    after = apply(documented(), Change(set={"region": "eu-west-1"}))
    assert diff(documented(), after).changed == (
        ParameterChange("", "region", "us-east-1", "eu-west-1"),
    )
