"""The outbox tells whose change a row stands for, and which speeches are new or no longer there.

Whoever writes in bulk sets ``statements.priority`` for the session or the transaction; the column's
default reads it, so that no trigger need know of it.
"""

import django.db.models.functions.comparison
from django.db import migrations, models

_FUNCTION = """
CREATE OR REPLACE FUNCTION statements_speech_{event}_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO statements_indexoutbox (speech_id{column})
        SELECT DISTINCT touched.speech{value}
        FROM (SELECT id FROM changed) AS touched (speech)
        ORDER BY touched.speech;
    IF FOUND THEN PERFORM pg_notify('statements_outbox', ''); END IF;
    RETURN NULL;
END $$;
"""
TOLD = "".join(
    _FUNCTION.format(event=event, column=", change", value=f", {change}")
    for event, change in (("insert", 1), ("delete", 2))
)
TOLD_BEFORE = "".join(
    _FUNCTION.format(event=event, column="", value="") for event in ("insert", "delete")
)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0016_waiting_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="indexoutbox",
            name="change",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "Changed"), (1, "Added"), (2, "Removed")], db_default=0
            ),
        ),
        migrations.AddField(
            model_name="indexoutbox",
            name="priority",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "Person"), (1, "Import")],
                db_default=django.db.models.functions.comparison.Cast(
                    django.db.models.functions.comparison.Coalesce(
                        django.db.models.functions.comparison.NullIf(
                            models.Func(
                                models.Value("statements.priority"),
                                models.Value(True),
                                function="current_setting",
                                output_field=models.TextField(),
                            ),
                            models.Value(""),
                        ),
                        models.Value("0"),
                    ),
                    models.PositiveSmallIntegerField(),
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="indexoutbox",
            index=models.Index(fields=["priority", "id"], name="outbox_by_priority"),
        ),
        migrations.AddIndex(
            model_name="indexoutbox",
            index=models.Index(fields=["speech_id"], name="outbox_by_speech"),
        ),
        migrations.AddIndex(
            model_name="indexoutbox",
            index=models.Index(
                fields=["change", "attempts", "indexed_in"],
                condition=models.Q(("change__gt", 0), ("attempts__gt", 0), _connector="OR"),
                name="outbox_missing_or_removed",
            ),
        ),
        migrations.RunSQL(TOLD, TOLD_BEFORE),
    ]
