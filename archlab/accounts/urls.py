from __future__ import annotations

from django.urls import path

from archlab.accounts import views

app_name = "accounts"
urlpatterns = [
    path("resume/<str:token>/", views.resume, name="resume"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("account/", views.home, name="home"),
    path("account/merge/", views.merge, name="merge"),
    path("account/forget/", views.forget, name="forget"),
    path("account/sessions/end/", views.end_sessions, name="end-sessions"),
    path("account/preferences/", views.preferences, name="preferences"),
    path("account/export/", views.export, name="export"),
    path("account/erase/", views.erase, name="erase"),
    path("account/keep/", views.keep, name="keep"),
]
