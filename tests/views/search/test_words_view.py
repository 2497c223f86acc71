"""The view *Words*: key words against a reference chosen on the page, and collocates. Their figures
are compared with a plain reading of texts in ``tests/search/features/test_word_lists.py``.
"""

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client
from support import rows
from support.archive_index import archive_index

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> None:
    for _ in range(5):
        rows.speech("The ice of the lake: thick ice.", country=rows.country("NOR"))
        rows.speech("Wheat, more wheat than ever; the lake is far.", country=rows.country("KAZ"))
        rows.speech("Bread and wheat, and the sea. Nobody spoke of it.")
    archive_index()


def page(client: Client, path: str = "/search/", **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200, response.content
    return html.unescape(response.content.decode())


def listed(text: str) -> dict[str, tuple[str, list[str]]]:
    """The address of the lines of each word, and its figures."""
    found = re.findall(
        r'<tr><th scope="row"><a href="([^"]*)"><bdi>(\w+)</bdi></a></th>(.*?)</tr>', text
    )
    return {word: (url, re.findall("<td>(.*?)</td>", cells)) for url, word, cells in found}


def test_key_words_lead_to_their_lines(client: Client, indexed: None) -> None:
    text = page(client, view="words", country="NOR")
    url, figures = listed(text)["ice"]
    assert figures[0] == "10"
    assert figures[2] == "0"
    assert figures[4] == "only here"
    assert figures[-1] == "5"
    lines = page(client, url)
    assert "10 lines" in lines
    assert 'Only lines of "ice" in the speeches found.' in lines
    assert "35 words, compared with 13 speeches" in text
    assert "All counts are exact." in text


def test_the_reference_is_chosen_in_a_form(client: Client, indexed: None) -> None:
    text = page(client, view="words", country="NOR")
    assert '<input type="hidden" name="country" value="NOR">' in text
    assert '<option value="KAZ">Kazakhstan</option>' in text
    chosen = page(
        client, view="words", country="NOR", ref_q="wheat", ref_country="KAZ", side="less"
    )
    assert '<option value="KAZ" selected>Kazakhstan</option>' in chosen
    assert "35 words, compared with 5 speeches of 45 words." in chosen
    url, figures = listed(chosen)["wheat"]
    assert (figures[0], figures[2], figures[4]) == ("0", "10", "only there")
    assert "10 lines" in page(client, url)
    assert 'href="/search/?country=NOR&view=words&side=less"' in chosen  # with all others again


def test_collocates_lead_to_the_lines_that_they_stand_in(client: Client, indexed: None) -> None:
    text = page(client, view="words", list="beside", q="lake", window="2")
    url, figures = listed(text)["thick"]
    assert (figures[0], figures[2], figures[3]) == ("5", "5", "5")
    lines = page(client, url)
    assert "5 lines" in lines
    assert "Only lines that “thick” stands beside, at most 2 words away." in lines
    assert 'href="/search/?q=lake&view=context"' in lines
    assert "the" not in listed(text)
    assert 'href="/search/?q=lake&view=words&window=2&list=beside&function_words=show"' in text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({}, "Search for words or select a filter to see"),
        ({"q": "absent"}, "One of the two sides has no words"),
        ({"q": "river", "ref_q": "absent"}, "One of the two sides has no words"),
        ({"q": "thick"}, "differ more than chance explains"),
        ({"list": "beside"}, "Type a word or a phrase to see the words that stand beside it."),
        ({"list": "beside", "q": "absent"}, "The words of the query occur in no text"),
        ({"list": "beside", "q": "metre"}, "No word stands there more often than chance explains."),
    ],
)
def test_a_list_without_words_says_why(
    client: Client, indexed: None, query: dict[str, str], sentence: str
) -> None:
    assert sentence in page(client, view="words", **query)


@pytest.mark.parametrize(
    "query",
    [
        {"list": "all"},
        {"key_measure": "log-dice"},
        {"ref_from": "soon"},
        {"ref_q": "(lake"},
        {"list": "beside", "window": "11"},
        {"view": "context", "q": "lake", "beside": "two words"},
    ],
)
def test_what_cannot_be_listed_is_refused_in_words(
    client: Client, indexed: None, query: dict[str, str]
) -> None:
    response = client.get("/search/", {"view": "words"} | query)
    assert response.status_code == 400
    assert '<a href="#' in response.content.decode() or "errors" in response.content.decode()
