"""A guest's work comes into an account once, whole, and only where the person wants it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import builders
import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.test.utils import isolate_apps
from django.urls import reverse
from people import PASSWORD, Member, Person, guest_with_browser, member, sign_in

from archlab.accounts import actions, merging, queries
from archlab.accounts.middleware import COOKIE
from archlab.accounts.models import Learner, User
from archlab.accounts.visitor import Visitor
from archlab.journeys.models import Enrolment

NEW = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def ada(db: None) -> Member:  # noqa: ARG001
    return member("ada")


def offered(alice: Person, ada: Member) -> str:
    """Alice's browser signs in as ada; the address of the offer."""
    answer = sign_in(alice.client, ada.user.username)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_signing_up_takes_the_guests_work_along(alice: Person) -> None:
    mine = builders.enrolment(alice.learner)
    answer = alice.post("/account/signup/", NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert mine in Enrolment.objects.filter(queries.owned_by(Visitor(user_id=user("ada").pk)))
    assert answer.cookies[COOKIE].value == ""
    assert alice.get(f"/journeys/{mine.id}/").status_code == 200


def test_after_signing_up_the_guests_link_is_dead(alice: Person, stranger: Client) -> None:
    builders.enrolment(alice.learner)
    alice.post("/account/signup/", NEW)
    assert stranger.get(f"/resume/{alice.visitor.token}/").status_code == 404
    assert Learner.objects.get().token_hash is None


@pytest.mark.django_db
def test_a_stranger_can_sign_up_and_then_start_a_journey(stranger: Client) -> None:
    builders.published()
    assert stranger.post("/account/signup/", NEW).status_code == 302
    assert stranger.post(reverse("journeys:start", args=[builders.J0])).status_code == 302
    assert Learner.objects.get().user == user("ada")


def test_signing_in_with_guest_work_asks_what_to_do_and_changes_nothing(
    alice: Person, ada: Member
) -> None:
    mine = builders.enrolment(alice.learner)
    address = offered(alice, ada)
    assert address.startswith("/account/merge/")
    page = alice.get(address)
    assert b"Journeys: 1" in page.content
    mine.refresh_from_db()
    assert mine.learner == alice.learner


def test_signing_in_without_guest_work_asks_nothing(alice: Person, ada: Member) -> None:
    assert offered(alice, ada) == "/"


def test_merging_moves_the_work_and_asks_no_more(alice: Person, ada: Member) -> None:
    before, mine = builders.enrolment(ada.learner), builders.enrolment(alice.learner)
    alice.get(offered(alice, ada))
    answer = merged(alice)
    assert answer["Location"] == "/"
    assert answer.cookies[COOKIE].value == ""
    assert set(Enrolment.objects.filter(learner=ada.learner)) == {before, mine}
    assert list(Learner.objects.all()) == [ada.learner]


def test_merging_twice_and_in_two_tabs_is_merging_once(alice: Person, ada: Member) -> None:
    mine = builders.enrolment(alice.learner)
    offered(alice, ada)
    for _ in range(2):
        assert merged(alice)["Location"] == "/"
    assert merged(alice, do="apart")["Location"] == "/"
    assert [one.id for one in Enrolment.objects.filter(learner=ada.learner)] == [mine.id]


def test_left_apart_the_work_is_there_again_after_signing_out(alice: Person, ada: Member) -> None:
    mine = builders.enrolment(alice.learner)
    offered(alice, ada)
    assert merged(alice, do="apart").status_code == 302
    assert alice.get(f"/journeys/{mine.id}/").status_code == 404
    alice.post("/account/logout/")
    assert alice.get(f"/journeys/{mine.id}/").status_code == 200


def test_another_guest_than_the_page_showed_is_not_merged(alice: Person, ada: Member) -> None:
    builders.enrolment(alice.learner)
    offered(alice, ada)
    other = guest_with_browser()
    theirs = builders.enrolment(other.learner)
    alice.client.cookies[COOKIE] = other.visitor.token
    assert merged(alice).status_code == 409
    theirs.refresh_from_db()
    assert theirs.learner == other.learner


def test_merging_asks_for_a_sign_in(alice: Person) -> None:
    builders.enrolment(alice.learner)
    assert merged(alice)["Location"].startswith("/account/login/")


@pytest.mark.parametrize("next_", ["https://evil.example/", "{}", "accounts:home", "\x00"])
def test_the_way_on_is_a_path_of_this_site(alice: Person, ada: Member, next_: str) -> None:
    builders.enrolment(alice.learner)
    offered(alice, ada)
    assert merged(alice, next=next_)["Location"] == "/"


@pytest.mark.parametrize("way", ["end", "?page=2", "#top", "journeys:home", "//evil.example/"])
def test_a_way_on_that_is_no_path_leads_home(ada: Member, way: str) -> None:
    answer = ada.get("/account/merge/", {"next": way})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_signing_out_makes_a_stranger(ada: Member) -> None:
    mine = builders.enrolment(ada.learner)
    assert ada.get(f"/journeys/{mine.id}/").status_code == 200
    ada.post("/account/logout/")
    assert ada.get(f"/journeys/{mine.id}/").status_code == 404


def test_another_account_sees_a_plain_404(ada: Member, charlie: Person) -> None:
    mine = builders.enrolment(ada.learner)
    assert charlie.get(f"/journeys/{mine.id}/").status_code == 404
    assert member("eve").get(f"/journeys/{mine.id}/").status_code == 404


def test_adopting_is_one_transaction(
    alice: Person, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = builders.enrolment(alice.learner)

    def fails(guest: Learner, owner: Learner) -> None:
        raise RuntimeError(f"{guest} {owner}")

    monkeypatch.setitem(
        cast("dict[Any, Any]", merging.WORK), User, merging.Work(User, "", settle=fails)
    )
    with pytest.raises(RuntimeError):
        actions.adopt(guest=alice.visitor, user=ada.user)
    mine.refresh_from_db()
    assert mine.learner == alice.learner


def points_to_a_learner() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if any(field.related_model is Learner and not field.auto_created
               for field in model._meta.get_fields())
    ]  # fmt: skip


def unregistered() -> list[type[models.Model]]:
    return [model for model in points_to_a_learner() if model not in merging.WORK]


def test_every_model_of_a_learner_says_how_it_is_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Enrolment in points_to_a_learner()
    assert unregistered() == []
    monkeypatch.delitem(cast("dict[Any, Any]", merging.WORK), Enrolment)
    assert unregistered() == [Enrolment]


@pytest.mark.django_db(transaction=True)
@isolate_apps("archlab.accounts")
@pytest.mark.parametrize(("theirs", "kept"), [(3, 3), (2, 2), (1, 2)])
def test_of_two_cards_for_one_question_the_newer_stays(theirs: int, kept: int) -> None:
    class Card(models.Model):  # noqa: DJ008 - lives for this test
        learner = models.ForeignKey(Learner, on_delete=models.CASCADE)
        question = models.CharField(max_length=9)
        seen_day = models.IntegerField()

        class Meta:
            app_label = "accounts"
            constraints = (models.UniqueConstraint("learner", "question", name="one_of_each"),)

    with connection.schema_editor() as editor:
        editor.create_model(Card)
    try:
        guest, visitor = actions.create_guest()
        owner = Learner.objects.create(user=User.objects.create(username="ada"))
        Card._default_manager.create(learner=guest, question="nat", seen_day=theirs)
        Card._default_manager.create(learner=guest, question="alb", seen_day=1)
        Card._default_manager.create(learner=owner, question="nat", seen_day=2)
        settle = merging.one_for_each(Card, "question", newer="seen_day")
        merging.WORK[Card] = merging.Work(Card, "Cards", settle=settle)
        assert owner.user
        actions.adopt(guest=visitor, user=owner.user)
        days = dict(Card._default_manager.filter(learner=owner).values_list("question", "seen_day"))
        assert days == {"nat": kept, "alb": 1}
        assert Card._default_manager.count() == 2
    finally:
        merging.WORK.pop(Card, None)
        with connection.schema_editor() as editor:
            editor.delete_model(Card)


def merged(person: Any, *, do: str = "merge", next: str = "") -> Any:  # noqa: A002
    guest = getattr(person, "learner", SimpleNamespace(pk=""))
    return person.post("/account/merge/", {"guest": guest.pk, "do": do, "next": next})


def user(name: str) -> User:
    return User.objects.get(username=name)
