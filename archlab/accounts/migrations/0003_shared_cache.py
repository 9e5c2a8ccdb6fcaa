from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import migrations


def make_table(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """The table of the cache that all processes share, so that `migrate` is all that is needed."""

    dependencies = [("accounts", "0002_people")]
    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
