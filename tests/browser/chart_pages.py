"""The site with two pages more: the style guide, and a calculator of one field and one chart."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from archlab.web import views
from archlab.web.charts import Series, line_chart

FORM = """\
<form id="sample" method="get" action="/sample/" hx-get="/sample/"
 hx-trigger="input delay:200ms, submit" hx-swap="outerMorph" hx-sync="this:replace" novalidate>
<p class="field"><label for="slope">Slope</label><span class="measure">
<input type="text" inputmode="decimal" id="slope" name="slope" value="{{ slope }}"></span>
<input type="range" id="slope-s" min="0" max="100" value="{{ slope }}" aria-label="Slope"></p>
<button class="press" id="compute">Compute</button>{{ chart }}</form>"""
PAGE = """\
{% extends "layouts/base.html" %}{% load static %}
{% block head %}<script src="{% static "js/chart.js" %}" type="module"></script>
<script src="{% static "js/slider.js" %}" type="module"></script>{% endblock %}
{% block content %}<h1>Sample</h1>FORM{% endblock %}""".replace("FORM", FORM)


def sample(request: HttpRequest) -> HttpResponse:
    slope = Decimal(request.GET.get("slope", "2"))
    line = Series("Line", tuple((Decimal(x), slope * x) for x in range(4)))
    words = {"finding": f"Slope {slope}", "x_label": "hours", "y_label": "USD a month"}
    chart = line_chart([line], id_="line", interactive=True, **words)  # type: ignore[arg-type]
    swap = request.headers.get("HX-Request-Type") == "partial"
    template = engines["django"].from_string(FORM if swap else PAGE)
    return HttpResponse(template.render({"slope": slope, "chart": chart}, request))


urlpatterns = [
    path("styleguide/", views.styleguide),
    path("sample/", sample),
    path("", include("archlab.urls")),
]
handler404 = "archlab.web.errors.not_found"
