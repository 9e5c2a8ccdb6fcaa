"""Phase 4: every name in a pack is the name of something."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from archlab.domain.expressions import BadExpression, Call, parse
from archlab.domain.pack.blocks import (
    BillView,
    Block,
    Calculator,
    ClaimView,
    Decision,
    DiagramView,
    Drill,
    Hotspot,
    Lab,
    Quiz,
    Simulation,
    WaterfallView,
)
from archlab.domain.pack.doubles import double_problems
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.drill_names import drill_name_problems
from archlab.domain.pack.lab_names import lab_name_problems
from archlab.domain.pack.model import StateFlag, Step
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.prose import Mention
from archlab.domain.pack.sources import citation
from archlab.domain.pack.words import CURRENT, END, REJOIN
from archlab.domain.pack.yamltext import Document, Path, Tree

MAY_ASK = ("chose", "score", "passed", "visited", "cost", "flag")
"""Functions of a condition of `next`."""


def reference_problems(draft: Draft) -> Iterator[Problem]:
    """Names that are not defined, and names that are defined twice."""
    names = _Names(draft)
    yield from names.scenario()
    yield from names.evidence()
    for step in draft.steps.values():
        yield from names.step(step)
    for placed in draft.placed:
        yield from names.block(placed)
    yield from double_problems(draft)
    yield from _unused_media(draft)


class _Names:
    """What is defined, asked for name by name."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        text = draft.text
        self.objectives = {one.id for one in text.scenario.objectives}
        self.sources = {one.ref: one for one in text.scenario.sources}
        self.facts = {one.id for one in text.claims.facts}
        self.claims = {one.id for one in text.claims.claims}
        self.flags = {one.id: one for one in text.scenario.flags}
        self.terms = {
            word.casefold()
            for entry in text.scenario.glossary
            for word in (entry.term, *entry.aliases)
        }

    def known(
        self,
        code: str,
        what: str,
        name: str,
        known: Collection[str],
        document: Document,
        path: Path,
    ) -> Iterator[Problem]:
        """A finding when `name`, written at `path`, is not defined."""
        if name not in known:
            said = f'no {what} is called "{name}"'
            yield document.problem(code, said, path, did_you_mean(name, known))

    def scenario(self) -> Iterator[Problem]:
        text = self.draft.text
        document = text.scenario_document
        start = text.scenario.start
        yield from self.known("E401", "step", start, self.draft.steps, document, ("start",))
        step = self.draft.steps.get(start)
        if step is not None and step.architecture is None:
            said = "the start step names the architecture that the learner begins with"
            yield self.draft.front(start).at_holder("E432", said, ())

    def evidence(self) -> Iterator[Problem]:
        text = self.draft.text
        document = text.claims_document
        for index, fact in enumerate(text.claims.facts):
            yield from self.cited(document, ("facts", index, "src"), fact.src, many=True)
        for index, claim in enumerate(text.claims.claims):
            for number, fact_id in enumerate(claim.facts):
                yield from self.fact(document, ("claims", index, "facts", number), fact_id)
            yield from self.cited(document, ("claims", index, "sources"), claim.sources)
        for mention in text.claims_mentions:
            yield from self.mention(document.path, mention)
        yield from self.systems()

    def systems(self) -> Iterator[Problem]:
        """Every `src` in architectures.yaml."""
        document = self.draft.text.systems_document
        for path, value in sources_in(document.tree):
            several = (value,) if isinstance(value, str) else value
            yield from self.cited(document, path, tuple(map(str, several)), many=True)

    def cited(
        self, document: Document, path: Path, sources: tuple[str, ...], *, many: bool = False
    ) -> Iterator[Problem]:
        """Sources written as a list; with `many`, one of them may stand without brackets."""
        for index, source in enumerate(sources):
            at = (*path, index)
            if many and document.known(at) != at:
                at = tuple(path)
            yield from self.source(document, at, source)

    def source(self, document: Document, path: Path, text: str) -> Iterator[Problem]:
        for code, said, hint in self.wrong_source(text):
            yield document.problem(code, said, path, hint)

    def wrong_source(self, text: str) -> Iterator[tuple[str, str, str]]:
        """Code, message and hint when a citation leads nowhere."""
        cited = citation(text)
        if cited.pack:
            return
        if cited.fact:
            if cited.fact not in self.facts:
                hint = did_you_mean(cited.fact, self.facts)
                yield "E416", f'no fact is called "{cited.fact}"', hint
            return
        source = self.sources.get(cited.ref)
        if source is None:
            hint = did_you_mean(cited.ref, self.sources)
            yield "E414", f'no source is called "{cited.ref}"', hint
        elif source.lines is not None and any(last > source.lines for _, last in cited.lines):
            yield "E503", f'"{cited.ref}" has {source.lines} lines', ""

    def fact(self, document: Document, path: Path, name: str) -> Iterator[Problem]:
        """A fact of this pack, or one of another pack, which is not looked up."""
        if not citation(name).pack:
            yield from self.known("E416", "fact", name, self.facts, document, path)

    def step(self, step: Step) -> Iterator[Problem]:
        front = self.draft.front(step.id)
        path: Path = ("architecture",)
        if step.architecture is not None:
            named = self.draft.known.systems
            yield from self.known("E411", "system", step.architecture, named, front, path)
        for index, name in enumerate(step.objectives):
            path = ("objectives", index)
            yield from self.known("E415", "objective", name, self.objectives, front, path)
        for index, name in enumerate(step.covers):
            yield from self.known("E416", "fact", name, self.facts, front, ("covers", index))
        yield from self._next(step, front)
        for mention in self.draft.texts[step.id].mentions:
            yield from self.mention(step.path, mention)

    def _next(self, step: Step, front: Document) -> Iterator[Problem]:
        known = {*self.draft.steps, END}
        if isinstance(step.next, str):
            targets = {*known, REJOIN}
            yield from self.known("E401", "step", step.next, targets, front, ("next",))
            return
        for index, branch in enumerate(step.next):
            path = ("next", index, "to")
            yield from self.known("E401", "step", branch.to, known, front, path)
            last = index == len(step.next) - 1
            if last and branch.when:
                said = "the last branch has no condition, so that there is always a way on"
                yield front.at_holder("E404", said, ("next", index))
            elif not last and not branch.when:
                said = "only the last branch may go without a condition"
                yield front.at_holder("E404", said, ("next", index))
            elif branch.when:
                yield from self._condition(branch.when, front, ("next", index, "when"))

    def _condition(self, text: str, document: Document, path: Path) -> Iterator[Problem]:
        try:
            expression = parse(text)
            expression.check((), MAY_ASK)
        except BadExpression as error:
            yield document.problem("E525", str(error), path)
            return
        for call in expression.calls:
            for code, said, hint in self._asked(call):
                yield document.problem(code, said, path, hint)

    def _asked(self, call: Call) -> Iterator[tuple[str, str, str]]:
        known: Collection[str]
        name = str(call.arguments[0]) if call.arguments else ""
        if call.name == "flag":
            code, what, known = "E433", "flag", self.flags
        elif call.name == "visited":
            code, what, known = "E401", "step", self.draft.steps
        elif call.name in {"chose", "score", "passed"}:
            code, what, known = "E429", "block", self.draft.blocks
        else:
            return
        if name not in known:
            yield code, f'no {what} is called "{name}"', did_you_mean(name, known)
        elif call.name == "chose":
            decision = self.draft.blocks[name]
            options = decision.options if isinstance(decision, Decision) else ()
            chosen = str(call.arguments[1]) if len(call.arguments) > 1 else ""
            ids = [option.id for option in options]
            if chosen not in ids:
                said = f'"{name}" has no option "{chosen}"'
                yield "E429", said, did_you_mean(chosen, ids)

    def mention(self, path: str, mention: Mention) -> Iterator[Problem]:
        """A role, link or picture in a text."""
        for code, said, hint in self._mentioned(mention):
            yield Problem(path, mention.line, mention.column, code, said, hint)

    def _mentioned(self, mention: Mention) -> Iterator[tuple[str, str, str]]:
        text = mention.text
        if mention.kind == "term" and text.casefold() not in self.terms:
            hint = did_you_mean(text.casefold(), self.terms)
            yield "E417", f'the glossary has no term "{text}"', hint
        elif mention.kind == "claim" and text not in self.claims:
            yield "E418", f'no claim is called "{text}"', did_you_mean(text, self.claims)
        elif mention.kind == "src":
            yield from self._quoted(text)
        elif mention.kind == "link" and text.startswith("step:"):
            step = text.removeprefix("step:")
            if step not in self.draft.steps:
                hint = did_you_mean(step, self.draft.steps)
                yield "E401", f'no step is called "{step}"', hint
        elif mention.kind == "image" and text not in self.draft.text.files:
            yield "E419", f'there is no file "{text}"', did_you_mean(text, self.draft.text.files)

    def _quoted(self, text: str) -> Iterator[tuple[str, str, str]]:
        try:
            yield from self.wrong_source(text)
        except ValueError:
            wanted = "a source such as seed-000:12-18 or a fact such as S0-061"
            yield "E207", f'"{text[:60]}" is not {wanted}', ""

    def block(self, placed: Placed) -> Iterator[Problem]:
        block, document = placed.block, placed.document
        for index, name in enumerate(block.objectives):
            path = ("objectives", index)
            yield from self.known("E415", "objective", name, self.objectives, document, path)
        if isinstance(block, Decision):
            yield from self._decision(placed, block)
        elif isinstance(block, Quiz):
            yield from self._quiz(placed, block)
        elif isinstance(block, Calculator):
            yield from self._calculator(document, block)
        elif isinstance(block, Lab):
            yield from self._lab(placed, block)
        elif isinstance(block, Drill):
            yield from self._drill(document, block)
        else:
            yield from self._view(document, block)

    def _view(self, document: Document, block: Block) -> Iterator[Problem]:
        if isinstance(block, ClaimView):
            for index, name in enumerate(block.claims):
                path = ("claims", index)
                yield from self.known("E418", "claim", name, self.claims, document, path)
        elif isinstance(block, Simulation):
            yield from self._system(document, ("architecture",), block.architecture)
        elif isinstance(block, DiagramView | BillView):
            yield from self._system(document, ("architecture",), block.architecture)
            if block.compare:
                yield from self._system(document, ("compare",), block.compare)
        elif isinstance(block, WaterfallView):
            yield from self._system(document, ("architecture",), block.architecture)
            if block.against:
                yield from self._system(document, ("against",), block.against)

    def _calculator(self, document: Document, block: Calculator) -> Iterator[Problem]:
        for key in ("architecture", "against"):
            name = getattr(block, key)
            if name:
                yield from self._system(document, (key,), name)
        for index, golden in enumerate(block.expect):
            path = ("expect", index)
            yield from self.cited(document, (*path, "src"), golden.src, many=True)
            if golden.claim:
                at = (*path, "claim")
                yield from self.known("E418", "claim", golden.claim, self.claims, document, at)
        for number in range(len(block.levers)):
            yield from self._change_sources(document, ("levers", number, "change"))

    def _lab(self, placed: Placed, lab: Lab) -> Iterator[Problem]:
        document = placed.document
        yield from self._system(document, ("architecture",), lab.architecture)
        yield from lab_name_problems(document, lab, self.draft.blocks)
        for number, check in enumerate(lab.checks):
            if check.claim:
                at = ("checks", number, "claim")
                yield from self.known("E418", "claim", check.claim, self.claims, document, at)
        if lab.solution is not None:
            yield from self._change_sources(document, ("solution",))

    def _system(self, document: Document, path: Path, name: str) -> Iterator[Problem]:
        known = {*self.draft.known.systems, CURRENT}
        yield from self.known("E411", "system", name, known, document, path)

    def _decision(self, placed: Placed, decision: Decision) -> Iterator[Problem]:
        document = placed.document
        for number, option in enumerate(decision.options):
            path = ("options", number)
            yield from self.cited(document, (*path, "evidence"), option.evidence)
            for key in ("goto", "rejoin"):
                to = getattr(option, key)
                if to is not None:
                    steps = self.draft.steps
                    yield from self.known("E401", "step", to, steps, document, (*path, key))
            yield from self._flags(document, (*path, "flags"), option.flags)
            if option.change is not None:
                yield from self._change_sources(document, (*path, "change"))

    def _change_sources(self, document: Document, path: Path) -> Iterator[Problem]:
        tree: Tree = document.tree
        for part in path:
            tree = tree[part]  # type: ignore[index]
        for inner, value in sources_in(tree):
            several = (value,) if isinstance(value, str) else value
            yield from self.cited(document, (*path, *inner), tuple(map(str, several)), many=True)

    def _flags(
        self, document: Document, path: Path, flags: Mapping[str, object]
    ) -> Iterator[Problem]:
        for name, value in flags.items():
            flag = self.flags.get(name)
            if flag is None:
                said, hint = f'no flag is called "{name}"', did_you_mean(name, self.flags)
                yield document.at_key("E433", said, (*path, name), hint)
            elif not _is_value(flag, value):
                allowed = flag.values or ("true", "false")
                said = f'the flag "{name}" is one of: {", ".join(allowed)}'
                hint = did_you_mean(str(value), allowed)
                yield document.problem("E204", said, (*path, name), hint)

    def _drill(self, document: Document, drill: Drill) -> Iterator[Problem]:
        for number, action in enumerate(drill.actions):
            yield from self.cited(document, ("actions", number, "evidence"), action.evidence)
        for number, panel in enumerate(drill.panels):
            if panel.architecture:
                path = ("panels", number, "architecture")
                yield from self._system(document, path, panel.architecture)
        for number, one in enumerate(drill.prevention):
            yield from self._flags(document, ("prevention", number, "flags"), one.flags)
        yield from drill_name_problems(document, drill, self.flags)

    def _quiz(self, placed: Placed, quiz: Quiz) -> Iterator[Problem]:
        document = placed.document
        yield from self.cited(document, ("evidence",), quiz.evidence)
        if isinstance(quiz, Hotspot):
            yield from self._system(document, ("architecture",), quiz.architecture)
        exhibit = quiz.exhibit
        if exhibit is None:
            return
        if exhibit.architecture:
            yield from self._system(document, ("exhibit", "architecture"), exhibit.architecture)
        if exhibit.media is not None:
            files = {path.removeprefix("media/") for path in self.draft.text.files}
            path = ("exhibit", "media", "file")
            name = exhibit.media.file.removeprefix("media/")
            yield from self.known("E419", "picture", name, files, document, path)


def _is_value(flag: StateFlag, value: object) -> bool:
    return str(value) in flag.values if flag.values else isinstance(value, bool)


def sources_in(tree: Tree, at: tuple[str | int, ...] = ()) -> Iterator[tuple[Path, Tree]]:
    """Every value of a key `src` in a document."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == "src":
                yield (*at, key), value
            elif not isinstance(value, str):
                yield from sources_in(value, (*at, key))
    elif isinstance(tree, tuple):
        for index, value in enumerate(tree):
            if not isinstance(value, str):
                yield from sources_in(value, (*at, index))


def _unused_media(draft: Draft) -> Iterator[Problem]:
    used = {mention.text for step in draft.texts.values() for mention in step.mentions}
    for block in draft.blocks.values():
        if isinstance(block, Quiz) and block.exhibit and block.exhibit.media:
            used.add(f"media/{block.exhibit.media.file.removeprefix('media/')}")
    for path in sorted(draft.text.files):
        if path.startswith("media/") and path not in used:
            yield Problem(path, 1, 1, "E419", "no step shows this picture")
