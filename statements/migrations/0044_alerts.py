"""E-mail alerts."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0043_result_sets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254)),
                (
                    "parameters",
                    models.JSONField(
                        help_text="Pairs of a name and a value, as in the address of the search."
                    ),
                ),
                ("language", models.CharField(help_text="Of the mails.", max_length=10)),
                (
                    "requested_at",
                    models.DateTimeField(help_text="Speeches stored since then are new."),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_invited",
                    models.BooleanField(
                        default=False,
                        help_text="Whether the mail that asks for confirmation was sent.",
                    ),
                ),
                (
                    "next_at",
                    models.DateTimeField(
                        db_index=True,
                        help_text="When there is something to send, or to look for, next.",
                    ),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(
                        default=0, help_text="Number of mails in a row that could not be sent."
                    ),
                ),
                (
                    "reported",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        default=list,
                        help_text="The ids of the speeches that were sent.",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("address", "parameters"), name="alert_once")
                ],
            },
        ),
    ]
