from __future__ import annotations

from django.conf import settings
from django.urls import path

from archlab.web import views

app_name = "web"
urlpatterns = [
    path("theme/", views.set_theme, name="theme"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))
