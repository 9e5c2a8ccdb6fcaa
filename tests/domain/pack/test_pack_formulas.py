"""Expressions over systems, facts and prices, and the bill bench."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pack_builders import TEXTS, encoded

from archlab.domain.architecture import ChangeRefused, Flow, FlowHop
from archlab.domain.expressions import BadExpression
from archlab.domain.pack import BillView, Formulas, Pack, closes, load, shipped_engines, turned
from archlab.domain.pack.formulas import hops_ms
from archlab.domain.pricing import Unpriced


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(encoded(TEXTS))


@pytest.fixture(scope="module")
def formulas(pack: Pack) -> Formulas:
    current = pack.architectures["bigger"]
    return Formulas(pack.architectures, pack.facts, shipped_engines(), current=current)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("price('AmazonECS:fargate.arm.gb', 'us-east-1')", "0.00356"),
        ("tiered('awskms:request.symmetric', 'us-east-1', 20000)", "0"),
        ("cost('start', 'api')", "8.67132"),
        ("cost('start')", "32.85132"),
        ("bill('start')", "32.85"),
        ("line('start', 'ip')", "7.44"),
        ("hours('start')", "744"),
        ("param('start', 'api', 'cpu')", "256"),
        ("param('start', 'api', 'tasks')", "1"),
        ("param('current', 'api', 'memory_mib')", "2048"),
        ("demand('start', 'requests_per_day')", "500"),
        ("demand('bigger', 'requests_per_day')", "900"),
        ("hours('bigger')", "744"),
        ("round(demand('start', 'peak_rps'), 4)", "0.0289"),
        ("flow_ms('start', 'page')", "22"),
        ("hop_ms('start', 'page', 2)", "20"),
        ("fact('T-002') - fact('T-001')", "1.23"),
    ],
)
def test_a_formula_has_its_figure(formulas: Formulas, text: str, value: str) -> None:
    assert formulas.number(text) == Decimal(value)


def test_hops_side_by_side_count_as_their_slowest() -> None:
    hops = [("a", 5, ""), ("b", 20, "both"), ("c", 30, "both"), ("d", 10, "both"), ("e", 1, "")]
    flow = Flow(
        "f",
        "One call",
        tuple(FlowHop(at, Decimal(p50_ms), parallel=beside) for at, p50_ms, beside in hops),
    )
    assert hops_ms(flow) == 36


def test_named_parts_are_evaluated_in_order(formulas: Formulas) -> None:
    assert formulas.number("b * 2", {"a": "3", "b": "a + 1"}) == 8
    with pytest.raises(BadExpression, match="no name is called a"):
        formulas.number("b", {"b": "a", "a": "1"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("cost('stard')", "no system is called stard; the nearest is start"),
        ("param('start', 'api', 'memory')", "the nearest is memory_mib"),
        ("line('bigger', 'ip')", "no line is called ip"),
        ("bill('bigger')", "bigger has no documented bill"),
        ("fact('T-003')", "T-003 documents no number"),
        ("hop_ms('start', 'page', 3)", "page has the hops 1 to 2"),
        ("param('start', 'api', 'arch')", "a number is expected"),
        ("cost(7)", "stands where a name in quotes is needed"),
        ("demand('start', 'users')", "does not say users"),
    ],
)
def test_a_mistake_in_a_formula_says_what_is_there(
    formulas: Formulas, text: str, sentence: str
) -> None:
    with pytest.raises(BadExpression, match=sentence):
        formulas.number(text)


def test_what_has_no_price_is_never_zero(formulas: Formulas) -> None:
    with pytest.raises(Unpriced):
        formulas.number("price('AmazonECS:fargate.arm.gb', 'mars-east-1')")
    figure = formulas.figure("price('AmazonECS:fargate.arm.gb', 'mars-east-1'); USD/hour")
    assert (figure.value, figure.unit) == (None, "USD/hour")
    assert "mars-east-1" in figure.reason


def test_a_role_has_a_value_and_a_unit(formulas: Formulas) -> None:
    figure = formulas.figure("bill('start'); USD/month")
    assert (figure.value, figure.unit) == (Decimal("32.85"), "USD/month")
    assert figure.formula == "bill('start')"


def bench(pack: Pack) -> BillView:
    view = pack.block("bench")
    assert isinstance(view, BillView)
    return view


@pytest.mark.parametrize(
    ("month", "arch", "closed"),
    [("744", "arm64", True), ("730", "arm64", False), ("744", "x86_64", False)],
)
def test_a_bench_closes_only_when_every_line_does(
    pack: Pack, month: str, arch: str, *, closed: bool
) -> None:
    view = bench(pack)
    system = turned(
        pack.architectures["start"], view.knobs, {"month": Decimal(month), "arch": arch}
    )
    bill = shipped_engines().bill(system)
    assert bill.month_hours == int(month)
    assert closes(bill, system, view) is closed


def test_a_total_that_fits_by_chance_does_not_close_a_bench(pack: Pack) -> None:
    """Two errors that cancel out: the task cheaper, the addresses dearer."""
    view = bench(pack)
    system = pack.architectures["start"]
    assert system.documented is not None
    ip, ecs = system.documented.lines[1:]
    shifted = {"alb": Decimal("16.74"), "ip": ip.usd + 1, "ecs": ecs.usd - 1}
    lines = tuple(replace(line, usd=shifted[line.id]) for line in system.documented.lines)
    printed = replace(system.documented, lines=lines)
    other = replace(system, documented=printed)
    bill = shipped_engines().bill(other)
    assert abs(bill.total_usd - printed.total_usd) < Decimal("0.01")
    assert not closes(bill, other, view)


def test_a_knob_keeps_the_printed_bill_beside_the_model(pack: Pack) -> None:
    view = bench(pack)
    system = turned(pack.architectures["start"], view.knobs, {"month": Decimal(730)})
    assert system.documented is not None
    assert system.documented.total_usd == Decimal("32.85")


def test_a_position_that_does_not_fit_is_refused(pack: Pack) -> None:
    with pytest.raises(ChangeRefused):
        turned(pack.architectures["start"], bench(pack).knobs, {"arch": "mips"})
