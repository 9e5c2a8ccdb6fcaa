from __future__ import annotations

from django.urls import path

from archlab.jobs import views

app_name = "jobs"
urlpatterns = [path("<uuid:public_id>/progress/", views.progress, name="progress")]
