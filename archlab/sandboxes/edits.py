"""The calls that a learner may make to repair a lab, as forms and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from archlab.domain.pack.blocks import Lab
from archlab.sandboxes.engine.edits import EDITS, Choice, Parameter, repairs_of
from archlab.sandboxes.engine.request import Call
from archlab.sandboxes.engine.values import Refused
from archlab.sandboxes.labs import ACTION, Edit, EditRefused


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a call."""

    id: str
    name: str
    label: str
    value: str
    choices: Sequence[str]
    hint: str


@dataclass(frozen=True, slots=True)
class ActionForm:
    """A call that is on offer."""

    id: str
    text: str
    fields: Sequence[Field]


def offered(lab: Lab) -> Sequence[str]:
    """The calls of the lab; those that can repair its planted faults where it names none."""
    planted = [fault.plant for fault in lab.faults if fault.plant is not None]
    repairs = (edit.id for check in planted for edit in repairs_of(check))
    return lab.actions or tuple(dict.fromkeys(repairs))


def forms_of(lab: Lab, typed: Mapping[str, str]) -> list[ActionForm]:
    """The calls of a lab; what was typed into a refused one is kept."""
    return [
        ActionForm(name, EDITS[name].title, [_field(name, one, typed) for one in parameters])
        for name in offered(lab)
        for parameters in [EDITS[name].parameters]
    ]


def _field(action: str, parameter: Parameter, typed: Mapping[str, str]) -> Field:
    given = typed if typed.get("action") == action else {}
    choices: Sequence[str] = ()
    hint = ""
    if isinstance(parameter, Choice):
        choices = parameter.options
    else:
        hint = _("from %(low)s to %(high)s") % {"low": parameter.low, "high": parameter.high}
    return Field(
        id=f"{action}-{parameter.name}",
        name=f"with-{parameter.name}",
        label=parameter.title,
        value=given.get(f"with-{parameter.name}", str(parameter.default)),
        choices=choices,
        hint=hint,
    )


def must_be_offered(lab: Lab, edit: Edit) -> None:
    """Raises EditRefused when a call is not on offer or does not take what was written.

    A parameter of the system is looked at with the system.
    """
    if edit["kind"] != ACTION:
        return
    if edit["action"] not in offered(lab):
        raise EditRefused(_("This lab has no such call. Choose one of those that are listed."))
    try:
        EDITS[str(edit["action"])].values(_given(edit))
    except Refused as refused:
        said = " ".join(one.sentence for one in refused.problems)
        raise EditRefused(said) from refused


def in_words(edit: Edit) -> str:
    if edit["kind"] == ACTION:
        values = ", ".join(f"{name}: {value}" for name, value in _given(edit).items())
        title = EDITS[str(edit["action"])].title
        return f"{title} ({values})" if values else title
    said = _("%(component)s: %(parameter)s is now %(value)s")
    return said % {name: edit[name] for name in ("component", "parameter", "value")}


def calls(edits: Sequence[Edit]) -> list[Call]:
    """The calls among a learner's changes, in their order."""
    return [Call(str(one["action"]), _given(one)) for one in edits if one["kind"] == ACTION]


def _given(edit: Edit) -> dict[str, str]:
    given = edit["with"]
    return (
        {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
    )
