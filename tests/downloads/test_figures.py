"""Matches of searches, what their other views count, and figures as files."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from lxml import etree
from support import rows

from statements.search import analytics

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = quote('harbour OR "<script>alert(1)</script>]]>"')
OTHER = (
    "Trade in the mountains grew while roads to every valley were built, and the committee on"
    " roads reported that mules carried salt, wool and copper over seven passes before winter."
)
VIEWS = (
    "view=time", "view=compare&series=NOR&series=TCD", "view=table&rows=topic",
    "view=words", "view=words&list=beside",
)  # fmt: skip


@pytest.fixture
def harbours(archive_index: Callable[[], int]) -> None:
    norway, chad = rows.country("NOR"), rows.country("TCD")
    speaker = rows.speaker("Quay <b>", slug="quay", country=norway)
    ports = rows.topic("Ports", slug="ports")
    for year in range(1990, 1996):
        for number in range(3):
            rows.speech(
                f"The cold harbour froze {number} times, and the harbour thawed.",
                OTHER if number else "Nobody sailed.",
                public_id=f"s-{year}-{number}",
                date=date(year, 3, 1 + number),
                country=norway if number else chad,
                speaker=speaker if number == 1 else None,
                topics=[ports],
            )
        rows.speech(OTHER, OTHER, date=date(year, 5, 1), country=chad, public_id=f"in-{year}")
    archive_index()


def get(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.getvalue()


def table(client: Client, address: str) -> list[dict[str, str]]:
    content = get(client, address).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), strict=True))


def test_matches_are_the_lines_of_the_concordance(client: Client, harbours: None) -> None:
    found = table(client, "/search.csv?q=harbour&rows=matches&line_order=oldest")
    assert len(found) == 36
    assert found[0]["left"] == "The cold "
    assert found[0]["match"] == "harbour"
    assert found[0]["right"].startswith(" froze 0 times")
    assert found[0]["url"].startswith("http://testserver/speech/s-1990-0/#p1")
    assert [row["date"] for row in found] == sorted(row["date"] for row in found)
    newest = table(client, "/search.csv?q=harbour&view=context&line_order=newest")
    assert newest[0]["date"] == "1995-03-03"
    narrow = table(client, "/search.csv?q=harbour&rows=matches&country=TCD&year=1990")
    assert {row["id"] for row in narrow} == {"s-1990-0"}
    for line in get(client, "/search.jsonl?q=harbour&rows=matches").splitlines():
        assert list(json.loads(line)) == list(found[0])


def test_lines_are_bounded_and_the_description_says_so(
    client: Client, harbours: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analytics, "MAX_LINES", 5)
    monkeypatch.setattr(analytics, "LINES_AT_ONCE", 2)
    described = json.loads(get(client, "/search.csv.manifest.json?q=harbour&rows=matches"))
    assert (described["rows"], described["matches"], described["most_rows"]) == (5, 36, 5)
    page = described["page_url"].removeprefix("http://testserver")
    assert client.get(page).status_code == 200
    assert client.get("/search.csv?q=harbour&rows=matches&line_order=x").status_code == 400
    assert table(client, "/search.csv?rows=matches") == []


def test_the_numbers_are_those_of_the_views(client: Client, harbours: None) -> None:
    years = table(client, "/search.csv?q=harbour&rows=years")
    assert [(row["year"], row["speeches"]) for row in years][:2] == [("1990", "3"), ("1991", "3")]
    months = table(client, "/search.csv?q=harbour&rows=years&year=1990")
    assert [(row["month"], row["speeches"]) for row in months] == [("3", "3")]
    periods = table(client, "/search.csv?q=harbour&view=time")
    assert [row["mentions"] for row in periods] == ["6"] * 6
    by_country = table(client, "/search.csv?q=harbour&view=time&by=country&period=decade")
    assert {row["series"]: row["speeches"] for row in by_country} == {"Norway": "12", "Chad": "6"}
    crossed = table(client, "/search.csv?q=harbour&view=table")
    assert (crossed[0]["country"], crossed[0]["speeches"], crossed[0]["year: 1990"]) == (
        "NOR",
        "12",
        "2",
    )
    sides = table(client, "/search.csv?q=harbour&view=compare&series=NOR&series=TCD")
    assert len(sides) == 6
    assert (sides[0]["left_speeches"], sides[0]["right_speeches"]) == ("2", "1")
    beside = table(client, "/search.csv?q=harbour&view=words&list=beside")
    assert "cold" in {row["word"] for row in beside}
    for row in beside:
        assert client.get(row["url"].removeprefix("http://testserver")).status_code == 200


def drawing(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "image/svg+xml"
    return etree.fromstring(response.content)


@pytest.mark.parametrize("view", VIEWS)
def test_a_figure_says_what_it_shows(client: Client, harbours: None, view: str) -> None:
    svg = drawing(client, f"/search.svg?q=harbour&{view}")
    text = " ".join(svg.itertext())
    assert "harbour · " in text
    assert re.search(r"\d+ speeches", text)
    assert re.search(r"Rostrum · \d+ \w+ \d{4} · http://testserver/search/\?q=harbour", text)
    marks = [each for each in svg.iter() if each.tag in (f"{SVG}rect", f"{SVG}polyline")]
    assert len(marks) > 1, "more than the ground"
    assert not [each for each in svg.iter() if each.tag == f"{SVG}script" or each.get("style")]


@pytest.mark.parametrize(
    "path", ["/search.svg?q=harbour", "/country/NOR.svg", "/topic/ports.svg", "/speaker/quay.svg"]
)
def test_years_are_bars(client: Client, harbours: None, path: str) -> None:
    svg = drawing(client, path)
    bars = [each for each in svg.iter(f"{SVG}rect") if each.find(f"{SVG}title") is not None]
    assert [bar.find(f"{SVG}title").text.partition(":")[0] for bar in bars] == [
        str(year) for year in range(1990, 1996)
    ]


def test_hostile_words_stay_text(client: Client, harbours: None) -> None:
    for view in ("time", "words&list=beside", "table"):
        content = get(client, f"/search.svg?q={HOSTILE}&view={view}")
        assert b"<script" not in content
        assert "<script>alert(1)</script>]]>" in " ".join(etree.fromstring(content).itertext())
    assert b"Quay &lt;b&gt;" in get(client, "/speaker/quay.svg")


@pytest.mark.parametrize("query", ["q=glacier", "q=glacier&view=table", "q=harbour&view=context"])
def test_nothing_to_draw_is_said(client: Client, harbours: None, query: str) -> None:
    response = client.get(f"/search.svg?{query}")
    assert response.status_code == 404
    assert "nothing to draw" in response.content.decode()


def test_what_a_view_cannot_use_is_explained(client: Client, harbours: None) -> None:
    for suffix in ("csv", "svg", "csv.manifest.json"):
        for query in ("q=a&view=time&period=week", "q=a&view=table&rows=x", "q=a&view=x"):
            assert client.get(f"/search.{suffix}?{query}").status_code == 400
