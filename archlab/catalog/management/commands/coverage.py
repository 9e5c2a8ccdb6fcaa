from __future__ import annotations

import json
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand

from archlab.catalog.coverage import coverage_of
from archlab.catalog.folders import packs_in


class Command(BaseCommand):
    help = "Which facts of the sources the packs cover, which are missing, which figures differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options: object) -> None:
        report = coverage_of(packs_in(settings.PACK_DIR))
        if options["as_json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=2))
            return
        self.stdout.write(f"{report.covered} of {report.facts} facts covered")
        for fact in report.missing:
            self.stdout.write(f"missing: {fact}")
        for fact in report.differs:
            self.stdout.write(f"differs: {fact}")
