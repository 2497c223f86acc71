"""The search page, on a real index."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from support import rows
from support.archive_index import archive_index
from support.html import Elements
from support.search import refusals as refused

from statements.models import IndexOutbox, Paragraph
from statements.search.index import snapshot
from statements.search.query import parse
from statements.search.query.lexer import FIELDS

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    norway = rows.country("NOR")
    for number in range(25):
        rows.speech(
            f"Number {number}: the river froze.",
            country=norway,
            meeting=archive.meeting if number else None,
            date="2018-02-01" if number else None,
            public_id=f"froze-{number}",
        )
    archive_index()
    return archive


def page(client: Client, **query: object) -> str:
    response = client.get("/search/", query)
    assert response.status_code == 200
    assert "Set-Cookie" not in response
    return response.content.decode()


def test_extracts_lead_to_their_paragraph(client: Client, indexed: rows.SmallArchive) -> None:
    found = page(client, q="metre")
    assert "1 speech\n" in found
    assert 'href="/speech/riv-pv-7-001/?q=metre#p1"' in found
    assert "rose by a <mark>metre</mark>" in found


def test_facets_show_what_else_could_be_chosen(client: Client, indexed: rows.SmallArchive) -> None:
    found = page(client, q="river", country="KAZ")
    assert 'href="/search/?q=river&amp;country=KAZ&amp;country=NOR"' in found
    assert ">25<" in found
    assert "Country: Kazakhstan" in found
    assert 'class="chip" href="/search/?q=river"' in found
    both = page(client, q="river", country=["KAZ", "NOR"])
    assert "27 speeches" not in both
    assert "26 speeches" in both


def test_what_was_passed_over_or_is_not_held_is_said(
    client: Client, indexed: rows.SmallArchive
) -> None:
    found = page(client, q="river or lake", country="NO")
    assert "“or” was ignored" in found
    assert 'href="/search/?q=river+OR+lake&amp;country=NO"' in found
    assert "The code of Norway is NOR. Search for <a" in " ".join(found.split())
    assert 'href="/search/?q=river+or+lake&amp;country=NOR"' in found


def test_the_form_keeps_what_is_chosen(client: Client, indexed: rows.SmallArchive) -> None:
    fields = {
        attributes.get("name"): attributes.get("value")
        for tag, attributes in Elements(
            page(client, q="river", country="NOR", sort="oldest", **{"from": "2018-01-01"})
        ).found
        if tag == "input"
    }
    assert fields == {
        "q": "river",
        "country": "NOR",
        "sort": "oldest",
        "from": "2018-01-01",
        "to": "",
    }


def test_every_result_stands_on_one_page_and_pages_lead_to_each_other(
    client: Client, indexed: rows.SmallArchive
) -> None:
    first = page(client, q="froze", page_size=10)
    second = page(client, q="froze", page_size=10, page=2)
    third = page(client, q="froze", page_size=10, page=3)
    assert set(Elements(first).links("next")) == {"/search/?q=froze&page_size=10&page=2"}
    assert Elements(first).links("prev") == []
    assert set(Elements(second).links("prev")) == {"/search/?q=froze&page_size=10"}
    assert Elements(third).links("next") == []
    titles = [
        attributes["href"]
        for text in (first, second, third)
        for tag, attributes in Elements(text).found
        if tag == "a" and str(attributes.get("href")).startswith("/speech/froze-")
    ]
    speeches = [str(title).partition("#")[0] for title in titles]
    assert len(set(speeches)) == 25
    assert 'start="21"' in third
    assert client.get("/search/?q=froze&page=3").status_code == 404


def test_nothing_found_leads_on(client: Client, indexed: rows.SmallArchive) -> None:
    found = page(client, q='"froze the metre"', country="NOR", **{"from": "2017-01-01"})
    assert "0 speeches" in found
    links = [attributes.get("href") for tag, attributes in Elements(found).found if tag == "a"]
    assert "/search/?q=froze+the+metre&country=NOR&from=2017-01-01" in links
    assert "/search/?q=%22froze+the+metre%22&from=2017-01-01" in links
    assert "/search/?q=%22froze+the+metre%22&country=NOR" in links
    assert (
        "/search/?q=%22froze+the+metre%22" not in links
    )  # nothing is found without filters either


def test_groups_lead_to_all_that_is_in_them(client: Client, indexed: rows.SmallArchive) -> None:
    found = page(client, q="froze OR metre", group="country")
    levels = re.findall(r"<h(\d)", found[found.index('<div class="groups">') :])
    assert levels[:2] == ["3", "4"]  # a group, and a speech of it
    links = [attributes.get("href") for tag, attributes in Elements(found).found if tag == "a"]
    assert "/search/?q=froze+OR+metre&country=NOR" in links
    assert "Show all 25 for Norway" in found
    assert '<span class="count">25 speeches</span>' in found
    assert "Show all 1 for" not in found
    assert found.count("<article") == 4
    assert client.get("/search/?q=froze&group=country&page=2").status_code == 404


def test_what_may_have_been_meant_is_offered(client: Client, indexed: rows.SmallArchive) -> None:
    assert 'Did you mean <a href="/search/?q=froze&amp;country=NOR">froze</a>?' in page(
        client, q="froje", country="NOR"
    )


def test_beyond_the_last_page_the_way_back_is_offered(
    client: Client, indexed: rows.SmallArchive
) -> None:
    response = client.get("/search/", {"q": "froze", "country": "NOR", "page": "9"})
    found = response.content.decode()
    assert response.status_code == 404
    assert "There is no page 9 of these results" in found
    assert "These results have 2 pages." in found
    assert "letter or a digit" not in found
    links = [attributes.get("href") for tag, attributes in Elements(found).found if tag == "a"]
    assert "/search/?q=froze&country=NOR" in links
    assert "/search/?q=froze&country=NOR&page=2" in links
    fields = {each.get("name"): each for tag, each in Elements(found).found if tag == "input"}
    assert (fields["q"]["value"], fields["country"]["value"]) == ("froze", "NOR")
    nothing = client.get("/search/", {"q": "zzzz", "page": "2"})
    assert nothing.status_code == 404
    assert "No speeches match this search." in nothing.content.decode()


@pytest.mark.parametrize(
    ("q", "names"),
    [
        # in the text: of the head only topics say more than the row does
        ("metre", []),
        ("floods", [("topic", "<mark>Floods</mark> and early warning")]),
        ("metre floods", [("topic", "<mark>Floods</mark> and early warning")]),
        ('topic:"early warning"', [("topic", "Floods and <mark>early warning</mark>")]),
        ("speaker:umarov topic:early", [
            ("speaker", "Mr. <mark>Umarov</mark>"),
            ("topic", "Floods and <mark>early</mark> warning"),
        ]),
        # sought in one field, and marked in that alone
        ("topic:umarov OR country:kazakhstan", [("country", "<mark>Kazakhstan</mark>")]),
        ("kazakhstan", [("country", "<mark>Kazakhstan</mark>")]),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_found_by_its_head_says_by_which_name(
    client: Client, indexed: rows.SmallArchive, q: str, names: list[tuple[str, str]]
) -> None:
    asked = {"q": q, "from": "2020-01-01"}
    answer = client.get("/api/v1/search", asked).json()
    [hit] = [one for one in answer["results"] if one["id"] == "riv-pv-7-001"]
    assert [(one["kind"], one["html"]) for one in hit["names"]] == names
    assert {"slug": "floods", "title": "Floods and early warning"} in hit["topics"]
    found = page(client, **asked)
    for kind, marked in names:
        assert f"<span>{kind.capitalize()}: {marked}</span>" in found


def test_a_feed_is_offered_of_what_was_asked_for_only(
    client: Client, indexed: rows.SmallArchive
) -> None:
    def feeds(found: str) -> list[object]:
        return [
            each["href"] for _, each in Elements(found).found if "atom" in str(each.get("type"))
        ]

    of_archive = "/added/feed/"
    assert set(feeds(page(client, q="froze"))) == {"/search/feed/?q=froze", of_archive}
    assert set(feeds(page(client, q="froze zzz"))) == {"/search/feed/?q=froze+zzz", of_archive}


def test_some_of_the_words_are_a_list_of_its_own_that_says_what_is_missing(
    client: Client, indexed: rows.SmallArchive
) -> None:
    found = page(client, q="froze metre zzz")
    assert "0 speeches" in found
    assert found.index('id="results"') < found.index("With some of these words")
    assert "Not found in any speech: <strong>zzz</strong>" in found
    assert "Missing: <s>metre</s>, <s>zzz</s>" in found
    assert 'id="narrow"' not in found
    assert "With some of these words" not in page(client, q="froze zzz", country="ATA")


def test_who_says_it_by_another_word_stands_apart_before_the_list(
    client: Client, archive_index: Callable[[], int]
) -> None:
    rows.speech("The nations met.", "The pilot left.", public_id="strewn")
    rows.speech("The nationality of the pilot.", public_id="at-once", country=rows.country("NOR"))
    archive_index()
    found = page(client, q="nations pilot")
    assert "1 speech\n" in found
    places = [found.index(f'href="/speech/{name}/') for name in ("at-once", "strewn")]
    assert (
        found.index('id="kindred"') < places[0] < found.index("</section>", places[0]) < places[1]
    )
    assert "nations: <strong>nationality</strong>" in " ".join(found.split())
    assert "The <mark>nationality</mark> of the <mark>pilot</mark>." in found
    assert found.count("<article") == 2
    links = [attributes.get("href") for tag, attributes in Elements(found).found if tag == "a"]
    q = '(nations OR "nationality") pilot same:paragraph'
    outright = f"/search/?{urlencode({'q': q})}"
    assert outright in links
    assert "/speech/at-once/" in page(client, q=q)
    narrowed = page(client, q="nations pilot", country="NOR")
    assert "0 speeches" in narrowed
    assert "/speech/at-once/" in narrowed
    assert 'id="kindred"' not in page(client, q="nations pilot", sort="newest")
    assert 'id="kindred"' not in page(client, q=q)


@pytest.mark.parametrize("q", ["froze", "nowhere"])
def test_only_what_can_be_narrowed_is_offered_for_it(
    client: Client, indexed: rows.SmallArchive, q: str
) -> None:
    found = page(client, q=q)
    assert ('href="#narrow"' in found) == ('id="narrow"' in found) == (q == "froze")


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("riv/pv.7", "/meeting/riv-pv-7/"),
        ("Kazakhstan", "/country/KAZ/"),
        ("Mr. Umarov", "/speaker/umarov/"),
        ("Floods and early warning", "/topic/floods/"),
    ],
)
def test_an_exact_name_offers_its_page_first(
    client: Client, indexed: rows.SmallArchive, query: str, url: str
) -> None:
    found = page(client, q=query)
    assert found.index(f'href="{url}"') < found.index('id="results"')


@pytest.mark.parametrize(("query", "parameter", "sentence"), refused.PARAMETERS)
def test_what_cannot_be_run_is_said_in_plain_words_and_the_form_kept(
    client: Client, query: dict[str, object], parameter: str, sentence: str
) -> None:
    response = client.get("/search/", {"q": "river"} | query)
    found = response.content.decode()
    assert response.status_code == 400
    assert sentence in found
    fields = {each.get("id"): each for tag, each in Elements(found).found if tag == "input"}
    kept = str(query.get("q", "river")).replace("\x00", "")
    assert fields["q"]["value"] == kept
    assert fields["from"]["value"] == query.get("from", "")


@pytest.mark.parametrize(("typed", "sentence", "repaired"), refused.REPAIRED)
def test_a_query_that_cannot_be_run_is_offered_repaired(
    client: Client, indexed: rows.SmallArchive, typed: str, sentence: str, repaired: str
) -> None:
    response = client.get("/search/", {"q": typed, "country": "KAZ", "page": "2"})
    found = response.content.decode()
    assert response.status_code == 400
    assert sentence in html.unescape(found)
    assert f">{html.escape(repaired)}</a> instead" in found
    links = [attributes.get("href") for tag, attributes in Elements(found).found if tag == "a"]
    url = f"/search/?{urlencode({'q': repaired, 'country': 'KAZ'})}"
    assert url in links
    assert client.get(url).status_code == 200
    fields = {each.get("id"): each for tag, each in Elements(found).found if tag == "input"}
    assert fields["q"]["value"] == typed.strip()


@pytest.mark.parametrize("typed", refused.HOPELESS)
def test_a_query_of_which_nothing_is_left_offers_none(
    client: Client, indexed: rows.SmallArchive, typed: str
) -> None:
    response = client.get("/search/", {"q": typed})
    assert response.status_code == 400
    assert "instead" not in response.content.decode()


def test_the_language_is_shown_beside_the_box_and_on_the_page_of_help(
    client: Client, indexed: rows.SmallArchive
) -> None:
    for found in (page(client, q="river"), client.get("/help/").content.decode()):
        for sign in ("OR", "climat*", "~5", "same:paragraph", *(f"{name}:" for name in FIELDS)):
            assert sign in found


def test_every_query_that_is_shown_as_an_example_can_be_run(client: Client) -> None:
    examples = re.findall(r"<code>(.*?)</code>", render_to_string("search/_query_syntax.html"))
    assert len(examples) > 12
    for example in examples:
        parse(html.unescape(re.sub("<[^>]+>", "", example)))


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ('"froze the metre"', "froze the metre"),
        ('"froze metre"~5 zzz', "froze metre zzz"),
        ('speaker:"froze metre"', None),
        ('zzz "(metre"', None),
        ('zzz "OR"', None),
    ],
)
def test_the_search_without_quotation_marks_is_offered_where_it_can_be_run(
    client: Client, indexed: rows.SmallArchive, typed: str, plain: str | None
) -> None:
    found = page(client, q=typed)
    assert "0 speeches" in found
    assert ("without quotation marks" in found) is (plain is not None)
    links = [attributes.get("href") for tag, attributes in Elements(found).found if tag == "a"]
    if plain:
        assert f"/search/?{urlencode({'q': plain})}" in links


def test_without_an_index_the_page_says_unavailable_and_never_nothing(
    client: Client,
    indexed: rows.SmallArchive,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nowhere = str(tmp_path / "nowhere")
    monkeypatch.setitem(settings.HAYSTACK_CONNECTIONS["default"], "PATH", nowhere)
    snapshot.forget()
    response = client.get("/search/", {"q": "river"})
    found = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "0 speeches" not in found
    assert 'value="river"' in found


def test_results_say_when_they_do_not_know_the_latest_changes(
    client: Client, indexed: rows.SmallArchive
) -> None:
    assert "are not included yet" not in page(client, q="river")
    Paragraph.objects.update(text="The river is not in the index yet.")
    assert "are not included yet" not in page(client, q="river")
    IndexOutbox.objects.update(created_at=timezone.now() - timedelta(minutes=7))
    assert "in the last 7 minutes are not included yet" in page(client, q="river")


def test_results_ask_a_bounded_number_of_questions(
    client: Client,
    indexed: rows.SmallArchive,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    page(client, q="river")
    with django_assert_max_num_queries(16):
        page(client, q="river", country=["NOR", "KAZ"], page_size=50)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_nothing_stored_or_asked_becomes_markup_in_results(
    client: Client, archive_index: Callable[[], int]
) -> None:
    country = rows.country("EVIL", short_name=HOSTILE)
    rows.speech(
        f"water {HOSTILE} water",
        country=country,
        speaker=rows.speaker(HOSTILE, slug="evil", country=country),
        speaker_printed=HOSTILE,
        affiliation=HOSTILE,
        meeting=rows.meeting(organ=HOSTILE),
        topics=[rows.topic(HOSTILE, slug="evil")],
    )
    archive_index()
    queries: list[dict[str, str]] = [
        {"q": "water"},
        {"q": "alert", "country": "EVIL", "organ": HOSTILE, "speaker": "evil", "topic": "evil"},
        {"q": HOSTILE},
        {"q": "zzz", "country": HOSTILE, "organ": HOSTILE},
        {"q": "zzz", "from": HOSTILE, "year": HOSTILE, "page": HOSTILE},
    ]
    for query in queries:
        found = client.get("/search/", query).content.decode()
        elements = Elements(found)
        assert elements.inline == [], query
        assert not any("onerror" in attributes for _, attributes in elements.found), query
        assert "<script>alert" not in found
        assert "<img src=x" not in found
    assert "<mark>alert</mark>" in client.get("/search/", {"q": "alert"}).content.decode()


def test_the_best_passage_is_shown_and_more_can_be_opened(
    client: Client, archive_index: Callable[[], int]
) -> None:
    rows.speech("A lake.", "The river and the lake.", "A river.", public_id="three")
    rows.speech("The river and the lake.", "No water.", public_id="single")
    rows.speech("The river and the lake.", "A lake without an outlet.", public_id="two")
    archive_index()
    found = page(client, q="river OR lake")
    [three, two, single] = (
        found[found.index(f'href="/speech/{name}/') :].partition("</li>")[0]
        for name in ("three", "two", "single")
    )
    best, _, further = three.partition("<details")
    assert "#p2" in best
    assert best.count('class="extract"') == 1
    assert "<summary>Show 2 more passages</summary>" in further
    assert further.count('class="extract"') == 2
    assert "<summary>Show 1 more passage</summary>" in two
    assert "<details" not in single


def test_menus_show_what_is_selected(client: Client, indexed: rows.SmallArchive) -> None:
    found = page(client, q="froze", sort="oldest", group="country")
    summaries = re.findall(r"<summary><span>(.*?)</span> <strong>(.*?)</strong></summary>", found)
    assert summaries == [
        ("Sort by", "Oldest first"),
        ("Group by", "Country"),
        ("Download 25 speeches", ""),
    ]
    assert found.count('aria-current="true">Oldest first</a>') == 1
    links = [attributes.get("href") for tag, attributes in Elements(found).found if tag == "a"]
    assert "/search/?q=froze&sort=oldest" in links
    assert "/search/?q=froze&group=country" in links
    assert 'class="menu"' not in page(client, q="nothing-of-the-kind")
