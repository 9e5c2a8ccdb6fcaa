from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from archlab.accounts import actions, merging, queries
from archlab.accounts.http import LearnerRequest, UserRequest
from archlab.accounts.visitor import Visitor, visitor_of
from archlab.web.errors import Refused
from archlab.web.http import way_on


class OtherGuest(Refused):
    """The browser holds other work than the page showed."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: LearnerRequest, token: str) -> HttpResponse:
    """Take a guest's work to this browser. Looking changes nothing: a chat's preview looks too."""
    visitor = visitor_of(token)
    if queries.learner_of(visitor) is None:
        raise Http404
    if request.method == "POST":
        request.guest = visitor
        if request.learner.user_id is not None:
            return redirect("accounts:merge")
        request.learner = visitor
        return redirect("/")
    replaces = request.guest.known and request.guest != visitor
    return TemplateResponse(request, "accounts/resume.html", {"replaces": replaces})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: UserRequest) -> HttpResponse:
    """Offer the work of this browser's guest to the account; whoever is done goes on."""
    guest = queries.learner_of(request.guest)
    onward = way_on(request, request.POST.get("next") or request.GET.get("next", ""))
    if guest is None:
        request.guest = Visitor()
        return redirect(onward)
    if request.method == "POST":
        if request.POST.get("guest") != str(guest.pk):
            raise OtherGuest(_("This browser holds other work by now. Load the page again."))
        if request.POST.get("do") == "merge":
            actions.adopt(guest=request.guest, user=request.user)
            request.guest = Visitor()
        return redirect(onward)
    context = {"guest": guest, "work": list(merging.work_of(guest)), "next": onward}
    return TemplateResponse(request, "accounts/merge.html", context)
