from __future__ import annotations

from django.urls import path

from archlab.accounts import views

app_name = "accounts"
urlpatterns = [
    path("resume/<str:token>/", views.resume, name="resume"),
    path("account/merge/", views.merge, name="merge"),
]
