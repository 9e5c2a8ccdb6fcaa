from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archlab.accounts import invitations, queries
from archlab.accounts.roles import Role


class Command(BaseCommand):
    help = "Prints a one-time link: to a role, or to a new password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("role", nargs="?", choices=[str(role) for role in Role])
        what.add_argument("--reset", metavar="NAME", help="the user name that lost its password")

    def handle(self, *, role: str | None, reset: str | None, **options: Any) -> None:
        now = timezone.now()
        if role:
            link = invitations.invite(role=Role(role), now=now)
        else:
            user = queries.user_named(reset or "")
            if user is None:
                raise CommandError(f"No account is called {reset}. Check how the name is written.")
            link = invitations.invite_to_new_password(user=user, now=now)
        self.stdout.write(f"{link}\nIt opens once, within {invitations.OPEN.days} days.")
