from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archlab.jobs import queries


@never_cache
@require_safe
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far a job is, for any page that includes `jobs/_progress.html`; asked again and again.

    Whoever has the address may ask: it is a random one, and tells nothing of what the job is.
    """
    job = queries.job_of(public_id)
    if job is None:
        raise Http404
    back = request.GET.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    return TemplateResponse(request, "jobs/_progress.html", {"job": job, "back": back})
