"""The page of the checks, for authors: `python -m` this module prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from archlab.domain.grading.state_checks import CHECKS
from archlab.domain.grading.state_checks.check import EVERYWHERE, Check

HEAD = """# Checks of a lab

A check reads deployed resources back and says *pass*, *fail* or *unknown*. Unknown means that \
nothing could be seen: it is never the learner's mistake. A check is about the resources of its \
component where the lab names one, else about all of its kind; one broken resource is a failure \
whatever stands beside it, and where there is nothing to look at the check fails. A lab may give \
other limits in `args`.

*Lesson*: a number is the source that teaches it, *adapted* means the idea of a source on another \
service, *added* means good practice that no source states. *Mistake*: planted by a call of the \
catalogue (`plant`), or compiled by a parameter (`set`). `python -m \
archlab.domain.grading.state_checks.handbook` prints this page.
"""


def checks_page() -> str:
    return HEAD + "".join(f"\n{section}" for section in map(_section, CHECKS.values()))


def _section(check: Check) -> str:
    return f"## {check.id}\n\n{check.title}. {check.lesson}\n\n" + "".join(
        f"- {name}: {text}\n" for name, text in _rows(check)
    )


def _rows(check: Check) -> Iterator[tuple[str, str]]:
    yield "passes when", check.expected.format(**{name: f"`{name}`" for name in check.limits})
    if check.limits:
        yield "limits", ", ".join(f"`{name}` {value}" for name, value in check.limits.items())
    yield "kinds", ", ".join(f"`{kind}`" for kind in check.kinds) or "all"
    yield "reads", ", ".join(f"`{call}`" for call in check.reads)
    if check.probes:
        yield "writes", "something of its own, to find out"
    yield "lesson", _origin(check)
    if check.as_documented:
        yield "against it", check.as_documented
    if check.compiled:
        one = check.compiled
        value = str(one.value).lower() if isinstance(one.value, bool) else one.value
        yield "mistake", f"`set`, `{one.kind}` with `{one.parameter}: {value}`"
    else:
        yield "mistake", "`plant`"
    if check.targets != EVERYWHERE:
        yield "targets", ", ".join(check.targets)


def _origin(check: Check) -> str:
    seeds = ", ".join(check.seeds)
    words = {"seed": seeds, "adapted": f"adapted from {seeds}", "added": "added"}
    documented = "; as documented, which is not a recommendation" if check.as_documented else ""
    return words[check.origin] + documented


if __name__ == "__main__":
    sys.stdout.write(checks_page())
