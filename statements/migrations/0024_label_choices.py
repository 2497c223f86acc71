"""Decisions about labels, remembered for the next files of the same series."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0023_namesakes"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabelChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "series",
                    models.CharField(
                        help_text="What the files have in common: an organ, a series of symbols "
                        "or a data set.",
                        max_length=300,
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="The label without regard to case and full stops.",
                        max_length=200,
                    ),
                ),
                (
                    "label",
                    models.CharField(help_text="The label as printed.", max_length=200),
                ),
                (
                    "begins_turns",
                    models.BooleanField(
                        help_text="Whether the label is a speaker; otherwise it is text of the "
                        "speech before."
                    ),
                ),
                (
                    "file_name",
                    models.CharField(
                        help_text="The name of the file on which the decision was made.",
                        max_length=200,
                    ),
                ),
                ("decided_at", models.DateTimeField(auto_now=True)),
                (
                    "transcript",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="statements.transcript",
                    ),
                ),
            ],
            options={
                "verbose_name": "remembered label",
                "verbose_name_plural": "remembered labels",
                "ordering": ["series", "key"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("series", "key"), name="label_choice_once")
                ],
            },
        ),
    ]
