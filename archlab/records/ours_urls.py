from __future__ import annotations

from django.urls import path

from archlab.records import ours_views

app_name = "decisions"

# /decisions/
urlpatterns = [
    path("", ours_views.listing, name="list"),
    path("<slug:slug>/", ours_views.page, name="page"),
]
