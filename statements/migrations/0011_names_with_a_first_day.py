"""Dates the present names of states that took them while a member: “Türkiye” from June 2022.

An archive made before has these names without a first day; a new one has them seeded so.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

seeds = import_module("statements.migrations.0003_countries")


def date_names(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    country_name = apps.get_model("statements", "CountryName")
    for code, name, valid_from, valid_to in seeds.names():
        if valid_from and not valid_to:
            bearing = country_name.objects.filter(country_id=code, folded=seeds.fold(name))
            if not bearing.filter(valid_from=valid_from).exists():
                bearing.filter(valid_from=None, valid_to=None).update(valid_from=valid_from)


class Migration(migrations.Migration):
    dependencies = [("statements", "0010_dropped_lines")]

    operations = [migrations.RunPython(date_names, migrations.RunPython.noop)]
