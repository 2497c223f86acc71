"""What was voted on, and the printed totals. ``complete_holdings`` fills the table for old texts."""

import django.db.models.deletion
from django.db import migrations, models

REVISION = """
CREATE TRIGGER recordedvote_revision
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_recordedvote
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0020_turn_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordedVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first_position",
                    models.PositiveIntegerField(
                        help_text="The position of the paragraph that begins the lists."
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True,
                        help_text="What was voted on, as printed, for example “draft resolution A/70/L.9”.",
                        max_length=300,
                    ),
                ),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        help_text="The number of the resolution that was adopted.",
                        max_length=40,
                    ),
                ),
                (
                    "in_favour",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="The printed total.", null=True
                    ),
                ),
                (
                    "against",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="The printed total.", null=True
                    ),
                ),
                (
                    "abstaining",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="The printed total.", null=True
                    ),
                ),
                (
                    "paragraph",
                    models.ForeignKey(
                        db_index=False,
                        help_text="The paragraph that ends the lists.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recorded_votes",
                        to="statements.paragraph",
                    ),
                ),
            ],
            options={
                "ordering": ["paragraph_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("paragraph",), name="recorded_vote_once")
                ],
            },
        ),
        migrations.RunSQL(REVISION, migrations.RunSQL.noop),
    ]
