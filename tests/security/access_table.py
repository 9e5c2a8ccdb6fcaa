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
FORM: Codes = (200, 200, 302, 405, 405)
"""A page with a form that takes also what is sent empty."""
ACT: Codes = (302, 302, 302, 405, 405)
"""Sent by a form; asking for the address, as a reload does, leads back to its page."""
TO_SIGN_IN: Codes = (302, 302, 302, 302, 302)
ELSEWHERE: Codes = (302, 302, 302, 302, 302)
"""There is nothing to do here for this person now."""
NOWHERE: Codes = (404, 404, 404, 404, 404)
FILLED: Codes = (200, 200, 422, 200, 405)
"""A form of allauth, sent empty; it reads a PUT as it reads a POST, the page's token included."""
DONE: Codes = (200, 200, 302, 302, 405)
"""The same where an empty form is enough."""


@dataclass(frozen=True)
class Row:
    """The answers for the owner and for others; `unlike` names those who get other ones.

    `holes` fills the parameters of the address, and `sends` the fields of what is posted: each
    with a name of the world of the test, or a plain value. `secret` is the parameter that belongs
    to somebody.
    """

    owner: Codes
    others: Codes
    holes: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    unlike: Mapping[str, Codes] = field(default_factory=dict)
    sends: Mapping[str, str] = field(default_factory=dict)

    def codes(self, person: str) -> Codes:
        return self.unlike.get(person, self.owner if person == OWNER else self.others)


def everybody(codes: Codes = READ, **holes: str) -> Row:
    return Row(codes, codes, holes)


def owned(codes: Codes, others: Codes = HIDDEN, *, parameter: str, **holes: str) -> Row:
    return Row(codes, others, {**holes, parameter: f"own {parameter}"}, parameter)


def run(codes: Codes = READ, others: Codes = HIDDEN, **holes: str) -> Row:
    """A page of a run that alice has played to its end."""
    return owned(codes, others, parameter="enrolment_id", **holes)


def binder(codes: Codes = READ, others: Codes = HIDDEN, **holes: str) -> Row:
    """A page of the records of alice's run, of which she shares one."""
    days = {"days": holes.pop("days")} if "days" in holes else {}
    filled = {"binder_id": "own enrolment_id", "slug": "record page", **holes}
    return Row(codes, others, filled, "binder_id", sends=days)


def run_in_version(codes: Codes, **sends: str) -> Row:
    """A run of alice that is not over, and that has a newer version."""
    holes = {"enrolment_id": "own newer_id"}
    return Row(codes, (405, 405, 404, 405, 405), holes, "enrolment_id", sends=sends)


def night(codes: Codes, others: Codes) -> Row:
    """A night of alice that is not over."""
    return owned(codes, others, parameter="run_id")


def card(codes: Codes, others: Codes = HIDDEN) -> Row:
    """A card of alice that she has answered once."""
    return owned(codes, others, parameter="card_id", number="2")


def account(user: Codes, operator: Codes | None = None, guests: Codes = TO_SIGN_IN) -> Row:
    """A page of accounts: dana has one and gave no password lately; olga has one with a second
    factor, and gave both just now. Everybody else is led to the sign-in."""
    return Row(guests, guests, unlike={"signed-in user": user, "operator": operator or user})


def foreign_key(codes: Codes) -> Row:
    """A passkey of eve, who is none of the people here: olga, who may ask for hers, finds none."""
    unlike = {"operator": codes}
    return Row(TO_SIGN_IN, TO_SIGN_IN, {"pk": "own pk"}, "pk", unlike)


NO_SUCH = "7e5a3c1e-0000-4000-8000-000000000000"


def operators(led: Codes, refused: Codes, found: Codes, **holes: str) -> Row:
    """Guests are led to the sign-in, dana has no role, olga is an operator."""
    return Row(led, led, holes, unlike={"signed-in user": refused, "operator": found})


def job_page(found: Codes, **holes: str) -> Row:
    return operators((302, 302, 405, 405, 405), (403, 403, 405, 405, 405), found, **holes)


def job_act() -> Row:
    hidden: Codes = (405, 405, 404, 405, 405)
    return operators(SENT, (405, 405, 403, 405, 405), hidden, public_id=NO_SUCH)


LATE: Codes = (302, 302, 409, 405, 405)  # the run is over: the answer comes too late
BEGUN: Codes = (405, 405, 303, 405, 405)
FOREIGN_ACT: Codes = (302, 302, 404, 405, 405)  # back to a step that is a 404 in its turn


AWS_ACT: Codes = (404, 404, 404, 405, 405)


def sandbox(codes: Codes, others: Codes = FOREIGN_ACT) -> Row:
    """A page of a lab's run that alice has open."""
    return Row(codes, others, {"run_id": "own lab"}, "run_id")


TABLE: dict[str, Row] = {
    "operations:live": everybody(),
    "operations:ready": everybody((503, 503, 405, 405, 405)),  # no worker runs in the tests
    "operations:prices": everybody(),
    "operations:compare": everybody(),
    "operations:price": everybody(key="AWSLambda:request"),
    "operations:jobs": job_page(READ),
    "operations:job": job_page(HIDDEN, public_id=NO_SUCH),
    "operations:cancel_job": job_act(),
    "operations:run_job_again": job_act(),
    "jobs:progress": everybody(HIDDEN, public_id=NO_SUCH),
    # the token in the address is the secret: whoever has the link may play on
    "accounts:resume": Row(
        (200, 200, 302, 405, 405), (200, 200, 302, 405, 405), {"token": "token"}
    ),
    "accounts:invitation": Row(
        (200, 200, 200, 405, 405),
        (200, 200, 200, 405, 405),
        {"token": "invitation"},
        unlike={"signed-in user": FORM, "operator": FORM},
    ),
    "accounts:home": account(FORM, guests=(200, 200, 200, 405, 405)),
    "accounts:merge": account(ACT, guests=ACT),
    "accounts:forget": everybody(SENT),
    "accounts:end-sessions": everybody(SENT),
    "accounts:preferences": everybody(FORM),
    "accounts:export": Row(READ, READ, unlike={"stranger": HIDDEN}),
    # dana is asked for her password first
    "accounts:erase": Row(FORM, FORM, unlike={"stranger": ACT, "signed-in user": ACT}),
    "accounts:keep": everybody(SENT),
    "operations:people": account((403, 403, 403, 405, 405), FORM, guests=ACT),
    "account_login": account(ELSEWHERE, guests=FILLED),
    "account_logout": account(FORM, guests=ACT),
    "account_inactive": everybody(),
    "account_signup": account(ELSEWHERE, guests=FILLED),
    "account_reauthenticate": account(FILLED),
    "account_email": account(DONE),
    "account_email_verification_sent": everybody(),
    "account_confirm_email": everybody((404, 404, 404, 405, 405), key="no-such-key"),
    "account_change_password": account(FILLED),
    "account_set_password": account(ELSEWHERE),  # everybody has one
    "account_reset_password": everybody(FILLED),
    "account_reset_password_done": everybody(),
    "account_reset_password_from_key": everybody(NOWHERE, uidb36="1", key="no-such-key"),
    "account_reset_password_from_key_done": everybody(),
    "account_confirm_login_code": everybody(ELSEWHERE),
    "mfa_index": account(READ),
    "mfa_authenticate": everybody(ELSEWHERE),
    "mfa_reauthenticate": account(ELSEWHERE, FILLED),
    "mfa_activate_totp": account(ELSEWHERE),
    "mfa_deactivate_totp": account(NOWHERE, DONE),
    "mfa_view_recovery_codes": account(HIDDEN, READ),
    "mfa_generate_recovery_codes": account(ELSEWHERE, DONE),
    "mfa_download_recovery_codes": account(NOWHERE, READ),
    "mfa_list_webauthn": account(READ),
    "mfa_add_webauthn": account(ELSEWHERE, FILLED),
    "mfa_reauthenticate_webauthn": account(ELSEWHERE),
    "mfa_remove_webauthn": foreign_key((404, 404, 404, 405, 404)),
    "mfa_edit_webauthn": foreign_key((404, 404, 404, 404, 405)),
    "mfa_login_webauthn": account(ELSEWHERE, guests=(302, 302, 302, 302, 405)),
    "web:theme": everybody(SENT),
    "web:accessibility": everybody(),
    "sources": everybody(),
    "decisions:list": everybody(),
    "decisions:page": everybody(slug="0009-count-money-in-decimal"),
    "glossary": everybody(),
    "catalog:list": everybody(),
    "catalog:scenario": everybody(slug="lambda-to-fargate"),
    "catalog:glossary": everybody(slug="lambda-to-fargate"),
    "catalog:evidence": everybody(slug="lambda-to-fargate"),
    "catalog:template": everybody(slug="lambda-to-fargate", architecture="fargate"),
    "journeys:home": everybody(),
    "journeys:start": everybody(SENT, slug="lambda-to-fargate"),
    "journeys:map": run(),
    "journeys:end": run(),
    "journeys:certificate": run(),
    "journeys:mine": everybody(),
    "journeys:version": run(),
    "journeys:move": run_in_version(SENT, version="newer version", key="move key"),
    "journeys:undo_move": run_in_version((405, 405, 409, 405, 405)),  # nothing was moved yet
    "journeys:keep": run_in_version(SENT, version="newer version"),
    # the words of whoever asks, if they have come to that step
    "journeys:words": Row(
        (200, 200, 422, 405, 405),
        (404, 404, 404, 405, 405),
        {"slug": "lambda-to-fargate", "step": "j0-01"},
        unlike={"other learner": (200, 200, 422, 405, 405)},
    ),
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
    "calculators:matrix": everybody(),
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
    "sandboxes:launch": everybody(BEGUN, slug="lambda-to-fargate", lab="l01"),
    "sandboxes:in-step": run(
        (302, 302, 303, 405, 405), (404, 404, 404, 405, 405), step="j0-03", block="l01"
    ),
    "sandboxes:run": sandbox(READ, HIDDEN),
    "sandboxes:template": sandbox(READ, HIDDEN),
    "sandboxes:receipt": sandbox(HIDDEN, HIDDEN),
    "sandboxes:edit": sandbox((302, 302, 422, 405, 405)),
    "sandboxes:again": sandbox((302, 302, 409, 405, 405)),
    "sandboxes:tear-down": sandbox((302, 302, 409, 405, 405)),
    "sandboxes:cancel": sandbox((302, 302, 303, 405, 405)),
    "sandboxes:close": sandbox((302, 302, 303, 405, 405)),
    # switched off, as it is by default, there is nothing for anybody
    **{
        f"sandboxes:aws{name}": everybody(codes)
        for name, codes in (
            ("", HIDDEN),
            ("-connect", AWS_ACT),
            ("-bootstrap", HIDDEN),
            ("-role", AWS_ACT),
            ("-disconnect", AWS_ACT),
        )
    },
    **{
        f"sandboxes:aws-{name}": everybody(codes, run_id=NO_SUCH)
        for name, codes in (
            ("offer", AWS_ACT),
            ("run", HIDDEN),
            ("confirm", AWS_ACT),
            ("extend", AWS_ACT),
            ("end", AWS_ACT),
            ("again", AWS_ACT),
        )
    },
    "operations:aws": job_page(HIDDEN),
    "operations:retry_aws": operators(
        SENT, (405, 405, 403, 405, 405), (405, 405, 404, 405, 405), run_id=NO_SUCH
    ),
    "drills:index": everybody(),
    "drills:drill": everybody(slug="ninety-dollar-bill", drill="disk-full"),
    "drills:start": everybody(BEGUN, slug="ninety-dollar-bill", drill="disk-full"),
    "drills:in-step": run(BEGUN, (405, 405, 404, 405, 405), step="j0-10", block="d01"),
    "drills:give-up": run(ACT, (404, 404, 404, 405, 405), drill="d01"),
    "drills:run": night(READ, HIDDEN),
    "drills:turn": night((302, 302, 422, 405, 405), FOREIGN_ACT),
    "drills:close": night((302, 302, 409, 405, 405), FOREIGN_ACT),
    "drills:again": night((302, 302, 303, 405, 405), FOREIGN_ACT),
    "practice:overview": everybody(),
    "practice:next": everybody((302, 302, 405, 405, 405)),
    "practice:gather": everybody(ACT),
    "practice:mix": everybody((200, 200, 422, 405, 405)),
    "practice:round": owned((302, 302, 405, 405, 405), parameter="mix_id"),
    "practice:card": card(READ),
    "practice:answer": card((302, 302, 409, 405, 405), (404, 404, 404, 405, 405)),
    "practice:hint": card((302, 302, 409, 405, 405), (404, 404, 404, 405, 405)),
    "permalink": everybody(key="own permalink"),
    "records:shelf": everybody(),
    "records:compare": everybody(),
    "records:new": everybody((200, 200, 422, 405, 405), source="compare"),
    "records:shared": everybody(link="own share"),
    "records:list": binder(),
    "records:tree": binder(),
    "records:patch": binder(),
    "records:page": binder((200, 200, 422, 405, 405), (404, 404, 404, 405, 405)),
    "records:keep": binder(SENT, (405, 405, 404, 405, 405)),
    "records:share": binder(SENT, (405, 405, 404, 405, 405), days="7"),
    "records:unshare": binder(SENT, (405, 405, 404, 405, 405), link_id="own share link"),
    "records:file": binder(name="record file"),
    "records:pdf": binder(),
    "records:pdf_one": binder(),
    "records:pdf_making": binder((200, 200, 302, 405, 405), (404, 404, 404, 405, 405)),
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
