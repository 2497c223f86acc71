"""Speeches of which only the year is known: counted, browsed and found by it, never given a day."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
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
    assert re.search(r'class="h6"><a href="/browse/1975/10/">October\s*<span>1</span>', page)
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


@pytest.mark.parametrize(
    ("query", "sentences"),
    [
        ("from=1975-05-01", ["2 more are from 1975, day unknown."]),
        (
            "from=1975-05-01&to=1977-05-01",
            ["2 more are from 1975, day unknown.", "1 more is from 1977, day unknown."],
        ),
        ("from=1975-05-01&country=NOR", ["1 more is from 1975, day unknown."]),
        ("from=1975-05-01&q=absent", []),
        ("from=1975&to=1977", []),
        ("to=1976-05-01", []),
    ],
)
def test_days_that_cut_a_year_say_how_many_they_leave_out(
    client: Client, archive_index: Callable[[], int], query: str, sentences: list[str]
) -> None:
    rows.speech("The weir holds.", date=date(1975, 10, 3), country=rows.country("NOR"))
    rows.speech("The weir leaks.", date=None, year_stated=1975)
    rows.speech("The weir broke.", date=None, year_stated=1975, country=rows.country("NOR"))
    rows.speech("The weir is new.", date=None, year_stated=1977)
    archive_index()
    parameters = SearchParameters.from_query(QueryDict(query))
    page = find(parameters, alternatives=False)
    assert [notice.sentence for notice in page.notices] == sentences
    for notice in page.notices:
        assert notice.alternative is not None
        widened = find(notice.alternative, alternatives=False)
        assert widened.total > page.total
        assert len(widened.notices) == len(sentences) - 1
        assert notice.alternative.to_query() in client.get(
            f"/search/?{query}"
        ).content.decode().replace("&amp;", "&")


def test_a_year_as_a_date_is_the_whole_year(archive_index: Callable[[], int]) -> None:
    for year in (1974, 1975, 1976):
        rows.speech("The weir leaks.", date=None, year_stated=year)
    archive_index()
    for query, total in (("from=1975&to=1975", 1), ("from=1975", 2), ("to=1975", 2)):
        assert find(SearchParameters.from_query(QueryDict(query))).total == total
