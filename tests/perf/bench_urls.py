"""The site and a page that only says hello, behind the same middleware."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from archlab import urls

handler404 = urls.handler404


def hello(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [*urls.urlpatterns, path("hello/", hello)]
