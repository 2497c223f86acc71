"""Titles of cited documents: those that are printed beside symbols, which ``complete_holdings``
reads in the speeches of earlier imports, and a register, the table beside this file.

Most titles of the register were compared with speeches that print them beside the symbol. Lines
without a source that was read are not verified, and no page shows them until an archivist confirms
them.
"""

import csv
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = Path(__file__).with_name("document_titles.csv")
REVISION = """
CREATE TRIGGER document_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_document
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Store the lines of the table."""
    document = apps.get_model("statements", "Document")
    with TABLE.open(encoding="utf-8", newline="") as lines:
        document.objects.bulk_create(
            document(
                symbol=row["symbol"],
                title=row["title"],
                source=row["source"],
                verified=row["verified"] == "yes",
            )
            for row in csv.DictReader(lines)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0039_withdrawals_in_outbox"),
    ]

    operations = [
        migrations.AddField(
            model_name="reference",
            name="title",
            field=models.CharField(
                blank=True,
                default="",
                help_text="If it is printed beside the symbol.",
                max_length=300,
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "symbol",
                    models.CharField(
                        help_text="In its usual form, for example A/RES/70/1.",
                        max_length=200,
                        unique=True,
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("source", models.CharField(blank=True, max_length=200)),
                (
                    "verified",
                    models.BooleanField(
                        default=False, help_text="Only verified lines are shown to readers."
                    ),
                ),
            ],
            options={
                "verbose_name": "title of a document",
                "verbose_name_plural": "titles of documents",
                "ordering": ["symbol"],
            },
        ),
        migrations.RunSQL(REVISION, "DROP TRIGGER document_revision ON statements_document"),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
