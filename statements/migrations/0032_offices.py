"""Offices whose holders records print without a name, and who held them when.

The terms of the Secretary-General were read in the Encyclopædia Britannica, those of the Deputy
Secretary-General in copies of Wikipedia. A line without a source is not verified, and no search
uses it until an archivist confirms it.
"""

from datetime import date

import django.contrib.postgres.fields
import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BRITANNICA = "Encyclopædia Britannica, “Secretaries-general of the United Nations”"
WIKIPEDIA = "Wikipedia, “Deputy Secretary-General of the United Nations”"
# name, printed forms, parts of longer titles, and terms: holder, surname, first and last day, source
OFFICES = [
    (
        "Secretary-General of the United Nations",
        [
            "The Secretary-General",
            "Le Secrétaire général",
            "El Secretario General",
            "Генеральный секретарь",
        ],
        ["of the Secretary-General", "to the Secretary-General", "for the Secretary-General"],
        [
            ("Trygve Lie", "Lie", "1946-02-02", "1953-04-09", BRITANNICA),
            ("Dag Hammarskjöld", "Hammarskjöld", "1953-04-10", "1961-09-18", BRITANNICA),
            ("U Thant", "Thant", "1961-11-03", "1971-12-31", BRITANNICA),
            ("Kurt Waldheim", "Waldheim", "1972-01-01", "1981-12-31", BRITANNICA),
            ("Javier Pérez de Cuéllar", "Pérez de Cuéllar", "1982-01-01", "1991-12-31", BRITANNICA),
            ("Boutros Boutros-Ghali", "Boutros-Ghali", "1992-01-01", "1996-12-31", BRITANNICA),
            ("Kofi Annan", "Annan", "1997-01-01", "2006-12-31", BRITANNICA),
            ("Ban Ki-moon", "Ban", "2007-01-01", "2016-12-31", BRITANNICA),
            ("António Guterres", "Guterres", "2017-01-01", None, BRITANNICA),
        ],
    ),
    (
        "Deputy Secretary-General of the United Nations",
        ["The Deputy Secretary-General"],
        ["of the Deputy Secretary-General", "to the Deputy Secretary-General"],
        [
            ("Louise Fréchette", "Fréchette", "1998-03-02", "2006-03-31", WIKIPEDIA),
            ("Mark Malloch Brown", "Malloch Brown", "2006-04-01", "2006-12-31", WIKIPEDIA),
            ("Asha-Rose Migiro", "Migiro", "2007-02-05", "2012-06-30", ""),
            ("Jan Eliasson", "Eliasson", "2012-07-01", "2016-12-31", WIKIPEDIA),
            ("Amina J. Mohammed", "Mohammed", "2017-01-01", None, WIKIPEDIA),
        ],
    ),
]


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    office = apps.get_model("statements", "Office")
    term = apps.get_model("statements", "OfficeTerm")
    for name, printed, longer_titles, terms in OFFICES:
        row = office.objects.create(name=name, printed=printed, longer_titles=longer_titles)
        term.objects.bulk_create(
            term(
                office=row,
                holder=holder,
                surname=surname,
                valid_from=date.fromisoformat(first),
                valid_to=date.fromisoformat(last) if last else None,
                source=source,
                verified=bool(source),
            )
            for holder, surname, first, last, source in terms
        )


# pages offer searches by them; see the migration "revision"
REVISION = """
CREATE TRIGGER {table}_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""
_TABLES = ("office", "officeterm")


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0031_country_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="Office",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                (
                    "printed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        help_text="How speaker lines print it, in each language, separated by "
                        "commas: The Secretary-General, Le Secrétaire général.",
                        size=None,
                    ),
                ),
                (
                    "longer_titles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        help_text="Parts of titles of other people that contain a printed form: "
                        "of the Secretary-General.",
                        size=None,
                    ),
                ),
            ],
            options={"ordering": ["name"]},
        ),
        migrations.CreateModel(
            name="OfficeTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "holder",
                    models.CharField(help_text="In the usual order: Kofi Annan.", max_length=200),
                ),
                (
                    "surname",
                    models.CharField(
                        help_text="By which the person is looked for too: Annan.", max_length=200
                    ),
                ),
                ("valid_from", models.DateField()),
                (
                    "valid_to",
                    models.DateField(blank=True, help_text="The last day.", null=True),
                ),
                ("source", models.CharField(blank=True, max_length=200)),
                (
                    "verified",
                    models.BooleanField(
                        default=False, help_text="Only verified lines are used in searches."
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="statements.office",
                    ),
                ),
            ],
            options={
                "verbose_name": "term of office",
                "verbose_name_plural": "terms of office",
                "ordering": ["office", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("office", "holder", "valid_from"), name="term_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_from__lte", models.F("valid_to")),
                            _connector="OR",
                        ),
                        name="term_valid_range",
                    ),
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunSQL(
            "".join(REVISION.format(table=table) for table in _TABLES),
            "".join(f"DROP TRIGGER {table}_revision ON statements_{table};" for table in _TABLES),
        ),
    ]
