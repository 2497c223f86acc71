"""Organs are records: meetings and sessions refer to them by the names that they had as text.

Names of organs stay as they are, so nothing that is indexed changes.
"""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.text import slugify

from statements.transcripts.languages.names import fold

REVISION = "".join(
    f"""
CREATE TRIGGER {table}_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""
    for table in ("organ", "organname")
)


def create_organs(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create an organ for each name that meetings and sessions have."""
    meetings: Any = apps.get_model("statements", "Meeting").objects
    meetings.filter(organ="").update(organ=None)
    sessions: Any = apps.get_model("statements", "Session").objects
    names = {
        name
        for rows in (meetings, sessions)
        for name in rows.order_by().exclude(organ=None).values_list("organ", flat=True).distinct()
    }
    organs: dict[str, Any] = {}
    organ: Any = apps.get_model("statements", "Organ")
    for name in sorted(names):
        base = slugify(fold(name))[:130] or "organ"
        slug, number = base, 1
        while slug in organs:
            number += 1
            slug = f"{base}-{number}"
        organs[slug] = organ(slug=slug, name=name, folded=fold(name)[:240])
    organ.objects.bulk_create(organs.values())
    # no constraint may wait for its check when tables are altered
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def blank_organs(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Restore the blank names of meetings without an organ."""
    meetings: Any = apps.get_model("statements", "Meeting").objects
    meetings.filter(organ=None).update(organ="")


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0033_more_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organ",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=140, unique=True)),
                ("name", models.CharField(max_length=120, unique=True)),
                ("folded", models.CharField(db_index=True, editable=False, max_length=240)),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="In lists; organs with the same number are ordered by name.",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="For example the assembly to which a committee belongs.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="statements.organ",
                    ),
                ),
            ],
            options={"ordering": ["position", "name"]},
        ),
        migrations.CreateModel(
            name="OrganName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("folded", models.CharField(db_index=True, editable=False, max_length=240)),
                (
                    "former_slug",
                    models.SlugField(
                        blank=True,
                        editable=False,
                        help_text="Of the page of an organ that was joined; it leads to this organ.",
                        max_length=140,
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="statements.organ",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("organ", "folded"), name="organ_name_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("former_slug", ""), _negated=True),
                        fields=("former_slug",),
                        name="organ_former_slug",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="meeting",
            name="organ",
            field=models.CharField(blank=True, max_length=120, null=True),
        ),
        migrations.RunPython(create_organs, blank_organs),
        migrations.AlterField(
            model_name="meeting",
            name="organ",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="meetings",
                to="statements.organ",
                to_field="name",
            ),
        ),
        migrations.AlterField(
            model_name="session",
            name="organ",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="statements.organ",
                to_field="name",
            ),
        ),
        migrations.RunSQL(REVISION, migrations.RunSQL.noop),
    ]
