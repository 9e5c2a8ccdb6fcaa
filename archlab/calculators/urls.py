from __future__ import annotations

from django.urls import path

from archlab.calculators import formula_views, views
from archlab.calculators.labs.all import LABS

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
    path("load/", views.load, name="load"),
]

lab_urls = [path(f"{slug}/", views.lab, {"slug": slug}, name="lab") for slug in LABS]

formula_urls = [
    path("<slug:slug>/", formula_views.formula, name="formula"),
]

urlpatterns = [*system_urls, *lab_urls, *formula_urls]
