from __future__ import annotations

from django.urls import path

from archlab.calculators import views

app_name = "calculators"

# /calculators/
urlpatterns = [
    path("", views.index, name="index"),
    path("cost/", views.cost, name="cost"),
    path("compare/", views.compare, name="compare"),
    path("break-even/", views.break_even, name="break_even"),
    path("sensitivity/", views.sensitivity, name="sensitivity"),
    path("scaling/", views.scaling, name="scaling"),
]
