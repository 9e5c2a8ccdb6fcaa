from __future__ import annotations

from django.urls import path

from archlab.drills import views

app_name = "drills"

# /drills/runs/<run>/
run_urls = [
    path("runs/<uuid:run_id>/", views.run, name="run"),
    path("runs/<uuid:run_id>/turn/", views.turn, name="turn"),
    path("runs/<uuid:run_id>/close/", views.close, name="close"),
    path("runs/<uuid:run_id>/again/", views.again, name="again"),
]

# /drills/
drill_urls = [
    path("", views.index, name="index"),
    path("in/<uuid:enrolment_id>/<slug:step>/<slug:block>/", views.in_step, name="in-step"),
    path("give-up/<uuid:enrolment_id>/<slug:drill>/", views.give_up, name="give-up"),
    path("<slug:slug>/<slug:drill>/", views.drill, name="drill"),
    path("<slug:slug>/<slug:drill>/start/", views.start, name="start"),
]

urlpatterns = [*run_urls, *drill_urls]
