from __future__ import annotations

from django.urls import path

from archlab.journeys import views

app_name = "journeys"

# /
home_urls = [
    path("", views.home, name="home"),
    path("scenarios/<slug:slug>/start/", views.start, name="start"),
    path("journeys/", views.mine, name="mine"),
]

# /journeys/<enrolment>/
journey_urls = [
    path("journeys/<uuid:enrolment_id>/", views.journey_map, name="map"),
    path("journeys/<uuid:enrolment_id>/end/", views.end, name="end"),
    path("journeys/<uuid:enrolment_id>/certificate/", views.certificate, name="certificate"),
    path("journeys/<uuid:enrolment_id>/again/", views.again, name="again"),
    path("journeys/<uuid:enrolment_id>/resume/", views.resume, name="resume"),
    path("journeys/<uuid:enrolment_id>/version/", views.version, name="version"),
    path("journeys/<uuid:enrolment_id>/version/move/", views.move, name="move"),
    path("journeys/<uuid:enrolment_id>/version/undo/", views.undo_move, name="undo_move"),
    path("journeys/<uuid:enrolment_id>/version/keep/", views.keep, name="keep"),
    path("journeys/<uuid:enrolment_id>/<slug:step>/", views.step, name="step"),
    path("journeys/<uuid:enrolment_id>/<slug:step>/on/", views.leave, name="leave"),
    path("journeys/<uuid:enrolment_id>/<slug:step>/why/<slug:needle>/", views.why, name="why"),
    path("journeys/<uuid:enrolment_id>/<slug:step>/<slug:block>/", views.block, name="block"),
    path(
        "journeys/<uuid:enrolment_id>/<slug:step>/<slug:block>/answer/",
        views.answer,
        name="answer",
    ),
    path("journeys/<uuid:enrolment_id>/<slug:step>/<slug:block>/hint/", views.hint, name="hint"),
    path(
        "journeys/<uuid:enrolment_id>/<slug:step>/<slug:block>/compare/",
        views.compare,
        name="compare",
    ),
]

# /words/
words_urls = [
    path("words/<slug:slug>/<slug:step>/", views.words, name="words"),
]

urlpatterns = [*home_urls, *journey_urls, *words_urls]
