"""Packs become immutable versions; a broken one changes nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
from catalog_desk import Shell, example_in
from django.test import Client
from people import Person
from player import Player

from archlab.catalog import queries
from archlab.catalog.actions import Loaded, load_packs
from archlab.catalog.models import Scenario, ScenarioVersion
from archlab.domain.pack import Problem, files_of, version_of
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import pack_played

pytestmark = pytest.mark.django_db
SLUG = "ninety-dollar-bill"


@pytest.fixture
def packs(tmp_path: Path) -> Iterator[Path]:
    """The shelf outlives the rolled-back rows of a test, so it is forgotten at both ends."""
    queries.forget_shelf()
    yield example_in(tmp_path)
    queries.forget_shelf()


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def loaded(packs: Path) -> list[Loaded]:
    results = load_packs(folder=packs, now=builders.NOW)
    queries.forget_shelf()
    return results


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def titled(packs: Path, title: str) -> None:
    scenario = packs / SLUG / "scenario.yaml"
    text = re.sub(r"^title: .*$", f"title: {title}", scenario.read_text("utf-8"), flags=re.M)
    scenario.write_text(text, "utf-8")


def test_the_same_bytes_are_the_same_version(packs: Path) -> None:
    first, second = loaded(packs)[0], loaded(packs)[0]
    assert (first.number, first.is_new) == (1, True)
    assert (second.number, second.is_new) == (1, False)
    assert ScenarioVersion.objects.count() == 1


def test_the_name_of_a_version_can_be_proved_from_its_bytes(packs: Path) -> None:
    loaded(packs)
    version = ScenarioVersion.objects.get()
    assert version_of(files_of(bytes(version.content))) == version.sha256


def test_a_changed_byte_is_the_next_version_and_the_old_one_stays(packs: Path) -> None:
    loaded(packs)
    titled(packs, "Another title")
    assert [(one.number, one.is_new) for one in loaded(packs)] == [(2, True)]
    assert list(ScenarioVersion.objects.values_list("number", flat=True)) == [2, 1]
    assert queries.entry_of(SLUG).pack.scenario.title == "Another title"


def test_going_back_to_older_bytes_makes_no_third_version(packs: Path) -> None:
    loaded(packs)
    original = queries.entry_of(SLUG).pack.scenario.title
    titled(packs, "Another title")
    loaded(packs)
    titled(packs, original)
    assert [(one.number, one.is_new) for one in loaded(packs)] == [(1, False)]
    assert ScenarioVersion.objects.count() == 2
    assert queries.entry_of(SLUG).version.number == 1


def test_a_broken_pack_keeps_the_last_good_version_on_the_site(
    packs: Path, stranger: Client
) -> None:
    loaded(packs)
    title = queries.entry_of(SLUG).pack.scenario.title
    titled(packs, "[unfinished")
    result = loaded(packs)[0]
    assert result.number is None
    assert result.problems
    assert ScenarioVersion.objects.count() == 1
    assert title in stranger.get(f"/scenarios/{SLUG}/").content.decode()


def test_all_problems_are_named_at_once_with_their_places(shell: Shell, packs: Path) -> None:
    edit(packs / SLUG / "scenario.yaml", "minutes: 14", "minutes: soon")
    edit(packs / SLUG / "scenario.yaml", "level: intro", "level: genius")
    edit(packs / SLUG / "claims.yaml", "verdict: ", "verdict: so-")
    ran = shell("load_packs", str(packs))
    places = re.findall(rf"{packs.name}/{SLUG}/([a-z/.0-9-]+):(\d+):(\d+): (E\d+) ", ran.err)
    assert {"scenario.yaml", "claims.yaml"} <= {path for path, *_place in places}
    assert len({(path, line) for path, line, *_rest in places if path == "scenario.yaml"}) >= 2
    assert "problems; the last good version stays" in ran.err
    assert not Scenario.objects.exists()


def test_one_broken_pack_does_not_hold_up_the_others(packs: Path) -> None:
    shutil.copytree(packs / SLUG, packs / "a-broken-copy")
    results = {one.slug: one for one in loaded(packs)}
    assert results["a-broken-copy"].number is None
    assert results[SLUG].number == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\x00", b"- just\n- a list\n", b"[" * 3000])
def test_any_bytes_for_a_pack_are_a_problem_and_not_a_crash(packs: Path, content: bytes) -> None:
    for name in ("scenario.yaml", "architectures.yaml", "claims.yaml", "steps/01-task-size.md"):
        file = packs / SLUG / name
        kept = file.read_bytes()
        file.write_bytes(content)
        result = loaded(packs)[0]
        assert result.number is None, name
        assert any(problem.code.startswith("E") for problem in result.problems)
        file.write_bytes(kept)
    assert not Scenario.objects.exists()


def test_a_name_that_another_scenario_has_is_refused(packs: Path) -> None:
    loaded(packs)
    edit(packs / SLUG / "scenario.yaml", "0d8a6f2b7e10", "0d8a6f2b7eff")
    problem = loaded(packs)[0].problems[0]
    assert (problem.code, problem.path) == ("E011", "scenario.yaml")
    assert Scenario.objects.count() == ScenarioVersion.objects.count() == 1


def test_a_copy_of_a_pack_needs_an_id_of_its_own(packs: Path) -> None:
    loaded(packs)
    shutil.copytree(packs / SLUG, packs / "my-copy")
    edit(packs / "my-copy" / "scenario.yaml", f"slug: {SLUG}", "slug: my-copy")
    results = {one.slug: one for one in loaded(packs)}
    assert results["my-copy"].problems[0].code == "E011"
    assert results[SLUG].number == 1
    assert queries.entry_of(SLUG).version.number == 1
    assert ScenarioVersion.objects.count() == 1


def test_a_renamed_pack_keeps_its_scenario(packs: Path) -> None:
    loaded(packs)
    (packs / SLUG).rename(packs / "new-name")
    edit(packs / "new-name" / "scenario.yaml", f"slug: {SLUG}", "slug: new-name")
    assert loaded(packs)[0].number == 2
    assert Scenario.objects.get().slug == "new-name"


def test_learners_stay_in_the_version_that_they_began_and_read_its_mended_words(
    packs: Path, alice: Person
) -> None:
    loaded(packs)
    alice.post(f"/scenarios/{SLUG}/start/")
    titled(packs, "Another title")
    loaded(packs)
    page = alice.post(f"/scenarios/{SLUG}/start/", follow=True)
    enrolment = Enrolment.objects.get()
    assert enrolment.version.number == 1
    assert pack_played(enrolment).scenario.title == "Another title"
    assert "Another title" in page.content.decode()
    alice.post(f"/journeys/{enrolment.id}/again/")
    assert Enrolment.objects.order_by("-started")[0].version.number == 2


def test_a_second_loading_reports_that_nothing_changed(shell: Shell, packs: Path) -> None:
    assert shell("load_packs", str(packs)).out == f"{SLUG}: version 1, published\n"
    assert shell("load_packs", str(packs)).out == f"{SLUG}: version 1, unchanged\n"


def test_the_builders_pack_is_the_one_that_is_shipped(alice: Person) -> None:
    player = Player(alice)
    player.start()
    assert player.enrolment.version.sha256 == player.pack.version


def test_bytes_that_stand_already_are_not_checked_again(
    packs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(packs)
    checked: list[Path] = []

    def nothing_wrong(folder: Path) -> list[Problem]:
        checked.append(folder)
        return []

    monkeypatch.setattr("archlab.catalog.actions.lint", nothing_wrong)
    assert [(one.number, one.is_new) for one in loaded(packs)] == [(1, False)]
    assert checked == []
    titled(packs, "Another title")
    assert [(one.number, one.is_new) for one in loaded(packs)] == [(2, True)]
    assert checked == [packs / SLUG]
