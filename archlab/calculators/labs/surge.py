"""The surge: five times the traffic, and what it does to everybody who waits."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from archlab.calculators.labs import workbench
from archlab.calculators.labs.experiment import Experiment
from archlab.calculators.labs.lab import Answer, Lab, Question, Story, Values, number
from archlab.calculators.labs.trial import Shown, Trial
from archlab.web import numbers


def trial(values: Values) -> Trial:
    return Trial(workbench.path(values), workbench.traffic(values))


def tell(_values: Values, _trial: Trial, shown: Shown) -> Answer:
    return shown.answer(finding_of(shown))


def finding_of(shown: Shown) -> str:
    lost = 1 - shown.answered_share
    if shown.worst is None:
        return _("Nobody came")
    if lost >= Decimal("0.01"):
        return _("%(share)s of the requests get no answer") % {"share": numbers.percent(lost)}
    worst = numbers.ms(shown.worst * 1000)
    return _("One request in a hundred waits %(worst)s in the worst minute") % {"worst": worst}


def _capacity(values: Values) -> str:
    most, peak = workbench.capacity(values), number(values, "rate") * number(values, "factor")
    words = {"most": numbers.fixed(most, 0), "peak": numbers.fixed(peak, 0)}
    if peak < most:
        said = _(
            "Workers and connections can do %(most)s requests per second; the peak is %(peak)s."
        )
        return said % words
    words["growth"] = numbers.fixed(peak - most, 0)
    return (
        _(
            "Workers and connections can do %(most)s requests per second; the peak is %(peak)s. "
            "At the peak the queue grows by %(growth)s a second: no steady state, only growth."
        )
        % words
    )


LAB = Lab(
    slug="surge",
    title="The surge",
    summary="Five times the traffic on workers that hold a connection while they wait.",
    why=(
        "An overloaded system does not slow down a little: the queue grows for as long as more "
        "comes in than goes out, and everybody behind it waits for all of it."
    ),
    controls=workbench.controls(
        workbench.TRAFFIC, workbench.SYSTEM, workbench.CLIENT, workbench.SCALING
    ),
    answer=Experiment(trial, tell, lambda values, _trial: (_capacity(values),)),
    limits=(
        "Balancing is ideal: all tasks share one queue. Real balancers are a little worse.",
        "Work and queries have exponential lengths; with fixed ones the wait is half as long.",
        "The database serves every connection at full speed, however many there are.",
    ),
    sources=(
        "Five times the traffic, 200 ms, 15 s, then timeouts: S3-028, S3-029. Sizes are ours.",
        "The rule 50 % for 60 s, 30 % for 300 s is that source's own (S3-124).",
    ),
    stories=(
        Story("One more task from the start", {"tasks": "2"}),
        Story("The rule of the source", {"tasks": "2", "scaling": "true"}),
        Story(
            "Three retries after ten seconds", {"timeout": "10", "retries": "3", "minutes": "10"}
        ),
        Story("A cache that answers seven of ten", {"hits": "70"}),
    ),
    question=Question(
        "How long does one request in a hundred wait, at least, in the worst minute?",
        "s",
        "worst_p99_s",
    ),
)
