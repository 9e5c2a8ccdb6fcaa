from __future__ import annotations

from django.urls import path

from archlab.operations import views

app_name = "operations"
urlpatterns = [
    path("healthz/live", views.live, name="live"),
    path("healthz/ready", views.ready, name="ready"),
    path("prices/", views.prices, name="prices"),
    path("prices/compare/", views.compare, name="compare"),
    path("prices/<str:key>/", views.price, name="price"),
    path("people/", views.people, name="people"),
]
