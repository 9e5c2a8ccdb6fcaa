"""A lab's answer by one trial: at once where the budget has room, in the background otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from archlab.calculators.labs.engine import Preparing
from archlab.calculators.labs.lab import Answer, Lab, Reading, Values
from archlab.calculators.labs.rough import rough
from archlab.calculators.labs.trial import SEED, SLOTS, Shown, Trial
from archlab.domain.latency.simulate import ENGINE, Run, check
from archlab.domain.pack.blocks.calculator import position
from archlab.web import numbers


@dataclass(frozen=True)
class Experiment:
    """The `answer` of a lab that one trial answers; such a lab can be run exactly.

    `tell` puts a run into words and drawings.
    """

    trial: Callable[[Values], Trial]
    tell: Callable[[Values, Shown], Answer]

    def __call__(self, values: Values) -> Answer:
        trial = self.trial(values)
        if not trial.replications:
            return rough(trial) or too_long(trial)
        try:
            return self.tell(values, Shown(trial.run(), trial.traffic))
        except Preparing:
            return replace(rough(trial) or preparing(), pending=True)

    def told(self, values: Values, run: Run) -> Answer:
        """The answer of a run that was made before."""
        return self.tell(values, Shown(run, self.trial(values).traffic))


@dataclass(frozen=True)
class Order:
    """A trial to be run exactly. Equal orders have equal keys, so they share one run."""

    lab: str
    settings: Mapping[str, str]
    trial: Trial

    @property
    def replications(self) -> int:
        return self.trial.most_replications

    @property
    def key(self) -> str:
        """SHA-256 of what the result depends on, the lab's own figures included."""
        parts = {
            "lab": self.lab,
            "settings": dict(self.settings),
            "model": repr((self.trial.path, self.trial.traffic)),
            "seed": self.trial.seed,
            "replications": self.replications,
            "slots": SLOTS,
            "engine": ENGINE,
        }
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def problem(self) -> str:
        """Why even the background cannot run it; empty when it can."""
        try:
            check(self.trial.path, self.trial.traffic, SEED, self.replications, SLOTS)
        except ValueError as refused:
            return str(refused)
        return ""

    def run(self, watch: Callable[[int], None]) -> Run:
        """Every replication; `watch` hears how many are done and may raise to end it."""
        return self.trial.run_exactly(watch)


def order_of(lab: Lab, values: Values) -> Order | None:
    """None for a lab that needs no simulation. Raises SettingRefused as the lab's answer does."""
    if not isinstance(lab.answer, Experiment):
        return None
    settings = {name: position(value) for name, value in values.items()}
    return Order(lab.slug, settings, lab.answer.trial(values))


def too_long(trial: Trial) -> Answer:
    """What a page can say at once about a trial beyond its budget."""
    count = numbers.fixed(trial.visits, 0)
    return Answer(
        finding=_("%(count)s requests are too many for an answer at once") % {"count": count},
        method="",
        exact=False,
        readings=(Reading(_("to simulate"), count, _("requests with all their attempts")),),
        notes=(_("Shorten the time or lower the rate, or run it exactly in the background."),),
    )


def preparing() -> Answer:
    return Answer(
        finding=_("The simulator is being prepared"),
        method="",
        exact=False,
        readings=(),
        notes=(_("This takes some seconds after a start; the page asks again by itself."),),
    )
