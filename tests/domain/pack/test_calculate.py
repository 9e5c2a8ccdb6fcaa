"""Every engine of calculators against figures from outside: price list, sources, arithmetic."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import log

import pytest
from calculator_builders import answer, calculator, pack_000

from archlab.domain.architecture import (
    KINDS,
    Architecture,
    Change,
    Component,
    Demand,
    Flow,
    FlowHop,
    assess,
)
from archlab.domain.money import cents
from archlab.domain.pack import Formulas, shipped_engines
from archlab.domain.pack.blocks import Calculator, Lever
from archlab.domain.pack.curves import columns, crossed, curve, positions, rivals
from archlab.domain.pack.results import Answer
from archlab.domain.pack.settings import SettingRefused, defaults, read
from archlab.domain.pricing import PriceBook

TASK = """\
engine: formula
inputs:
  - {id: gib, label: Memory, unit: GB, min: 0.5, max: 4, step: 0.5, default: 1}
  - {id: family, label: Family, kind: choice, default: arm, choices: [{value: arm, label: ARM},
     {value: x86, label: Intel}]}
  - {id: region, label: Region, kind: choice, default: us-east-1, choices: [{value: us-east-1,
     label: Virginia}, {value: mars-1, label: Mars}]}
  - {id: idle, label: Switched off at night, kind: switch, default: false}
let:
  hours: 744 / 2 if idle else 744
  vcpu: price('AmazonECS:fargate.arm.vcpu', region)
outputs:
  - {id: usd, label: One task, unit: USD/month, expr: "hours * (0.25 * vcpu + gib *
     price('AmazonECS:fargate.arm.gb', region))"}
  - {id: hours_on, label: Hours, unit: h, expr: hours, decimals: 0}
expect:
  - {output: usd, equals: 8.67, tolerance: {abs: 0.005}}
chart: {x: gib, y: [usd], alt: A straight line that rises with the memory.}
"""


def value(found: Answer, id_: str) -> Decimal:
    result = found.result(id_)
    assert result is not None
    assert result.value is not None, result.reason
    return result.value


def test_a_formula_gives_the_line_of_the_printed_bill() -> None:
    """0.25 vCPU and 1 GB on ARM for 744 hours: 8.67; half a GB: 7.35 (S0-067, C0-04)."""
    made = calculator(TASK)
    assert cents(value(answer(made), "usd")) == Decimal("8.67")
    assert cents(value(answer(made, gib=Decimal("0.5")), "usd")) == Decimal("7.35")


def test_the_steps_on_the_way_and_the_price_rows_come_with_the_answer() -> None:
    found = answer(calculator(TASK), idle=True)
    assert [(one.name, one.value) for one in found.worked] == [
        ("hours", Decimal(372)),
        ("vcpu", Decimal("0.03238")),
    ]
    assert found.rows == (
        ("AmazonECS:fargate.arm.vcpu", "us-east-1"),
        ("AmazonECS:fargate.arm.gb", "us-east-1"),
    )


def test_a_price_that_is_not_known_is_no_zero_and_spoils_only_what_needs_it() -> None:
    found = answer(calculator(TASK), region="mars-1")
    usd = found.result("usd")
    assert usd is not None
    assert usd.value is None
    assert "mars-1" in usd.reason
    assert value(found, "hours_on") == 744


def test_a_formula_without_a_result_says_why() -> None:
    made = calculator(
        TASK.replace("hours_on, label: Hours", "each, label: Each").replace(
            "expr: hours,", "expr: hours / (gib - 4),"
        )
    )
    each = answer(made, gib=Decimal(4)).result("each")
    assert each is not None
    assert (each.value, each.reason) == (None, "a division by 0")


STEPS = """\
engine: formula
inputs:
  - {id: x, label: Requests a day, min: 0, max: 3000000, step: 10000, default: 0}
outputs:
  - {id: functions, label: Functions, unit: USD/month, expr: x * 730 / 24 * (0.000001 +
     0.0000002 + 0.00775 * 0.0000133334)}
  - {id: containers, label: Containers, unit: USD/month, expr: "31.025 + 7.20875 * max(2, ceil(x
     / 300000))"}
expect:
  - {output: functions, equals: 0}
chart: {x: x, y: [functions, containers], alt: A slope that crosses a staircase five times.}
"""


def test_two_curves_of_a_formula_meet_five_times() -> None:
    """The five crossings that pricing.md section 10 publishes; a bisection finds one of them."""
    made = calculator(STEPS)
    found = crossed(made, defaults(made), Formulas({}, {}, shipped_engines()))
    assert found is not None
    wanted = [
        (2_055_498, "crossing"),
        (2_100_000, "step"),
        (2_237_339, "crossing"),
        (2_400_000, "step"),
        (2_419_181, "crossing"),
    ]
    assert [one.kind for one in found.crossings] == [kind for _x, kind in wanted]
    for crossing, (x, _kind) in zip(found.crossings, wanted, strict=True):
        assert abs(crossing.x - x) <= 1


def test_a_curve_keeps_its_steps_and_leaves_out_what_lies_on_a_line() -> None:
    made = calculator(STEPS)
    found = curve(made, defaults(made), Formulas({}, {}, shipped_engines()))
    assert found is not None
    xs = [x for x, _heights in found.points]
    assert {Decimal(600_000), Decimal(610_000), Decimal(900_000), Decimal(910_000)} <= set(xs)
    assert len(xs) < 60
    assert [xs[0], xs[-1]] == [0, 3_000_000]


def test_positions_of_a_logarithmic_input_are_on_its_grid_and_spread_by_ratio() -> None:
    made = calculator(
        STEPS.replace(
            "min: 0, max: 3000000, step: 10000, default: 0",
            "scale: log, min: 1, max: 1001, step: 1, default: 1",
        )
    )
    places = positions(made.inputs[0])
    assert places[:3] == [1, 2, 3]
    assert places[-1] == 1001
    middle = places[len(places) // 2]
    assert middle == middle.to_integral_value()
    assert len(places) < 500


def test_a_chart_over_choices_has_a_column_for_each() -> None:
    made = calculator(
        TASK.replace("{x: gib, y: [usd], alt", "{x: region, y: [usd], kind: bar, alt")
    )
    found = columns(made, defaults(made), Formulas({}, {}, shipped_engines()))
    assert [(one.label, one.heights[0] is None) for one in found] == [
        ("Virginia", False),
        ("Mars", True),
    ]


# ---- engines over systems

BILL = """\
engine: bill
architecture: fargate
inputs:
  - {id: mem, label: Memory, unit: MiB, min: 512, max: 2048, step: 512, default: 1024, bind:
     api.memory_mib}
  - {id: month, label: Month, kind: choice, default: 744, choices: [{value: 744, label: 31
     days}, {value: 730, label: Average}], bind: month_hours}
expect:
  - {output: monthly_usd, between: [90, 91]}
chart: {x: mem, y: [monthly_usd], alt: The bill rises a little with the memory of the task.}
"""


def fargate() -> dict[str, Architecture]:
    return dict(pack_000().architectures)


def test_a_bill_moves_with_its_inputs() -> None:
    """744 h: the task 8.67 (S0-067); 512 MiB 1.32 less (C0-05); NAT for 730 h 0.045 an hour."""
    made = calculator(BILL)
    full = answer(made, fargate())
    assert cents(value(full, "monthly_usd")) == Decimal("90.87")
    assert cents(value(full, "component.api")) == Decimal("8.67")
    half = answer(made, fargate(), mem=Decimal(512))
    saved = value(full, "monthly_usd") - value(half, "monthly_usd")
    assert cents(saved) == Decimal("1.32")
    short = answer(made, fargate(), month=Decimal(730))
    nat = value(full, "component.nat") - value(short, "component.nat")
    assert cents(nat) == cents(14 * (Decimal("0.045") + Decimal("0.005")))


def test_a_size_that_does_not_exist_is_refused_at_its_input() -> None:
    made = calculator(BILL.replace("max: 2048", "max: 4096"))
    with pytest.raises(SettingRefused, match="memory") as refused:
        answer(made, fargate(), mem=Decimal(4096))
    assert refused.value.control == "mem"


def test_the_curve_of_a_bill_agrees_with_its_answers() -> None:
    """The short way along a dial against the whole bill, position by position."""
    made = calculator(BILL)
    found = curve(made, defaults(made), Formulas(fargate(), {}, shipped_engines()))
    assert found is not None
    assert [x for x, heights in found.points if heights == (None,)] == [1536]
    for x, heights in found.points:
        if x != 1536:  # 256 CPU units have no such size
            assert heights == (value(answer(made, fargate(), mem=x), "monthly_usd"),)


def levers() -> tuple[Lever, ...]:
    """The documented cuts of seed 000: no gateway, parameters for keys, half the memory."""
    cut = pack_000().architectures["cut-public"]
    nat = Change(
        remove=("nat",),
        set={"api.public_ipv4": "true", "api.subnet": "public"},
        drop_flows=("payment",),
    )
    parameters = cut.components["parameters"]
    return (
        Lever(id="address", text="An address instead of the gateway", change=nat),
        Lever(
            id="parameters",
            text="Parameters instead of keys",
            change=Change(remove=("keys",), add={"parameters": parameters}),
        ),
        Lever(
            id="memory",
            text="Half the memory",
            change=Change(set={"api.memory_mib": "512"}),
            excludes=("more",),
        ),
        Lever(id="more", text="Twice the memory", change=Change(set={"api.memory_mib": "2048"})),
    )


def portfolio() -> Calculator:
    return Calculator.model_construct(
        id="test", line=1, engine="portfolio", architecture="fargate", levers=levers(), expect=()
    )


def test_the_levers_of_seed_000_take_90_87_to_43_97() -> None:
    """j0-15: -33.65 for the gateway with its address, -11.93 for the keys, -1.32 for memory."""
    made = portfolio()
    found = answer(made, fargate(), address=True, parameters=True, memory=True)
    assert cents(value(answer(made, fargate()), "total_usd")) == Decimal("90.87")
    assert cents(value(found, "total_usd")) == Decimal("43.97")
    assert [(one.lever, cents(one.usd)) for one in found.moves] == [
        ("address", Decimal("-33.65")),
        ("parameters", Decimal("-11.93")),
        ("memory", Decimal("-1.32")),
    ]
    assert value(found, "saved_usd") == -sum(one.usd for one in found.moves)


def test_levers_that_exclude_each_other_are_not_pulled_together() -> None:
    settings = read(portfolio(), {"memory": "true", "more": "true"})
    assert settings.problems == {
        "more": 'This does not go together with "Half the memory": take one of them out.'
    }


def system(**components: Component) -> Architecture:
    return Architecture(
        id="x",
        title="A system",
        region="us-east-1",
        month_hours=730,
        demand=Demand(requests_per_day=Decimal(1)),
        components=components,
    )


def part(kind: str, id_: str, **values: object) -> Component:
    return KINDS[kind].model_validate({"id": id_, **values})


def rivals_of_section_10() -> dict[str, Architecture]:
    """HTTP API and a function; two small tasks behind a balancer without its units, 45.44."""
    code = part("lambda_function", "code", memory_mib=256, avg_ms=31, arch="arm64")
    tasks = part(
        "fargate_service", "api", cpu=256, memory_mib=512, arch="arm64", tasks=2, public_ipv4=True
    )
    return {
        "functions": system(gateway=part("http_api", "gateway"), code=code),
        "tasks": system(lb=part("alb", "lb"), api=tasks),
        "nat": system(
            gateway=part("http_api", "gateway"), code=code, nat=part("nat_gateway", "nat")
        ),
    }


BREAK_EVEN = """\
engine: breakeven
architecture: functions
against: tasks
inputs:
  - {id: rate, label: Requests, unit: req/day, min: 0, max: 3000000, step: 10000, default: 0,
     bind: demand.requests_per_day}
  - {id: memory, label: Memory, min: 256, max: 1024, step: 256, default: 256, bind: code.memory_mib}
  - {id: tasks, label: Tasks, min: 1, max: 4, step: 1, default: 2, bind: "against:api.tasks"}
expect:
  - {output: crossings, equals: 1}
"""
PER_REQUEST = Decimal("0.0000012") + Decimal("0.00775") * Decimal("0.0000133334")


def test_a_break_even_is_where_the_arithmetic_says() -> None:
    """Per request 1.00 + 0.20 a million and 0.0077 GB-s; 45.4425 a month for the tasks."""
    found = answer(calculator(BREAK_EVEN), rivals_of_section_10())
    wanted = Decimal("45.4425") / PER_REQUEST / 730 * 24
    assert abs(value(found, "first_crossing") - wanted) < 1
    assert value(found, "crossings") == 1
    assert found.break_even is not None
    assert [one.cheaper for one in found.break_even.stretches] == ["a", "b"]


def test_a_gateway_on_one_side_moves_the_break_even_down() -> None:
    made = calculator(BREAK_EVEN.replace("architecture: functions", "architecture: nat"))
    wanted = (Decimal("45.4425") - Decimal("36.50")) / PER_REQUEST / 730 * 24
    found = answer(made, rivals_of_section_10())
    assert abs(value(found, "first_crossing") - wanted) < 1


def test_an_input_can_turn_the_second_system_alone() -> None:
    one = answer(calculator(BREAK_EVEN), rivals_of_section_10(), tasks=Decimal(1))
    two = answer(calculator(BREAK_EVEN), rivals_of_section_10())
    assert value(one, "first_crossing") < value(two, "first_crossing")


def test_a_range_without_a_crossing_has_none_and_names_the_cheaper_side() -> None:
    made = calculator(BREAK_EVEN.replace("max: 3000000", "max: 100000"))
    found = answer(made, rivals_of_section_10())
    first = found.result("first_crossing")
    assert first is not None
    assert first.value is None
    assert value(found, "crossings") == 0
    assert found.break_even is not None
    assert [one.cheaper for one in found.break_even.stretches] == ["a"]


def test_the_curves_of_a_break_even_have_both_bills() -> None:
    formulas = Formulas(rivals_of_section_10(), {}, shipped_engines())
    made = calculator(BREAK_EVEN)
    found = rivals(made, defaults(made), formulas)
    assert cents(found.points[0][1][1] or Decimal(0)) == Decimal("45.44")
    assert found.points[0][1][0] == 0


TORNADO = """\
engine: tornado
architecture: tasks
inputs:
  - {id: count, label: Tasks, kind: number, min: 1, max: 4, default: 2, bind: api.tasks, help:
     One to four tasks are enough}
  - {id: units, label: Load units, kind: number, min: 0, max: 2, default: 1, bind: lb.lcu, help:
     Nobody has measured them}
expect:
  - {output: likely_usd, between: [45, 55]}
"""


def test_a_tornado_moves_one_assumption_at_a_time() -> None:
    """A task with its address is 10.86 for 730 h (0.25 x 0.03238 + 0.5 x 0.00356 + 0.005);
    a load unit is 0.008 an hour."""
    found = answer(calculator(TORNADO), rivals_of_section_10())
    task = 730 * (
        Decimal("0.25") * Decimal("0.03238")
        + Decimal("0.5") * Decimal("0.00356")
        + Decimal("0.005")
    )
    unit = 730 * Decimal("0.008")
    assert found.tornado is not None
    assert [(one.assumption.name, one.low_usd, one.high_usd) for one in found.tornado.sways] == [
        ("count", -task, 2 * task),
        ("units", -unit, unit),
    ]
    assert value(found, "low_usd") == value(found, "likely_usd") - task - unit
    assert value(found, "high_usd") == value(found, "likely_usd") + 2 * task + unit


DOWNTIME = """\
engine: downtime
architecture: fargate
inputs:
  - {id: tasks, label: Tasks, min: 1, max: 4, step: 1, default: 1, bind: api.tasks}
expect:
  - {output: percent, between: [99, 100]}
"""


def test_downtime_is_the_needle_of_the_system() -> None:
    found = answer(calculator(DOWNTIME), fargate())
    minutes = assess(fargate()["fargate"], PriceBook.shipped()).downtime.minutes
    assert minutes is not None
    assert value(found, "minutes_month") == minutes
    assert abs(value(found, "percent") - 100 * (1 - minutes / (744 * 60))) < Decimal("1E-20")


LATENCY = """\
engine: latency
architecture: one
flow: call
inputs:
  - {id: daily, label: Calls a day, kind: number, min: 0, max: 99999999, default: 4320000,
     bind: demand.requests_per_day}
  - {id: workers, label: Workers, min: 1, max: 4, step: 1, default: 1, bind: code.workers}
expect:
  - {output: mean_ms, equals: 20}
"""


def queue(**values: object) -> dict[str, Architecture]:
    """A process that takes 10 ms for each call: 100 a second keep one worker busy."""
    hop = FlowHop("code", Decimal(10))
    one = system(code=part("process", "code", **values))
    return {"one": replace(one, flows={"call": Flow("call", "A call", (hop,))})}


def latency(**values: Decimal) -> Answer:
    return answer(calculator(LATENCY), queue(), **values)


def test_a_worker_that_is_busy_for_half_of_the_time_doubles_the_mean() -> None:
    """M/M/1: s / (1 - rho) = 10 / 0.5 ms, at 4,320,000 a day, which is 50 a second."""
    found = latency()
    assert value(found, "rate_rps") == 50
    assert value(found, "utilisation") == 50
    assert value(found, "max_rps") == 100
    assert float(value(found, "mean_ms")) == pytest.approx(20, rel=1e-6)


def test_half_of_the_calls_to_a_worker_that_is_half_busy_do_not_wait() -> None:
    """M/M/1 waiting: P(W > t) = rho e^(-(mu - lambda) t), so p95 waits ln(0.5 / 0.05) / 50 s."""
    found = latency()
    assert float(value(found, "p50_ms")) == pytest.approx(10, abs=0.2)
    assert float(value(found, "p95_ms")) == pytest.approx(10 + 1000 * log(10) / 50, rel=0.005)
    assert float(value(found, "p99_ms")) == pytest.approx(10 + 1000 * log(50) / 50, rel=0.005)


@pytest.mark.parametrize("daily", [864000, 8639999, 86400000])
@pytest.mark.parametrize("workers", [1, 3])
def test_the_most_that_a_way_takes_does_not_depend_on_what_comes(daily: int, workers: int) -> None:
    found = latency(daily=Decimal(daily), workers=Decimal(workers))
    assert value(found, "max_rps") == 100 * workers


def test_beyond_the_most_there_is_no_percentile_and_a_sentence() -> None:
    found = latency(daily=Decimal(8_640_000))
    for name in ("p50_ms", "p95_ms", "p99_ms", "mean_ms"):
        result = found.result(name)
        assert result is not None
        assert (result.value, result.lack) == (None, "overloaded")
        assert result.reason == "Work arrives faster than it is done at: Process."
    assert value(found, "utilisation") == 100


def test_what_nobody_asks_for_is_not_busy_and_has_no_limit() -> None:
    found = latency(daily=Decimal(0))
    most = found.result("max_rps")
    assert most is not None
    assert (most.value, most.lack) == (None, "not modelled")
    assert value(found, "utilisation") == 0
    assert value(found, "p99_ms") == 10


def test_a_system_without_the_way_has_no_latency() -> None:
    one = {"one": replace(queue()["one"], flows={})}
    result = answer(calculator(LATENCY), one).result("p95_ms")
    assert result is not None
    assert (result.value, result.lack) == (None, "not modelled")
    assert result.reason == "The system has no flow call."


def test_the_curve_of_a_latency_ends_where_the_queue_begins_to_grow() -> None:
    chart = "chart: {x: daily, y: [p95_ms], alt: The line rises towards the limit and ends.}\n"
    made = calculator(LATENCY.replace("max: 99999999", "max: 10000000") + chart)
    line = curve(made, defaults(made), Formulas(queue(), {}, shipped_engines()))
    assert line is not None
    shown = [x for x, (height,) in line.points if height is not None]
    hidden = [x for x, (height,) in line.points if height is None]
    assert max(shown) < 8_640_000 <= min(hidden)


# ---- what is typed


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write a number, such as 8.67."),
        ("1.250,5", "Write the number without thousands separators: 1234.5, not 1,234.5."),
        (
            "1 GB",
            "Write the number alone, in digits, such as 8.67; the unit stands beside the field.",
        ),
        ("0", "Write a number from 0.5 to 4 GB."),
        ("-1", "Write a number from 0.5 to 4 GB."),
        ("999999999999", "Write a number from 0.5 to 4 GB."),
        ("1" * 40, "Write at most 12 digits before the decimal point and 6 after it."),
        ("1.2", "Write a number in steps of 0.5 from 0.5 to 4 GB: 1.0, for instance."),
        (
            "NaN",
            "Write the number alone, in digits, such as 8.67; the unit stands beside the field.",
        ),
    ],
)
def test_a_number_that_cannot_be_used_says_what_to_write(typed: str, sentence: str) -> None:
    settings = read(calculator(TASK), {"gib": typed})
    assert settings.problems == {"gib": sentence}
    assert "gib" not in settings.values


def test_both_ends_and_a_decimal_comma_are_numbers() -> None:
    made = calculator(TASK)
    for typed, wanted in (("0.5", "0.5"), ("4", "4"), ("1,5", "1.5"), (" 2 ", "2")):
        assert read(made, {"gib": typed}).values["gib"] == Decimal(wanted)


def test_a_choice_a_switch_and_a_name_that_are_not_there_are_told() -> None:
    settings = read(calculator(TASK), {"family": "risc", "idle": "yes", "gibb": "1"})
    assert settings.problems == {
        "family": "Choose one of these: arm, x86.",
        "idle": "Choose on or off: true or false.",
        "gibb": "This calculator has nothing called gibb; the nearest is gib.",
    }
    assert settings.values == {"gib": Decimal(1), "region": "us-east-1"}


RULE = """\
engine: alarms
seed: 11
inputs:
  - {id: threshold, label: Failed requests, unit: "%", kind: number, min: 0, default: 3}
  - {id: datapoints, label: In a row, kind: number, min: 1, default: 1}
  - {id: period_s, label: Period, unit: s, kind: number, min: 1, default: 60}
expect:
  - {output: false_pages_week, between: [300, 345]}
"""


def test_an_alarm_shows_its_false_pages_beside_those_of_arithmetic() -> None:
    found = answer(calculator(RULE))
    by_hand = next(one.value for one in found.worked if one.name == "false_pages")
    assert isinstance(by_hand, Decimal)
    assert value(found, "false_pages_week") == pytest.approx(by_hand, rel=Decimal("0.05"))


@pytest.mark.parametrize(
    ("name", "number"), [("threshold", 0), ("threshold", 101), ("datapoints", 61), ("period_s", 9)]
)
def test_an_alarm_that_cannot_be_is_refused_at_its_input(name: str, number: int) -> None:
    with pytest.raises(SettingRefused) as refused:
        answer(calculator(RULE), **{name: Decimal(number)})
    assert refused.value.control == name


def test_an_alarm_that_notices_nothing_has_no_time_to_a_page() -> None:
    late = answer(calculator(RULE), threshold=Decimal(100)).result("minutes_to_page")
    assert late is not None
    assert (late.value, late.lack) == (None, "never")
