"""The number of words of each speech, which pages show. ``complete_holdings`` counts them in the
speeches of earlier imports.
"""

from django.db import migrations, models

REVISION = """
CREATE TRIGGER wordsdigest_revision
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_wordsdigest
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0036_affiliations"),
    ]

    operations = [
        migrations.AddField(
            model_name="wordsdigest",
            name="words",
            field=models.PositiveIntegerField(
                help_text="Number of the words; null until they are counted.", null=True
            ),
        ),
        migrations.RunSQL(REVISION, "DROP TRIGGER wordsdigest_revision ON statements_wordsdigest"),
    ]
