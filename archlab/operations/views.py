from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archlab.operations import health


@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    failed = health.failing()
    said = f"not ready: {failed}\n" if failed else "ok\n"
    return HttpResponse(said, status=503 if failed else 200, content_type="text/plain")
