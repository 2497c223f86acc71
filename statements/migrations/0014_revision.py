"""The revision of what readers see: tokens that change in every transaction that changes a public
table. See docs/decisions/revisions.md.

A writer gives a new random token to the first slot that no other writer holds, and adds a slot
where all are held, so that writers never wait for one another. The list of all tokens is different
after every commit, whatever the order of the commits, and after a restored dump it is what it was
when the dump was made.
"""

from django.db import migrations

TABLE = """
CREATE TABLE statements_revision (
    slot bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token uuid NOT NULL DEFAULT gen_random_uuid()
) WITH (fillfactor = 25, autovacuum_vacuum_threshold = 1000);
INSERT INTO statements_revision DEFAULT VALUES;
"""

NOTE = """
CREATE FUNCTION statements_note_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- elsewhere a row that somebody else changed meanwhile would be an error
    IF current_setting('transaction_isolation') = 'read committed' THEN
        UPDATE statements_revision SET token = gen_random_uuid() WHERE slot = (
            SELECT slot FROM statements_revision ORDER BY slot LIMIT 1 FOR UPDATE SKIP LOCKED);
        IF FOUND THEN RETURN NULL; END IF;
    END IF;
    INSERT INTO statements_revision DEFAULT VALUES;
    RETURN NULL;
END $$;
"""

# every table of which a public page shows something
PUBLIC = (
    "country", "country_successors", "countryname", "deletedspeech", "languagechange", "meeting",
    "meeting_agenda_items", "member", "paragraph", "presidency", "reference", "speaker",
    "speakername", "speech", "speech_former_transcripts", "speech_topics", "topic", "transcript",
    "vote", "withdrawal",
)  # fmt: skip
_TRIGGER = """
CREATE TRIGGER {table}_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0013_withdrawn_speeches"),
    ]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE statements_revision"),
        migrations.RunSQL(NOTE, "DROP FUNCTION statements_note_revision() CASCADE"),
        migrations.RunSQL("".join(_TRIGGER.format(table=table) for table in PUBLIC), ""),
    ]
