import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def name_the_version(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Until now nobody could change version, so every event happened in the enrolment's."""
    enrolments = apps.get_model("journeys", "Enrolment").objects.filter(pk=OuterRef("enrolment"))
    events = apps.get_model("journeys", "StepEvent").objects.filter(version=None)
    events.update(version=Subquery(enrolments.values("version")[:1]))


class Migration(migrations.Migration):
    # PostgreSQL alters no table that has changes of the same transaction waiting to be checked.
    atomic = False

    dependencies = [
        ("catalog", "0001_initial"),
        ("journeys", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "enrolment", "epoch", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(
            "stepevent", "epoch", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(
            "stepevent",
            "version",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="catalog.scenarioversion",
            ),
        ),
        migrations.RunPython(name_the_version, migrations.RunPython.noop),
        migrations.AlterField(
            "stepevent",
            "version",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="catalog.scenarioversion",
            ),
        ),
        migrations.RemoveConstraint("stepevent", "event_attempt_once"),
        migrations.AddConstraint(
            "stepevent",
            models.UniqueConstraint(
                "enrolment",
                "epoch",
                "step",
                "block",
                "kind",
                "attempt",
                name="event_attempt_once",
            ),
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("epoch", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="journeys.enrolment",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves_from",
                        to="catalog.scenarioversion",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves_to",
                        to="catalog.scenarioversion",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="undone_by",
                        to="journeys.move",
                    ),
                ),
            ],
            options={
                "ordering": ("epoch",),
                "constraints": [
                    models.UniqueConstraint("enrolment", "key", name="move_key_once"),
                    models.UniqueConstraint("enrolment", "epoch", name="move_epoch_once"),
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gt", 0)), name="move_begins_an_epoch"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Kept",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept",
                        to="journeys.enrolment",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept",
                        to="catalog.scenarioversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint("enrolment", "version", name="kept_once")
                ],
            },
        ),
    ]
