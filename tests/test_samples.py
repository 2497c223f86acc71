"""The sample archive is what its README says it is, and reads as it was written."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from statements.transcripts import ParagraphKind, ParsedSpeech, ParsedTranscript, Severity, read
from statements.transcripts.values.symbols import Symbol

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
RECORDS = sorted((SAMPLES / "records").glob("*.txt"))
SINGLES = sorted((SAMPLES / "statements").glob("*.txt"))
BODIES = {"African Union", "European Union", "Holy See"}
CHAIRS = {"President", "Chair"}
FOUNDED = 2013  # the invented council's first year
ORDINALS = (
    "First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth".split()
)


@cache
def parsed(path: Path) -> ParsedTranscript:
    return read(path.name, path.read_bytes())


def record(name: str) -> ParsedTranscript:
    return parsed(SAMPLES / "records" / f"{name}.txt")


def every_speech() -> Iterator[ParsedSpeech]:
    for path in RECORDS + SINGLES:
        yield from parsed(path).speeches


def spoken(speech: ParsedSpeech) -> list[str]:
    return [p.text for p in speech.paragraphs if p.kind is ParagraphKind.SPEECH]


def narrative(transcript: ParsedTranscript) -> list[str]:
    return [
        paragraph.text
        for speech in transcript.speeches
        for paragraph in speech.paragraphs
        if paragraph.kind is ParagraphKind.NARRATIVE
    ]


def table() -> list[dict[str, str]]:
    with (SAMPLES / "statements.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_there_is_enough_to_search_and_to_narrow() -> None:
    speeches = list(every_speech())
    long = [s for s in speeches if sum(len(text.split()) for text in spoken(s)) >= 140]
    states = {s.affiliation for s in speeches} - BODIES - {""}
    years = {parsed(path).meeting.date.year for path in RECORDS}  # type: ignore[union-attr]
    topics = {item for path in RECORDS for item in parsed(path).meeting.agenda_items}
    assert len(speeches) >= 95
    assert len(long) >= 55
    assert len(states) >= 28
    assert {s.affiliation for s in speeches} >= BODIES
    assert len({s.speaker for s in speeches} - {""}) >= 45
    assert {s.language for s in speeches} >= {"ar", "es", "fr", "pt", "ru", "zh"}
    assert len(years | {int(row["date"][:4]) for row in table()}) >= 7
    assert len(topics) == 8
    assert {parsed(path).meeting.organ for path in RECORDS} == {
        "Rivers Council",
        "Committee on Navigation",
    }


def test_people_return_and_countries_change_their_speakers() -> None:
    seen = Counter(
        who
        for path in RECORDS + SINGLES
        for who in {(s.speaker, s.affiliation) for s in parsed(path).speeches if s.affiliation}
    )
    by_country = Counter(affiliation for _, affiliation in seen)
    assert sum(count >= 2 for count in seen.values()) >= 10
    assert {country for country, count in by_country.items() if count >= 2} >= {"Bangladesh"}


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_first_page_is_read(path: Path) -> None:
    meeting = parsed(path).meeting
    assert parsed(path).form == "record"
    assert meeting.symbol == Symbol.parse(path.stem)
    assert meeting.date is not None
    assert meeting.date.strftime("%A") == meeting.date_printed.split(",")[0]
    assert f"{ORDINALS[meeting.date.year - FOUNDED]} year" in meeting.first_page
    assert meeting.number == meeting.symbol.number
    assert meeting.place in {"Ghent", "Bishkek", "Budapest"}
    assert len(meeting.members) + 1 in {13, 15}
    assert not [p for p in parsed(path).problems if p.severity is not Severity.NOTE]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_each_state_that_speaks_sits_at_the_table(path: Path) -> None:
    meeting = parsed(path).meeting
    seats = {(member.affiliation, member.name) for member in meeting.members}
    listed = {name for _, name in seats}
    for speech in parsed(path).speeches:
        if speech.affiliation and speech.affiliation not in BODIES:
            assert speech.speaker in listed
            if "(" not in speech.speaker_line.split(speech.affiliation)[0][:-1]:
                sound = {affiliation for affiliation, name in seats if name == speech.speaker}
                assert any(speech.affiliation.split()[-1] in seat for seat in sound)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("RIV_PV.9", 13),
        ("RIV_PV.14", 11),  # two Presidents, one after the other
        ("RIV_PV.14(Resumption1)", 13),
        ("RIV_PV.17", 15),
        ("RIV_PV.21", 12),
        ("RIV_PV.26", 16),
        ("RIV_C.1_PV.3", 12),
    ],
)
def test_turns_of_one_speaker_are_one_speech(name: str, count: int) -> None:
    speeches = record(name).speeches
    assert [s.position for s in speeches] == list(range(1, count + 1))
    assert speeches[0].role in CHAIRS
    assert speeches[-1].role in CHAIRS


def test_chair_changes_hands_within_a_meeting() -> None:
    presidents = record("RIV_PV.14").meeting.presidents
    assert [p.name for p in presidents] == ["Halvorsen", "Brekkeland"]
    assert {p.affiliation for p in presidents} == {"Norway"}


def test_briefers_have_no_country() -> None:
    guests = {s.speaker: s.honorific for s in every_speech() if s.speaker and not s.affiliation}
    assert guests == {
        "Hale": "Ms.",
        "Achterbergh": "Ms.",
        "Ferreira-Lundgren": "Dr.",
        "Mirembeko": "Ms.",
        "Verbruggen": "Captain",
        "Dandurand-Oloko": "Ms.",
    }


def test_guinea_and_equatorial_guinea_both_speak() -> None:
    by_country = Counter(speech.affiliation for speech in every_speech())
    assert by_country["Guinea"] == 2
    assert by_country["Equatorial Guinea"] == 1


def test_all_fifteen_vote_twice() -> None:
    meeting = record("RIV_PV.17")
    votes = [text.split(": ", 1) for text in narrative(meeting) if re.match("In f|Aga|Abs", text)]
    counts = [0 if names == "None" else len(names.split(", ")) for _, names in votes]
    assert [head for head, _ in votes] == ["In favour", "Against", "Abstaining"] * 2
    assert counts == [5, 7, 3, 12, 0, 3]
    seats = {member.affiliation for member in meeting.meeting.members} | {"Viet Nam"}
    for ballot in (votes[:3], votes[3:]):
        voters = [name for _, names in ballot if names != "None" for name in names.split(", ")]
        assert sorted(voters) == sorted(seats)


def test_pauses_and_ends_are_nobodys_words() -> None:
    assert narrative(record("RIV_PV.14"))[-1] == "The meeting was suspended at 1.05 p.m."
    assert narrative(record("RIV_PV.14(Resumption1)"))[0] == "The meeting was resumed at 3.05 p.m."
    assert narrative(record("RIV_PV.26"))[-1] == "The meeting rose at 1.25 p.m."


def test_headings_of_both_items_stand_where_they_begin() -> None:
    for name in ("RIV_PV.17", "RIV_PV.26"):
        items = record(name).meeting.agenda_items
        assert len(items) == 2
        assert [text for text in narrative(record(name)) if text in items] == list(items)


def test_agreed_phrases_survive_the_line_ends() -> None:
    texts = [" ".join(spoken(speech)) for speech in every_speech()]
    for phrase, at_least in (
        ("equitable and reasonable use of shared waters", 10),
        ("arly warning for all who live by the river", 5),
        ("pstream and downstream alike", 5),
        ("data before disputes", 3),
        ("rom source to sea", 2),
    ):
        assert sum(phrase in text for text in texts) >= at_least, phrase


def test_page_furniture_is_in_no_paragraph() -> None:
    leaked = re.compile(r"RIV-?\d{5}|\b\d/\d{1,2}\b|\d\d/\d\d/\d{4}|\f")
    assert not [
        paragraph.text
        for speech in every_speech()
        for paragraph in speech.paragraphs
        if leaked.search(paragraph.text)
    ]


def test_no_paragraph_ends_within_a_sentence() -> None:
    assert not [
        text for speech in every_speech() for text in spoken(speech) if text[-1] not in ".?!”"
    ]


def broken_at_line_end() -> Iterator[tuple[Path, str, str]]:
    for path in RECORDS + SINGLES:
        for match in re.finditer(r"([^\W\d_]+)-\n+([^\W\d_]+)", path.read_text(encoding="utf-8")):
            yield path, match[1], match[2]


def test_words_and_compounds_come_out_of_line_breaks_as_printed() -> None:
    whole = " ".join(text for speech in every_speech() for text in spoken(speech))
    kept = {f"{a}-{b}" for _, a, b in broken_at_line_end() if re.search(rf"\b{a}-{b}\b", whole)}
    joined = {a + b for _, a, b in broken_at_line_end() if re.search(rf"\b{a}{b}\b", whole)}
    assert {"Confidence-building", "Cross-border", "benefit-sharing", "twenty-four"} <= kept
    assert {"infrastructure", "reconciliation", "committees", "amendment"} <= joined
    assert len(joined) >= 40


def test_two_statements_have_no_date_anywhere() -> None:
    rows = {row["file"]: row for row in table()}
    assert {path.name for path in SINGLES} - set(rows) == {"undated-1.txt", "undated-2.txt"}
    assert len(SINGLES) == 8
    for path in SINGLES:
        assert parsed(path).form == "statement"
        assert parsed(path).meeting.date is None
        assert len(parsed(path).speeches) == 1


def test_table_names_files_meetings_and_known_topics() -> None:
    topics = {item for path in RECORDS for item in parsed(path).meeting.agenda_items}
    dates: dict[Symbol, date] = {}
    for row in table():
        symbol = Symbol.parse(row["symbol"])
        assert (SAMPLES / "statements" / row["file"]).is_file()
        assert row["file"] == f"{row['symbol'].replace('/', '_')}_{int(row['position']):03}.txt"
        assert dates.setdefault(symbol, date.fromisoformat(row["date"])).weekday() < 5
        assert set(row["topic"].split(";")) <= topics
        assert row["organ"] == "Rivers Council"
    assert not dates.keys() & {parsed(path).meeting.symbol for path in RECORDS}


def eights(text: str) -> Iterator[tuple[str, ...]]:
    """Each run of eight words, a country's long name counted as one word."""
    text = " ".join(re.sub(r"-\n", "", text).replace("’", "'").lower().split())
    text = text.replace("united kingdom of great britain and northern ireland", "uk")
    words = re.findall(r"\w+(?:['\-/]\w+)*", text)
    return zip(*(words[start:] for start in range(8)), strict=False)


def test_nothing_was_copied_from_real_records() -> None:
    shared = ROOT.parent / "shared"
    real = [*shared.glob("seeds/*.txt"), *shared.glob("corpora/seed-form/*.txt")]
    if not real:
        pytest.skip("the real records to compare with are not at hand")
    ours = {run for path in RECORDS + SINGLES for run in eights(path.read_text(encoding="utf-8"))}
    for path in real:
        assert not ours.intersection(eights(path.read_text(encoding="utf-8", errors="replace")))
