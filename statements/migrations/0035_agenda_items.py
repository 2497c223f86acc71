"""The agenda of a meeting has an order and the printed numbers of its items.

The items of meetings that the archive has follow the first page, or else the order in which they
were stored.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = """
ALTER TABLE statements_meeting_agenda_items RENAME TO statements_agendaitem;
DO $$ DECLARE former text; BEGIN
    SELECT conname INTO former FROM pg_constraint
    WHERE conrelid = 'statements_agendaitem'::regclass AND contype = 'u';
    EXECUTE format(
        'ALTER TABLE statements_agendaitem RENAME CONSTRAINT %I TO agenda_item_once', former);
END $$;
"""
FORMER_TABLE = """
ALTER TABLE statements_agendaitem RENAME TO statements_meeting_agenda_items;
"""


def number_items(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Number the items of each meeting from 1."""
    items = apps.get_model("statements", "AgendaItem").objects
    rows = items.order_by("meeting_id", "pk").values_list(
        "pk", "meeting_id", "topic__title", "meeting__first_page"
    )
    by_meeting: dict[int, list[tuple[int, int]]] = {}
    for pk, meeting, title, first_page in rows.iterator():
        place = " ".join(first_page.split()).find(title)
        by_meeting.setdefault(meeting, []).append((place, pk))
    positions = {
        pk: position
        for places in by_meeting.values()
        for position, (_place, pk) in enumerate(
            sorted(places) if min(places)[0] >= 0 else places, start=1
        )
    }
    numbered = list(items.filter(pk__in=positions))
    for item in numbered:
        item.position = positions[item.pk]
    items.bulk_update(numbered, ["position"], batch_size=1_000)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0034_organs"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, FORMER_TABLE)],
            state_operations=[
                migrations.CreateModel(
                    name="AgendaItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="agenda",
                                to="statements.meeting",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="agendas",
                                to="statements.topic",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("meeting", "topic"), name="agenda_item_once"
                            )
                        ]
                    },
                ),
                migrations.AlterField(
                    model_name="meeting",
                    name="agenda_items",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="meetings",
                        through="statements.AgendaItem",
                        to="statements.topic",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="number",
            field=models.CharField(
                blank=True,
                default="",
                help_text="As printed, for example “8” or “12 (a)”.",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="position",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterModelOptions(
            name="agendaitem",
            options={"ordering": ["meeting_id", "position", "pk"]},
        ),
        migrations.RunPython(number_items, migrations.RunPython.noop),
    ]
