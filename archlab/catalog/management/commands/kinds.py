"""`manage.py kinds`: every kind of component with its parameters."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from archlab.domain.architecture.handbook import kinds_page


class Command(BaseCommand):
    help = "Prints the kinds of component and their parameters, as docs/authoring/kinds.md holds."

    def handle(self, *_args: object, **_options: object) -> None:
        self.stdout.write(kinds_page(), ending="")
