"""A lab's answer by one trial: at once where the budget has room, in the background otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from archlab.calculators.labs.kernel import Preparing
from archlab.calculators.labs.lab import Answer, Reading, Values
from archlab.calculators.labs.rough import rough
from archlab.calculators.labs.trial import SEED, SLOTS, Shown, Trial
from archlab.calculators.labs.versus import Versus
from archlab.domain.latency.simulate import ENGINE, Run, check
from archlab.domain.latency.stored import FORMAT
from archlab.web import numbers


@dataclass(frozen=True)
class Experiment:
    """The `answer` of a lab that one trial answers; such a lab can be run exactly.

    `tell` puts a run into words and drawings; `notes` are what holds without one.
    """

    trial: Callable[[Values], Trial]
    tell: Callable[[Values, Trial, Shown], Answer]
    notes: Callable[[Values, Trial], tuple[str, ...]] = lambda _values, _trial: ()

    def __call__(self, values: Values) -> Answer:
        return self.at_once(values, self.trial(values))

    def at_once(self, values: Values, trial: Trial) -> Answer:
        if not trial.replications:
            return self._noted(values, trial, rough(trial) or too_long(trial))
        try:
            return self.told(values, trial, trial.run())
        except Preparing:
            meanwhile = rough(trial)
            return replace(meanwhile, pending=True) if meanwhile else preparing()

    def told(self, values: Values, trial: Trial, run: Run) -> Answer:
        told = self.tell(values, trial, Shown(run, trial.traffic))
        return self._noted(values, trial, told)

    def _noted(self, values: Values, trial: Trial, answer: Answer) -> Answer:
        return replace(answer, notes=(*self.notes(values, trial), *answer.notes))


@dataclass(frozen=True)
class Order:
    """A trial to be run exactly. Equal orders have equal keys, so they share one run.

    `address` is what follows the question mark of the lab's page, without the guess.
    """

    lab: str
    address: str
    trial: Trial

    @property
    def replications(self) -> int:
        return self.trial.most_replications

    @property
    def key(self) -> str:
        """SHA-256 of what the result depends on, the lab's own figures included."""
        parts = {
            "lab": self.lab,
            "address": self.address,
            "model": repr((self.trial.path, self.trial.traffic)),
            "seed": self.trial.seed,
            "replications": self.replications,
            "slots": SLOTS,
            "engine": ENGINE,
            "format": FORMAT,
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


def too_long(trial: Trial | Versus) -> Answer:
    """What a page can say at once about a trial beyond its budget."""
    count = numbers.fixed(trial.visits, 0)
    return Answer(
        finding=_("%(count)s requests are too many for an answer at once") % {"count": count},
        method="",
        exact=False,
        readings=(Reading(_("to simulate"), count, _("requests with all their attempts")),),
        notes=(_("Shorten the time or lower the rate, or run it exactly in the background."),),
        heading=("name", "value"),
        rows=(("too many requests", round(trial.visits)),),
    )


def preparing() -> Answer:
    """What stands on a page while the kernel is being compiled and nothing else can be said."""
    finding = _("The simulator is being prepared")
    return Answer(
        finding=finding,
        method="",
        exact=False,
        readings=(),
        heading=("name",),
        rows=((finding,),),
        pending=True,
    )
