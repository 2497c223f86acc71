"""People with several pages: what is proposed, what was decided, and where an address leads.

Names are sorted without the titles before them, and look-alike letters of other scripts as Latin.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from statements.transcripts.languages.letter_case import sorted_under

# pages show what is proposed; see the migration "revision"
PROPOSALS_ARE_PUBLIC = """
CREATE TRIGGER speakerproposal_revision
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_speakerproposal
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""


def sort_names(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    speaker = apps.get_model("statements", "Speaker")
    changed = []
    for row in speaker.objects.only("name", "sort_name"):
        sort_name = sorted_under(row.name)[:200]
        if row.sort_name != sort_name:
            row.sort_name = sort_name
            changed.append(row)
    speaker.objects.bulk_update(changed, ["sort_name"], batch_size=1_000)


def of_user() -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


def keys() -> django.contrib.postgres.fields.ArrayField:  # type: ignore[type-arg]
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.BigIntegerField(), default=list, size=None
    )


def key() -> tuple[str, models.BigAutoField]:  # type: ignore[type-arg]
    return (
        "id",
        models.BigAutoField(
            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0027_sessions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="speaker",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The speaker to whose page this address leads, since both are one "
                "person.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_pages",
                to="statements.speaker",
            ),
        ),
        migrations.CreateModel(
            name="SpeakerProposal",
            fields=[
                key(),
                (
                    "number",
                    models.PositiveBigIntegerField(
                        db_index=True, help_text="The key of the first speaker of the proposal."
                    ),
                ),
                (
                    "speaker",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposal",
                        to="statements.speaker",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PersonDecision",
            fields=[
                key(),
                ("decided_at", models.DateTimeField(auto_now_add=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("decided_by", of_user()),
                ("undone_by", of_user()),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="DecidedSpeaker",
            fields=[
                key(),
                ("person", models.PositiveSmallIntegerField()),
                ("speeches", keys()),
                ("presidencies", keys()),
                ("merged_pages", keys()),
                ("names", keys()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="statements.persondecision",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="statements.speaker",
                    ),
                ),
            ],
            options={"ordering": ["decision", "person", "pk"]},
        ),
        migrations.RunSQL(
            PROPOSALS_ARE_PUBLIC,
            "DROP TRIGGER speakerproposal_revision ON statements_speakerproposal",
        ),
        migrations.RunPython(sort_names, migrations.RunPython.noop),
    ]
