"""The search as JSON: the same parameters, results and sentences as the page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from support import rows
from support.archive_index import archive_index
from support.search import refusals as refused

from statements.search.index import snapshot

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db


def ask(client: Client, status: int = 200, **query: Any) -> dict[str, Any]:
    response = client.get("/api/v1/search", query)
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response
    answer: dict[str, Any] = response.json()
    return answer


def test_an_answer_has_what_was_promised(client: Client, indexed: rows.SmallArchive) -> None:
    answer = ask(client, q="metre", country="KAZ")
    assert answer["total"] == 1
    [result] = answer["results"]
    assert result["id"] == "riv-pv-7-001"
    assert result["url"] == "/speech/riv-pv-7-001/"
    assert result["title"] == "Kazakhstan, Mr. Umarov, Rivers Council, RIV/PV.7, 9 January 2020"
    assert result["speaker"] == "Mr. Umarov"
    assert result["country"] == {"code": "KAZ", "name": "Kazakhstan"}
    assert result["date"] == "2020-01-09"
    assert result["meeting"] == "RIV/PV.7"
    assert result["extracts"] == [
        {
            "paragraph": 1,
            "url": "/speech/riv-pv-7-001/#p1",
            "html": "The river rose by a <mark>metre</mark>.",
        }
    ]
    country = {"value": "KAZ", "label": "Kazakhstan", "count": 1, "selected": True}
    assert country | {"perhaps_the_same": []} in answer["facets"]["country"]
    assert list(answer["facets"]) == [
        *("country", "party", "ward", "body", "speaker", "year", "topic", "member_of"),
        *("capacity", "language", "organ", "session"),
    ]
    assert answer["index"]["complete"] is True
    assert answer["index"]["lag_s"] == 0
    assert answer["index"]["generation"]


def test_pages_lead_to_each_other_and_hold_everything_once(
    client: Client, indexed: rows.SmallArchive
) -> None:
    address: str | None = "/api/v1/search?q=froze&page_size=2"
    found: list[str] = []
    while address:
        answer = client.get(address).json()
        found += [result["id"] for result in answer["results"]]
        assert (answer["total"], answer["pages"], answer["page_size"]) == (3, 2, 2)
        address = answer["next"]
    assert sorted(found) == ["froze-0", "froze-1", "froze-2"]
    assert answer["previous"] == "/api/v1/search?q=froze&page_size=2"
    assert "page" in ask(client, 404, q="froze", page_size=2, page=3)["errors"]


def test_what_the_page_counts_the_api_counts(client: Client, indexed: rows.SmallArchive) -> None:
    answer = ask(client, country=["KAZ", "NOR"], sort="newest")
    assert answer["total"] == 4
    page = client.get("/search/?country=KAZ&country=NOR&sort=newest").content.decode()
    assert "4 speeches" in page
    assert page.index(answer["results"][0]["url"]) < page.index(answer["results"][1]["url"])


@pytest.mark.parametrize(("query", "parameter", "sentence"), refused.PARAMETERS)
def test_a_parameter_at_fault_is_named_with_a_sentence(
    client: Client, query: dict[str, object], parameter: str, sentence: str
) -> None:
    errors = ask(client, 400, **query)["errors"]
    assert list(errors) == [parameter]
    assert sentence in errors[parameter]
    assert errors[parameter].endswith(".")


@pytest.mark.parametrize(
    ("typed", "sentence", "repaired"),
    [*refused.REPAIRED, *((typed, ".", None) for typed in refused.HOPELESS)],
)
def test_a_query_that_cannot_be_run_comes_back_repaired(
    client: Client, indexed: rows.SmallArchive, typed: str, sentence: str, repaired: str | None
) -> None:
    answer = ask(client, 400, q=typed)
    assert set(answer) == {"errors", "repaired"}
    assert list(answer["errors"]) == ["q"]
    assert sentence in answer["errors"]["q"]
    assert answer["repaired"] == repaired
    if repaired:
        ask(client, q=repaired)


def test_groups_bars_and_spellings_are_those_of_the_page(
    client: Client, indexed: rows.SmallArchive
) -> None:
    answer = ask(client, q="froze OR metre", group="country")
    assert [(one["value"], one["label"], one["count"]) for one in answer["groups"]] == [
        ("NOR", "Norway", 3), ("KAZ", "Kazakhstan", 1),
    ]  # fmt: skip
    assert len(answer["groups"][0]["results"]) == 3
    assert answer["groups"][1]["results"][0]["extracts"]
    assert (answer["results"], answer["ungrouped"], answer["pages"]) == ([], 0, 1)
    assert sum(bar["count"] for bar in answer["histogram"]) <= answer["total"] == 4
    assert ask(client, q="froje")["suggestion"]["q"] == "froze"
    assert answer["suggestion"] is None


def test_who_says_it_by_another_word_stands_apart(
    client: Client, archive_index: Callable[[], int]
) -> None:
    rows.speech("The nations met.", "The pilot left.", public_id="strewn")
    rows.speech("The nationality of the pilot.", public_id="at-once")
    archive_index()
    answer = ask(client, q="nations pilot")
    assert (answer["total"], [one["id"] for one in answer["results"]]) == (1, ["strewn"])
    kindred = answer["kindred"]
    assert (kindred["total"], [one["id"] for one in kindred["results"]]) == (1, ["at-once"])
    assert kindred["words"] == {"nations": ["nationality"]}
    assert ask(client, q=kindred["q"])["results"][0]["id"] == "at-once"
    assert ask(client, q="nationality pilot")["kindred"] is None


def test_some_of_the_words_are_apart_and_name_what_is_missing(
    client: Client, indexed: rows.SmallArchive
) -> None:
    answer = ask(client, q="froze zzz")
    assert (answer["total"], answer["results"]) == (0, [])
    partial = answer["partial_matches"]
    assert (partial["words"], partial["unknown"]) == (["froze", "zzz"], ["zzz"])
    assert {tuple(one["missing"]) for one in partial["results"]} == {("zzz",)}
    assert ask(client, q='"froze" zzz')["partial_matches"] is None


def test_the_query_language_is_that_of_the_page(client: Client, indexed: rows.SmallArchive) -> None:
    assert ask(client, q="froze OR metr*")["total"] == 4
    assert ask(client, q="country:NOR -metre")["total"] == 3
    [result] = ask(client, q='"metre river"~3 speaker:umarov year:2018..2020')["results"]
    assert result["extracts"][0]["html"] == ("The <mark>river</mark> rose by a <mark>metre</mark>.")


def test_without_an_index_the_answer_is_503_and_not_empty(
    client: Client,
    indexed: rows.SmallArchive,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nowhere = str(tmp_path / "nowhere")
    monkeypatch.setitem(settings.HAYSTACK_CONNECTIONS["default"], "PATH", nowhere)
    snapshot.forget()
    answer = ask(client, 503, q="river")
    assert answer["index"] == {
        "generation": None,
        "lag_s": None,
        "complete": False,
        "waiting": None,
    }
    assert answer["errors"]["index"]
    assert "results" not in answer


def test_programs_may_read_from_anywhere_and_never_write(
    client: Client, indexed: rows.SmallArchive
) -> None:
    head = client.head("/api/v1/search?q=river")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Cache-Control"] == "public, max-age=15"
    options = client.options("/api/v1/search", headers={"origin": "https://example.org"})
    assert options.status_code == 204
    assert options["Access-Control-Allow-Origin"] == "*"
    assert options["Access-Control-Allow-Methods"] == options["Allow"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in options
    for method in (client.post, client.put, client.patch, client.delete):
        assert method("/api/v1/search").status_code == 405


def test_errors_are_not_kept_by_caches(client: Client) -> None:
    assert client.get("/api/v1/search?page=0")["Cache-Control"] == "no-store"


def test_the_description_names_every_parameter(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    operations = described["paths"]["/api/v1/search"]
    assert list(operations) == ["get"]
    assert {each["name"] for each in operations["get"]["parameters"]} == {
        *("q", "country", "speaker", "year", "topic", "organ", "meeting"),
        *("member_of", "capacity", "language", "procedure"),
        *("party", "ward", "body", "session"),
        *("from", "to", "sort", "group", "page", "page_size"),
    }
    assert set(operations["get"]["responses"]) == {"200", "304", "400", "404", "429", "503"}
