"""Speakers are sorted by surname where the record shows which word that is."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from statements.transcripts.languages.letter_case import sorted_under


def sort_names(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    speaker = apps.get_model("statements", "Speaker")
    changed = []
    for row in speaker.objects.only("name", "sort_name"):
        sort_name = sorted_under(row.name)[:200]
        if row.sort_name != sort_name:
            row.sort_name = sort_name
            changed.append(row)
    speaker.objects.bulk_update(changed, ["sort_name"], batch_size=1_000)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0040_document_titles"),
    ]

    operations = [migrations.RunPython(sort_names, migrations.RunPython.noop)]
