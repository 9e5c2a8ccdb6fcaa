from __future__ import annotations

from django.urls import path

from archlab.records import views

app_name = "records"

# /records/<enrolment>/
urlpatterns = [
    path("<uuid:enrolment_id>/", views.listing, name="list"),
    path("<uuid:enrolment_id>/decisions.zip", views.tree, name="tree"),
    path("<uuid:enrolment_id>/<slug:slug>/", views.page, name="page"),
    path("<uuid:enrolment_id>/<str:name>", views.markdown, name="markdown"),
]
