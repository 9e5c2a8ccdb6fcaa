from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archlab.catalog.folders import architecture_named
from archlab.domain.cloudformation import Undeployable, template_of


class Command(BaseCommand):
    help = "The CloudFormation template of an architecture of a pack, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("architecture", metavar="SCENARIO/ARCHITECTURE")

    def handle(self, *, architecture: str, **_options: object) -> None:
        system = architecture_named(settings.PACK_DIR, architecture)
        try:
            template = template_of(system)
        except Undeployable as refused:
            said = "\n".join(f"{one.component}: {one.reason}" for one in refused.reasons)
            raise CommandError(f"{architecture} cannot be deployed.\n{said}") from refused
        for one in template.outside:
            self.stderr.write(f"Left out: {one.component}. {one.reason}")
        self.stdout.write(template.text)
