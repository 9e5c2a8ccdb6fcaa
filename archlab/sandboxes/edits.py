"""The calls that a learner may make to repair a lab, as forms and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from archlab.domain.grading.state_checks import CHECKS
from archlab.domain.pack.blocks import Lab
from archlab.sandboxes.engine.request import Call
from archlab.sandboxes.labs import ACTION, Edit, EditRefused


@dataclass(frozen=True, slots=True)
class ActionForm:
    """A call that is on offer."""

    id: str
    text: str


def offered(lab: Lab) -> Sequence[str]:
    """The calls of the lab; those that repair its planted faults where it names none."""
    return lab.actions or tuple(fault.plant for fault in lab.faults if fault.plant is not None)


def forms_of(lab: Lab) -> list[ActionForm]:
    return [ActionForm(name, CHECKS[name].title) for name in offered(lab)]


def must_be_offered(lab: Lab, edit: Edit) -> None:
    """Raises EditRefused when a call is not on offer; a parameter is looked at with its system."""
    if edit["kind"] == ACTION and edit["action"] not in offered(lab):
        raise EditRefused(_("This lab has no such call. Choose one of those that are listed."))


def in_words(edit: Edit) -> str:
    if edit["kind"] == ACTION:
        return str(CHECKS[str(edit["action"])].title)
    said = _("%(component)s: %(parameter)s is now %(value)s")
    return said % {name: edit[name] for name in ("component", "parameter", "value")}


def calls(edits: Sequence[Edit]) -> list[Call]:
    """The calls among a learner's changes, in their order."""
    return [Call(str(one["action"])) for one in edits if one["kind"] == ACTION]
