"""Phase 8: labs that can be deployed, faults that do something, checks that see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archlab.domain.architecture import Architecture, Change, ChangeRefused, apply
from archlab.domain.architecture.deployable import Json
from archlab.domain.cloudformation import REGIONS, Undeployable, template_of
from archlab.domain.pack.blocks import Lab, LabCheck, LabFault
from archlab.domain.pack.draft import SOLUTION, Draft, Placed
from archlab.domain.pack.engines import Engines, month_hours
from archlab.domain.pack.labbook import LabBook
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.yamltext import Path
from archlab.domain.pricing import Unpriced

LONELY = "the learner should read what an emulator cannot prove: cannot_show"
MINUTES = 60


def lab_problems(draft: Draft, engines: Engines, book: LabBook) -> Iterator[Problem]:
    """Everything about the labs of a pack."""
    for placed in draft.placed:
        if isinstance(placed.block, Lab):
            yield from _Checked(draft, placed, placed.block, engines, book).problems()


class _Checked:
    """One lab, on every system that a learner can bring to it."""

    def __init__(
        self, draft: Draft, placed: Placed, lab: Lab, engines: Engines, book: LabBook
    ) -> None:
        self.lab, self.document, self.engines, self.book = lab, placed.document, engines, book
        self.sites = {
            number: draft.sites[lab.id, number]
            for number in (*range(len(lab.faults)), SOLUTION)
            if (lab.id, number) in draft.sites
        }
        systems = draft.systems_at(placed.step.id, lab.architecture)
        self.is_placed = lab.region is None or lab.region in REGIONS
        self.systems = [in_region(one, lab.region) for one in systems] if self.is_placed else []

    def problems(self) -> Iterator[Problem]:
        yield from self.region()
        for number, check in enumerate(self.lab.checks):
            yield from self.check(check, ("checks", number))
        for number, fault in enumerate(self.lab.faults):
            yield from self.fault(fault, number)
        for number, action in enumerate(self.lab.actions):
            yield from self.action(action, ("actions", number))
        for system in self.systems:
            found = list(self.system(system))
            yield from found
            if found:
                break  # every other system would say the same once more
        if not self.lab.cannot_show:
            yield self.document.at_holder("W810", LONELY, ())

    def region(self) -> Iterator[Problem]:
        if not self.is_placed:
            said = f'labs run in {", ".join(REGIONS)}, not in "{self.lab.region}"'
            yield self.document.problem("E808", said, ("region",))

    def check(self, check: LabCheck, path: Path) -> Iterator[Problem]:
        known = self.book.checks
        if check.check not in known:
            said, hint = f'no check is called "{check.check}"', did_you_mean(check.check, known)
            yield self.document.problem("E801", said, (*path, "check"), hint)
            return
        for name in check.args:
            if name not in self.book.limits[check.check]:
                hint = did_you_mean(name, self.book.limits[check.check])
                said = f'{check.check} has no number called "{name}"'
                yield self.document.at_key("E421", said, (*path, "args", name), hint)
        for target in self.lab.targets_of(check):
            if target not in known[check.check]:
                said = f"{check.check} cannot be read on the target {target}"
                yield self.document.problem("E803", said, (*path, "check"))

    def fault(self, fault: LabFault, number: int) -> Iterator[Problem]:
        if not any(check.fault == fault.id for check in self.lab.checks):
            said = f'no check turns red on "{fault.id}": name it under fault'
            yield self.document.problem("E804", said, ("faults", number, "id"))
        path = ("faults", number, "plant")
        if fault.plant is not None and fault.plant not in self.book.checks:
            hint = did_you_mean(fault.plant, self.book.planted)
            yield self.document.problem("E801", f'no check is called "{fault.plant}"', path, hint)
        elif fault.plant is not None and fault.plant not in self.book.planted:
            said = f"{fault.plant} cannot be broken once it stands: use set"
            yield self.document.problem("E807", said, path)

    def action(self, action: str, path: Path) -> Iterator[Problem]:
        if action not in self.book.actions:
            said, hint = f'no action is called "{action}"', did_you_mean(action, self.book.actions)
            yield self.document.problem("E426", said, path, hint)

    def system(self, system: Architecture) -> Iterator[Problem]:
        try:
            right = apply(system, self.lab.solution) if self.lab.solution else system
        except ChangeRefused as refused:
            yield self.sites[SOLUTION].refused(refused, "")
            return
        try:
            start, body = template_of(system).body, template_of(right).body
        except Undeployable as error:
            yield self.undeployable(error)
            return
        for number, fault in enumerate(self.lab.faults):
            if fault.change is not None:
                yield from self.compiled_wrong(system, number, fault.change, start)
        if "aws" in self.lab.targets:
            yield from self.gate(body)
            yield from self.costs(right)

    def undeployable(self, error: Undeployable) -> Problem:
        region = all(one.component == "region" for one in error.reasons)
        said = "; ".join(f"{one.component}: {one.reason}" for one in error.reasons)
        return self.document.problem("E808" if region else "E802", said, ("architecture",))

    def compiled_wrong(
        self, system: Architecture, number: int, change: Change, body: Mapping[str, Json]
    ) -> Iterator[Problem]:
        path = ("faults", number, "set")
        try:
            wrong = template_of(apply(system, change))
        except ChangeRefused as refused:
            yield self.sites[number].refused(refused, "")
        except Undeployable as error:
            yield self.document.problem("E802", f"with this fault: {error}", path)
        else:
            if wrong.body == body:
                said = "with this setting the template is as it should be"
                yield self.document.problem("E807", said, path)

    def gate(self, body: Mapping[str, Json]) -> Iterator[Problem]:
        for said in beyond_gate(body):
            yield self.document.problem("E809", said, ("targets",))

    def costs(self, system: Architecture) -> Iterator[Problem]:
        """A real account needs a ceiling that the list price of the whole lease stays under."""
        lab = self.lab
        try:
            month = self.engines.modelled(system).total_usd
        except Unpriced as error:
            yield self.document.at_holder("E805", f"its price is not known: {error}", ())
            return
        lease = month * lab.ttl_minutes / (MINUTES * month_hours(system))
        if not lab.max_usd or lease > lab.max_usd:
            said = f"{lab.ttl_minutes} minutes cost {lease:.4f} USD: set max_usd above that"
            where = ("max_usd",) if "max_usd" in self.document.keys else ("targets",)
            yield self.document.problem("E805", said, where)


def in_region(system: Architecture, region: str | None) -> Architecture:
    """The system where the lab wants it."""
    return apply(system, Change(set={"region": region})) if region else system


_AT_MOST: Mapping[str, tuple[int, str]] = {
    "AWS::EC2::NatGateway": (1, "NAT gateway"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (1, "load balancer"),
    "AWS::RDS::DBInstance": (1, "database"),
    "AWS::CloudFront::Distribution": (0, "CloudFront distribution"),
}
MOST_TASKS = 2


def beyond_gate(body: Mapping[str, Json]) -> Iterator[str]:
    """What of a template no learner's own account is asked to run."""
    resources = body["Resources"]
    assert isinstance(resources, Mapping)  # noqa: S101 (the compiler's own template)
    found = [one for one in resources.values() if isinstance(one, Mapping)]
    for type_, (most, name) in _AT_MOST.items():
        count = sum(one.get("Type") == type_ for one in found)
        if count > most:
            yield f"{count} times {name}; on aws a lab has at most {most}"
    for one in found:
        properties = one.get("Properties")
        if not isinstance(properties, Mapping):
            continue
        tasks = properties.get("DesiredCount")
        if isinstance(tasks, int) and tasks > MOST_TASKS:
            yield f"{tasks} tasks; on aws a lab has at most {MOST_TASKS}"
        if properties.get("MultiAZ") is True:
            yield "a database in two zones takes too long to make on aws"
