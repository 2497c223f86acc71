"""Results of searches that readers keep.

A new row changes no page that was shown before, so that only withdrawals change the revision: see
the migration "revision".
"""

import django.contrib.postgres.fields
from django.db import migrations, models

REVISION = """
CREATE TRIGGER resultset_revision AFTER UPDATE OR DELETE OR TRUNCATE ON statements_resultset
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0042_datestamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResultSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        editable=False,
                        help_text="Computed from the search and what it found; see “result_sets.storing”.",
                        max_length=13,
                        unique=True,
                    ),
                ),
                (
                    "parameters",
                    models.JSONField(
                        editable=False,
                        help_text="Pairs of a name and a value, as in the address of the search.",
                    ),
                ),
                (
                    "speeches",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        editable=False,
                        help_text="The ids of the speeches in the order of the search.",
                    ),
                ),
                (
                    "digests",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(null=True),
                        editable=False,
                        help_text="The digest of the words of each speech; null for speeches without words.",
                    ),
                ),
                ("kept_at", models.DateTimeField(auto_now_add=True)),
                ("index_generation", models.CharField(editable=False, max_length=100)),
                ("archive_revision", models.CharField(editable=False, max_length=32)),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                (
                    "withdrawal_reason",
                    models.CharField(
                        blank=True,
                        help_text="Shown to readers. A result set with a reason is withdrawn; delete the reason to show it again.",
                        max_length=500,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digests__len", models.F("speeches__len"))),
                        name="result_set_digest_of_each_speech",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawal_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="result_set_withdrawn_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(REVISION, "DROP TRIGGER resultset_revision ON statements_resultset"),
    ]
