"""Parsed values and drafts for the tests of ingest."""

from collections.abc import Callable
from datetime import date
from typing import Any

from statements.ingest import Draft, DraftParagraph, DraftSpeech
from statements.models import Transcript
from statements.transcripts.values.parsed import (
    ParsedMeeting,
    ParsedParagraph,
    ParsedPresident,
    ParsedSpeech,
    ParsedTranscript,
)
from statements.transcripts.values.symbols import Symbol

type MakeTranscript = Callable[..., Transcript]

DAY = date(2025, 3, 4)


def parsed_speech(position: int = 1, **fields: Any) -> ParsedSpeech:
    values: dict[str, Any] = {
        "speaker_line": "Ms. Okafor (Nigeria)",
        "speaker": "Okafor",
        "honorific": "Ms.",
        "affiliation": "Nigeria",
        "role": "",
        "language": "",
        "language_printed": "",
        "on_behalf_of": "",
        "paragraphs": (ParsedParagraph("Rivers join us.", line=1),),
    }
    return ParsedSpeech(position=position, **values | fields)


def parsed_president(position: int = 1, **fields: Any) -> ParsedSpeech:
    values = {
        "speaker_line": "The President",
        "speaker": "",
        "honorific": "",
        "affiliation": "",
        "role": "President",
    }
    return parsed_speech(position, **values | fields)


def parsed_record(*speeches: ParsedSpeech, presidents: int = 1, **fields: Any) -> ParsedTranscript:
    named = (
        ParsedPresident("Rask", "Mr.", "Norway"),
        ParsedPresident("Lund", "Mrs.", "Denmark"),
    )
    meeting: dict[str, Any] = {
        "symbol": Symbol.parse("RC/PV.12"),
        "symbol_printed": "RC/PV.12",
        "organ": "Rivers Council",
        "number": 12,
        "date": DAY,
        "date_printed": "Tuesday, 4 March 2025, 10 a.m.",
        "presidents": named[:presidents],
        "agenda_items": ("Water for all",),
    }
    return ParsedTranscript(
        name="record.txt",
        form="record",
        encoding="utf-8",
        speeches=speeches,
        meeting=ParsedMeeting(**meeting | fields),
    )


def draft_speech(position: int = 1, text: str = "Rivers join us.", **fields: Any) -> DraftSpeech:
    values: dict[str, Any] = {
        "speaker_line": "Ms. Okafor (Nigeria)",
        "speaker": "Okafor",
        "honorific": "Ms.",
        "affiliation": "Nigeria",
        "country": "NGA",
        "paragraphs": [DraftParagraph(part) for part in text.split("\n")],
    }
    return DraftSpeech(position=position, **values | fields)


def draft(*speeches: DraftSpeech, **fields: Any) -> Draft:
    return Draft(speeches=list(speeches or [draft_speech()]), **fields)
