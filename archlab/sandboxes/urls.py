from __future__ import annotations

from django.urls import path

from archlab.sandboxes import views

app_name = "sandboxes"

# /sandboxes/<run>/
run_urls = [
    path("<uuid:run_id>/", views.run, name="run"),
    path("<uuid:run_id>/template.json", views.template, name="template"),
    path("<uuid:run_id>/receipt.json", views.receipt, name="receipt"),
    path("<uuid:run_id>/edit/", views.edit, name="edit"),
    path("<uuid:run_id>/again/", views.again, name="again"),
    path("<uuid:run_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:run_id>/tear-down/", views.tear_down, name="tear-down"),
    path("<uuid:run_id>/close/", views.close, name="close"),
]

# /sandboxes/
lab_urls = [
    path("", views.index, name="index"),
    path("in/<uuid:enrolment_id>/<slug:step>/<slug:block>/", views.in_step, name="in-step"),
    path("<slug:slug>/<slug:lab>/", views.lab, name="lab"),
    path("<slug:slug>/<slug:lab>/launch/", views.launch, name="launch"),
]

urlpatterns = [*run_urls, *lab_urls]
