"""More groups of States, and lines of groups that were known from memory until a source was read.

The table beside this file replaces the lines of the same State and group that nobody has
confirmed; what archivists have confirmed or added stays.
"""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = Path(__file__).with_name("more_group_memberships.csv")
NAMES = {
    "CARICOM": "Caribbean Community",
    "LLDC": "Landlocked developing countries",
    "OIC": "Organisation of Islamic Cooperation",
}
# not a member of the Group of 77, as the source of the others says
WRONG = ("G77", "NZL")


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    group = apps.get_model("statements", "CountryGroup")
    membership = apps.get_model("statements", "GroupMembership")
    codes = set(apps.get_model("statements", "Country").objects.values_list("code", flat=True))
    group.objects.bulk_create(
        (group(code=code, name=name) for code, name in NAMES.items()), ignore_conflicts=True
    )
    known = set(group.objects.values_list("code", flat=True))
    with TABLE.open(encoding="utf-8", newline="") as table:
        lines = [
            row
            for row in csv.DictReader(table)
            if row["country"] in codes and row["group"] in known
        ]
    states = defaultdict(list)
    for code, country in (WRONG, *((row["group"], row["country"]) for row in lines)):
        states[code].append(country)
    for code, countries in states.items():
        unconfirmed = membership.objects.filter(group=code, verified=False, source="")
        unconfirmed.filter(country__in=countries).delete()
    membership.objects.bulk_create(
        (
            membership(
                group_id=row["group"],
                country_id=row["country"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                source=row["source"],
                verified=row["verified"] == "yes",
            )
            for row in lines
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0032_offices"),
    ]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
