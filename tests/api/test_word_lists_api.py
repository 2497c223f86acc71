"""Key words and collocates over the API. Their figures are compared with a plain reading of
texts by ``tests/search/features/test_word_lists.py``.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from support import rows
from support.archive_index import archive_index

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db


def ask(client: Client, path: str, status: int = 200, **query: Any) -> dict[str, Any]:
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == status, response.content
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> None:
    for _ in range(5):
        rows.speech("The ice of the lake: thick ice.", country=rows.country("NOR"))
        rows.speech("Wheat, more wheat than ever; the lake is far.", country=rows.country("KAZ"))
        rows.speech("Bread and wheat, and the sea. Nobody spoke of it.")
    archive_index()


def test_a_search_is_compared_with_all_other_speeches(client: Client, indexed: None) -> None:
    answer = ask(client, "keyness", country="NOR")
    assert answer["search"] == {"speeches": 5, "words": 35}
    assert (answer["reference"]["speeches"], answer["shared_speeches"]) == (13, 5)
    [ice] = [row for row in answer["results"] if row["word"] == "ice"]
    assert (ice["occurrences"], ice["speeches"]) == (10, 5)
    assert (ice["reference_occurrences"], ice["reference_speeches"]) == (0, 0)
    assert (answer["shortfall"], answer["index"]["complete"]) == (0, True)
    assert "the" not in [row["word"] for row in answer["results"]]
    lines = client.get(ice["lines"]).json()
    assert (lines["lines"], lines["speeches"]) == (10, 5)


def test_a_search_is_compared_with_another(client: Client, indexed: None) -> None:
    answer = ask(client, "keyness", country="NOR", ref_q="wheat", ref_country="KAZ", side="less")
    assert answer["reference"] == {"speeches": 5, "words": 45}
    [wheat] = answer["results"]
    assert (wheat["word"], wheat["occurrences"], wheat["reference_occurrences"]) == ("wheat", 0, 10)
    assert wheat["log_ratio"] < 0
    assert client.get(wheat["lines"]).json()["lines"] == 10  # of the speeches that have it
    shown = ask(client, "keyness", country="NOR", function_words="show", limit="1")
    assert (len(shown["results"]), shown["total"] >= 1) == (1, True)


def test_chairs_are_left_out_of_the_reference_as_of_the_search(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    rows.speech("Ice.", country=rows.country("NOR"))
    rows.speech("Norway has the floor.", role="President", speaker_printed="The President")
    archive_index()
    all_speeches = ask(client, "keyness", country="NOR")["reference"]["speeches"]
    others = ask(client, "keyness", country="NOR", procedure="hide")["reference"]["speeches"]
    assert others == all_speeches - 1


def test_words_stand_beside_those_of_a_query(client: Client, indexed: None) -> None:
    answer = ask(client, "collocates", q="lake", window="2", measure="log-likelihood")
    assert (answer["occurrences"], answer["search"]["speeches"]) == (10, 10)
    words = {row["word"]: row for row in answer["results"]}
    assert "the" not in words
    thick = words["thick"]
    assert (thick["beside"], thick["speeches"], thick["occurrences"]) == (5, 5, 5)
    lines = client.get(thick["lines"]).json()
    assert (lines["lines"], lines["speeches"]) == (5, 5)
    assert {line["word"] for line in lines["results"]} == {"lake"}
    assert all("thick" in line["right"] for line in lines["results"])
    values = [row["log_likelihood"] for row in answer["results"]]
    assert values == sorted(values, reverse=True)


def test_pages_of_the_lines_of_a_word_lead_to_one_another(client: Client, indexed: None) -> None:
    asked = {"q": "lake", "beside": "ICE", "window": "3", "page_size": "2"}
    first = ask(client, "concordance", **asked)
    assert (first["lines"], first["pages"]) == (5, 3)
    second = client.get(first["next"]).json()
    assert (second["lines"], second["page"]) == (5, 2)
    of_words = ask(client, "concordance", country="NOR", words="thick OR far", page_size="3")
    assert (of_words["lines"], client.get(of_words["next"]).json()["lines"]) == (5, 5)


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        ("keyness", {"q": "(lake"}, "q"),
        ("keyness", {"ref_q": "(lake"}, "ref_q"),
        ("keyness", {"ref_year": "soon"}, "ref_year"),
        ("keyness", {"measure": "log-dice"}, "measure"),
        ("keyness", {"side": "left"}, "side"),
        ("keyness", {"limit": "201"}, "limit"),
        ("collocates", {"q": "lake", "window": "11"}, "window"),
        ("collocates", {"q": "lake", "function_words": "maybe"}, "function_words"),
        ("concordance", {"q": "lake", "beside": "two words"}, "beside"),
        ("concordance", {"q": "lake", "words": "(thick"}, "words"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(
    client: Client, indexed: None, path: str, query: dict[str, str], named: str
) -> None:
    errors = ask(client, path, 400, **query)["errors"]
    assert list(errors) == [named]
    assert errors[named].endswith((".", '."'))
