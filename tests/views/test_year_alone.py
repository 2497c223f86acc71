"""Speeches of which only the year is known: counted, browsed and found by it, never given a day."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from support import rows

from statements.models import Speech
from statements.search.parameters import SearchParameters, Sort
from statements.search.results.page import find

pytestmark = pytest.mark.django_db


def test_a_year_has_no_day_and_a_day_no_stated_year() -> None:
    speech = rows.speech(date=None, year_stated=1975)
    speech.refresh_from_db()
    assert (speech.date, speech.year) == (None, 1975)
    dated = rows.speech(date=date(2001, 2, 3))
    dated.refresh_from_db()
    assert dated.year == 2001
    with pytest.raises(IntegrityError), transaction.atomic():
        Speech.objects.filter(pk=dated.pk).update(year_stated=2001)
    with pytest.raises(IntegrityError), transaction.atomic():
        Speech.objects.filter(pk=speech.pk).update(year_stated=0)


def test_the_year_is_a_page_with_months_and_the_rest(client: Client) -> None:
    rows.speech(date=date(1975, 10, 3))
    alone = rows.speech(date=None, year_stated=1975)
    rows.speech(date=None, year_stated=1977)
    page = client.get("/browse/1975/").content.decode()
    assert "/browse/1975/10/" in page
    assert "only the year is known" in page
    assert alone.get_absolute_url() in page
    assert "/browse/1977/" in page  # the next year with speeches
    assert '<time datetime="1975">1975</time>' in page
    bare = client.get("/browse/1977/").content.decode()
    assert "Months" not in bare
    assert client.get("/browse/1976/").status_code == 404
    assert "/browse/1977/" in client.get("/browse/").content.decode()
    assert alone.get_absolute_url() not in client.get("/browse/undated/").content.decode()


def test_the_page_of_a_speech_says_its_year(client: Client) -> None:
    speech = rows.speech(date=None, year_stated=1975)
    page = client.get(speech.get_absolute_url()).content.decode()
    assert '<time datetime="1975">1975</time>' in page
    assert "undated" not in page


def test_the_year_facet_counts_and_the_order_keeps_them(archive_index: Callable[[], int]) -> None:
    day = rows.speech("The weir holds.", date=date(1975, 10, 3))
    alone = rows.speech("The weir leaks.", date=None, year_stated=1975)
    later = rows.speech("The weir is new.", date=None, year_stated=1977)
    never = rows.speech("The weir is old.", date=None)
    archive_index()
    page = find(SearchParameters(q="weir", sort=Sort.NEWEST))
    assert [hit.speech for hit in page.hits] == [later, day, alone, never]
    assert [(value.value, value.count) for value in page.facets["year"]] == [
        ("1977", 1),
        ("1975", 2),
        ("undated", 1),
    ]
    oldest = find(SearchParameters(q="weir", sort=Sort.OLDEST))
    assert [hit.speech for hit in oldest.hits] == [alone, day, later, never]
    assert find(SearchParameters(q="weir", year=("1975",))).total == 2
