from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory, override_settings
from django.utils import translation

from archlab.domain.architecture import Assessment, Downtime, Latency, Risk
from archlab.domain.pricing import Bill, Line, Status
from archlab.web import needles
from archlab.web.needles import Reading, readings
from archlab.web.templatetags.archlab import full_scale


def rendered(source: str, request: HttpRequest | None = None, **context: object) -> str:
    template = Template("{% load archlab %}" + source)
    filled = RequestContext(request, context) if request else Context(context)
    return template.render(filled)


def assessment(
    usd: str = "90.87", p99_ms: float | None = 41, minutes: str | None = "12.7", missing: int = 0
) -> Assessment:
    priced = Line(("api",), "Task", Decimal(usd), None, None, Status.UNDOCUMENTED, ())
    unpriced = Line(("x",), "X", None, None, None, Status.UNPRICED, ())
    state = "not modelled" if p99_ms is None else "modelled"
    down = None if minutes is None else Decimal(minutes)
    risks = (Risk(Decimal(5), "outgoing calls", "", (), ()),) if down else ()
    return Assessment(
        Bill((priced, *[unpriced] * missing), 744, "us-east-1", "prices"),
        Latency(state, None if p99_ms is None else 17, p99_ms, 144 / 86_400),  # type: ignore[arg-type]
        Downtime("modelled" if down else "not modelled", down, risks, MappingProxyType({})),
    )


def test_a_move_is_said_in_words() -> None:
    cost, latency, downtime = readings(assessment(), assessment("53.50", 320, "7.7"))
    assert (cost.value, cost.unit, cost.delta) == ("90.87", "USD", "37.37 more")
    assert (latency.value, latency.delta) == ("17 / 41", "279 ms less")
    assert (downtime.value, downtime.delta) == ("12.7", "5.0 min more")


def test_without_a_move_a_needle_says_at_what_load_and_for_how_long() -> None:
    cost, latency, downtime = readings(assessment())
    assert cost.note == "744 hours"
    assert latency.note == "at 6 requests an hour"
    assert downtime.note == "and 5.0 min for outgoing calls"
    assert not any(reading.moved for reading in (cost, latency, downtime))


def test_what_is_not_known_is_a_state_and_never_nought() -> None:
    cost, latency, downtime = readings(assessment(p99_ms=None, minutes=None, missing=2))
    assert cost.note == "744 hours, 2 parts not priced"
    assert (latency.value, latency.now) == ("not modelled", None)
    assert (downtime.value, downtime.now) == ("not modelled", None)


def test_an_overloaded_system_says_so() -> None:
    full = Latency("overloaded", None, None, 50.0, "page", None, "Work arrives too fast.")
    busy = Assessment(assessment().cost, full, assessment().downtime)
    assert readings(busy)[1].value == "overloaded"


def test_latency_and_unit_stay_together_when_the_tail_takes_seconds() -> None:
    assert readings(assessment(p99_ms=61_000))[1].value == "17 ms / 61.0"


def test_a_needle_as_a_sentence() -> None:
    cost = readings(assessment(), assessment("53.50"))[0]
    assert needles.words(cost) == "Cost: 90.87 USD, 37.37 more, 744 hours"


def test_the_band_has_three_needles_with_links_to_their_why() -> None:
    html = rendered(
        "{% needles now before why %}",
        now=assessment(),
        before=assessment("53.50"),
        why={"usd": "/why/usd/"},
    )
    assert re.findall(r'data-needle="(\w+)"', html) == ["usd", "latency", "downtime"]
    assert 'href="/why/usd/"' in html
    assert html.count('class="move"') == 1
    assert "style=" not in html


@pytest.mark.parametrize(
    ("values", "top"),
    [((0.0,), 1), ((90.87, 53.5), 100), ((100.0,), 100), ((101.0, None), 200), ((41.0,), 50)],
)
def test_a_scale_ends_at_a_round_number(values: tuple[float | None, ...], top: float) -> None:
    assert full_scale(*values) == top


def test_the_pointer_stands_where_the_value_is() -> None:
    item = Reading("usd", "25.00", "USD", 25.0, 50.0)
    html = rendered("{% gauge item %}", item=item)
    assert 'x1="100.0%" x2="50.0%"' in html
    assert html.index('x="50.0%"') > html.index('x="100.0%"')


@pytest.mark.parametrize("basis", ["documented", "modelled", "assumed"])
def test_a_figure_carries_its_basis_as_line_word_and_link(basis: str) -> None:
    html = rendered('{% figure "33.65" basis "/why/" "line 128" %}', basis=basis)
    assert html.startswith(f'<a class="fig {basis}" href="/why/" title="line 128">')
    assert basis in re.sub("<[^>]+>", "", html)


def test_only_an_assumed_figure_shows_the_word_to_everybody() -> None:
    assert "visually-hidden" not in rendered('{% figure "3.78" "assumed" %}')
    assert "visually-hidden" in rendered('{% figure "33.65" "documented" %}')


def test_a_figure_of_no_known_basis_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="documented, modelled, assumed"):
        rendered('{% figure "33.65" "guessed" %}')


@pytest.mark.parametrize(
    "source",
    [
        "{% figure evil 'modelled' evil evil %}",
        "{% stamp evil %}",
        "{% verdict evil %}",
        "{% panel title=evil %}{{ evil }}{% endpanel %}",
        "{% state evil %}",
        "{% table_twin summary=evil %}{{ evil }}{% endtable_twin %}",
    ],
)
def test_components_escape_what_they_are_given(source: str) -> None:
    html = rendered(source, evil='"><script>')
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_panel_has_a_heading_of_the_level_asked_for() -> None:
    html = rendered('{% panel title="Cost" level=2 tone="red" %}<p>x</p>{% endpanel %}')
    assert html == '<section class="panel red"><h2>Cost</h2><p>x</p></section>'


def test_a_residual_names_its_amount() -> None:
    html = rendered('{% state "residual" residual %}', residual=Decimal("0.07"))
    assert html == '<span class="state residual">residual +0.07</span>'


@pytest.mark.parametrize(("share", "width"), [(0.5, "50.0"), (7, "100.0"), (-1, "0.0")])
def test_an_effect_bar_stays_in_its_frame(share: float, width: str) -> None:
    assert f'width="{width}"' in rendered("{% effect share %}", share=share)


class Form(forms.Form):
    memory = forms.IntegerField()


def test_a_refused_form_says_what_to_mend_and_where() -> None:
    form = Form({"memory": "lots"}, auto_id="id_%s")
    form.add_error(None, "The step has moved on.")
    html = rendered("{% error_summary form %}{% field_errors form.memory %}", form=form)
    assert '<li><a href="#id_memory">Enter a whole number.</a></li>' in html
    assert "<li>The step has moved on.</li>" in html
    assert 'tabindex="-1" autofocus' in html
    assert '<p class="problem" id="id_memory-problem">Enter a whole number.</p>' in html


def test_a_form_without_errors_shows_none() -> None:
    form = Form({"memory": "1"})
    assert rendered("{% error_summary form %}{% field_errors form.memory %}", form=form) == ""


def page(cookie: str = "") -> HttpRequest:
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES["theme"] = cookie
    return request


def test_the_page_has_the_theme_of_the_cookie() -> None:
    assert rendered("{% page_attributes %}", page("dark")) == (
        'lang="en" dir="ltr" data-theme="dark"'
    )


@pytest.mark.parametrize("cookie", ["", "neon", '"><script>'])
def test_any_other_cookie_leaves_the_theme_to_the_device(cookie: str) -> None:
    assert rendered("{% page_attributes %}", page(cookie)) == 'lang="en" dir="ltr"'


@override_settings(LANGUAGES=[("en", "English"), ("ar", "Arabic")])
def test_the_direction_follows_the_language() -> None:
    with translation.override("ar"):
        assert rendered("{% page_attributes %}", page()) == 'lang="ar" dir="rtl"'


def test_a_page_without_a_request_has_attributes_too() -> None:
    assert rendered("{% page_attributes %}") == 'lang="en" dir="ltr"'
