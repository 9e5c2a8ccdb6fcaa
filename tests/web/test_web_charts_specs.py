from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from drawings import parsed, spec_of

from archlab.web import styleguide
from archlab.web.charts import Bar, Mark, Series, bar_chart, line_chart
from archlab.web.charts.specs import CONFIG
from archlab.web.charts.validator import validated

ROOT = Path(settings.ROOT)
FIGURES = {str(parsed(html).get("id")): html for html in styleguide.samples()["charts"]}  # type: ignore[attr-defined]
TOUCHED = {id_: html for id_, html in FIGURES.items() if "data-plotly" in html}
LIMIT = 100


def modules() -> dict[str, str]:
    folder = ROOT / "archlab/web/charts"
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}


@pytest.mark.parametrize("id_", TOUCHED)
def test_plotly_takes_every_specification(id_: str) -> None:
    assert validated(spec_of(TOUCHED[id_]))["config"] == CONFIG


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": [{"type": "bars"}]},
        {"data": [{"type": "bar", "colour": "red"}]},
        {"data": [], "layout": {"font": {"color": "accent"}}},
    ],
)
def test_plotly_refuses_a_wrong_specification(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Invalid"):
        validated(wrong)


def test_a_wrong_specification_is_found_while_developing(settings: Any, monkeypatch: Any) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(
        "archlab.web.charts.bars.bar_spec", lambda *_, **__: {"data": [{"type": "x"}]}
    )
    with pytest.raises(ValueError, match="Invalid"):
        bar_chart([], id_="x", finding="x", x_label="x", interactive=True)


def test_the_toolbar_and_its_way_to_a_vendor_are_off() -> None:
    assert CONFIG == {
        "displayModeBar": False,
        "displaylogo": False,
        "showSendToCloud": False,
        "responsive": True,
    }


def test_python_and_the_browser_have_the_same_plotly() -> None:
    from plotly import offline

    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert offline.get_plotlyjs_version() == pinned["plotly.js-basic-dist-min"]


def test_only_charts_that_may_be_touched_carry_a_specification() -> None:
    quiet = line_chart([], id_="quiet", finding="x", x_label="x", y_label="y")
    for html in (quiet, str(styleguide.samples()["bill"]), str(styleguide.samples()["stairs"])):
        assert "plotly" not in html
        assert "<script" not in html


def test_floats_are_made_for_plotly_and_for_pixels_alone() -> None:
    asked = {name for name, text in modules().items() if "float(" in text}
    assert asked <= {"specs.py", "scale.py", "stairs.py"}


def test_every_colour_of_a_specification_is_a_registered_token() -> None:
    css = (ROOT / "static/archlab.css").read_text(encoding="utf-8")
    registered = set(re.findall(r'@property (--[\w-]+) \{ syntax: "<color>"', css))
    used = set(re.findall(r"var\((--[\w-]+)\)", " ".join(TOUCHED.values()))) - {"--sans"}
    assert {"--ink", "--accent", "--series-5"} <= used <= registered


def test_names_are_text_for_plotly_too() -> None:
    name = "<a href='https://example.org'>x</a>"
    series = Series(name, ((Decimal(1), Decimal(2)),))
    mark = Mark(Decimal(1), Decimal(2), name)
    lines = line_chart(
        [series], id_="x", finding=name, x_label=name, y_label=name, marks=[mark], interactive=True
    )
    bars = bar_chart(
        [Bar(name, None, reason=name)], id_="y", finding=name, x_label=name, interactive=True
    )
    for html in (lines, bars):
        assert "<a " not in json.dumps(spec_of(html))
        assert "&lt;a href" in json.dumps(spec_of(html))


def test_no_words_of_a_specification_are_styled() -> None:
    """Plotly writes bold and coloured words as inline styles, which the policy blocks."""
    for html in TOUCHED.values():
        words = json.dumps(spec_of(html)["layout"])
        assert set(re.findall(r"<(\w+)", words)) <= {"br"}


@pytest.mark.parametrize("id_", FIGURES)
def test_a_figure_has_a_finding_two_drawings_and_a_table(id_: str) -> None:
    figure = parsed(FIGURES[id_])
    finding = figure.find("./figcaption/span")
    assert finding is not None
    titles = [title.text for title in figure.iter("title")]
    assert titles == [finding.text, finding.text]
    assert figure.find("./details//table") is not None
    assert all(svg.get("role") == "img" for svg in figure.iter("svg"))
    assert "style=" not in FIGURES[id_]


def test_the_takeover_is_at_most_a_hundred_lines() -> None:
    assert len((ROOT / "static/js/chart.js").read_text(encoding="utf-8").splitlines()) <= LIMIT
