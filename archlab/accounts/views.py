from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archlab.accounts import actions, exports, invitations, merging, pages, queries
from archlab.accounts.access import signed_in
from archlab.accounts.forms import NewPassword, PreferencesForm, ProfileForm
from archlab.accounts.http import LearnerRequest, UserRequest
from archlab.accounts.models import Invitation, User
from archlab.accounts.preferences import ZONE_COOKIE
from archlab.accounts.preferences import keep as keep_in_browser
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
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def merge(request: UserRequest) -> HttpResponse:
    """Offer the work of this browser's guest to the account; whoever is done goes on."""
    guest = queries.learner_of(request.guest)
    onward = way_on(request.POST.get("next") or request.GET.get("next", ""))
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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: LearnerRequest) -> HttpResponse:
    """The account, or what this browser holds of a guest."""
    if request.user.is_authenticated:
        return account(request, request.user)
    context = {"page": pages.GuestPage(request.guest)}
    return TemplateResponse(request, "accounts/guest.html", context)


def account(request: LearnerRequest, user: User) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = ProfileForm(sent, initial={"name": user.name})
    if form.is_valid():
        actions.rename(user=user, name=form.cleaned_data["name"])
        return redirect("accounts:home")
    context = {
        "page": pages.AccountPage(user, request.session.session_key or ""),
        "fields": {"form": form},
        "form": form,
        "done": request.GET.get("done", ""),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "accounts/home.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: LearnerRequest) -> HttpResponse:
    """Language and time zone, for guests and strangers too."""
    sent = request.POST if request.method == "POST" else None
    now = {"language": get_language(), "zone": request.COOKIES.get(ZONE_COOKIE, "")}
    form = PreferencesForm(sent, initial=now)
    if form.is_valid():
        chosen = {"language": "", "zone": ""} | form.cleaned_data
        if request.user.is_authenticated:
            actions.prefer(user=request.user, **chosen)
        response = redirect("accounts:home")
        keep_in_browser(response, **chosen)
        return response
    context = {"form": form, "fields": {"form": form}}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "accounts/preferences.html", context, status=status)


@require_POST
def forget(request: LearnerRequest) -> HttpResponse:
    """Forget the guest in this browser; their work stays behind their link."""
    request.guest = Visitor()
    if request.learner.user_id is None:
        request.learner = Visitor()
    return redirect("accounts:home")


@require_POST
@signed_in
def end_sessions(request: UserRequest) -> HttpResponse:
    actions.end_sessions(user=request.user, but=request.session.session_key)
    return redirect("accounts:home")


@never_cache
@require_safe
def export(request: LearnerRequest) -> HttpResponse:
    person = queries.person_of(request.learner)
    if person is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="archlab-export.zip"'}
    return HttpResponse(exports.zipped(person), content_type="application/zip", headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: LearnerRequest) -> HttpResponse:
    """A page that says what will go, and its one button: at once for a guest, after seven days
    for an account."""
    if request.learner.user_id is not None:
        answer: HttpResponse = erase_account(request)
        return answer
    person = queries.person_of(request.learner)
    if person is None:
        return redirect("accounts:home")
    if request.method == "POST":
        actions.erase(person)
        request.learner = request.guest = Visitor()
        return redirect("accounts:home")
    context = {"work": list(merging.work_of(person.learner)) if person.learner else []}
    return TemplateResponse(request, "accounts/erase.html", context)


@signed_in
@reauthentication_required  # type: ignore[untyped-decorator] # allauth has no types
def erase_account(request: UserRequest) -> HttpResponse:
    if request.method == "POST":
        actions.ask_for_erasure(user=request.user, now=timezone.now())
        return redirect("accounts:home")
    learner = queries.learner_of(request.learner)
    context = {"work": list(merging.work_of(learner)) if learner else []}
    return TemplateResponse(request, "accounts/erase.html", context)


@require_POST
@signed_in
def keep(request: UserRequest) -> HttpResponse:
    actions.keep_account(user=request.user)
    return redirect("accounts:home")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: LearnerRequest, token: str) -> HttpResponse:
    """A one-time link. Looking does not use it: a chat's preview looks too."""
    found = invitations.find(token)
    if found is None:
        raise Http404
    if found.user is not None:
        return new_password(request, found)
    user = request.user if request.user.is_authenticated else None
    if request.method == "POST" and user is not None:
        invitations.accept(invitation=found, user=user, now=timezone.now())
        return redirect("mfa_index")
    context = {"invitation": found, "is_open": found.is_open(timezone.now())}
    return TemplateResponse(request, "accounts/invitation.html", context)


def new_password(request: LearnerRequest, found: Invitation) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = NewPassword(data=sent, user=found.user)
    if form.is_valid():
        invitations.use_for_password(invitation=found, now=timezone.now())
        form.save()
        return redirect("account_login")
    is_open = found.is_open(timezone.now())
    context = {"form": form, "fields": {"form": form}, "found": found, "is_open": is_open}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "accounts/new_password.html", context, status=status)
