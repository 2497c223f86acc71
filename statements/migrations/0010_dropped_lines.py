"""Lines left out of the text stay listed after publication; those of waiting drafts are there."""

from django.db import migrations, models

COPIED = """
UPDATE statements_transcript SET dropped = draft->'dropped'
    WHERE jsonb_typeof(draft->'dropped') = 'array';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0009_deleted_speeches"),
    ]

    operations = [
        migrations.AddField(
            model_name="transcript",
            name="dropped",
            field=models.JSONField(
                blank=True, default=list, help_text="Lines that are nobody's words, and why."
            ),
        ),
        migrations.RunSQL(COPIED, migrations.RunSQL.noop),
    ]
