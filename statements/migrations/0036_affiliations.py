"""Parties, wards, ministries and bodies to which speakers belong.

``complete_holdings --every-file`` reads them from the files of earlier imports.
"""

import django.db.models.deletion
from django.db import migrations, models

REVISION = """
CREATE TRIGGER {table}_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""
# as in 0002_guarantees: a changed row touches the speeches that have the affiliation
OUTBOX = """
CREATE FUNCTION statements_{table}_{event}_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS ({changed})
    INSERT INTO statements_indexoutbox (speech_id)
        SELECT DISTINCT touched.speech FROM ({speeches}) AS touched (speech)
        ORDER BY touched.speech;
    IF FOUND THEN PERFORM pg_notify('statements_outbox', ''); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER statements_{table}_{event}_outbox AFTER {event} ON statements_{table}
    REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION statements_{table}_{event}_outbox();
"""
_EVENTS = {
    "insert": ("NEW TABLE AS after", "SELECT * FROM after"),
    "delete": ("OLD TABLE AS before", "SELECT * FROM before"),
    "update": (
        "OLD TABLE AS before NEW TABLE AS after",
        "SELECT * FROM before UNION ALL SELECT * FROM after",
    ),
}
_OF = "SELECT speech_id FROM statements_speech_affiliations WHERE affiliation_id IN ({keys})"
_INDEXED = (
    ("speech_affiliations", "SELECT speech_id FROM changed", ("insert", "update", "delete")),
    ("affiliation", _OF.format(keys="SELECT id FROM changed"), ("update",)),
    (
        "affiliationname",
        _OF.format(keys="SELECT affiliation_id FROM changed"),
        ("insert", "update", "delete"),
    ),
)
TRIGGERS = "".join(
    OUTBOX.format(
        table=table,
        event=event,
        speeches=speeches,
        rows=_EVENTS[event][0],
        changed=_EVENTS[event][1],
    )
    for table, speeches, events in _INDEXED
    for event in events
) + "".join(REVISION.format(table=table) for table, _speeches, _events in _INDEXED)
NO_TRIGGERS = "".join(
    f"DROP FUNCTION statements_{table}_{event}_outbox() CASCADE;"
    for table, _speeches, events in _INDEXED
    for event in events
)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0035_agenda_items"),
    ]

    operations = [
        migrations.CreateModel(
            name="Affiliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=140, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("body", "Body"),
                            ("ministry", "Ministry"),
                            ("party", "Party"),
                            ("ward", "Ward or constituency"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("folded", models.CharField(db_index=True, editable=False, max_length=400)),
            ],
            options={
                "ordering": ["kind", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "folded"), name="affiliation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliationName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("folded", models.CharField(db_index=True, editable=False, max_length=400)),
                (
                    "affiliation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="statements.affiliation",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("affiliation", "folded"), name="affiliation_name_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="speech",
            name="affiliations",
            field=models.ManyToManyField(
                blank=True,
                help_text="Party, ward, ministry or body, as the source states it.",
                related_name="speeches",
                to="statements.affiliation",
            ),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
