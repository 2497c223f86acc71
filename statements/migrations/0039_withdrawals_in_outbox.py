"""A row of the outbox says whether the change withdrew the speech.

Every search asks which speeches the index still has although they are no longer public. The rows of
deleted speeches say so themselves; those of withdrawn ones now do, too, so that the answer does not
depend on how many other changes wait.
"""

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION statements_speech_update_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {rows}
    IF FOUND THEN PERFORM pg_notify('statements_outbox', ''); END IF;
    RETURN NULL;
END $$;
"""
WITH_WITHDRAWALS = _FUNCTION.format(
    rows="""INSERT INTO statements_indexoutbox (speech_id, change)
        SELECT id, CASE WHEN after.withdrawal_id IS NOT NULL AND before.withdrawal_id IS NULL
            THEN 2 ELSE 0 END
        FROM before FULL JOIN after USING (id) ORDER BY id;"""
)
BEFORE = _FUNCTION.format(
    rows="""WITH changed AS (SELECT * FROM before UNION ALL SELECT * FROM after)
        INSERT INTO statements_indexoutbox (speech_id)
        SELECT DISTINCT touched.speech FROM (SELECT id FROM changed) AS touched (speech)
        ORDER BY touched.speech;"""
)
MARK_WAITING = """
UPDATE statements_indexoutbox SET change = 2 WHERE change = 0 AND speech_id IN (
    SELECT id FROM statements_speech WHERE withdrawal_id IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0038_votes_with_titles"),
    ]

    operations = [
        migrations.RunSQL(WITH_WITHDRAWALS, BEFORE),
        migrations.RunSQL(MARK_WAITING, migrations.RunSQL.noop),
    ]
