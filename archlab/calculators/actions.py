"""Writes of a run in the background. Its job says how far it is; this row holds what came out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archlab.calculators import queries
from archlab.calculators.labs.experiment import Order
from archlab.calculators.labs.pages import PAGES, BadSettings, ordered
from archlab.calculators.models import ExactRun
from archlab.domain.latency.stored import packed
from archlab.jobs import actions as jobs
from archlab.jobs.models import Job
from archlab.jobs.work import Failed, Work
from archlab.web.errors import Refused

KIND = "exact-run"
MOST_UNDER_WAY = 8
KEPT = timedelta(days=90)
BROKEN = gettext_lazy("It broke on our side, and it is in our log.")
PROBLEMS = {
    "broke": BROKEN,
    "exited": BROKEN,
    "gave-up": gettext_lazy("It was interrupted three times, so it was given up."),
    "timed-out": gettext_lazy("It took longer than a run may. Shorten the time or lower the rate."),
}
"""What a run says about a job that did not come to its own end, by the job's code."""


class TooLarge(Refused):
    """No worker could hold so many requests."""


class QueueFull(Refused):
    """Others wait already."""

    status = 429


@transaction.atomic
def ask(*, order: Order, now: datetime) -> ExactRun:
    """Have the order run; one that is done or under way is left as it is."""
    if order.problem:
        raise TooLarge(order.problem)
    run = ExactRun.objects.select_for_update().filter(key=order.key).first()
    if run and (run.is_done or run.is_under_way):
        return run
    if queries.under_way() >= MOST_UNDER_WAY:
        said = _("%(n)s exact runs wait already. Try again when one has ended.")
        raise QueueFull(said % {"n": MOST_UNDER_WAY})
    ExactRun.objects.filter(ended_at__lt=now - KEPT).delete()
    fresh = {
        "lab": order.lab,
        "address": order.address,
        "of": order.replications,
        "job": jobs.ask(
            kind=KIND, business_key=f"{KIND} {order.key}", object_ref=order.key, now=now
        ),
        "ended_at": None,
        "problem": "",
    }
    run, _created = ExactRun.objects.update_or_create(key=order.key, defaults=fresh)
    return run


def cancel(*, key: str, now: datetime) -> None:
    """For everybody who waits for it; one that has ended stays as it ended."""
    run = queries.exact_run(key)
    if run and run.job:
        jobs.cancel(job_id=run.job.pk, now=now)


def carry_out(work: Work) -> None:
    """Run the order of a job."""
    run = queries.exact_run(work.job.object_ref)
    if run is None:
        raise Failed("forgotten")
    mine = ExactRun.objects.filter(key=run.key)

    def watch(done: int) -> None:
        work.step(done, run.of, _("replications"))

    try:
        result = packed(_order(run).run(watch))
    except (ValueError, MemoryError) as error:
        said = str(error) or _("The machine has not enough memory for so many requests.")
        with work.finishing("refused"):
            mine.update(problem=said)
    else:
        with work.finishing():
            mine.update(result=result)


def ended(job: Job) -> None:
    """In the transaction that ends the job, however that happened."""
    said = str(PROBLEMS.get(job.error_code, ""))
    ExactRun.objects.filter(job=job).update(ended_at=job.ended_at, problem=said)


def _order(run: ExactRun) -> Order:
    """As it was asked for; ValueError when the lab is another one by now."""
    page = PAGES.get(run.lab)
    try:
        order = ordered(page(QueryDict(run.address))).order if page else None
    except (BadSettings, Http404):
        order = None
    if order is None or order.key != run.key:
        raise ValueError(_("The lab has changed since this was asked for. Start it again."))
    return order
