"""The other calls of the API to the index, and the sentences of their errors."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from support import rows
from support.archive_index import archive_index

from statements.models import Speech
from statements.search.index import snapshot

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db


def ask(client: Client, path: str, status: int = 200, **query: Any) -> dict[str, Any]:
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response
    assert response["Cache-Control"].startswith("public" if status == 200 else "no-store")
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.HAYSTACK_CONNECTIONS["default"], "PATH", str(tmp_path / "none"))
    snapshot.forget()


def test_what_is_typed_is_completed(client: Client, indexed: rows.SmallArchive) -> None:
    assert ask(client, "complete", q="riv nor")["completions"] == [
        {"kind": "country", "label": "Norway", "q": "riv country:NOR"},
    ]
    assert ask(client, "complete", q="froz")["completions"] == [
        {"kind": "word", "label": "froze", "q": "froze"},
    ]
    assert ask(client, "complete")["completions"] == []


def test_too_much_to_complete_is_refused(client: Client, indexed: rows.SmallArchive) -> None:
    assert ask(client, "complete", 400, q="a" * 513)["errors"]["q"]


def test_without_an_index_nothing_is_completed(client: Client, db: None, no_index: None) -> None:
    assert ask(client, "complete", 503, q="froz")["errors"]["index"]


def test_key_words_stand_in_their_context(client: Client, indexed: rows.SmallArchive) -> None:
    answer = ask(client, "concordance", q="froze", country="NOR", order="right", page_size=2)
    assert (answer["lines"], answer["speeches"], len(answer["results"])) == (3, 3, 2)
    line = answer["results"][0]
    assert (line["left"], line["word"], line["right"]) == ("The river ", "froze", ".")
    assert line["url"].startswith("/speech/froze-")
    assert line["url"].endswith("/#p1")
    assert (answer["page"], answer["pages"], answer["previous"]) == (1, 2, None)
    last = client.get(answer["next"]).json()
    assert (len(last["results"]), last["page"], last["next"]) == (1, 2, None)
    first = client.get(last["previous"]).json()
    assert (first["results"], first["next"]) == (answer["results"], answer["next"])
    refusal = ask(client, "concordance", 404, q="froze", country="NOR", page_size=2, page=3)
    assert refusal["errors"]["page"] == "There is no such page. Number of pages: 2."
    assert ask(client, "concordance", q="absent")["pages"] == 0


def test_uses_of_words_are_counted(client: Client, indexed: rows.SmallArchive) -> None:
    answer = ask(client, "usage", q="froze")
    assert (answer["speeches"], answer["paragraphs"], answer["mentions"]) == (3, 3, 3)
    share = {"value": "NOR", "label": "Norway", "speeches": 3, "mentions": 3, "of": 3}
    assert share in answer["shares"]["country"]


def test_queries_are_compared_over_time(client: Client, indexed: rows.SmallArchive) -> None:
    for period in ("year", "month", "decade"):
        answer = ask(client, "trends", q=["metre", "rose"], period=period)
        assert [one["q"] for one in answer["trends"]] == ["metre", "rose"]
        for one in answer["trends"]:
            assert len(one["speeches"]) == len(one["mentions"]) == len(answer["periods"])
        place = answer["periods"].index(
            {"year": "2020", "month": "2020-01", "decade": "2020s"}[period]
        )
        assert answer["trends"][0]["mentions"][place] == 1
        assert answer["speeches"][place] >= 1


def test_countries_are_compared_over_time(client: Client, indexed: rows.SmallArchive) -> None:
    answer = ask(client, "trends", q="froze OR rose", by="country", series=["NOR", "kaz"])
    norway, kazakhstan = answer["trends"]
    assert [norway["series"]["label"], kazakhstan["series"]["label"]] == ["Norway", "Kazakhstan"]
    assert sum(norway["mentions"]) == sum(norway["of_speeches"]) == 3
    assert sum(norway["of_words"]) == 9
    assert kazakhstan["first"]["url"] == "/speech/riv-pv-7-001/#p1"
    implied = ask(client, "trends", q="froze", by="country")["trends"]
    assert [trend["series"]["value"] for trend in implied] == ["NOR"]


def test_two_series_stand_side_by_side(client: Client, indexed: rows.SmallArchive) -> None:
    answer = ask(client, "compare", q=["froze", "metre"])
    assert (answer["totals"], answer["size"], answer["common"]) == ([3, 1], 1, 1)
    [row] = answer["rows"]
    assert (row["value"], [side["speeches"] for side in row["sides"]]) == ("2020", [3, 1])
    assert row["sides"][1]["best"]["extracts"][0]["url"] == "/speech/riv-pv-7-001/#p1"
    by_meeting = ask(client, "compare", q="rose OR froze", by="country", align="meeting")
    assert [one["value"] for one in by_meeting["rows"]] == ["RIV/PV.7"]
    assert ask(client, "compare", 404, q=["froze", "metre"], page=2)["errors"]["page"]


def test_one_facet_is_told_against_another(client: Client, indexed: rows.SmallArchive) -> None:
    answer = ask(client, "matrix", rows="country", columns="year")
    assert answer["total"] >= 4
    row, column = answer["rows"].index("KAZ"), answer["columns"].index("2020")
    assert answer["counts"][row][column] == 1
    assert answer["row_labels"][row] == "Kazakhstan"
    assert answer["column_labels"][column] == "2020"
    by_meeting = ask(client, "matrix", rows="meeting", columns="speaker")
    assert by_meeting["row_labels"] == by_meeting["rows"] == ["RIV/PV.7"]
    assert "Mr. Umarov" in by_meeting["column_labels"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("concordance", {"q": "(river"}),
        ("concordance", {"q": "river", "order": "sideways"}),
        ("concordance", {"q": "river", "page": "0"}),
        ("usage", {"q": "a*"}),
        ("trends", {}),
        ("trends", {"q": ["river"] * 7}),
        ("trends", {"q": ["river", "x" * 513]}),
        ("trends", {"q": ["river", "dam\x00"]}),
        ("trends", {"q": "river", "period": "week"}),
        ("trends", {"q": "river", "by": "planet"}),
        ("trends", {"q": "river", "by": "country", "series": "ATLANTIS"}),
        ("trends", {"q": ["river", "dam"], "by": "country"}),
        ("trends", {"q": ["river", "(dam"]}),
        ("compare", {"q": "river"}),
        ("compare", {"q": ["river", "dam"], "align": "day"}),
        ("compare", {"q": "river", "by": "country", "series": ["NOR", "KAZ", "FRA"]}),
        ("matrix", {"rows": "id"}),
        ("matrix", {"columns": "text"}),
        ("matrix", {"year": "soon"}),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    client: Client, indexed: rows.SmallArchive, path: str, query: dict[str, Any]
) -> None:
    errors = ask(client, path, 400, **query)["errors"]
    assert errors
    assert all(sentence.endswith(".") or sentence.endswith('".') for sentence in errors.values())


FINDING = [
    "concordance", "usage", "trends", "matrix", "complete", "keyness", "collocates",
]  # fmt: skip


@pytest.mark.parametrize("path", FINDING)
def test_without_an_index_nothing_is_told(
    client: Client, db: None, no_index: None, path: str
) -> None:
    refusal = ask(client, path, 503, q="river")
    assert refusal["errors"]["index"]
    assert refusal["index"] == {
        "generation": None,
        "lag_s": None,
        "complete": False,
        "waiting": None,
    }


@pytest.mark.parametrize("path", FINDING)
def test_every_answer_says_how_far_it_can_be_trusted(
    client: Client, indexed: rows.SmallArchive, path: str
) -> None:
    told = ask(client, path, q="river")["index"]
    assert told == ask(client, "search", q="river")["index"]
    assert (told["complete"], told["lag_s"]) == (True, 0.0)
    rows.speech("The river is not in the index yet.")
    assert ask(client, path, q="river")["index"]["lag_s"] > 0


def test_what_was_just_deleted_is_counted_nowhere(
    client: Client, indexed: rows.SmallArchive
) -> None:
    asked: dict[str, Any] = {"q": "froze", "country": "NOR"}
    assert ask(client, "search", **asked)["total"] == 3
    Speech.objects.get(public_id="froze-1").delete()
    assert ask(client, "search", **asked)["total"] == 2
    table = ask(client, "matrix", rows="country", columns="country", **asked)
    assert (table["total"], table["row_counts"], table["counts"]) == (2, [2], [[2]])
    used = ask(client, "usage", **asked)
    assert (used["speeches"], used["paragraphs"], used["mentions"]) == (2, 2, 2)
    [norway] = used["shares"]["country"]
    assert (norway["speeches"], norway["mentions"], norway["of"]) == (2, 2, 2)
    lines = ask(client, "concordance", **asked)
    assert (lines["lines"], lines["speeches"], len(lines["results"])) == (2, 2, 2)


def test_trends_leave_out_what_was_just_deleted(client: Client, indexed: rows.SmallArchive) -> None:
    before = ask(client, "trends", q="river")
    year = before["periods"].index("2020")
    Speech.objects.get(public_id="riv-pv-7-001").delete()
    after = ask(client, "trends", q="river")
    place = after["periods"].index("2020")
    assert after["speeches"][place] == before["speeches"][year] - 1
    assert after["words"][place] < before["words"][year]
    told = [one["trends"][0]["speeches"] for one in (before, after)]
    assert told[1][place] == told[0][year] - 1


@pytest.mark.parametrize("path", [*FINDING, "search", "speeches/froze-0"])
def test_every_address_tells_its_methods_and_answers_to_head(
    client: Client, indexed: rows.SmallArchive, path: str
) -> None:
    got, headed = (
        method(f"/api/v1/{path}", {"q": "river"}) for method in (client.get, client.head)
    )
    assert got.status_code == headed.status_code == 200
    assert headed.content == b""
    for name in ("Content-Type", "Cache-Control", "Access-Control-Allow-Origin"):
        assert headed[name] == got[name]
    options = client.options(f"/api/v1/{path}")
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert options["Access-Control-Allow-Origin"] == "*"
    assert client.post(f"/api/v1/{path}").status_code == 405
    if not path.startswith("speeches"):
        refused = client.head(f"/api/v1/{path}", {"q": "a" * 513})
        assert (refused.status_code, refused.content) == (400, b"")


@pytest.mark.parametrize("path", [*FINDING, "search"])
def test_an_answer_is_sent_compressed_and_only_where_it_has_changed(
    client: Client, indexed: rows.SmallArchive, path: str
) -> None:
    plain = client.get(f"/api/v1/{path}", {"q": "river"})
    packed = client.get(f"/api/v1/{path}", {"q": "river"}, headers={"accept-encoding": "gzip"})
    if packed.has_header("Content-Encoding"):
        assert gzip.decompress(packed.content) == plain.content
    else:
        # too short to gain by it: up to a hundred bytes of chance are added
        assert len(plain.content) < 400
    again = client.get(f"/api/v1/{path}", {"q": "river"}, headers={"if-none-match": packed["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/api/v1/{path}", {"q": "fro"}, headers={"if-none-match": plain["ETag"]})
    assert other.status_code == 200
