"""What the database itself guarantees: paragraphs without gaps, bytes never altered, and an
outbox row for the index in the very transaction that changes what is indexed.

Triggers rather than Django signals: a bulk update, raw SQL and a restore write the outbox too.
They work once a statement, on transition tables, so that bulk storing stays cheap.
"""

from django.db import migrations

PARAGRAPHS_WITHOUT_GAPS = """
ALTER TABLE statements_paragraph ADD CONSTRAINT paragraph_follows_its_previous
    FOREIGN KEY (speech_id, previous) REFERENCES statements_paragraph (speech_id, position)
    DEFERRABLE INITIALLY DEFERRED;
"""

BYTES_NEVER_ALTERED = """
CREATE FUNCTION statements_refuse_altered_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the bytes of transcript % are kept as received', OLD.sha256
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER transcript_bytes_never_altered
    BEFORE UPDATE OF content, sha256, size ON statements_transcript
    FOR EACH ROW
    WHEN (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.content IS DISTINCT FROM NEW.content)
    EXECUTE FUNCTION statements_refuse_altered_bytes();
"""

# table, the speeches that a changed row touches, the events that matter
_SPEECH_OF = "SELECT id FROM statements_speech WHERE {column} IN (SELECT {key} FROM changed)"
INDEXED = [
    ("statements_speech", "SELECT id FROM changed", "INSERT UPDATE DELETE"),
    ("statements_paragraph", "SELECT speech_id FROM changed", "INSERT UPDATE DELETE"),
    ("statements_speech_topics", "SELECT speech_id FROM changed", "INSERT UPDATE DELETE"),
    ("statements_speaker", _SPEECH_OF.format(column="speaker_id", key="id"), "UPDATE"),
    (
        "statements_speakername",
        _SPEECH_OF.format(column="speaker_id", key="speaker_id"),
        "INSERT UPDATE DELETE",
    ),
    ("statements_country", _SPEECH_OF.format(column="country_id", key="code"), "UPDATE"),
    (
        "statements_countryname",
        _SPEECH_OF.format(column="country_id", key="country_id"),
        "INSERT UPDATE DELETE",
    ),
    ("statements_meeting", _SPEECH_OF.format(column="meeting_id", key="id"), "UPDATE"),
    (
        "statements_topic",
        "SELECT speech_id FROM statements_speech_topics WHERE topic_id IN (SELECT id FROM changed)",
        "UPDATE",
    ),
]
_ROWS = {
    "INSERT": ("NEW TABLE AS changed", "changed"),
    "DELETE": ("OLD TABLE AS changed", "changed"),
    "UPDATE": ("OLD TABLE AS before NEW TABLE AS after", "both"),
}


def _outbox_triggers() -> str:
    statements = []
    for table, speeches, events in INDEXED:
        for event in events.split():
            referencing, rows = _ROWS[event]
            changed = (
                "WITH changed AS (SELECT * FROM before UNION ALL SELECT * FROM after) "
                if rows == "both"
                else ""
            )
            name = f"{table}_{event.lower()}_outbox"
            statements.append(
                f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {changed}INSERT INTO statements_indexoutbox (speech_id)
        SELECT DISTINCT touched.speech FROM ({speeches}) AS touched (speech)
        ORDER BY touched.speech;
    IF FOUND THEN PERFORM pg_notify('statements_outbox', ''); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event} ON {table}
    REFERENCING {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""  # noqa: S608
            )
    return "".join(statements)


def _drop_outbox_triggers() -> str:
    return "".join(
        f"DROP FUNCTION {table}_{event.lower()}_outbox() CASCADE;"
        for table, _, events in INDEXED
        for event in events.split()
    )


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_initial")]

    operations = [
        migrations.RunSQL(
            PARAGRAPHS_WITHOUT_GAPS,
            "ALTER TABLE statements_paragraph DROP CONSTRAINT paragraph_follows_its_previous",
        ),
        migrations.RunSQL(
            BYTES_NEVER_ALTERED, "DROP FUNCTION statements_refuse_altered_bytes() CASCADE"
        ),
        migrations.RunSQL(_outbox_triggers(), _drop_outbox_triggers()),
    ]
