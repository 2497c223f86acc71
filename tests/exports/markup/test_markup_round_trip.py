"""What is written of a meeting is read again by the readers of the same formats."""

from collections.abc import Callable, Iterable, Mapping

import pytest
from exports.markup.hostile import hostile_meeting
from support import rows

from statements.exports.interchange.xml import printable
from statements.exports.markup.debate import Debate, meeting_document, speech_document
from statements.exports.markup.files import MARKUP
from statements.exports.texts import speeches_by_key
from statements.exports.values import MarkedParagraph
from statements.models import Meeting, Paragraph
from statements.transcripts.formats.markup.akn import read_akn
from statements.transcripts.formats.markup.tei import read_tei
from statements.transcripts.values.parsed import ParsedParagraph, ParsedTranscript

pytestmark = pytest.mark.django_db

READERS: Mapping[str, Callable[[str, bytes], ParsedTranscript]] = {
    "tei.xml": read_tei,
    "akn.xml": read_akn,
}


def read_again(debate: Debate, suffix: str) -> ParsedTranscript:
    document = "".join(MARKUP[suffix].write(debate))
    return READERS[suffix](f"{debate.key}.{suffix}", document.encode())


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("meeting", [hostile_meeting, lambda: rows.small_archive().meeting])
def test_same_turns_and_paragraphs_are_read(suffix: str, meeting: Callable[[], Meeting]) -> None:
    debate = meeting_document(meeting())
    stored = speeches_by_key([speech.pk for speech in debate.speeches])
    read = read_again(debate, suffix).speeches
    assert [speech.source_metadata and speech.source_metadata.identifier for speech in read] == [
        f"speech.{full.speech.public_id}" for full in stored
    ]
    assert [spoken(parsed.paragraphs) for parsed in read] == [
        spoken(full.paragraphs) for full in stored
    ]
    # narrative before a speech is read as that after the one before
    assert [narrative for parsed in read for narrative in narrated(parsed.paragraphs)] == [
        narrative for full in stored for narrative in narrated(full.paragraphs)
    ]


@pytest.mark.parametrize("suffix", READERS)
def test_same_speakers_and_meeting_are_read(suffix: str) -> None:
    meeting = rows.small_archive().meeting
    parsed = read_again(meeting_document(meeting), suffix)
    assert (str(parsed.meeting.symbol), parsed.meeting.organ, parsed.meeting.date, parsed.form) == (
        meeting.symbol,
        meeting.organ_id,
        meeting.date,
        "record",
    )
    delegate, other = parsed.speeches
    assert (delegate.honorific, delegate.speaker, delegate.affiliation, delegate.language) == (
        "Mr.",
        "Umarov",
        "Kazakhstan",
        "fr",
    )
    assert (other.honorific, other.speaker) == ("Ms.", "Brook")


@pytest.mark.parametrize("suffix", READERS)
def test_office_that_is_not_printed_is_read(suffix: str) -> None:
    speaker = rows.speaker("Umarov", honorific="Mr.")
    rows.speech(public_id="spoken", speaker=speaker, speaker_printed="Mr. Umarov", role="Envoy")
    debate = speech_document("spoken")
    assert debate is not None
    (parsed,) = read_again(debate, suffix).speeches
    assert parsed.source_metadata is not None
    assert parsed.source_metadata.role == "Envoy"


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("year", [None, 1975])
def test_day_that_is_not_known_is_not_read(suffix: str, year: int | None) -> None:
    rows.speech(public_id="undated", date=None, year_stated=year)
    debate = speech_document("undated")
    assert debate is not None
    parsed = read_again(debate, suffix)
    assert (parsed.meeting.date, parsed.form) == (None, "statement")


@pytest.mark.parametrize("suffix", READERS)
def test_nobody_is_read_for_an_unknown_speaker(suffix: str) -> None:
    rows.speech(public_id="unknown", speaker_printed="")
    debate = speech_document("unknown")
    assert debate is not None
    (parsed,) = read_again(debate, suffix).speeches
    assert (parsed.speaker, parsed.speaker_line) == ("", "")


def spoken(paragraphs: Iterable[ParsedParagraph | MarkedParagraph]) -> list[tuple[str, str]]:
    return [
        (spaced(paragraph.text), spaced(paragraph.turn_line))
        for paragraph in paragraphs
        if paragraph.kind == Paragraph.Kind.SPEECH
    ]


def narrated(paragraphs: Iterable[ParsedParagraph | MarkedParagraph]) -> list[str]:
    narrative = Paragraph.Kind.NARRATIVE
    return [spaced(paragraph.text) for paragraph in paragraphs if paragraph.kind == narrative]


def spaced(text: str) -> str:
    return " ".join(printable(text).split())
