"""Every lab of the packs: right as it should be, red on each of its faults, nothing left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from builders import pack
from django.conf import settings
from django.core.management import call_command
from sampling import sampled

from archlab.catalog.folders import CouldNotRun, pack_folders
from archlab.domain.pack.blocks import Lab, LabFault
from archlab.domain.pack.labbook import ACTIONS, COMPILED
from archlab.sandboxes.edits import offered
from archlab.sandboxes.engine.edits import EDITS
from archlab.sandboxes.engine.faults import FAULTS
from archlab.sandboxes.trial import system_in, tried


def labs() -> Iterator[tuple[str, str, Lab]]:
    for folder in pack_folders(Path(settings.PACK_DIR)):
        for step in pack(folder.name)[0].steps.values():
            for block in step.blocks:
                if isinstance(block, Lab):
                    yield folder.name, step.id, block


LABS = list(labs())
CASES: list[tuple[str, str, Lab, LabFault | None]] = [
    (slug, step, lab, fault) for slug, step, lab in LABS for fault in (None, *lab.faults)
]


def named(case: tuple[str, str, Lab, LabFault | None]) -> str:
    slug, _step, lab, fault = case
    return f"{slug}/{lab.id}" + (f"/{fault.id}" if fault else "")


def test_the_fourteen_labs_are_listed_first_and_by_their_number() -> None:
    out = StringIO()
    call_command("lab", "--list", stdout=out)
    names = out.getvalue().split()
    assert [name.rpartition("/")[2] for name in names[:14]] == [f"l{n:02}" for n in range(1, 15)]
    assert set(names) == {f"{slug}/{lab.id}" for slug, _step, lab in LABS}


def test_the_names_that_packs_may_use_are_those_of_the_sandbox() -> None:
    assert set(EDITS) == ACTIONS
    assert set(FAULTS).isdisjoint(COMPILED)


@pytest.mark.parametrize("case", LABS, ids=lambda case: f"{case[0]}/{case[2].id}")
def test_every_planted_fault_of_a_lab_can_be_repaired_by_its_calls(
    case: tuple[str, str, Lab],
) -> None:
    _slug, _step, lab = case
    repaired = {check for name in offered(lab) for check in EDITS[name].repairs}
    planted = {fault.plant for fault in lab.faults if fault.plant is not None}
    assert planted <= repaired


@pytest.mark.parametrize("case", sampled(CASES, 4), ids=named)
def test_a_lab_is_green_as_it_should_be_and_red_on_each_of_its_faults(
    case: tuple[str, str, Lab, LabFault | None],
) -> None:
    slug, step, lab, fault = case
    found = tried(
        f"{slug}/{lab.id}", lab, system_in(pack(slug)[0], step, lab), [fault] if fault else []
    )
    red = {id_ for id_, one in found.verdicts.items() if one.status == "fail"}
    assert set(found.verdicts) == {check.id for check in lab.checks}
    if fault is None:
        assert found.holds, found
    else:
        assert {check.id for check in lab.checks if check.fault == fault.id} <= red


WITHOUT_ORDER = [case for case in LABS if not case[2].actions]


@pytest.mark.parametrize(
    "case", sampled(WITHOUT_ORDER, 2), ids=lambda case: f"{case[0]}/{case[2].id}"
)
def test_a_lab_begins_with_every_fault_and_its_calls_mend_those_that_are_planted(
    case: tuple[str, str, Lab],
) -> None:
    slug, step, lab = case
    system = system_in(pack(slug)[0], step, lab)
    broken = tried(f"{slug}/{lab.id}", lab, system, lab.faults)
    assert not broken.problem
    assert all(broken.verdicts[check.id].status == "fail" for check in lab.checks if check.fault)
    planted = [fault for fault in lab.faults if fault.plant]
    mended = tried(f"{slug}/{lab.id}", lab, system, planted, offered(lab))
    assert mended.holds, mended


def test_the_command_prints_the_public_keys_and_leaves_with_0() -> None:
    out = StringIO()
    call_command("lab", "lambda-to-fargate/l04", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert list(found) == ["lab", "target", "resources", "checks", "leftovers", "seconds"]
    assert {frozenset(one) for one in found["checks"]} == {
        frozenset({"id", "verdict", "expected", "actual"})
    }
    assert (found["lab"], found["leftovers"]) == ("lambda-to-fargate/l04", [])


def test_a_planted_fault_leaves_with_1() -> None:
    with pytest.raises(SystemExit) as left:
        call_command("lab", "lambda-to-fargate/l04", fault="mutable", stdout=StringIO())
    assert left.value.code == 1


@pytest.mark.parametrize(
    ("name", "fault", "said"),
    [
        ("", None, "write SCENARIO/LAB"),
        ("nowhere/l01", None, "write SCENARIO/LAB"),
        ("lambda-to-fargate/l99", None, "There are fix-keys"),
        ("lambda-to-fargate/l04", "rust", "There are mutable"),
    ],
)
def test_what_cannot_run_says_what_there_is_and_leaves_with_2(
    name: str, fault: str | None, said: str
) -> None:
    with pytest.raises(CouldNotRun, match=said) as left:
        call_command("lab", name, fault=fault)
    assert left.value.returncode == 2
