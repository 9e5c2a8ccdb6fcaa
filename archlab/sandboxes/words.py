"""The words of runs: states, verdicts and events, as learners read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from archlab.sandboxes.states import ResourceState, State

STATES: Mapping[State, Promise] = {
    State.QUEUED: _("Waiting for its turn"),
    State.VALIDATING: _("The template is checked"),
    State.DEPLOYING: _("Being deployed"),
    State.CHECKING: _("Being read back"),
    State.READY: _("Read back"),
    State.TEARING_DOWN: _("Being torn down"),
    State.GONE: _("Over"),
    State.FAILED: _("Broke off"),
    State.CANCELLED: _("Cancelled"),
}

RESOURCES: Mapping[ResourceState, Promise] = {
    ResourceState.PENDING: _("to come"),
    ResourceState.CREATING: _("being made"),
    ResourceState.CREATED: _("made"),
    ResourceState.VERIFIED: _("stands, read back"),
    ResourceState.CREATE_FAILED: _("refused"),
    ResourceState.DELETING: _("being deleted"),
    ResourceState.DELETED: _("deleted, read back"),
    ResourceState.DELETE_FAILED: _("could not be deleted"),
    ResourceState.DISCARDED: _("went with its process"),
}

VERDICTS: Mapping[str, Promise] = {
    "pass": _("As it should be"),
    "fail": _("Not yet"),
    "unknown": _("Could not be seen"),
}

DOCUMENTED: Mapping[str, Promise] = {
    "pass": _("As documented"),
    "fail": _("Not as documented"),
    "unknown": _("Could not be seen"),
}
"""Of what a source did and nobody recommends: another setting is no mistake."""

EVENTS: Mapping[str, Promise] = {
    "launched": _("You launched the lab."),
    "edited": _("You changed something: a new attempt in a fresh account."),
    "deployed_again": _("You asked for another attempt."),
    "tear_down_asked": _("You asked to see it torn down."),
    "cancel_asked": _("You asked to stop."),
    "closed": _("You left the run. Nothing of it was alive."),
    "expired": _("The time of the run was over. Nothing of it was alive."),
    "interrupted": _("The worker stopped in the middle. That is nobody's mistake; it begins anew."),
    "started": _("An empty account was opened."),
    "ready": _("Everything was read back, and the process ended."),
    "torn_down": _("Everything was deleted, and the account is empty."),
    "failed": _("The attempt broke off."),
    "cancelled": _("The attempt was stopped."),
}

ORIGINS: Mapping[str, Promise] = {
    "seed": _("The source teaches this."),
    "adapted": _("The source's idea, on another service."),
    "added": _("Good practice that the source does not mention."),
}

CHANGES: Mapping[str, Promise] = {
    "added": _("added"),
    "removed": _("removed"),
    "changed": _("changed in place"),
    "replaced": _("made anew"),
}
