"""What the tools answer, and the sentences of what they refuse."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.db import OperationalError
from support import rows

from statements import ingest
from statements.assistants import reading, searching, tools
from statements.assistants.arguments import Refusal
from statements.models import Speech
from statements.search.index import snapshot

pytestmark = pytest.mark.django_db

SITE = "https://archive.example.org"


def ask(name: str, **arguments: Any) -> dict[str, Any]:
    tool = tools.TOOLS[name]
    answer = tools.answer(tool, arguments, SITE).model_dump(mode="json")
    jsonschema.validate(answer, tool.output_schema)
    for address in re.findall(r"'url': '([^']*)'", str(answer)):
        assert address.startswith(f"{SITE}/"), address
    asked = datetime.fromisoformat(answer["answered_at"])
    assert datetime.now(UTC) - asked < timedelta(minutes=1)
    return answer


def refused(name: str, **arguments: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        tools.answer(tools.TOOLS[name], arguments, SITE)
    sentences = str(refusal.value)
    assert sentences.endswith(".") or "This query can be run instead: " in sentences
    return sentences


@pytest.mark.parametrize("tool", tools.TOOLS.values(), ids=lambda tool: tool.name)
def test_every_argument_and_field_is_described_by_a_schema(tool: tools.Tool) -> None:
    for schema in (tool.input_schema, tool.output_schema):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
    assert all(each["description"] for each in tool.input_schema["properties"].values())
    assert set(tool.required) <= set(tool.input_schema["properties"])
    assert "answered_at" in tool.output_schema["required"]


def test_a_search_quotes_the_best_passages(indexed: rows.SmallArchive) -> None:
    answer = ask("search", q="froze", sort="oldest", page_size=2)
    assert (answer["total"], answer["page"], answer["pages"]) == (3, 1, 2)
    assert answer["index"]["generation"]
    assert answer["index"]["complete"] is True
    first = answer["results"][0]
    assert (first["year"], first["date"]) == (1999, None)
    [extract] = first["extracts"]
    assert extract["text"] == "Nobody expected it. The river froze in 1999. It was <cold> & long."
    assert extract["url"] == f"{SITE}/speech/{first['id']}/#p1s2"
    assert {"value": "NOR", "label": "Norway", "count": 3} in answer["facets"]["country"]
    last = ask("search", q="froze", sort="oldest", page_size=2, page=2)
    assert len(last["results"]) == 1
    assert last["facets"] == {}


def test_filters_are_those_of_the_api(indexed: rows.SmallArchive) -> None:
    assert ask("search", year=["1999", "2001"], country="NOR")["total"] == 3
    assert ask("search", year=2001)["total"] == 2
    assert ask("search", **{"from": "2001", "to": "2001"}, q="froze")["total"] == 2
    assert ask("search", q="absent")["results"] == []


def test_a_search_offers_what_finds_something(indexed: rows.SmallArchive) -> None:
    answer = ask("search", q="froze", country=["KAZ"])
    assert answer["total"] == 0
    assert answer["alternatives"][0]["total"] == 3


def test_the_first_use_is_a_whole_sentence_with_its_citation(indexed: rows.SmallArchive) -> None:
    answer = ask("first_use", q="frozen OR froze")
    assert (answer["mentions"], answer["speeches"], answer["word"]) == (3, 3, "froze")
    first = answer["first"]
    assert first["quotation"] == "The river froze in 1999."
    assert first["url"].endswith("/#p1s2")
    assert first["citation"].endswith(f", {first['url']}")
    nothing = ask("first_use", q="absent")
    assert (nothing["mentions"], nothing["word"], nothing["first"]) == (0, "", None)


def test_a_concordance_has_a_line_for_each_occurrence(indexed: rows.SmallArchive) -> None:
    answer = ask("concordance", q="froze", order="oldest", page_size=2)
    assert (answer["total"], answer["speeches"], answer["pages"]) == (3, 3, 2)
    line = answer["lines"][0]
    assert (line["word"], line["right"]) == ("froze", " in 1999. It was <cold> & long.")
    assert line["url"].endswith("#p1s2")


def test_a_trend_counts_series_by_period(
    indexed: rows.SmallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask("trend", q=["froze", "rose"])
    assert answer["periods"][0] == "1999"
    froze, rose = answer["trends"]
    assert froze["speeches"][:3] == [1, 0, 2]
    assert froze["first"]["url"].endswith("#p1s2")
    assert (sum(rose["mentions"]), rose["first"]["word"]) == (1, "rose")
    assert (answer["page"], answer["pages"]) == (1, 1)
    monkeypatch.setattr(searching, "PERIODS", 20)
    pages = [ask("trend", q="froze", page=page) for page in (1, 2)]
    assert [page["pages"] for page in pages] == [2, 2]
    assert len(pages[1]["periods"]) == 20
    assert pages[0]["periods"] + pages[1]["periods"] == answer["periods"]
    counts = [page["trends"][0]["speeches"] for page in pages]
    assert counts[0] + counts[1] == froze["speeches"]
    assert refused("trend", q="froze", page=3) == "There is no such page. Number of pages: 2."


def test_series_are_compared_with_their_best_passages(indexed: rows.SmallArchive) -> None:
    answer = ask("compare", q=["froze", "rose"], align="year")
    assert answer["totals"] == [3, 1]
    years = {row["value"]: row["sides"] for row in answer["rows"]}
    assert [side["speeches"] for side in years["2001"]] == [2, 0]
    assert "froze in 2001" in years["2001"][0]["best"]["extracts"][0]["text"]
    assert years["2001"][1]["best"] is None
    by_country = ask("compare", q="river", by="country", series=["NOR", "KAZ"])
    assert [each["label"] for each in by_country["series"]] == ["Norway", "Kazakhstan"]


def test_a_speech_is_read_in_parts(
    indexed: rows.SmallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask("speech", id="riv-pv-7-001")
    assert answer["citation"].endswith(f", {SITE}/speech/riv-pv-7-001/")
    assert [each["is_spoken"] for each in answer["paragraphs"]] == [True, False, True]
    assert answer["paragraphs"][0]["text"] == "The river rose by a metre."
    assert answer["source"]["file"] == "RIV_PV.7.txt"
    assert (answer["total"], answer["next_paragraph"]) == (3, None)
    monkeypatch.setattr(reading, "MAX_CHARACTERS", 10)
    paragraph, numbers = 1, []
    while paragraph:
        part = ask("speech", id=answer["url"], first_paragraph=paragraph)
        numbers += [each["paragraph"] for each in part["paragraphs"]]
        paragraph = part["next_paragraph"]
    assert numbers == [1, 2, 3]


def test_a_paragraph_or_a_sentence_is_quoted(indexed: rows.SmallArchive) -> None:
    speech = Speech.objects.get(year=1999)
    whole = ask("paragraph", id=speech.public_id, paragraph=1)
    address = f"{SITE}/speech/{speech.public_id}/#p1"
    assert (whole["url"], whole["citation"].endswith(f", para. 1, {address}")) == (address, True)
    assert [each["text"] for each in whole["sentences"]] == [
        "Nobody expected it.",
        "The river froze in 1999.",
        "It was <cold> & long.",
    ]
    second = whole["sentences"][1]
    for arguments in ({"id": second["url"]}, {"id": address, "sentence": 2}):
        answer = ask("paragraph", **arguments)
        assert (answer["quotation"], answer["url"]) == (second["text"], second["url"])
    neighbours = ask("paragraph", id="riv-pv-7-001", paragraph=3)
    assert neighbours["previous"] == f"{SITE}/speech/riv-pv-7-001/#p1"
    assert neighbours["next"] is None


@pytest.fixture
def votes(archive: rows.SmallArchive) -> None:
    """Seven votes, on drafts whose symbols begin alike."""
    for number in range(1, 8):
        voted = rows.speech(
            f"We vote on draft resolution A/70/L.{number}.",
            "In favour: Chad, Peru",
            "Against: Norway",
            f"Draft resolution A/70/L.{number} was adopted by 2 votes to 1 "
            f"(resolution 70/{number}0).",
            narrative=[2, 3],
            public_id=f"voted-{number}",
            meeting=archive.meeting,
            position=10 + number,
        )
        ingest.annotate_again(Speech.objects.filter(pk=voted.pk))


def test_votes_are_looked_up_by_document_meeting_and_country(votes: None) -> None:
    for document in ("A/70/L.1", "70/10", "A/RES/70/10"):
        answer = ask("vote", document=document)
        assert answer["total"] == 1, document
    [found] = answer["votes"]
    assert found["vote"]["name"] == "Draft resolution A/70/L.1"
    assert (found["vote"]["in_favour"], found["vote"]["against"]) == (2, 1)
    assert found["vote"]["outcome"] == "adopted"
    assert found["delegations"] == {"in favour": ["Chad", "Peru"], "against": ["Norway"]}
    assert found["url"] == f"{SITE}/speech/voted-1/#p2"
    assert found["meeting"] == "RIV/PV.7"
    country = ask("vote", country="nor", meeting="riv/pv.7")
    assert (country["total"], country["pages"], len(country["votes"])) == (7, 2, 5)
    assert {str(each["delegations"]) for each in country["votes"]} == {"{'against': ['Norway']}"}
    assert len(ask("vote", country="nor", page=2)["votes"]) == 2
    assert ask("vote", country="KEN")["total"] == 0
    assert ask("vote", document="A/70/L")["total"] == 0


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("search", {"q": "(river"}, "q: A bracket is not closed."),
        ("search", {"q": "river " * 40}, "at most 32"),
        ("search", {"year": "soon"}, "year: “soon” is not a year such as 2014."),
        ("search", {"page": 2, "q": "froze"}, "page: There is no such page."),
        ("search", {"page": "x"}, "page: “page” must be a whole number"),
        ("search", {"query": "river"}, "There is no argument “query”. The arguments are: q, "),
        ("search", {"q": {"words": 1}}, "The argument “q” must be one string."),
        ("search", {"q": "\ud800"}, "The argument “q” must be one string."),
        ("search", {"q": "a\x00b"}, "q: The query contains a NUL character."),
        ("search", {"page": 10**5000}, "The argument “page” must be a number."),
        ("search", {"page": 1.5}, "page: “page” must be a whole number"),
        ("search", {"page": float("inf")}, "page: “page” must be a whole number"),
        ("search", {"q": True}, "The argument “q” must be one string."),
        ("search", {"country": [["NOR"]]}, "The argument “country” must be strings."),
        ("first_use", {}, "The argument “q” is missing."),
        ("first_use", {"q": "  "}, "The argument “q” is missing."),
        ("concordance", {"q": "froze", "order": "size"}, "order: “order” must be one of"),
        ("trend", {"q": ["a"] * 7}, "q: Specify one to 6 queries."),
        ("compare", {"q": "froze"}, "q: "),
        ("compare", {"q": ["froze", "x"], "align": "day"}, "align: “align” must be one of"),
        ("speech", {"id": "nothing"}, "There is no speech with the id “nothing”."),
        ("speech", {"id": "no such id"}, "“id” must be the id or the address of a speech"),
        ("speech", {"id": "../speech/" + "x" * 300}, "“id” must be the id or the address"),
        ("speech", {"id": "riv-pv-7-001", "first_paragraph": 4}, "a whole number from 1 to 3."),
        ("paragraph", {"id": "riv-pv-7-001"}, "The argument “paragraph” is missing"),
        ("paragraph", {"id": "riv-pv-7-001", "paragraph": 2}, "Nobody spoke this paragraph"),
        ("paragraph", {"id": "riv-pv-7-001", "paragraph": 9}, "Number of paragraphs: 3."),
        ("paragraph", {"id": "x/speech/riv-pv-7-001/#p1s7"}, "Number of sentences: 1."),
        ("paragraph", {"id": "nothing", "paragraph": 1}, "There is no speech with the id"),
        ("paragraph", {"id": "riv-pv-7-001", "paragraph": "-1"}, "must be a whole number"),
        ("vote", {}, "Give at least one of"),
        ("vote", {"meeting": "seven"}, "meeting: “seven” is not a symbol"),
        ("vote", {"meeting": "RIV/PV.8"}, "There is no meeting with the symbol “RIV/PV.8”."),
        ("vote", {"country": "XXX"}, "There is no country with the code “XXX”."),
        ("vote", {"document": "a\x00b"}, "it is too long, or has a NUL character."),
        ("vote", {"document": "70/1", "page": 2}, "Number of pages: 0."),
    ],
)
def test_what_is_refused_says_what_to_do(
    indexed: rows.SmallArchive, name: str, arguments: dict[str, Any], sentence: str
) -> None:
    assert sentence in refused(name, **arguments)


@pytest.mark.parametrize("name", ["search", "first_use", "concordance", "trend", "compare"])
def test_without_an_index_the_tools_say_so(
    archive: rows.SmallArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(settings.HAYSTACK_CONNECTIONS["default"], "PATH", str(tmp_path / "none"))
    snapshot.forget()
    assert refused(name, q=["river", "rose"]).endswith("Try again in 30 seconds.")


def test_a_database_that_fails_is_a_sentence(
    archive: rows.SmallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(public_id: str) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(reading, "speech_with_text", fail)
    assert "database is not responding" in refused("speech", id="riv-pv-7-001")


# -- withdrawn speeches ------------------------------------------------------------------------

WORD, SPEAKER, DELEGATION, ADDRESS = "zanthoxylum", "Quillfeather", "Tarnland", "withdrawn-one"
UNIQUE = (WORD, SPEAKER, DELEGATION)
REASON = "A name was printed by mistake."
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search", {"q": WORD}),
    ("search", {"q": f"{WORD[:6]}*"}),
    ("search", {"q": f"{WORD[:-1]}n"}),
    ("search", {"country": "NOR"}),
    ("search", {"q": SPEAKER}),
    ("first_use", {"q": f"{WORD[:6]}* OR river"}),
    ("concordance", {"q": f"{WORD[:6]}*"}),
    ("trend", {"q": [f"{WORD[:6]}*", "river"]}),
    ("compare", {"q": [f"{WORD[:6]}*", "river"]}),
    ("compare", {"q": "river", "by": "country", "series": ["NOR", "KAZ"]}),
    ("vote", {"meeting": "RIV/PV.7"}),
    ("vote", {"document": "70/99"}),
    ("vote", {"country": "KAZ"}),
    ("speech", {"id": ADDRESS}),
    ("paragraph", {"id": ADDRESS, "paragraph": 1}),
    ("paragraph", {"id": f"/speech/{ADDRESS}/#p1s1"}),
)


@pytest.fixture
def speech(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> Speech:
    """A speech that alone has some words, in the index."""
    made = rows.speech(
        f"The {WORD} flowers by the river. We vote on draft resolution A/70/L.99.",
        f"In favour: {DELEGATION}, Kazakhstan",
        "Against: None",
        "Draft resolution A/70/L.99 was adopted by 2 votes to none (resolution 70/99).",
        narrative=[2, 3],
        public_id=ADDRESS,
        meeting=archive.meeting,
        position=3,
        speaker=rows.speaker(SPEAKER, country=rows.country("NOR")),
        country=rows.country("NOR"),
        speaker_printed=f"Mr. {SPEAKER}",
    )
    ingest.annotate_again(Speech.objects.filter(pk=made.pk))
    archive_index()
    return made


def given_out() -> set[str]:
    """Return the words of the speech alone that any tool gives out."""
    told = ""
    for name, arguments in CALLS:
        try:
            told += tools.answer(tools.TOOLS[name], arguments, SITE).model_dump_json()
        except Refusal as refusal:
            told += str(refusal)
    return {word for word in UNIQUE if word.lower() in told.lower()}


@pytest.mark.parametrize("is_followed", [False, True], ids=["at once", "once the index followed"])
def test_no_tool_gives_out_a_word_of_a_withdrawn_speech(
    speech: Speech, archive_index: Callable[[], int], is_followed: bool
) -> None:
    assert given_out() == set(UNIQUE)  # else the calls could not find any
    ingest.withdraw([speech.pk], REASON)
    if is_followed:
        archive_index()
    assert given_out() == set()
    for name in ("speech", "paragraph"):
        sentence = refused(name, id=ADDRESS, **({"paragraph": 1} if name == "paragraph" else {}))
        assert "This speech was withdrawn on " in sentence
        assert sentence.endswith(REASON)


def test_no_tool_gives_out_a_file_that_is_not_published(indexed: rows.SmallArchive) -> None:
    rows.transcript(
        f"Mr. {SPEAKER}: the {WORD}.".encode(), name=f"{DELEGATION}.txt", state="received"
    )
    assert given_out() == set()
