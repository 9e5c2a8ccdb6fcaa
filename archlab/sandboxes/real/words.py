"""The words of runs in real accounts, as learners and operators read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from archlab.sandboxes.models import SweepFinding
from archlab.sandboxes.states import AwsState

STATES: Mapping[AwsState, Promise] = {
    AwsState.VALIDATING: _("Being prepared: nothing runs yet"),
    AwsState.AWAITING_CONFIRM: _("Waiting for your confirmation"),
    AwsState.DEPLOYING: _("AWS is making it"),
    AwsState.READY: _("It stands, and it costs money"),
    AwsState.FAILED: _("Failed; what is there is being deleted"),
    AwsState.CANCELLED: _("Cancelled; what is there is being deleted"),
    AwsState.TEARING_DOWN: _("Being torn down"),
    AwsState.QUARANTINED: _("Could not be deleted: look yourself"),
    AwsState.GONE: _("Gone"),
}

EVENTS: Mapping[str, Promise] = {
    "begun": _("You asked for it. The intent is written down."),
    "awaiting_confirm": _("AWS said what it would do."),
    "confirmed": _("You confirmed what it costs."),
    "ready": _("Everything stands and was read back."),
    "failed": _("It failed."),
    "cancelled": _("It was cancelled."),
    "cancel_asked": _("You asked to stop."),
    "not_confirmed": _("Nobody confirmed it within 15 minutes."),
    "nothing_written": _("Nothing was written to the account, so nothing is there to delete."),
    "tearing_down": _("What was begun is being deleted."),
    "tear_down_asked": _("You asked to tear it down."),
    "expired": _("Its time was over."),
    "extension_asked": _("You asked for another hour."),
    "extended": _("Its end was moved, in the account first."),
    "not_extended": _("Its end could not be moved."),
    "gone": _("Two looks into every region found nothing of it."),
    "quarantined": _("Three tries to delete it failed."),
    "tried_again": _("It is tried again from the beginning."),
    "looked_late": _("A late look found nothing of it."),
    "not_looked_at": _("A late look could not see everything."),
    "came_back": _("Something of it was found after all."),
}

FINDINGS: Mapping[str, Promise] = {
    SweepFinding.Status.OVERDUE: _("of a launch that is over"),
    SweepFinding.Status.UNKNOWN: _("ours by name, of no launch that this site knows"),
    SweepFinding.Status.SUSPECT: _("younger than the connection, without a name of ours"),
}
