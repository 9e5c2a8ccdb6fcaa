from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from archlab.accounts import queries
from archlab.accounts.http import LearnerRequest
from archlab.accounts.visitor import visitor_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: LearnerRequest, token: str) -> HttpResponse:
    """Take a guest's work to this browser. Looking changes nothing: a chat's preview looks too."""
    visitor = visitor_of(token)
    if queries.learner_of(visitor) is None:
        raise Http404
    if request.method == "POST":
        request.learner = visitor
        return redirect("/")
    replaces = request.learner.known and request.learner != visitor
    return TemplateResponse(request, "accounts/resume.html", {"replaces": replaces})
