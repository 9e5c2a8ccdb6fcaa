from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import BaseCommand

from archlab.catalog.folders import CouldNotRun, pack_folders, pack_in
from archlab.domain.pack import Pack
from archlab.domain.pack.blocks import Lab
from archlab.sandboxes.labs import EditRefused
from archlab.sandboxes.queries import in_order
from archlab.sandboxes.trial import Trial, system_in, tried


class Command(BaseCommand):
    help = "Deploy a lab of a pack as it should be, read it back, tear it down; or list the labs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lab", metavar="SCENARIO/LAB", nargs="?")
        parser.add_argument("--list", action="store_true", help="print every lab, one a line")
        parser.add_argument("--target", choices=["embedded"], default="embedded")
        parser.add_argument("--fault", metavar="ID", help="plant this fault of the lab first")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *, lab: str | None, fault: str | None, target: str, **options: object) -> None:
        if options["list"]:
            for name in in_order(_labs()):
                self.stdout.write(name)
            return
        found = _tried(lab or "", fault)
        self.stdout.write(json.dumps(found.to_json()) if options["json"] else _said(found))
        if found.problem:
            self.stderr.write(found.problem)
            sys.exit(2)
        if not found.holds:
            sys.exit(1)


def _labs() -> Iterator[str]:
    for folder in pack_folders(settings.PACK_DIR):
        for _step, lab in _labs_in(pack_in(folder)):
            yield f"{folder.name}/{lab.id}"


def _labs_in(pack: Pack) -> Iterator[tuple[str, Lab]]:
    for step in pack.steps.values():
        for block in step.blocks:
            if isinstance(block, Lab):
                yield step.id, block


def _tried(name: str, fault: str | None) -> Trial:
    slug, slash, id_ = name.partition("/")
    known = [folder.name for folder in pack_folders(settings.PACK_DIR)]
    if not slash or slug not in known:
        raise CouldNotRun(f"{name or 'lab'}: write SCENARIO/LAB; lab --list prints every one")
    pack = pack_in(settings.PACK_DIR / slug)
    labs = {lab.id: (step, lab) for step, lab in _labs_in(pack)}
    if id_ not in labs:
        raise CouldNotRun(f"{slug} has no lab {id_}. There are {', '.join(sorted(labs)) or 'none'}")
    step, lab = labs[id_]
    wanted = lab.fault(fault) if fault else None
    if fault and wanted is None:
        there = ", ".join(one.id for one in lab.faults) or "none"
        raise CouldNotRun(f"{name} has no fault {fault}. There are {there}")
    try:
        return tried(name, lab, system_in(pack, step, lab), [wanted] if wanted else [])
    except EditRefused as refused:
        raise CouldNotRun(str(refused)) from refused


def _said(found: Trial) -> str:
    lines = [
        f"{one.status:8} {id_}: expected {one.expected}; found {one.actual}"
        for id_, one in found.verdicts.items()
    ]
    left = ", ".join(found.leftovers) or "nothing"
    lines.append(f"{found.resources} resources in {found.seconds:.1f} s; left behind: {left}")
    return "\n".join(lines)
