"""The rows of tables: a speech or a paragraph as values of named columns."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from statements.exports.citation import cite, cite_paragraph
from statements.exports.outline import length
from statements.exports.values import FullSpeech
from statements.models import Paragraph, Speech

type Value = str | int | float | None
type Row = dict[str, Value]


class Rows(StrEnum):
    """What a row or an object of a file of speeches stands for."""

    SPEECHES = "speeches"
    PARAGRAPHS = "paragraphs"


OF_SPEECH = (
    "date", "year", "country_code", "country", "speaker", "speaker_printed", "affiliation", "role",
    "on_behalf_of", "capacity", "organ", "session", "meeting", "language",
)  # fmt: skip
COLUMNS: Mapping[Rows, Sequence[str]] = {
    Rows.SPEECHES: (
        "id", "url", "title", *OF_SPEECH, "topics", "affiliations", "words", "paragraphs",
        "citation", "source", "source_url", "rights",
    ),
    Rows.PARAGRAPHS: (
        "id", "paragraph", "url", "kind", "number", "page", "time_s", *OF_SPEECH, "words", "text",
        "citation",
    ),
}  # fmt: skip


def speech_rows(full: FullSpeech, address: str) -> Iterator[Row]:
    """Yield the row of a speech at an absolute address."""
    speech, spoken = full.speech, full.spoken
    transcript = speech.transcript
    yield {
        "id": speech.public_id,
        "url": address,
        "title": speech.heading.title,
        **of_speech(speech),
        "topics": "; ".join(topic.title for topic in full.topics),
        "affiliations": "; ".join(stated.name for stated in speech.affiliations.all()),
        "words": length(spoken).words,
        "paragraphs": len(spoken),
        "citation": cite(speech, address),
        "source": transcript.name,
        "source_url": transcript.source_link,
        "rights": transcript.rights_statement,
    }


def paragraph_rows(full: FullSpeech, address: str) -> Iterator[Row]:
    """Yield the paragraphs of a speech; narrative belongs to no speaker and has no citation."""
    cited, about = cite(full.speech), of_speech(full.speech)
    for paragraph in full.paragraphs:
        is_spoken = paragraph.kind == Paragraph.Kind.SPEECH
        yield {
            "id": full.speech.public_id,
            "paragraph": paragraph.position,
            "url": f"{address}#{paragraph.anchor}",
            "kind": paragraph.kind,
            "number": paragraph.number,
            "page": paragraph.page,
            "time_s": paragraph.time_s,
            **about,
            "words": len(paragraph.text.split()),
            "text": paragraph.text,
            "citation": cite_paragraph(cited, paragraph, address) if is_spoken else None,
        }


def of_speech(speech: Speech) -> Row:
    """Return the columns ``OF_SPEECH``, which rows of all kinds have."""
    country, session = speech.country, speech.session
    return {
        "date": speech.date.isoformat() if speech.date else None,
        "year": speech.year,
        "country_code": country.code if country else None,
        "country": country.short_name if country else None,
        "speaker": speech.speaker.name if speech.speaker else None,
        "speaker_printed": speech.speaker_printed,
        "affiliation": speech.affiliation,
        "role": speech.role,
        "on_behalf_of": speech.on_behalf_of,
        "capacity": speech.capacity,
        "organ": speech.organ,
        "session": session.title if session else None,
        "meeting": speech.meeting.symbol if speech.meeting else None,
        "language": speech.language,
    }
