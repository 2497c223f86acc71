"""The addresses of deleted speeches are kept, whichever way a speech is deleted."""

import django.db.models.functions.datetime
from django.db import migrations, models

NOTED = """
CREATE FUNCTION statements_note_deleted_speech() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO statements_deletedspeech (public_id) SELECT public_id FROM gone
        ON CONFLICT (public_id) DO UPDATE SET deleted_at = EXCLUDED.deleted_at;
    RETURN NULL;
END $$;
CREATE TRIGGER speech_deletion_noted AFTER DELETE ON statements_speech
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_deleted_speech();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0008_what_follows_from_the_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeletedSpeech",
            fields=[
                ("public_id", models.SlugField(max_length=120, primary_key=True, serialize=False)),
                (
                    "deleted_at",
                    models.DateTimeField(
                        auto_now_add=True, db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deleted speeches",
            },
        ),
        migrations.RunSQL(NOTED, "DROP FUNCTION statements_note_deleted_speech() CASCADE"),
    ]
