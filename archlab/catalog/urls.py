from __future__ import annotations

from django.urls import path

from archlab.catalog import views

app_name = "catalog"

# /scenarios/
urlpatterns = [
    path("", views.catalogue, name="list"),
    path("<slug:slug>/", views.scenario, name="scenario"),
    path("<slug:slug>/glossary/", views.glossary, name="glossary"),
    path("<slug:slug>/evidence/", views.evidence, name="evidence"),
    path("<slug:slug>/<slug:architecture>/template.json", views.template, name="template"),
]
