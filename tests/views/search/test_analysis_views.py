"""The views of a search beside its list: in context, over time, side by side, as a table."""

import html
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from support import rows
from support.archive_index import archive_index

from statements.search import SearchParameters, View
from statements.views.analysis import line_chart, tabs

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db

# country, year, what is said
SPOKEN = [
    ("KAZ", 1997, "The free zone was our first wish."),
    ("KAZ", 1998, "A free zone, and a second free zone."),
    ("BRA", 1998, "We welcome the free zone and the treaty."),
    ("BRA", 2004, "The treaty holds."),
    ("IND", 2004, "Nothing else was said of the zone."),
]


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    for number, (code, year, text) in enumerate(SPOKEN):
        rows.speech(
            "We open.",
            text,
            country=rows.country(code),
            speaker=rows.speaker(f"Brook {5 - number}", slug=f"brook-{number}"),
            date=None,
            year_stated=year,
            public_id=f"said-{number}",
        )
    archive_index()
    return archive


def page(client: Client, status: int = 200, **query: object) -> str:
    response = client.get("/search/", query)
    assert response.status_code == status, response.content
    return html.unescape(response.content.decode())


def links(text: str, pattern: str) -> list[str]:
    return re.findall(rf'<a (?:class="[^"]*" )?href="([^"]*)"[^>]*>{pattern}', text)


def total(client: Client, url: str) -> int:
    """The number of speeches that an address finds."""
    answer = client.get(url.replace("/search/", "/api/v1/search")).json()
    return int(answer["total"])


def test_every_view_has_a_tab_that_keeps_the_search(
    client: Client, indexed: rows.SmallArchive
) -> None:
    assert set(tabs.TABS) == set(View) - {View.SPEECHES}
    query = {"q": "zone", "country": "KAZ", "page": "1"}
    for view in View:
        shown = page(client, **query, view=view.value)
        for other in View:
            wanted = "" if other is View.SPEECHES else f"&view={other}"
            assert f'href="/search/?q=zone&country=KAZ{wanted}"' in shown
        assert f'name="view" value="{view}"' in shown or view is View.SPEECHES


def test_parameters_carry_the_options_of_their_view() -> None:
    query = {"q": "zone", "view": "time", "by": "country", "series": "KAZ", "period": "decade"}
    asked = SearchParameters.from_query(query)
    assert asked.to_query() == "q=zone&view=time&by=country&series=KAZ&period=decade"
    assert asked.with_option("series", "BRA", "IND").option("series") == ("BRA", "IND")
    assert asked.in_view(View.SPEECHES).to_query() == "q=zone"
    assert SearchParameters.from_query({"q": "zone", "by": "country"}).options == ()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"view": "context", "line_order": "sideways"}, "“line_order” must be right, left"),
        ({"view": "time", "by": "planet"}, "“by” must be query, country or member_of"),
        ({"view": "time", "by": "country", "series": "ATLANTIS"}, "“ATLANTIS” is not the code"),
        ({"view": "time", "series": "(zone"}, "not closed"),
        ({"view": "time", "series": list("abcdefg")}, "at most 6"),
        ({"view": "time", "series": "a\x00b"}, "is not valid"),
        ({"view": "time", "period": "month"}, "“period” must be year or decade"),
        ({"view": "time", "measure": "weight"}, "“measure” must be rate"),
        ({"view": "compare", "align": "day"}, "“align” must be year, session or meeting"),
        ({"view": "table", "rows": "text"}, "“rows” must be one of country"),
        ({"view": "table", "rows": "year", "columns": "year"}, "Choose different"),
    ],
)
def test_options_without_a_meaning_are_refused_in_words(
    client: Client, indexed: rows.SmallArchive, query: dict[str, object], sentence: str
) -> None:
    assert sentence in page(client, 400, q="zone", **query)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("right", []),
        ("oldest", ["said-0", "said-1", "said-2", "said-4"]),
        ("country", ["said-2", "said-4", "said-1", "said-0"]),
        ("speaker", ["said-4", "said-2", "said-1", "said-0"]),
    ],
)
def test_lines_stand_in_their_order_and_lead_to_the_words(
    client: Client, indexed: rows.SmallArchive, order: str, expected: list[str]
) -> None:
    shown = page(client, q="zone", view="context", line_order=order)
    found = re.findall(r'class="line" href="/speech/(said-\d)/\?[^"#]*#p2', shown)
    assert "5 lines" in shown
    assert sorted(found) == ["said-0", "said-1", "said-1", "said-2", "said-4"]
    if order == "right":
        assert [context.strip() for context in re.findall('class="right">([^<]*)', shown)] == [
            ".",
            ".",
            ", and a second free zone.",
            "and the treaty.",
            "was our first wish.",
        ]
    else:
        assert list(dict.fromkeys(found)) == expected


def test_lines_have_pages(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    rows.speech(*["The river froze."] * 60, public_id="long")
    archive_index()
    first = page(client, q="froze", view="context")
    assert "60 lines" in first
    assert "page 1 of 2" in " ".join(first.split())
    [following] = re.findall(r'rel="next" href="([^"]*)"', first)
    second = html.unescape(client.get(following).content.decode())
    assert second.count('class="line"') == 10
    assert "fewer pages" in page(client, 404, q="froze", view="context", page=3)


def test_use_over_time_is_counted_and_leads_to_the_speeches(
    client: Client, indexed: rows.SmallArchive
) -> None:
    shown = page(client, q="zone", view="time", measure="mentions")
    points = re.findall(r'<a class="point s0" href="([^"]*)" aria-label="([^"]*)"', shown)
    assert [label for _, label in points] == ["1997, zone: 1", "1998, zone: 3", "2004, zone: 1"]
    assert [total(client, url) for url, _ in points] == [1, 2, 1]
    assert "tabindex" not in shown.partition("data-points")[2].partition("</svg>")[0]
    decades = page(client, q="zone", view="time", measure="speeches", period="decade")
    points = re.findall(r'<a class="point s0" href="([^"]*)" aria-label="([^"]*)"', decades)
    assert [label for _, label in points] == ["1990s, zone: 3", "2000s, zone: 1"]
    assert [total(client, url) for url, _ in points] == [3, 1]


def test_rates_are_those_of_what_each_country_said(
    client: Client, indexed: rows.SmallArchive
) -> None:
    shown = page(client, q="treaty", view="time", by="country", series=["BRA", "KAZ"])
    labels = re.findall(r'aria-label="(\d{4}, [^"]*)"', shown)
    # one of the ten words that Brazil said in 1998, of five in 2004
    assert labels == ["1998, Brazil: 100,000.0", "2004, Brazil: 200,000.0"]
    share = page(client, q="zone", view="time", by="country", measure="share", series="BRA")
    assert re.findall(r'aria-label="(\d{4}, [^"]*)"', share) == ["1998, Brazil: 100.0"]


def test_the_first_use_is_flagged_quoted_and_cited(
    client: Client, indexed: rows.SmallArchive
) -> None:
    shown = page(client, q='"free zone"', view="time", series="treaty")
    first, second = re.findall(r'<li class="first-use">(.*?)</li>', shown, re.S)
    assert re.search('<a href="/speech/said-0/[?]q=[^"]*#p2">The <mark>free zone</mark> was', first)
    assert "Kazakhstan" in first
    assert "1997, transcript" in first
    assert "http://testserver/speech/said-0/#p2" in first
    assert "http://testserver/speech/said-2/#p2" in second
    assert shown.count('class="flag') == 2


def test_two_countries_stand_side_by_side(client: Client, indexed: rows.SmallArchive) -> None:
    shown = page(client, q="zone", view="compare", series=["KAZ", "BRA"])
    rows_shown = re.findall(r'<li class="side-row"><h4>(\d+)</h4>(.*?)</li>', shown, re.S)
    assert [year for year, _ in rows_shown] == ["1998", "1997"]
    both, alone = (text for _, text in rows_shown)
    assert "second free <mark>zone</mark>" in both
    assert "welcome the free <mark>zone</mark>" in both
    assert 'class="side right silent"' in alone
    exchanged = links(shown, "Exchange sides")
    assert parse_qs(urlsplit(exchanged[0]).query)["series"] == ["BRA", "KAZ"]
    implied = page(client, q="zone", view="compare")
    assert 'value="KAZ" selected' in implied


def test_two_queries_stand_side_by_side(client: Client, indexed: rows.SmallArchive) -> None:
    shown = page(client, q="zone", view="compare", by="query", series="treaty")
    years = re.findall(r'<li class="side-row"><h4>(\d+)</h4>', shown)
    assert years == ["2004", "1998", "1997"]
    assert "Choose two" in page(client, q="zone", view="compare", by="query")
    by_meeting = page(client, q="rose", view="compare", by="query", series="fell", align="meeting")
    assert "<h4>RIV/PV.7</h4>" in by_meeting


def test_quotations_lead_to_marked_words_and_back(
    client: Client, indexed: rows.SmallArchive
) -> None:
    def back(shown: str) -> list[str]:
        leads = [link for link in re.findall('href="(/speech/[^"]*)"', shown) if "#" in link]
        pages = [html.unescape(client.get(link).content.decode()) for link in leads]
        assert all("<mark>" in page for page in pages)
        return sorted({url for page in pages for url in links(page, "← Results")})

    address = "/search/?q=zone&view=compare&series=KAZ&series=BRA"
    assert back(page(client, q="zone", view="compare", series=["KAZ", "BRA"])) == [address]
    queries = page(client, q="zone", view="compare", by="query", series="treaty")
    assert back(queries) == [
        "/search/?q=treaty",
        "/search/?q=zone&view=compare&by=query&series=treaty",
    ]


def test_sides_are_aligned_by_session(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    sessions = {number: rows.session(number, year=2000 + number) for number in (9, 14)}
    for number, country in ((9, "KAZ"), (9, "NOR"), (14, "KAZ"), (14, "KAZ")):
        rows.speech(
            "We fenced the meadow.",
            country=rows.country(country),
            session=sessions[number],
            date=None,
            year_stated=2000 + number,
        )
    archive_index()
    query = {"q": "meadow", "by": "country", "series": ["KAZ", "NOR"], "align": "session"}
    shown = page(client, view="compare", **query)
    titles = re.findall(r'<li class="side-row"><h4>([^<]*)</h4>', shown)
    assert titles == ["General debate, 14th session", "General debate, 9th session"]
    answer = client.get("/api/v1/compare", query).json()
    slug = "rivers-council-14-general-debate"
    assert (answer["rows"][0]["value"], answer["rows"][0]["label"]) == (slug, titles[0])
    assert answer["common"] == 1
    [url] = links(shown, "all 2 speeches")
    assert total(client, url) == 2


@pytest.mark.parametrize(
    ("down", "across"), [("country", "year"), ("decade", "country"), ("country", "capacity")]
)
def test_every_cell_of_a_table_counts_what_its_link_finds(
    client: Client, indexed: rows.SmallArchive, down: str, across: str
) -> None:
    shown = page(client, q="zone OR rose", view="table", rows=down, columns=across)
    cells = re.findall(r'<td class="h\d"><a href="([^"]*)"[^>]*>(\d+)</a>', shown)
    assert cells
    for url, count in cells:
        found = re.search(r'<h2 id="results">\s*(\d+) speech', client.get(url).content.decode())
        assert found
        assert int(found[1]) == int(count)


def test_lines_are_parted_where_there_is_nothing_to_compare_with() -> None:
    years = [str(year) for year in range(1990, 1996)]
    values = [line_chart.Value(value, "", "/") for value in (1.0, 2.0, None, 3.0, None, 5.0)]
    chart = line_chart.draw(years, [values], [3])
    [line] = chart.lines
    assert len(line.paths) == 1  # a point alone is no line
    assert len(line.points) == 4
    assert line.flag == line.points[2]
    assert [level.text for level in chart.levels] == ["0", "2.5", "5"]
    assert [line_chart.ceiling(value) for value in (7, 31, 0.15, 1000)] == [8, 36, 0.16, 1000]
    assert line_chart.draw(["2000"], [[values[0]]], [None]).periods[0].text == "2000"


@pytest.mark.parametrize("by", ["country", "member_of"])
def test_use_over_time_by_values_that_no_speech_found_has(
    client: Client, archive_index: Callable[[], None], by: str
) -> None:
    archive_index()
    for view in ("time", "compare"):
        assert client.get(f"/search/?q=glacier&view={view}&by={by}").status_code == 200
    answer = client.get(f"/api/v1/trends?q=glacier&by={by}").json()
    assert [trend["speeches"] for trend in answer["trends"]] == [[]]
