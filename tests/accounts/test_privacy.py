"""What is kept about a person is known, handed out whole, and gone when they go."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import builders
import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.db import connection, models, transaction
from django.test import Client
from people import PASSWORD, Member, Person, member, sign_in

from archlab.accounts import actions, privacy, queries, tasks
from archlab.accounts.models import Invitation, Learner, RoleGrant, Session, User
from archlab.journeys.models import Enrolment, StepEvent

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MARKS = ["ada-the-first", "Ada of Nowhere", "ada@nowhere.example", "because the moon is cheap"]


@pytest.fixture
def ada(db: None) -> Member:  # noqa: ARG001
    """Somebody who has left a mark in every table that leads to a person."""
    ada = member("ada-the-first")
    User.objects.filter(pk=ada.user.pk).update(name=MARKS[1], email=MARKS[2], date_joined=NOW)
    EmailAddress.objects.create(user=ada.user, email=MARKS[2], primary=True)
    RoleGrant.objects.create(user=ada.user, role="operator", granted=NOW)
    Invitation.objects.create(
        token_hash="x" * 64, user=ada.user, created=NOW, expires=NOW + DAY
    )  # fmt: skip
    begun = builders.enrolment(ada.learner)
    StepEvent.objects.create(
        enrolment=begun, version=begun.version, key=uuid4(), kind="left", step="start",
        payload={"reason": MARKS[3]}, at=NOW,
    )  # fmt: skip
    ada.user.refresh_from_db()
    return ada


def people_models() -> Iterator[type[models.Model]]:
    """Every model from which foreign keys lead to a user or a learner."""
    reached: set[type[models.Model]] = {User, Learner}
    found = True
    while found:
        found = False
        for model in apps.get_models(include_auto_created=True):
            ends = {
                cast("type[models.Model]", field.related_model)
                for field in model._meta.concrete_fields
                if field.is_relation
            }
            if model not in reached and ends & reached:
                reached.add(model)
                found = True
    yield from reached


def undeclared() -> set[type[models.Model]]:
    return set(people_models()) - set(privacy.PERSONAL)


def test_every_model_that_leads_to_a_person_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {Enrolment, StepEvent, Session, EmailAddress} <= set(people_models())
    assert undeclared() == set()
    monkeypatch.delitem(cast("dict[Any, Any]", privacy.PERSONAL), StepEvent)
    assert undeclared() == {StepEvent}


def exported(person: Person | Member) -> dict[str, str]:
    answer = person.get("/account/export/")
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_export_has_every_row_that_leads_to_the_person(ada: Member) -> None:
    files = exported(ada)
    member("eve")
    for model in people_models():
        personal = privacy.PERSONAL[model]
        count = personal.of(queries.person_behind(ada.user)).count()
        rows = json.loads(files.get(f"{model._meta.label_lower}.json", "[]"))
        assert len(rows) == count, model
    for mark in MARKS:
        assert any(mark in text for text in files.values()), mark
    assert "eve" not in "".join(files.values())


def test_the_export_holds_no_secret(ada: Member) -> None:
    text = "".join(exported(ada).values())
    row = Session.objects.get(user=ada.user)
    for secret in (ada.user.password, row.session_key, row.session_data, "x" * 64):
        assert secret not in text


def test_a_guest_exports_without_an_account(alice: Person) -> None:
    mine = builders.enrolment(alice.learner)
    assert str(mine.pk) in exported(alice)["journeys.enrolment.json"]


@pytest.mark.django_db
def test_a_stranger_has_nothing_to_export(stranger: Client) -> None:
    assert stranger.get("/account/export/").status_code == 404


def test_ten_thousand_answers_cost_no_more_queries_than_ten(
    alice: Person, django_assert_max_num_queries: Any
) -> None:
    enrolment = builders.enrolment(alice.learner)
    StepEvent.objects.bulk_create(
        StepEvent(
            enrolment=enrolment,
            version=enrolment.version,
            key=uuid4(),
            kind="asked",
            step="start",
            attempt=number,
            at=NOW,
        )
        for number in range(10_000)
    )
    with django_assert_max_num_queries(40):
        assert len(json.loads(exported(alice)["journeys.stepevent.json"])) == 10_000


def dump() -> str:
    """Every value of every table."""
    with connection.cursor() as cursor:
        texts: list[str] = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names are the schema's
            texts.extend(repr(row) for row in cursor.fetchall())
    return "\n".join(texts)


def test_erasing_leaves_no_mark_in_the_database(ada: Member) -> None:
    others = builders.enrolment(member("eve").learner)
    marks = [*MARKS, str(ada.learner.pk), ada.learner.pk.hex]
    before = dump()
    assert all(mark in before for mark in [*MARKS, ada.learner.pk.hex])
    actions.erase(queries.person_behind(ada.user))
    after = dump()
    assert [mark for mark in marks if mark in after] == []
    assert Enrolment.objects.get() == others


def test_retained_rows_stay_without_the_person(ada: Member) -> None:
    def release(rows: Any) -> None:
        rows.update(payload={}, enrolment=others)

    others = builders.enrolment(member("eve").learner)
    retained = privacy.Retained("counts", 30, release)
    declared = privacy.Personal(StepEvent, "enrolment__learner", frozenset(), retained)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(cast("dict[Any, Any]", privacy.PERSONAL), StepEvent, declared)
        actions.erase(queries.person_behind(ada.user))
    assert StepEvent.objects.get().enrolment == others
    assert MARKS[3] not in dump()


def test_an_erasure_that_fails_erases_nothing(ada: Member) -> None:
    def release(rows: Any) -> None:
        raise RuntimeError(str(rows))

    declared = privacy.Personal(
        Learner, "pk", frozenset(), privacy.Retained("never", 1, release)
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(cast("dict[Any, Any]", privacy.PERSONAL), Learner, declared)
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.erase(queries.person_behind(ada.user))
    assert StepEvent.objects.exists()


def test_a_guest_is_erased_at_once_after_a_page_that_says_what_goes(alice: Person) -> None:
    builders.enrolment(alice.learner)
    assert b"Journeys: 1" in alice.get("/account/erase/").content
    assert Learner.objects.exists()
    assert alice.post("/account/erase/").status_code == 302
    assert not Learner.objects.exists()
    assert not Enrolment.objects.exists()
    assert alice.post("/account/erase/").status_code == 302


@time_machine.travel(NOW, tick=False)
def test_an_account_is_erased_after_seven_days_and_not_before(ada: Member) -> None:
    sign_in(ada.client, "ada-the-first")
    actions.ask_for_erasure(user=ada.user, now=NOW)
    actions.ask_for_erasure(user=ada.user, now=NOW + DAY)
    assert actions.erase_due(now=NOW + 7 * DAY - timedelta(seconds=1)) == 0
    assert actions.erase_due(now=NOW + 7 * DAY) == 1
    assert not User.objects.exists()


@pytest.mark.django_db
def test_asking_for_erasure_needs_the_password_again_and_can_be_taken_back() -> None:
    ada = member("ada")
    assert "reauthenticate" in ada.post("/account/erase/")["Location"]
    assert "REMOTE_ADDR" not in str(dict(ada.client.session))
    asked = ada.post("/account/reauthenticate/?next=/account/erase/", {"password": PASSWORD})
    assert asked["Location"] == "/account/erase/"
    assert ada.get("/account/erase/").status_code == 200
    ada.post("/account/erase/")
    ada.user.refresh_from_db()
    assert ada.user.erase_because == User.Erasure.ASKED
    assert b"will be erased after" in ada.get("/account/").content
    ada.post("/account/keep/")
    ada.user.refresh_from_db()
    assert ada.user.erase_after is None


def unused(ada: Member, when: datetime) -> None:
    User.objects.filter(pk=ada.user.pk).update(date_joined=when, last_login=when)
    Learner.objects.filter(pk=ada.learner.pk).update(seen=when)


def test_two_years_without_use_begin_the_end_with_a_notice(ada: Member) -> None:
    unused(ada, NOW - 730 * DAY)
    with time_machine.travel(NOW, tick=False):
        tasks.forget()
    assert mail.outbox == []
    with time_machine.travel(NOW + DAY, tick=False):
        tasks.forget()
        tasks.forget()
    assert [one.to for one in mail.outbox] == [[MARKS[2]]]
    with time_machine.travel(NOW + 32 * DAY, tick=False):
        tasks.forget()
    assert not User.objects.exists()


@pytest.mark.parametrize("sign", ["last_login", "seen"])
def test_any_sign_of_use_keeps_an_account(ada: Member, sign: str) -> None:
    unused(ada, NOW - 731 * DAY)
    if sign == "seen":
        Learner.objects.update(seen=NOW - 700 * DAY)
    else:
        User.objects.update(last_login=NOW - 700 * DAY)
    assert actions.mark_unused(now=NOW) == []


def test_signing_in_ends_the_erasure_of_an_unused_account(ada: Member) -> None:
    unused(ada, NOW - 731 * DAY)
    actions.mark_unused(now=NOW)
    ada.post("/account/logout/")
    sign_in(ada.client, "ada-the-first")
    ada.user.refresh_from_db()
    assert ada.user.erase_after is None
