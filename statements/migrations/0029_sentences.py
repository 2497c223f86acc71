"""Paragraphs keep where their sentences begin, their page, and whether the archive began them."""

import django.contrib.postgres.fields
from django.db import migrations, models

# a change of what is not indexed, such as these columns, indexes nothing again
OUTBOX = """
CREATE OR REPLACE FUNCTION statements_paragraph_update_outbox()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO statements_indexoutbox (speech_id)
        SELECT DISTINCT touched.speech FROM (
            SELECT unnest(ARRAY[before.speech_id, after.speech_id])
            FROM before JOIN after USING (id)
            WHERE (before.speech_id, before.position, before.kind, before.text)
                IS DISTINCT FROM (after.speech_id, after.position, after.kind, after.text)
        ) AS touched (speech) ORDER BY touched.speech;
    IF FOUND THEN PERFORM pg_notify('statements_outbox', ''); END IF;
    RETURN NULL;
END $$;
"""
FORMER_OUTBOX = """
CREATE OR REPLACE FUNCTION statements_paragraph_update_outbox()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS (SELECT * FROM before UNION ALL SELECT * FROM after)
    INSERT INTO statements_indexoutbox (speech_id)
        SELECT DISTINCT speech_id FROM changed ORDER BY speech_id;
    IF FOUND THEN PERFORM pg_notify('statements_outbox', ''); END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0028_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="paragraph",
            name="is_divided",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether the archive began it here, because the source has no paragraphs.",
            ),
        ),
        migrations.AddField(
            model_name="paragraph",
            name="page",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Of the file on which it begins, in files with pages.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="paragraph",
            name="sentence_starts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(),
                blank=True,
                editable=False,
                help_text="Where each sentence begins in the text, in characters; null until computed. Addresses of sentences count them, so they are computed once for each text.",
                null=True,
            ),
        ),
        migrations.RunSQL(OUTBOX, FORMER_OUTBOX),
    ]
