"""Who gets what at which address: one row for each name of a URL.

A new URL needs one line in `TABLE`; where patterns share a name, one of them may have a line of
its own under its path. `everybody` is for pages without an owner, `owned` for what
belongs to one learner: for anybody else it is a 404 like that of an object that does not exist.
The numbers are the answers to GET, HEAD, POST, PUT and DELETE.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from addresses import Route

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
OWNER = "owner"
STRANGERS = ("stranger", "other learner", "signed-in user", "operator")
PEOPLE = (OWNER, *STRANGERS)

Codes = tuple[int, int, int, int, int]
READ: Codes = (200, 200, 405, 405, 405)
HIDDEN: Codes = (404, 404, 405, 405, 405)
SENT: Codes = (405, 405, 302, 405, 405)
ACT: Codes = (302, 302, 302, 405, 405)
"""Sent by a form; asking for the address, as a reload does, leads back to its page."""


@dataclass(frozen=True)
class Row:
    """The answers for the owner and for others; `unlike` names those who get other ones.

    `holes` fills the parameters of the address: a name of the world of the test, or a plain
    value. `secret` is the parameter that belongs to somebody.
    """

    owner: Codes
    others: Codes
    holes: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    unlike: Mapping[str, Codes] = field(default_factory=dict)

    def codes(self, person: str) -> Codes:
        return self.unlike.get(person, self.owner if person == OWNER else self.others)


def everybody(codes: Codes = READ, **holes: str) -> Row:
    return Row(codes, codes, holes)


def owned(codes: Codes, others: Codes = HIDDEN, *, secret: str, **holes: str) -> Row:
    return Row(codes, others, {**holes, secret: f"own {secret}"}, secret)


def run(codes: Codes = READ, others: Codes = HIDDEN, **holes: str) -> Row:
    """A page of a run that alice has played to its end."""
    return owned(codes, others, secret="enrolment_id", **holes)  # noqa: S106 - a parameter's name


NO_SUCH = "7e5a3c1e-0000-4000-8000-000000000000"
SIGN_IN: Codes = (302, 302, 405, 405, 405)
NO_ROLE: Codes = (403, 403, 405, 405, 405)


def operators(led: Codes = SIGN_IN, refused: Codes = NO_ROLE, **holes: str) -> Row:
    """Guests are led to the sign-in, people without the role are refused."""
    return Row(led, led, holes, unlike={"signed-in user": refused, "operator": refused})


LATE: Codes = (302, 302, 409, 405, 405)  # the run is over: the answer comes too late
FOREIGN_ACT: Codes = (302, 302, 404, 405, 405)  # back to a step that is a 404 in its turn

LAUNCHED: Codes = (405, 405, 303, 405, 405)


def sandbox(codes: Codes, others: Codes = FOREIGN_ACT) -> Row:
    """A page of a lab's run that alice has open."""
    return owned(codes, others, secret="run_id")  # noqa: S106 - a parameter's name


TABLE: dict[str, Row] = {
    "operations:live": everybody(),
    "operations:ready": everybody((503, 503, 405, 405, 405)),  # no worker runs in the tests
    "operations:prices": everybody(),
    "operations:compare": everybody(),
    "operations:price": everybody(key="AWSLambda:request"),
    "operations:jobs": operators(),
    "operations:job": operators(public_id=NO_SUCH),
    "operations:cancel_job": operators(SENT, (405, 405, 403, 405, 405), public_id=NO_SUCH),
    "operations:run_job_again": operators(SENT, (405, 405, 403, 405, 405), public_id=NO_SUCH),
    "jobs:progress": everybody(HIDDEN, public_id=NO_SUCH),
    # the token in the address is the secret: whoever has the link may play on
    "accounts:resume": Row(
        (200, 200, 302, 405, 405), (200, 200, 302, 405, 405), {"token": "token"}
    ),
    "web:theme": everybody(SENT),
    "web:accessibility": everybody(),
    "sources": everybody(),
    "catalog:list": everybody(),
    "catalog:scenario": everybody(slug="lambda-to-fargate"),
    "catalog:glossary": everybody(slug="lambda-to-fargate"),
    "catalog:evidence": everybody(slug="lambda-to-fargate"),
    "catalog:template": everybody(slug="lambda-to-fargate", architecture="fargate"),
    "journeys:home": everybody(),
    "journeys:start": everybody(SENT, slug="lambda-to-fargate"),
    "journeys:map": run(),
    "journeys:end": run(),
    "journeys:again": run(SENT, (405, 405, 404, 405, 405)),
    "journeys:resume": run((302, 302, 405, 405, 405)),
    "journeys:step": run(step="j0-01"),
    "journeys:leave": run(LATE, FOREIGN_ACT, step="j0-01"),
    "journeys:why": run(step="j0-01", needle="usd"),
    "journeys:block": run(step="j0-13", block="bench"),
    "journeys:answer": run(LATE, FOREIGN_ACT, step="j0-01", block="j0-01q1"),
    "journeys:hint": run(LATE, FOREIGN_ACT, step="j0-01", block="j0-01q1"),
    "journeys:compare": run(step="j0-02", block="j0-d1"),
    "calculators:index": everybody(),
    "calculators:cost": everybody(),
    "calculators:compare": everybody(),
    "calculators:break_even": everybody(),
    "calculators:sensitivity": everybody(),
    "calculators:scaling": everybody(),
    "calculators:waterfall": everybody(),
    "calculators:lab": everybody(),
    "calculators:run_exactly": everybody(ACT),
    "calculators:progress": everybody(),
    "calculators:cancel": everybody(ACT),
    **{
        # these two simulate nothing, so that there is no run in the background
        f"/calculators/{lab}/{page}/": everybody(codes)
        for lab in ("cutover", "cold-starts")
        for page, codes in (
            ("exactly", (302, 302, 422, 405, 405)),
            ("progress", (422, 422, 405, 405, 405)),
            ("cancel", (302, 302, 422, 405, 405)),
        )
    },
    "calculators:formula": everybody(slug="nat"),
    "sandboxes:index": everybody(),
    "sandboxes:lab": everybody(slug="lambda-to-fargate", lab="l01"),
    "sandboxes:launch": everybody(LAUNCHED, slug="lambda-to-fargate", lab="l01"),
    "sandboxes:in-step": run(
        (302, 302, 303, 405, 405), (404, 404, 404, 405, 405), step="j0-03", block="l01"
    ),
    "sandboxes:run": sandbox(READ, HIDDEN),
    "sandboxes:template": sandbox(READ, HIDDEN),
    "sandboxes:edit": sandbox((302, 302, 422, 405, 405)),
    "sandboxes:again": sandbox((302, 302, 409, 405, 405)),
    "sandboxes:tear-down": sandbox((302, 302, 409, 405, 405)),
    "sandboxes:cancel": sandbox((302, 302, 303, 405, 405)),
    "sandboxes:close": sandbox((302, 302, 303, 405, 405)),
    "records:list": run(),
    "records:tree": run(),
    "records:page": run(slug="record page"),
    "records:markdown": run(name="record file"),
}


def row_of(route: Route) -> Row | None:
    return TABLE.get(route.path) or TABLE.get(route.name)


def row_for(route: Route) -> Row:
    row = row_of(route)
    assert row is not None, unlisted([route])
    return row


def unlisted(found: Iterable[Route]) -> list[str]:
    """What to add for each address that has no row."""
    return [
        f"{route.path} is called {route.name}, which has no row in tests/security/access_table.py: "
        f'add "{route.name}": everybody(...) or, if it belongs to somebody, owned(...).'
        for route in found
        if row_of(route) is None
    ]
