from __future__ import annotations

from django.urls import path

from archlab.practice import views

app_name = "practice"

# /practice/
urlpatterns = [
    path("", views.overview, name="overview"),
    path("next/", views.next_card, name="next"),
    path("gather/", views.gather, name="gather"),
    path("mix/", views.mix, name="mix"),
    path("mix/<uuid:mix_id>/", views.mixed, name="round"),
    path("<uuid:card_id>/<int:number>/", views.card, name="card"),
    path("<uuid:card_id>/<int:number>/answer/", views.answer, name="answer"),
    path("<uuid:card_id>/<int:number>/hint/", views.hint, name="hint"),
]
