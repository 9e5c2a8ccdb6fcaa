from __future__ import annotations

from django.urls import path

from archlab.calculators import formula_views, views
from archlab.calculators.labs.pages import PAGES

app_name = "calculators"

# /calculators/
system_urls = [
    path("", views.index, name="index"),
    path("cost/", views.cost, name="cost"),
    path("compare/", views.compare, name="compare"),
    path("break-even/", views.break_even, name="break_even"),
    path("sensitivity/", views.sensitivity, name="sensitivity"),
    path("scaling/", views.scaling, name="scaling"),
    path("waterfall/", views.waterfall, name="waterfall"),
]

lab_urls = [
    path(f"{slug}/{rest}", view, {"slug": slug}, name=name)
    for slug in PAGES
    for rest, view, name in (
        ("", views.lab, "lab"),
        ("exactly/", views.run_exactly, "run_exactly"),
        ("progress/", views.progress, "progress"),
        ("cancel/", views.cancel, "cancel"),
    )
]

formula_urls = [
    path("matrix/", formula_views.matrix, name="matrix"),
    path("<slug:slug>/", formula_views.formula, name="formula"),
]

urlpatterns = [*system_urls, *lab_urls, *formula_urls]
