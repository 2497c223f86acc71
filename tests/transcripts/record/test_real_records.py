"""Published records, which are read in place and are not part of this repository."""

from pathlib import Path

import pytest

from statements.transcripts import ParagraphKind, ParsedTranscript, read
from statements.transcripts.checks.completeness import all_text
from statements.transcripts.layout.pdf_words import read_pages

# Speeches as counted in the printed pages; the turns of one speaker around a vote count as one.
SPEECHES = {
    "A_48_PV.46.pdf": 28,
    "A_76_PV.102.pdf": 61,
    "S_PV.8422.pdf": 11,
    "S_PV.8699(Resumption1)_E.pdf": 67,
    "S_PV.8699_E.pdf": 100,
    "S_PV.8701_E.pdf": 1,
    "S_PV.8703_E.pdf": 18,
    "S_PV.8706(Resumption1)_E.pdf": 63,
    "S_PV.8707_E.pdf": 18,
}
Record = tuple[Path, ParsedTranscript]


@pytest.fixture(scope="module", params=SPEECHES)
def record(request: pytest.FixtureRequest) -> Record:
    path = Path(__file__).parents[4] / "shared" / "corpora" / "records" / request.param
    if not path.is_file():
        pytest.skip("no published records in ../shared")
    return path, read(path.name, path.read_bytes())


def test_every_speech_is_found_and_named(record: Record) -> None:
    path, parsed = record
    assert len(parsed.speeches) == SPEECHES[path.name]
    assert all(speech.speaker or speech.role for speech in parsed.speeches)


def test_the_first_page_is_understood(record: Record) -> None:
    path, parsed = record
    meeting = parsed.meeting
    assert meeting.symbol is not None
    printed_symbol = path.stem.removesuffix("_E").replace("_", "/")
    assert str(meeting.symbol).replace(" (", "(").replace("n 1", "n1") == printed_symbol
    assert meeting.organ in ("Security Council", "General Assembly")
    assert meeting.date is not None
    assert meeting.place == "New York"
    assert [president.affiliation for president in meeting.presidents] != [""]
    if meeting.organ == "Security Council":
        assert len(meeting.members) == 14
        assert meeting.agenda_items


def test_no_letter_of_a_record_is_lost(record: Record) -> None:
    path, parsed = record
    printed = "".join(word.text for page in read_pages(path.read_bytes()) for word in page.words)
    text = "".join(all_text(parsed))
    assert _letters(text) == _letters(printed)


def test_a_record_begins_and_ends_with_its_own_voice(record: Record) -> None:
    _, parsed = record
    first, last = parsed.speeches[0].paragraphs[0], parsed.speeches[-1].paragraphs[-1]
    assert (first.kind, last.kind) == (ParagraphKind.NARRATIVE, ParagraphKind.NARRATIVE)
    assert first.text.startswith("The meeting ")
    assert last.text.startswith(("The meeting rose", "The meeting was suspended"))


def _letters(text: str) -> list[str]:
    return sorted(char for char in text if char.isalnum())
