"""Seeds the countries and bodies that speak, with every name that records print for them.

The two tables beside this file were written from public facts; docs/decisions/country-names.md
says how a printed name is resolved. A short or formal name that the second table repeats with
dates holds in those dates only, every other one always.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from statements.transcripts.languages.names import fold

FOLDER = Path(__file__).parent


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _day(printed: str) -> date | None:
    return date.fromisoformat(printed) if printed else None


def names() -> Iterator[tuple[str, str, date | None, date | None]]:
    """Code, name and dates; each folded form of a country once for each first date."""
    seen: set[tuple[str, str, date | None]] = set()
    told: set[tuple[str, str]] = set()
    for row in _rows("country_names.csv"):
        valid_from = _day(row["valid_from"])
        key = (row["code"], fold(row["name"]), valid_from)
        told.add(key[:2])
        if key not in seen:
            seen.add(key)
            yield row["code"], row["name"], valid_from, _day(row["valid_to"])
    for row in _rows("countries.csv"):
        for name in (row["short_name"], row["formal_name"]):
            own = (row["code"], fold(name))
            if name and own not in told:
                told.add(own)
                yield row["code"], name, None, None


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    country = apps.get_model("statements", "Country")
    country_name = apps.get_model("statements", "CountryName")
    rows = _rows("countries.csv")
    country.objects.bulk_create(
        country(
            code=row["code"],
            kind=row["kind"],
            short_name=row["short_name"],
            formal_name=row["formal_name"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
        )
        for row in rows
    )
    succession = country.successors.through
    succession.objects.bulk_create(
        succession(from_country_id=row["code"], to_country_id=successor)
        for row in rows
        for successor in row["successors"].split()
    )
    country_name.objects.bulk_create(
        country_name(
            country_id=code,
            name=name,
            folded=fold(name),
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for code, name, valid_from, valid_to in names()
    )


def unseed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take away what no speech or speaker refers to; the rest is refused by the database."""
    apps.get_model("statements", "Country").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("statements", "0002_guarantees")]

    operations = [migrations.RunPython(seed, unseed)]
