"""A documented system under load: its own hops, pushed to the knee and beyond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from archlab.calculators.board import Setup
from archlab.calculators.desk import Desk, desk, desk_of
from archlab.calculators.labs import workbench
from archlab.calculators.labs.experiment import Experiment, preparing, too_long
from archlab.calculators.labs.kernel import Preparing
from archlab.calculators.labs.lab import Answer, Lab, Question, Story, Values, number
from archlab.calculators.labs.page import GUESS, LabPage, lab_page
from archlab.calculators.labs.surge import finding_of
from archlab.calculators.labs.trial import Shown, Trial
from archlab.calculators.labs.versus import Versus
from archlab.calculators.mistakes import FORMAT, LAST
from archlab.calculators.systems import default_system, systems
from archlab.calculators.waterfall import flow_of
from archlab.domain.architecture import Flow
from archlab.domain.architecture.paths import at_rate, request_path
from archlab.domain.latency import RequestPath, Retry
from archlab.domain.pack.settings import SettingRefused
from archlab.web import numbers

FLOW = "flow"
SUBJECTS = (FLOW, "b", "flow_b")


@dataclass(frozen=True)
class Subject:
    """One way through one system."""

    desk: Desk
    flow: Flow | None

    @property
    def flows(self) -> list[tuple[str, str]]:
        """Name in an address and title of every way through this system."""
        flows = self.desk.model.flows.values()
        return [(f"{self.desk.start.id}.{flow.id}", flow.title) for flow in flows]

    @property
    def flow_name(self) -> str:
        return f"{self.desk.start.id}.{self.flow.id}" if self.flow else ""

    @property
    def title(self) -> str:
        return self.desk.start.title

    def trial(self, values: Values) -> Trial:
        if self.flow is None:
            words = {"system": self.title}
            raise SettingRefused("system", _("%(system)s has no way of a request.") % words)
        return Trial(_path(self.desk, self.flow, values), workbench.traffic(values))


@dataclass(frozen=True)
class LoadPage(LabPage):
    """A lab about one way through a system, perhaps beside another system."""

    subject: Subject
    beside: Subject | None

    @cached_property
    def misread(self) -> dict[str, str]:
        other = self.beside.desk.problems if self.beside else {}
        renamed = {"b" if name == "system" else name: said for name, said in other.items()}
        return {**renamed, **self.subject.desk.problems, **super().misread}

    @property
    def labels(self) -> dict[str, str]:
        own = {"system": _("System"), FLOW: _("Way of the request"), "b": _("Beside it")}
        return {**own, "flow_b": _("Way beside it"), **super().labels}

    @property
    def _subjects(self) -> str:
        """The part of an address that says which systems and which ways."""
        named: dict[str, str] = {}
        if len(self.subject.flows) > 1:
            named[FLOW] = self.subject.flow_name
        if self.beside:
            named["b"] = self.beside.desk.query
            named["flow_b"] = self.beside.flow_name
        return "&".join(filter(None, (self.subject.desk.query, urlencode(named))))

    @property
    def address(self) -> str:
        return "&".join(filter(None, (self._subjects, super().address)))

    @cached_property
    def stories(self) -> list[Setup]:
        return [Setup(one.text, f"{self._subjects}&{one.query}") for one in super().stories]

    @property
    def file(self) -> str:
        return f"load-{self.subject.desk.start.id}"


def load_page(query: QueryDict) -> LoadPage:
    """Names of controls belong to the lab, `b` to the other system, the rest to the desk."""
    known = {one.id for one in CONTROLS} | {GUESS, LAST, FORMAT}
    typed = {name: str(text) for name, text in query.items()}
    mine = {name: text for name, text in typed.items() if name in known}
    rest = {name: text for name, text in typed.items() if name not in {*known, *SUBJECTS}}
    problems: dict[str, str] = {}
    taken = desk(QueryDict(urlencode({"system": _default(), **rest})))
    subject = Subject(taken, flow_of(FLOW, taken, query, problems))
    beside = None
    if typed.get("b"):
        other = desk_of(typed["b"])
        beside = Subject(other, flow_of("flow_b", other, query, problems))
    page = lab_page(lab_of(subject, beside), QueryDict(urlencode(mine)))
    problems.update(page.own_problems)
    return LoadPage(page.lab, page.values, page.typed, page.guess, problems, subject, beside)


def _default() -> str:
    """A system with a knee that a learner can reach, else the one that every calculator takes."""
    names = [one.name for one in systems()]
    return DEFAULT if DEFAULT in names else default_system().name


def _tell(_values: Values, _trial: Trial, shown: Shown) -> Answer:
    return shown.answer(finding_of(shown))


def _side_by_side(subject: Subject, beside: Subject, values: Values) -> Answer:
    trial = subject.trial(values)
    pair = Versus((subject.title, beside.title), trial, beside.trial(values))
    if not pair.replications:
        return too_long(pair)
    try:
        return pair.answer(notes=_notes(values, trial))
    except Preparing:
        return preparing()


def _path(taken: Desk, flow: Flow, values: Values) -> RequestPath:
    """The hops at the first rate of the traffic, which also decides how many calls are cold."""
    rate = number(values, "rate") / float(flow.share or 1)
    context = at_rate(taken.model.context, rate)
    return replace(
        request_path(context, flow),
        client_timeout_s=number(values, "timeout"),
        retry=Retry(max_attempts=1 + round(number(values, "retries"))),
    )


def _notes(values: Values, trial: Trial) -> tuple[str, ...]:
    """Where work would pile up first, and from which rate on."""
    reach, found = 1.0, []
    for hop in trial.path.hops:
        if hop.servers is not None and hop.busy_s:
            most = (hop.servers - hop.other_load) / hop.busy_s / reach
            found.append((most, hop.label or hop.id))
        reach *= 1 - hop.hit_ratio
    if not found:
        return (_("No hop of this way has workers that could all be taken: nothing queues here."),)
    most, label = min(found)
    peak = number(values, "rate") * number(values, "factor")
    words = {"hop": label, "most": numbers.fixed(most, 0), "peak": numbers.fixed(peak, 0)}
    said = [_("%(hop)s is full first, at %(most)s requests per second; the peak is %(peak)s.")]
    if peak >= most:
        words["growth"] = numbers.fixed(peak - most, 0)
        said.append(_("Beyond that its queue grows by %(growth)s a second: no steady state."))
    elif peak * 100 < most:
        said.append(_("At less than a hundredth of that, queueing is not your problem."))
    return (" ".join(said) % words,)


def _set(changes: Mapping[str, str]) -> Mapping[str, str]:
    return {"shape": "steady", "factor": "1", "minutes": "5", **changes}


DEFAULT = "ec2-to-lambda/ec2"

CONTROLS = workbench.controls(workbench.starting(workbench.TRAFFIC, minutes="10"), workbench.CLIENT)


def lab_of(subject: Subject, beside: Subject | None) -> Lab:
    """The lab about one way through one system, or about two."""
    return Lab(
        slug="load",
        title="Load lab",
        summary="The hops of a documented system as queues: push them to the knee and beyond.",
        why=(
            "A waterfall shows one request alone. Under load the same hops have queues in front of "
            "them, and the wait grows slowly at first, then all at once."
        ),
        controls=CONTROLS,
        answer=(
            partial(_side_by_side, subject, beside)
            if beside
            else Experiment(subject.trial, _tell, _notes)
        ),
        limits=(
            "Balancing is ideal: all tasks of a hop share one queue.",
            "The share of cold starts is that of the first rate; bursts start more of them.",
            "Service times have the percentiles of the flow, and are constant where it has none.",
        ),
        sources=(
            "The hops of each system with their source lines are on its waterfall.",
            "100,000 requests a day are 1.16 a second: S2-036.",
        ),
        stories=(
            Story("The documented load: 1 request per second", _set({"rate": "1"})),
            Story("Close to the knee: 180 per second", _set({"rate": "180"})),
            Story("Beyond it: 215 per second", _set({"rate": "215", "timeout": "10"})),
        ),
        question=Question(
            "How long does one request in a hundred wait, at least, in the worst minute?",
            "s",
            "worst_p99_s",
        ),
    )
