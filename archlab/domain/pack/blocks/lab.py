"""Labs: a system that is really deployed, what is wrong with it, and what is read back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic import model_validator as rule

from archlab.domain.architecture import Change
from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.fields import Amount, ClaimId, Id, Ids, Strict, Var, Whole, fault

Target = Literal["embedded", "ministack", "aws"]
CheckName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,47}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]


class LabFaultText(Strict):
    """One thing that is wrong: planted by a call once everything stands, or compiled wrong."""

    id: Id
    text: Sentence
    hint: Annotated[str, Field(min_length=1, max_length=600)] = ""
    plant: CheckName | None = None
    component: Id | None = None
    set: Annotated[Mapping[str, object], Field(min_length=1, max_length=12)] = {}

    @rule(mode="after")
    def _is_one_thing(self) -> LabFaultText:
        if bool(self.plant) == bool(self.set):
            raise fault("E208", "give exactly one of plant and set")
        if self.component and not self.plant:
            raise fault("E209", "component goes with plant")
        return self


class LabFault(LabFaultText):
    """A fault with its change made; None when it is planted."""

    change: Change | None = None


class LabCheck(Strict):
    """What is read back; `fault` is the one on which it must turn red, `claim` what the source
    says about it.
    """

    id: Id
    check: CheckName
    component: Id | None = None
    args: Annotated[Mapping[Var, Whole], Field(min_length=1, max_length=8)] = {}
    fault: Id | None = None
    claim: ClaimId | None = None
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=3)] = ()
    text: Annotated[str, Field(min_length=1, max_length=200)] = ""


class LabText(Block):
    """A lab, all but its changes. Nobody needs it to finish, so it never counts for the score of
    the journey: `weight` is what a passed one counts for its objectives.
    """

    directive: ClassVar[str] = "lab"

    objectives: Annotated[Ids, Field(min_length=1, max_length=3)]
    weight: Annotated[Whole, Field(ge=1, le=10)] = Field(1, validation_alias="points")
    architecture: str
    task: Annotated[str, Field(min_length=20, max_length=1500)]
    symptom: Annotated[str, Field(min_length=20, max_length=800)] = ""
    faults: Annotated[tuple[LabFaultText, ...], Field(min_length=1, max_length=8)] = ()
    actions: Annotated[tuple[CheckName, ...], Field(min_length=1, max_length=20)] = ()
    checks: Annotated[tuple[LabCheck, ...], Field(min_length=1, max_length=20)]
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=3)] = ("embedded",)
    ttl_minutes: Annotated[Whole, Field(ge=5, le=240)] = 60
    max_usd: Annotated[Amount, Field(le=5)] = Decimal(0)
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")] | None = None
    cannot_show: Annotated[tuple[Sentence, ...], Field(min_length=1, max_length=6)] = ()
    paired: Id | None = None

    def targets_of(self, check: LabCheck) -> tuple[Target, ...]:
        """Where a check of this lab is asked: on all of the lab's targets if nothing is said."""
        return check.targets or self.targets


class Lab(LabText):
    """A lab as it is run."""

    faults: Annotated[tuple[LabFault, ...], Field(max_length=8)] = ()
    solution: Change | None = None

    def fault(self, name: str) -> LabFault | None:
        """The fault of that id."""
        return next((one for one in self.faults if one.id == name), None)
