"""Programs that keep copies of speeches learn which ones changed, and when.

Whatever touches the index entry of a speech is a change, and so is what is given out without being
indexed: its references, votes and notes on languages, the name, rights and source of its file, its
organ, and why it was withdrawn or deleted.
"""

from django.db import migrations, models

_TRIGGER = """
CREATE FUNCTION statements_{table}_{event}_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS ({changed})
    INSERT INTO statements_changedspeech (public_id) {speeches};
    RETURN NULL;
END $$;
CREATE TRIGGER statements_{table}_{event}_noted AFTER {event} ON statements_{table}
    REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION statements_{table}_{event}_noted();
"""
_EVENTS = {
    "insert": ("NEW TABLE AS after", "SELECT * FROM after"),
    "delete": ("OLD TABLE AS before", "SELECT * FROM before"),
    "update": (
        "OLD TABLE AS before NEW TABLE AS after",
        "SELECT * FROM before UNION ALL SELECT * FROM after",
    ),
}
# a transcript has large columns, and states that change often
_TRANSCRIPTS = """
SELECT after.id FROM before JOIN after USING (id)
WHERE (before.name, before.rights, before.source_url, before.series_id)
    IS DISTINCT FROM (after.name, after.rights, after.source_url, after.series_id)
"""
_SPEECHES = "SELECT public_id FROM statements_speech AS speech WHERE {condition}"
_OF_PARAGRAPHS = (
    "SELECT DISTINCT public_id FROM changed"
    " JOIN statements_paragraph AS paragraph ON paragraph.id = changed.paragraph_id"
    " JOIN statements_speech AS speech ON speech.id = paragraph.speech_id"
)
_OF_ORGANS = """
SELECT public_id FROM statements_speech AS speech
LEFT JOIN statements_meeting AS meeting ON meeting.id = meeting_id
LEFT JOIN statements_session AS session ON session.id = session_id
WHERE coalesce(meeting.organ_id, session.organ_id) IN (SELECT name FROM changed)
"""
_ALL = ("insert", "update", "delete")
NOTED = (
    (
        "indexoutbox",
        ("insert",),
        _SPEECHES.format(condition="id IN (SELECT speech_id FROM changed)"),
    ),
    *((table, _ALL, _OF_PARAGRAPHS) for table in ("reference", "languagechange", "vote")),
    ("recordedvote", _ALL, _OF_PARAGRAPHS),
    (
        "transcript",
        ("update",),
        _SPEECHES.format(condition="transcript_id IN (SELECT id FROM changed)"),
    ),
    (
        "series",
        ("update",),
        _SPEECHES.format(
            condition="transcript_id IN (SELECT id FROM statements_transcript"
            " WHERE series_id IN (SELECT id FROM changed))"
        ),
    ),
    ("organ", ("update",), _OF_ORGANS),
    (
        "withdrawal",
        ("update",),
        _SPEECHES.format(condition="withdrawal_id IN (SELECT id FROM changed)"),
    ),
    ("deletedspeech", _ALL, "SELECT public_id FROM changed"),
)
# as if programs had asked for changes all the time
FORMER = """
INSERT INTO statements_datestamp (public_id, changed_at)
SELECT public_id, date_trunc('second', greatest(updated_at, withdrawn_at))
FROM statements_speech LEFT JOIN statements_withdrawal AS withdrawal ON withdrawal.id = withdrawal_id;
INSERT INTO statements_datestamp (public_id, changed_at)
SELECT public_id, date_trunc('second', deleted_at) FROM statements_deletedspeech
ON CONFLICT (public_id) DO NOTHING;
"""


def _triggers() -> str:
    statements = []
    for table, events, speeches in NOTED:
        for event in events:
            rows, changed = _EVENTS[event]
            statements.append(
                _TRIGGER.format(
                    table=table,
                    event=event,
                    rows=rows,
                    changed=_TRANSCRIPTS if table == "transcript" else changed,
                    speeches=speeches,
                )
            )
    return "".join(statements)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0041_surnames_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedSpeech",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.CharField(max_length=120)),
            ],
            options={"verbose_name_plural": "changed speeches"},
        ),
        migrations.CreateModel(
            name="Datestamp",
            fields=[
                ("public_id", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("changed_at", models.DateTimeField()),
            ],
            options={"ordering": ["changed_at", "public_id"]},
        ),
        migrations.AddIndex(
            model_name="datestamp",
            index=models.Index(fields=["changed_at", "public_id"], name="datestamp_in_order"),
        ),
        migrations.RunSQL(
            _triggers(),
            "".join(
                f"DROP FUNCTION statements_{table}_{event}_noted() CASCADE;"
                for table, events, _ in NOTED
                for event in events
            ),
        ),
        migrations.RunSQL(FORMER, migrations.RunSQL.noop),
    ]
