"""Years, months and days as calendars, and charts that one bar must not flatten."""

import re

import pytest
from django.test import Client
from django.utils import translation
from support import rows

from statements.views.charts import year_chart

pytestmark = pytest.mark.django_db


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r">\s+", ">", response.content.decode())


def test_years_stand_in_their_decades(client: Client) -> None:
    for day in ("1946-10-24", "1999-05-01", "2003-05-01", "2003-05-02"):
        rows.speech(date=day)
    text = page(client, "/browse/")
    assert re.findall(r'id="decade-(\d+)"', text) == ["2000", "1990", "1940"]
    assert '<li class="h6"><a href="/browse/2003/">2003 <span>2</span></a></li>' in text
    assert "<li><span>2004</span></li>" in text
    assert "/browse/2004/" not in text


def test_a_month_has_weeks_and_counts(client: Client) -> None:
    for day in ("2020-02-01", "2020-02-29", "2020-02-29"):
        rows.speech(date=day)
    text = page(client, "/browse/2020/02/")
    assert re.findall(r'<abbr title="(\w+)"', text)[0] == "Sunday"
    weeks = re.findall(r"<tr>(<td.*?)</tr>", text, re.DOTALL)
    assert [week.count("<td") for week in weeks] == [7] * 5
    assert weeks[0].count("<td></td>") == 6  # 1 February was a Saturday
    assert '<a href="/browse/2020/02/29/">29 <span>2</span></a>' in weeks[-1]
    with translation.override("fr"):
        french = client.get("/browse/2020/02/", headers={"Accept-Language": "fr"})
    assert french.status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_have_pages(client: Client, day: str) -> None:
    rows.speech(date=day)
    year, month, number = day.split("-")
    for path in (f"/browse/{year}/", f"/browse/{year}/{month}/"):
        assert page(client, path)
    assert f"/browse/{year}/{month}/{number}/" in page(client, f"/browse/{year}/{month}/")
    assert f"/browse/{year}/" in page(client, "/browse/")


def test_a_day_leads_to_meetings_and_lists_only_other_speeches(client: Client) -> None:
    meeting = rows.meeting("RIV/PV.7")
    meeting.agenda_items.add(rows.topic("Floods and early warning", slug="floods"))
    spoken = rows.speech(meeting=meeting, position=1)
    assert spoken.get_absolute_url() not in page(client, "/browse/2020/01/09/")
    alone = rows.speech()
    text = page(client, "/browse/2020/01/09/")
    assert meeting.get_absolute_url() in text
    assert "/topic/floods/" in text
    assert spoken.get_absolute_url() not in text
    assert alone.get_absolute_url() in text


def test_a_year_lists_speeches_without_a_day_by_country(client: Client) -> None:
    for code in ("PER", "NOR", "CHL"):
        rows.speech(country=rows.country(code), date=None, year_stated=2008)
    rows.speech(date=None, year_stated=2008, speaker_printed="Ms. Rill")
    text = page(client, "/browse/2008/")
    places = [text.index(name) for name in ("Chile", "Norway", "Peru", "Ms. Rill")]
    assert places == sorted(places)


def test_one_bar_does_not_flatten_the_others(client: Client) -> None:
    counts = [{"year": year, "count": 10 + year % 3} for year in range(1990, 2010)]
    chart = year_chart([*counts, {"year": 2010, "count": 500}], "/browse/{}/".format)
    assert chart is not None
    assert chart.scale == 12
    assert [(bar.label, bar.count, bar.height) for bar in chart.cut_bars] == [
        ("2010", 500, "100.0")
    ]
    assert chart.bars[0].height == "91.7"
    ordinary = year_chart(counts, "/browse/{}/".format)
    assert ordinary is not None
    assert not ordinary.cut_bars
    few = [{"year": year, "count": 1} for year in range(1990, 2010)]
    low = year_chart([*few, {"year": 2010, "count": 4}], "/browse/{}/".format)
    assert low is not None
    assert (low.scale, low.cut_bars) == (4, ())


def test_a_chart_says_which_bar_is_cut_off(client: Client) -> None:
    for year in range(1990, 2000):
        rows.speech(date=f"{year}-05-01")
    for _ in range(21):
        rows.speech(date="2000-05-01")
    text = page(client, "/")
    assert "2000 has 21 speeches; its bar is cut off." in text
    assert text.count('class="break"') == 1
