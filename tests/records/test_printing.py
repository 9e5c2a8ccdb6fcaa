"""PDFs of binders: at once or in the background, whose they are, and how long they are kept."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone
from people import Person
from record_desk import pages_of, played

from archlab.accounts import merging
from archlab.jobs import runner
from archlab.jobs.models import Job
from archlab.journeys.queries import runs
from archlab.records import pdf, printing
from archlab.records.models import Printed
from archlab.records.queries import of_run

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document is one for the background."""
    monkeypatch.setattr(printing, "AT_ONCE", 1)


def page_count(answer: Any) -> int:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        return len(document.pages)


def work() -> Job:
    """What the worker does with the only job."""
    runner.run(Job.objects.get(kind=printing.KIND).pk, lambda: NOW)
    return Job.objects.get(kind=printing.KIND)


def test_a_few_records_are_a_pdf_at_once(alice: Person) -> None:
    folder = played(alice)
    answer = alice.get(f"{folder}decisions.pdf")
    assert page_count(answer) > len(pages_of(alice, folder))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="decisions.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Job.objects.filter(kind=printing.KIND).exists()


def test_a_single_record_is_a_pdf_named_like_its_file(alice: Person) -> None:
    folder = played(alice)
    record = pages_of(alice, folder)[0]
    assert f'href="{record.rstrip("/")}.pdf"' in alice.get(record).content.decode()
    answer = alice.get(f"{record.rstrip('/')}.pdf")
    assert page_count(answer) >= 2
    name = record.rstrip("/").rpartition("/")[2]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.pdf"'
    assert alice.get(f"{folder}0099-nothing.pdf").status_code == 404


def test_how_long_it_will_be_is_known_well_enough_beforehand(alice: Person) -> None:
    folder = played(alice, None)
    wanted = printing.Print(of_run(runs().get()))
    pages = page_count(alice.get(f"{folder}decisions.pdf"))
    assert 0.75 < wanted.pages / pages < 1.35


@pytest.mark.usefixtures("long")
def test_a_long_one_is_asked_for_made_in_the_background_and_fetched(alice: Person) -> None:
    folder = played(alice)
    led = alice.get(f"{folder}decisions.pdf")
    assert (led.status_code, led.headers["Location"]) == (302, f"{folder}pdf/")
    assert 'id="make-pdf"' in alice.get(f"{folder}pdf/").content.decode()
    assert not Job.objects.filter(kind=printing.KIND).exists()
    for _ in range(2):  # a double click
        assert alice.post(f"{folder}pdf/").headers["Location"] == f"{folder}pdf/"
    waiting = alice.get(f"{folder}pdf/").content.decode()
    assert re.search(r'hx-get="/jobs/[0-9a-f-]+/progress/', waiting)
    job = work()
    assert (job.state, job.word) == (Job.State.SUCCEEDED, "pages")
    assert 2 <= job.done <= job.total
    assert (
        f'id="printed" href="{folder}decisions.pdf"' in alice.get(f"{folder}pdf/").content.decode()
    )
    assert page_count(alice.get(f"{folder}decisions.pdf")) == job.done
    alice.post(f"{folder}pdf/")
    assert Job.objects.filter(kind=printing.KIND).count() == 1


def test_one_made_in_the_background_is_the_same_as_one_made_at_once(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = played(alice)
    at_once = alice.get(f"{folder}decisions.pdf").content
    monkeypatch.setattr(printing, "AT_ONCE", 1)
    alice.post(f"{folder}pdf/")
    work()
    assert alice.get(f"{folder}decisions.pdf").content == at_once


@pytest.mark.usefixtures("long")
def test_it_is_gone_after_a_day(alice: Person) -> None:
    folder = played(alice)
    alice.post(f"{folder}pdf/")
    work()
    asked = Printed.objects.get().asked
    assert printing.forget(now=asked + timedelta(days=1, seconds=-1)) == 0
    assert printing.forget(now=asked + timedelta(days=1)) == 1
    assert alice.get(f"{folder}decisions.pdf").status_code == 302


@pytest.mark.usefixtures("long")
def test_one_of_yesterdays_records_is_not_taken_for_todays(alice: Person) -> None:
    folder = played(alice)
    alice.post(f"{folder}pdf/")
    work()
    Printed.objects.update(digest="0" * 64)
    assert alice.get(f"{folder}decisions.pdf").status_code == 302
    assert 'id="make-pdf"' in alice.get(f"{folder}pdf/").content.decode()


@pytest.mark.usefixtures("long")
def test_one_that_failed_says_so_and_can_be_asked_for_again(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = played(alice)
    alice.post(f"{folder}pdf/")
    with monkeypatch.context() as broken:
        broken.setattr(printing, "pdf_of", lambda *_, **__: 1 / 0)
        assert work().state == Job.State.FAILED
    page = alice.get(f"{folder}pdf/").content.decode()
    assert "It could not be made" in page
    assert 'id="make-pdf"' in page
    alice.post(f"{folder}pdf/")
    job = Job.objects.filter(kind=printing.KIND).latest("pk")
    runner.run(job.pk, lambda: NOW)
    assert page_count(alice.get(f"{folder}decisions.pdf")) > 2


@pytest.mark.usefixtures("long")
def test_a_job_that_was_cancelled_leaves_nothing(alice: Person) -> None:
    folder = played(alice)
    alice.post(f"{folder}pdf/")
    Job.objects.update(cancel_requested_at=timezone.now())
    assert work().state == Job.State.CANCELLED
    assert Printed.objects.get().content is None
    assert alice.get(f"{folder}decisions.pdf").status_code == 302


@pytest.mark.usefixtures("long")
def test_nobody_else_sees_or_makes_one(alice: Person, charlie: Person, stranger: Client) -> None:
    folder = played(alice)
    alice.post(f"{folder}pdf/")
    work()
    record = pages_of(alice, folder)[0].rstrip("/")
    for person in (charlie, stranger):
        for url in (f"{folder}decisions.pdf", f"{folder}pdf/", f"{record}.pdf"):
            assert person.get(url).status_code == 404
    assert charlie.post(f"{folder}pdf/").status_code == 404
    assert Job.objects.filter(kind=printing.KIND).count() == 1


@pytest.mark.usefixtures("long")
def test_a_document_does_not_move_into_an_account(alice: Person, charlie: Person) -> None:
    folder = played(alice)
    alice.post(f"{folder}pdf/")
    work()
    merging.move(alice.learner, charlie.learner)
    assert not Printed.objects.exists()
    assert charlie.get(f"{folder}decisions.pdf").status_code == 302


def test_before_the_first_decision_there_is_none(alice: Person) -> None:
    folder = played(alice, "j0-01")
    for tail in ("decisions.pdf", "pdf/"):
        assert alice.get(f"{folder}{tail}").status_code == 404


def test_without_the_extra_no_page_offers_one_and_the_address_says_what_is_missing(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = played(alice)
    record = pages_of(alice, folder)[0]
    assert 'id="as-pdf"' in alice.get(folder).content.decode()
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    monkeypatch.setattr(printing, "is_available", lambda: False)
    for url in (folder, record):
        assert "as-pdf" not in alice.get(url).content.decode()
    for url in (f"{folder}decisions.pdf", f"{record.rstrip('/')}.pdf"):
        answer = alice.get(url)
        assert answer.status_code == 409
        assert "WeasyPrint is missing" in answer.content.decode()
    assert alice.post(f"{folder}pdf/").status_code == 409
    assert "WeasyPrint is missing" in alice.get(f"{folder}pdf/").content.decode()
    assert not Printed.objects.exists()
