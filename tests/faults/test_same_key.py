"""One act has one key: sent fifty times at once it is one row and one answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import builders
import pytest
from answering import Learner
from fault_site import Answer, Browser, Site, copied, serving

pytestmark = pytest.mark.fault

AT_ONCE = 50


@pytest.fixture(scope="module")
def site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(copied(prepared, tmp_path_factory.mktemp("keys") / "var")) as running:
        yield running


@dataclass(frozen=True)
class Sending:
    """A filled form of a learner at the first decision."""

    learner: Learner
    action: str
    fields: dict[str, object]

    def at_once(self, count: int) -> list[Answer]:
        gate = Barrier(count)

        def send(_number: int) -> Answer:
            browser = Browser(self.learner.port, dict(self.learner.browser.cookies))
            gate.wait()
            return browser.request("POST", self.action, self.fields)

        with ThreadPoolExecutor(count) as threads:
            return list(threads.map(send, range(count)))


def sending(site: Site, option: str = "quick") -> Sending:
    learner = Learner(site.port)
    learner.begin()
    assert learner.page is not None
    form = builders.forms_in(learner.page.text)["form-j0-d0"]
    return Sending(learner, form.action, form.sending(option=option))


def decided(site: Site, sent: Sending) -> int:
    """Rows of this learner's decision."""
    query = "SELECT enrolment_id FROM journeys_stepevent WHERE block = 'j0-d0'"
    enrolment = sent.action.split("/")[2].replace("-", "")
    return [owner for (owner,) in site.rows(query)].count(enrolment)


def test_fifty_at_once_are_one_row_and_the_same_answer(site: Site) -> None:
    sent = sending(site)
    answers = sent.at_once(AT_ONCE)
    assert {answer.status for answer in answers} == {302}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert decided(site, sent) == 1


def test_the_key_with_another_content_is_refused_with_the_step_as_it_is(site: Site) -> None:
    first = sending(site)
    assert first.learner.browser.request("POST", first.action, first.fields).status == 302
    other = {**first.fields, "option": "simple", "reason": "what I had typed"}
    refused = first.learner.browser.request("POST", first.action, other)
    assert refused.status == 409
    assert "what I had typed" in refused.text
    assert 'id="j0-d0-told"' in refused.text
    assert decided(site, first) == 1


def test_somebody_elses_key_is_no_key(site: Site) -> None:
    mine, theirs = sending(site), sending(site)
    swapped = {**mine.fields, "key": theirs.fields["key"]}
    assert mine.learner.browser.request("POST", mine.action, swapped).status == 409
    foreign = mine.learner.browser.request("POST", theirs.action, mine.fields)
    assert foreign.status == 404
    assert decided(site, mine) == decided(site, theirs) == 0


def test_without_the_key_fifty_at_once_would_be_many_rows(prepared: Path, tmp_path: Path) -> None:
    """The control: the same site with its guard off."""
    folder = copied(prepared, tmp_path / "unguarded")
    with serving(folder, DJANGO_SETTINGS_MODULE="unguarded_settings") as site:
        sent = sending(site)
        sent.at_once(AT_ONCE)
        assert decided(site, sent) > 1
