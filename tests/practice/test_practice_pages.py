"""What the pages of practice say, to whom, and what they never say."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import builders
import pytest
import time_machine
from django.test import Client
from django.utils.html import escape
from people import Person
from practising import DAY, NOW, card_of, form_at, played, question_of, right, send, url_of

from archlab.domain.pack import Decision
from archlab.domain.pack.blocks import Match, Single
from archlab.practice.models import Mix, Review, ReviewCard
from archlab.practice.schedule import day_of

TODAY = day_of(NOW)
TOKEN = re.compile(r'csrfmiddlewaretoken" value="[^"]+"')
ORDER = re.compile(r'name="option" value="([a-z0-9-]+)"')


def text_at(person: Person, path: str, days: int = 0) -> str:
    with time_machine.travel(NOW + days * DAY, tick=False):
        page = person.get(path, follow=True)
    assert page.status_code == 200
    return str(page.content.decode())


def cards(person: Person) -> list[ReviewCard]:
    return list(ReviewCard.objects.filter(learner=person.learner))


@pytest.mark.django_db
def test_a_stranger_reads_what_practice_is_without_a_query(
    stranger: Client, django_assert_num_queries: object
) -> None:
    builders.published()
    stranger.get("/practice/")
    with django_assert_num_queries(0):  # type: ignore[operator]
        page = stranger.get("/practice/")
    assert "Nothing to practise yet." in page.content.decode()


def test_what_is_not_due_says_when_it_is(alice: Person) -> None:
    played(alice)
    first = min(card.due for card in cards(alice))
    page = text_at(alice, "/practice/")
    assert f"Nothing is due. The next question comes back on {first:%-d} {first:%B}." in page
    assert 'id="practise"' not in page


def test_due_questions_are_counted_from_midnight_of_their_day(alice: Person) -> None:
    played(alice)
    ReviewCard.objects.update(due=TODAY + 5 * DAY)
    with time_machine.travel(TODAY + 5 * DAY - timedelta(seconds=1), tick=False):
        assert "Nothing is due" in alice.get("/practice/").content.decode()
    with time_machine.travel(TODAY + 5 * DAY, tick=False):
        due = ReviewCard.objects.count()
        assert f"{due} questions are due today." in alice.get("/practice/").content.decode()


def test_the_days_ahead_and_the_memory_of_each_objective_are_tables(alice: Person) -> None:
    played(alice)
    page = text_at(alice, "/practice/")
    assert "The days ahead" in page
    count = len([c for c in cards(alice) if "decide" in question_of(c).objectives])
    if count:
        assert f"of {count} would be right today" in page
    assert "would be right today" in page
    assert "mastery" not in page


def test_memory_fades_as_days_pass(alice: Person) -> None:
    played(alice)
    told = re.compile(r"about (\d+) of (\d+) would be right today")

    def known(days: int) -> int:
        return sum(int(right) for right, _of in told.findall(text_at(alice, "/practice/", days)))

    assert known(0) > known(200) > 0


def test_next_leads_to_the_longest_due_card_and_then_to_the_overview(alice: Person) -> None:
    played(alice)
    card = card_of(alice, "j0-01q1")
    ReviewCard.objects.exclude(pk=card.pk).update(due=TODAY + 300 * DAY)
    with time_machine.travel(card.due, tick=False):
        assert alice.get("/practice/next/").url == f"/practice/{card.id}/2/"
    send(alice, card, right(card), card.due)
    with time_machine.travel(card.due, tick=False):
        assert alice.get("/practice/next/").url == "/practice/"


def test_an_answer_tells_every_rationale_and_the_day_of_the_next_time(alice: Person) -> None:
    played(alice)
    card = next(c for c in cards(alice) if isinstance(question_of(c), Single))
    block = question_of(card)
    assert isinstance(block, Single)
    page = send(alice, card, right(card), card.due).content.decode()
    assert "Right." in page
    assert "You see this again in 11 days." in page
    assert page.count('class="why"') == len(block.options)
    assert 'href="/practice/next/"' in page


def test_an_answer_ahead_of_time_says_that_the_date_stays(alice: Person) -> None:
    played(alice)
    card = card_of(alice, "j0-01q1")
    page = send(alice, card, right(card)).content.decode()
    assert "That was ahead of time, so the date stays: you see this again in 2 days." in page


def test_no_page_holds_the_answer_before_it_is_given(alice: Person) -> None:
    played(alice, until="j0-05")
    for card in cards(alice):
        block = question_of(card)
        page = text_at(alice, url_of(card), 30)
        told = [getattr(o, "rationale", "") or getattr(o, "explanation", "") for o in
                getattr(block, "options", ())]  # fmt: skip
        told += [str(getattr(block, "explanation", ""))]
        for secret in filter(None, told):
            assert escape(secret[:40]) not in page, card.block
        assert "data-mark" not in page
        assert "data-verdict" not in page
        if isinstance(block, Decision):
            assert "checked" not in page


def test_options_are_in_another_order_at_another_review(alice: Person) -> None:
    played(alice)
    card = next(
        c for c in cards(alice)
        if isinstance(q := question_of(c), Single) and q.shuffle and len(q.options) > 3
    )  # fmt: skip
    at, orders = card.due, []
    for _review in range(6):
        with time_machine.travel(at, tick=False):
            first = ORDER.findall(alice.get(url_of(card)).content.decode())
            assert first == ORDER.findall(alice.get(url_of(card)).content.decode())
        orders.append(tuple(first))
        send(alice, card, right(card), at)
        card.refresh_from_db()
        at = card.due
    assert len(set(orders)) > 1
    assert len({frozenset(order) for order in orders}) == 1


def test_the_choices_of_a_match_are_not_in_the_order_of_its_rows(alice: Person) -> None:
    played(alice, until="j0-09")
    matches = [c for c in cards(alice) if isinstance(question_of(c), Match)]
    assert matches
    for card in matches:
        form = form_at(alice, url_of(card), card.block)
        rows = [name.removeprefix("left-") for name in form.choices]
        targets = [value for value in next(iter(form.choices.values())) if value]
        assert rows
        assert len(targets) > 1
        assert targets == sorted(targets)


def test_an_unfinished_answer_is_asked_again_with_what_was_typed(alice: Person) -> None:
    played(alice, until="j0-05")
    card = next(c for c in cards(alice) if getattr(question_of(c), "type", "") == "numeric")
    form = form_at(alice, url_of(card), card.block)
    page = alice.post(form.action, {**form.sending(), "value": "about 7,000.5 USD"})
    assert page.status_code == 422
    shown = page.content.decode()
    assert "about 7,000.5 USD" in shown
    assert 'class="problem"' in shown
    assert shown.count("<title>Error:") == 1
    assert card.reviews.filter(where="practice").count() == 0


def test_a_decision_keeps_a_typed_reason_when_no_option_was_chosen(alice: Person) -> None:
    played(alice)
    card = next(c for c in cards(alice) if isinstance(question_of(c), Decision))
    form = form_at(alice, url_of(card), card.block)
    page = alice.post(form.action, {**form.sending(), "reason": "it fails alone"})
    assert page.status_code == 422
    assert "it fails alone" in page.content.decode()


def test_a_foreign_card_is_a_404_like_a_missing_one(
    alice: Person, charlie: Person, stranger: Client
) -> None:
    played(alice)
    card = card_of(alice, "j0-01q1")
    form = form_at(alice, url_of(card), card.block)
    sent = {**form.sending(), **right(card)}
    for url in (url_of(card), form.action, form.action.replace("answer", "hint")):
        missing = url.replace(str(card.id), str(uuid.uuid4()))
        assert charlie.get(url).status_code == charlie.get(missing).status_code == 404
        bare = [TOKEN.sub("", charlie.get(one).content.decode()) for one in (url, missing)]
        assert bare[0].replace(str(card.id), missing.split("/")[2]) == bare[1]
        assert stranger.get(url).status_code == 404
    assert charlie.post(form.action, sent).status_code == 404
    assert not Review.objects.filter(where="practice").exists()


@pytest.mark.parametrize("number", [0, 3, 99])
def test_a_review_that_cannot_be_yet_is_a_404(alice: Person, number: int) -> None:
    played(alice)
    card = card_of(alice, "j0-01q1")
    assert alice.get(f"/practice/{card.id}/{number}/").status_code == 404


def test_asking_for_an_address_that_is_only_sent_leads_back_to_the_card(alice: Person) -> None:
    played(alice)
    card = card_of(alice, "j0-01q1")
    for name in ("answer", "hint"):
        assert alice.get(f"/practice/{card.id}/2/{name}/").url == f"/practice/{card.id}/2/"


def begin(person: Person, **values: object) -> str:
    page = person.get("/practice/mix/")
    form = builders.forms_in(page.content.decode())["mix"]
    sent = person.post(form.action, {**form.sending(), **values})
    assert sent.status_code == 302, sent.content.decode()
    return str(sent.url)


def test_a_round_asks_each_question_once_and_then_says_how_it_went(alice: Person) -> None:
    played(alice)
    with time_machine.travel(NOW, tick=False):
        url = begin(alice, count="3")
        seen = []
        for _question in range(3):
            page = alice.get(url, follow=True)
            path = page.request["PATH_INFO"]
            card = ReviewCard.objects.get(pk=path.split("/")[2])
            seen.append(card.pk)
            form = builders.forms_in(page.content.decode())[f"form-{card.block}"]
            told = alice.post(form.action, {**form.sending(), **right(card)}, follow=True)
            assert f'href="{url}"' in told.content.decode()
        assert len(set(seen)) == 3
        end = alice.get(url)
    assert "The round is over." in end.content.decode()
    assert "3 questions answered, 3 of them right at once." in end.content.decode()


def test_a_round_can_be_of_one_objective(alice: Person) -> None:
    played(alice, until="j0-05")
    wanted = question_of(cards(alice)[0]).objectives[0]
    url = begin(alice, of=[f"{builders.J0}/{wanted}"], count="50")
    chosen = Mix.objects.get(pk=url.split("/")[3]).cards
    expected = {str(c.id) for c in cards(alice) if wanted in question_of(c).objectives}
    assert set(chosen) == expected
    assert expected != {str(c.id) for c in cards(alice)}


def test_the_same_form_twice_is_one_round(alice: Person) -> None:
    played(alice)
    page = alice.get("/practice/mix/")
    form = builders.forms_in(page.content.decode())["mix"]
    urls = {alice.post(form.action, form.sending()).url for _click in range(2)}
    assert len(urls) == 1
    assert Mix.objects.count() == 1


def test_a_form_of_before_the_last_round_is_refused_when_it_asks_for_something_else(
    alice: Person,
) -> None:
    played(alice, until="j0-05")
    form = builders.forms_in(alice.get("/practice/mix/").content.decode())["mix"]
    wanted, other = form.choices["of"][:2]
    sent = {**form.sending(), "count": "1", "of": wanted}
    assert alice.post(form.action, sent).status_code == 302
    for change in ({"count": "2", "of": [wanted, other]}, {"of": other}):
        answer = alice.post(form.action, sent | change)
        assert answer.status_code == 409
        assert b"in another tab" in answer.content
    assert Mix.objects.count() == 1


@pytest.mark.parametrize("count", ["", "0", "51", "many", "3.5"])
def test_a_round_of_no_sensible_size_is_asked_again(alice: Person, count: str) -> None:
    played(alice)
    page = alice.get("/practice/mix/")
    form = builders.forms_in(page.content.decode())["mix"]
    of = form.choices["of"][0]
    answer = alice.post(form.action, {**form.sending(), "count": count, "of": of})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "from 1 to 50" in shown
    assert re.search(rf'value="{of}"[^>]*checked', shown)
    assert not Mix.objects.exists()


def test_a_foreign_round_is_a_404(alice: Person, charlie: Person) -> None:
    played(alice)
    url = begin(alice, count="2")
    assert charlie.get(url).status_code == 404
    card = cards(alice)[0]
    mix = url.split("/")[3]
    assert charlie.get(f"{url_of(card)}?mix={mix}").status_code == 404
    assert alice.get(f"{url_of(card)}?mix={uuid.uuid4()}").status_code == 404


def test_somebody_without_cards_is_told_where_they_come_from(charlie: Person) -> None:
    builders.published()
    assert "Answer a question in a journey" in charlie.get("/practice/mix/").content.decode()
    sent = charlie.post("/practice/mix/", {"key": str(uuid.uuid4()), "count": "5"})
    assert sent.status_code == 422
    assert "There is nothing to practise yet" in sent.content.decode()


def test_home_says_how_many_are_due(alice: Person, stranger: Client) -> None:
    played(alice)
    assert "are due" not in text_at(alice, "/")
    assert f"{len(cards(alice))} questions are due" in text_at(alice, "/", 30)
    assert "are due" not in stranger.get("/").content.decode()


def test_reading_practice_changes_no_row(alice: Person) -> None:
    played(alice)
    before = [list(m.objects.order_by("pk").values_list()) for m in (ReviewCard, Review, Mix)]
    card = card_of(alice, "j0-01q1")
    for path in ("/practice/", "/practice/next/", "/practice/mix/", url_of(card)):
        text_at(alice, path, 30)
    after = [list(m.objects.order_by("pk").values_list()) for m in (ReviewCard, Review, Mix)]
    assert after == before


def test_five_thousand_cards_cost_as_many_queries_as_five(
    alice: Person, django_assert_max_num_queries: object
) -> None:
    played(alice)
    one = card_of(alice, "j0-01q1")
    ReviewCard.objects.bulk_create(
        ReviewCard(
            learner=alice.learner,
            scenario_id=one.scenario_id,
            version_id=one.version_id,
            block=f"made-{n}",
            stability=2.0,
            difficulty=5.0,
            reviewed=TODAY,
            due=TODAY + (n % 40) * DAY,
        )
        for n in range(5000)
    )
    for path, most in (("/practice/", 3), ("/practice/next/", 3), ("/practice/mix/", 3)):
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            alice.get(path)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        alice.get(url_of(one))
