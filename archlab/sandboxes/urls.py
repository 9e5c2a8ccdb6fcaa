from __future__ import annotations

from django.urls import path

from archlab.sandboxes import views
from archlab.sandboxes.real import views as real

app_name = "sandboxes"

# /sandboxes/<run>/
run_urls = [
    path("<uuid:run_id>/", views.run, name="run"),
    path("<uuid:run_id>/template.json", views.template, name="template"),
    path("<uuid:run_id>/edit/", views.edit, name="edit"),
    path("<uuid:run_id>/again/", views.again, name="again"),
    path("<uuid:run_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:run_id>/tear-down/", views.tear_down, name="tear-down"),
    path("<uuid:run_id>/close/", views.close, name="close"),
]

# /sandboxes/aws/
aws_urls = [
    path("aws/", real.account, name="aws"),
    path("aws/connect/", real.connect, name="aws-connect"),
    path("aws/bootstrap.json", real.bootstrap, name="aws-bootstrap"),
    path("aws/role/", real.role, name="aws-role"),
    path("aws/disconnect/", real.disconnect, name="aws-disconnect"),
    path("aws/from/<uuid:run_id>/", real.offer, name="aws-offer"),
    path("aws/<uuid:run_id>/", real.run, name="aws-run"),
    path("aws/<uuid:run_id>/confirm/", real.confirm, name="aws-confirm"),
    path("aws/<uuid:run_id>/extend/", real.extend, name="aws-extend"),
    path("aws/<uuid:run_id>/end/", real.end, name="aws-end"),
    path("aws/<uuid:run_id>/again/", real.try_again, name="aws-again"),
]

# /sandboxes/
lab_urls = [
    path("", views.index, name="index"),
    path("in/<uuid:enrolment_id>/<slug:step>/<slug:block>/", views.in_step, name="in-step"),
    path("<slug:slug>/<slug:lab>/", views.lab, name="lab"),
    path("<slug:slug>/<slug:lab>/launch/", views.launch, name="launch"),
]

urlpatterns = [*run_urls, *aws_urls, *lab_urls]
