from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("drills", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="drillrun", name="drill_run_in_step_once"),
        migrations.AddConstraint(
            model_name="drillrun",
            constraint=models.UniqueConstraint(
                "enrolment",
                "version",
                "block",
                condition=Q(enrolment__isnull=False, ended=None),
                name="drill_run_in_step_once",
            ),
        ),
    ]
