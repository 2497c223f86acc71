"""Why a draft cannot be stored at all: what the database would refuse, said in sentences."""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import models

from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.models import Meeting, Speaker, Speech
from statements.transcripts.names import fold
from statements.transcripts.symbols import Symbol

TOO_LONG = "is longer than 5 MB. Please check whether it is a single speech."
MAX_POSITION = 99_999
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(value: Any) -> bool:
    """Whether PostgreSQL can keep every text in here: no NUL, no lone surrogate."""
    return not any(_UNSTORABLE.search(text) for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def is_too_long(texts: Iterable[str]) -> bool:
    """Tell whether the texts of a speech are more than the archive stores of one."""
    size = sum(len(text.encode(errors="replace")) for text in texts)
    return size > settings.SPEECH_MAX_BYTES


def faults_of(draft: Draft, countries: Container[str]) -> list[str]:
    """A sentence for each reason why the draft cannot be stored; none where it can."""
    faults = []
    if not draft.speeches:
        faults.append("There is no speech to store.")
    if fault := symbol_fault(draft.symbol):
        faults.append(fault)
    if draft.first_position is not None and not 1 <= draft.first_position <= MAX_POSITION:
        faults.append(f"The position in the meeting is a whole number from 1 to {MAX_POSITION}.")
    positions = [speech.position for speech in draft.speeches]
    if len(set(positions)) != len(positions):
        faults.append("Two speeches have the same position in the transcript.")
    if any(not 1 <= position <= MAX_POSITION for position in positions):
        faults.append("A speech has no position in the transcript.")
    if not is_storable(draft.to_json()):
        faults.append("A text has a NUL or a broken character, which the archive cannot keep.")
    faults += _too_long("The transcript", draft, _DRAFT_LIMITS)
    for president in draft.presidents:
        if not fold(president.name) or len(president.name) + len(president.honorific) > 199:
            faults.append("The name of a president is missing or too long.")
    for speech in draft.speeches:
        faults += _faults_of_speech(speech, countries)
    return faults


def symbol_fault(symbol: str) -> str:
    """Why a draft's symbol is not one, or ""."""
    if not symbol:
        return ""
    try:
        written = str(Symbol.parse(symbol))
    except ValueError as error:
        return f"{error}."
    return "" if written == symbol else f"Write the symbol as {written}."


def _faults_of_speech(speech: DraftSpeech, countries: Container[str]) -> Iterator[str]:
    place = f"Speech {speech.position}"
    if speech.country and speech.country not in countries:
        yield f"{place}: the archive has no country “{speech.country}”."
    if speech.speaker.strip() and not fold(speech.speaker):
        yield f"{place}: the name of the speaker has no letter."
    if is_too_long(item.text for item in speech.paragraphs):
        yield f"{place} {TOO_LONG}"
    yield from _too_long(place, speech, _SPEECH_LIMITS)
    if stated := speech.place:
        if len(stated.organ) > _DRAFT_LIMITS["organ"]:
            yield f"{place}: the name of the organ is too long."
        if stated.position is not None and not 1 <= stated.position <= MAX_POSITION:
            yield f"{place}: its position in the meeting is none from 1 to {MAX_POSITION}."


def _too_long(place: str, holder: Draft | DraftSpeech, limits: dict[str, int]) -> list[str]:
    return [
        f"{place}: the {name.replace('_', ' ')} has {len(value)} characters, {most} can be kept."
        for name, most in limits.items()
        if len(value := getattr(holder, name)) > most
    ]


def _limits(model: type[models.Model], **names: str) -> dict[str, int]:
    """The most characters that the database keeps, by the draft's name of a field."""
    kept = {field.name: field.max_length for field in model._meta.fields}
    return {name: kept[field] or 0 for name, field in names.items()}


_SPEECH_LIMITS = _limits(
    Speech,
    speaker_line="speaker_line",
    affiliation="affiliation",
    role="role",
    on_behalf_of="on_behalf_of",
    language="language",
    language_printed="language_printed",
) | _limits(Speaker, speaker="name", honorific="honorific")
MAX_NAME = _SPEECH_LIMITS["speaker"]
MAX_ROLE = _SPEECH_LIMITS["role"]
_DRAFT_LIMITS = _limits(
    Meeting,
    symbol="symbol",
    symbol_printed="symbol_printed",
    organ="organ",
    date_printed="date_printed",
    place="place",
)
