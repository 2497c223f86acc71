"""Groups of States, and who belonged to them when: the table beside this file, which
docs/decisions/groups-of-states.md describes.

Lines without a source that was read are not verified, and no search uses them until an archivist
confirms them.
"""

import csv
from datetime import date
from pathlib import Path

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = Path(__file__).with_name("group_memberships.csv")
NAMES = {
    "P5": "Permanent members of the Security Council",
    "E10": "Elected members of the Security Council",
    "AG": "African States",
    "APG": "Asia-Pacific States",
    "EEG": "Eastern European States",
    "GRULAC": "Latin American and Caribbean States",
    "WEOG": "Western European and other States",
    "AU": "African Union",
    "ASEAN": "Association of Southeast Asian Nations",
    "EU": "European Union",
    "G77": "Group of 77",
    "LAS": "League of Arab States",
    "LDC": "Least developed countries",
    "NAM": "Non-Aligned Movement",
    "SIDS": "Small island developing States",
}


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Store the groups and the lines of the table, of those countries that the archive has."""
    group = apps.get_model("statements", "CountryGroup")
    membership = apps.get_model("statements", "GroupMembership")
    country = apps.get_model("statements", "Country")
    codes = set(country.objects.values_list("code", flat=True))
    group.objects.bulk_create(group(code=code, name=name) for code, name in NAMES.items())
    with TABLE.open(encoding="utf-8", newline="") as lines:
        membership.objects.bulk_create(
            membership(
                group_id=row["group"],
                country_id=row["country"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                source=row["source"],
                verified=row["verified"] == "yes",
            )
            for row in csv.DictReader(lines)
            if row["country"] in codes
        )


REVISION = """
CREATE TRIGGER {table}_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""

# as in 0002_guarantees: a changed line touches the speeches of its country
OUTBOX = """
CREATE FUNCTION statements_groupmembership_{event}_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS ({changed})
    INSERT INTO statements_indexoutbox (speech_id)
        SELECT id FROM statements_speech
        WHERE country_id IN (SELECT country_id FROM changed) ORDER BY id;
    IF FOUND THEN PERFORM pg_notify('statements_outbox', ''); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER statements_groupmembership_{event}_outbox
    AFTER {event} ON statements_groupmembership
    REFERENCING {rows} FOR EACH STATEMENT
    EXECUTE FUNCTION statements_groupmembership_{event}_outbox();
"""
_EVENTS = {
    "insert": ("NEW TABLE AS after", "SELECT country_id FROM after"),
    "delete": ("OLD TABLE AS before", "SELECT country_id FROM before"),
    "update": (
        "OLD TABLE AS before NEW TABLE AS after",
        "SELECT country_id FROM before UNION SELECT country_id FROM after",
    ),
}
TRIGGERS = "".join(
    OUTBOX.format(event=event, rows=rows, changed=changed)
    for event, (rows, changed) in _EVENTS.items()
) + "".join(REVISION.format(table=table) for table in ("countrygroup", "groupmembership"))
NO_TRIGGERS = "".join(
    f"DROP FUNCTION statements_groupmembership_{event}_outbox() CASCADE;" for event in _EVENTS
)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0030_series"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountryGroup",
            fields=[
                ("code", models.SlugField(max_length=12, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, unique=True)),
            ],
            options={
                "verbose_name": "group of States",
                "verbose_name_plural": "groups of States",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(help_text="The first of January if only the year is known."),
                ),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The last day, or the last of December if only the year is known.",
                        null=True,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200)),
                (
                    "verified",
                    models.BooleanField(
                        default=False, help_text="Only verified lines are used in searches."
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_memberships",
                        to="statements.country",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="statements.countrygroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership of a group",
                "verbose_name_plural": "memberships of groups",
                "ordering": ["group", "country", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("group", "country", "valid_from"), name="membership_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_from__lte", models.F("valid_to")),
                            _connector="OR",
                        ),
                        name="membership_valid_range",
                    ),
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
        # after the table is filled: the index is built anew in any case
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
