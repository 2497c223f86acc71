"""Tests with real transactions leave the database as migrations left it."""

import clean_tables
import pytest
from django.contrib.auth.models import Group
from support import rows

from statements.models import Country, IndexOutbox, Speech, Topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seeds(db: None) -> clean_tables.Rows:
    return clean_tables.remember()


def test_rows_of_migrations_stay_and_all_others_go(seeds: clean_tables.Rows) -> None:
    assert "statements_country" in seeds
    rows.small_archive()
    clean_tables.clean(seeds)
    assert clean_tables.remember() == seeds
    assert not Speech.objects.exists()
    assert not IndexOutbox.objects.exists()


def test_what_was_changed_deleted_and_added_is_undone(seeds: clean_tables.Rows) -> None:
    rows.speech(country=rows.country("KAZ"))
    Country.objects.filter(code="KAZ").update(short_name="Steppe")
    rows.country("ZZZ")
    Group.objects.all().delete()
    clean_tables.clean(seeds)
    assert clean_tables.remember() == seeds
    assert not IndexOutbox.objects.exists()
    rows.topic("Rivers")  # new rows get numbers that are free
    Group.objects.create(name="Readers")
    assert Topic.objects.count() == 1
