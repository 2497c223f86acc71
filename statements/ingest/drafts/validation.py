"""Reasons why a draft cannot be stored, as sentences, checked before the database refuses it."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.models import Affiliation, Meeting, Organ, Session, Speaker, Speech
from statements.transcripts.languages.names import fold
from statements.transcripts.values.affiliations import parse_affiliations
from statements.transcripts.values.symbols import Symbol

TOO_LONG = gettext_lazy("is longer than 5 MB. Please check whether it is a single speech.")
MAX_POSITION = 99_999
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(value: Any) -> bool:
    """Return whether PostgreSQL can store every text in a value: no NUL, no lone surrogate.

    Looks into dataclasses, dictionaries and lists.
    """
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
    elif is_dataclass(value):
        for value_field in fields(value):
            yield from _texts(getattr(value, value_field.name))


def shorten(value: str, limit: int) -> str:
    """Return a text of at most ``limit`` characters; a longer one is cut between words, if it has
    any in its second half, and ends in an ellipsis."""
    if len(value) <= limit:
        return value
    head = value[: limit - 1]
    cut = head.rfind(" ")
    return f"{head[:cut] if cut > limit // 2 else head}…"


def is_too_long(texts: Iterable[str]) -> bool:
    """Return whether the texts of a speech exceed the size that the archive stores."""
    size = sum(len(text.encode(errors="replace")) for text in texts)
    return size > settings.SPEECH_MAX_BYTES


def find_faults(draft: Draft, countries: Container[str]) -> list[str]:
    """Return a sentence for each reason why the draft cannot be stored."""
    faults = []
    if not draft.speeches:
        faults.append(no_speech_fault())
    if fault := symbol_fault(draft.symbol):
        faults.append(fault)
    limit = {"limit": MAX_POSITION}
    if draft.first_position is not None and not 1 <= draft.first_position <= MAX_POSITION:
        faults.append(
            _("The position in the meeting must be a whole number from 1 to %(limit)d.") % limit
        )
    positions = [speech.position for speech in draft.speeches]
    if len(set(positions)) != len(positions):
        faults.append(_("Two speeches have the same position in the transcript."))
    if any(not 1 <= position <= MAX_POSITION for position in positions):
        faults.append(_("A speech has no position in the transcript."))
    if not is_storable(draft):
        faults.append(_("A text contains a NUL or invalid character, which cannot be stored."))
    faults += _length_faults(_("The transcript"), draft, DRAFT_LIMITS)
    for president in draft.presidents:
        if not fold(president.name) or len(president.name) + len(president.honorific) > 199:
            faults.append(_("The name of a president is missing or too long."))
    for speech in draft.speeches:
        faults += _speech_faults(speech, countries)
    return faults


def no_speech_fault() -> str:
    return _("There is no speech to store.")


def symbol_fault(symbol: str) -> str:
    """Return why a symbol is invalid, or ""."""
    if not symbol:
        return ""
    try:
        normalized = str(Symbol.parse(symbol))
    except ValueError as error:
        return f"{error}."
    if normalized == symbol:
        return ""
    return _("Write the symbol as %(symbol)s.") % {"symbol": normalized}


def _speech_faults(speech: DraftSpeech, countries: Container[str]) -> Iterator[str]:
    label = _("Speech %(position)d") % {"position": speech.position}
    if speech.country and speech.country not in countries:
        yield _("%(speech)s: the archive has no country “%(country)s”.") % {
            "speech": label,
            "country": speech.country,
        }
    if speech.speaker.strip() and not fold(speech.speaker):
        yield _("%(speech)s: the speaker's name contains no letters.") % {"speech": label}
    if is_too_long(paragraph.text for paragraph in speech.paragraphs):
        yield f"{label} {TOO_LONG}"
    yield from _length_faults(label, speech, SPEECH_LIMITS)
    if fault := affiliations_fault(speech.affiliations):
        yield f"{label}: {fault}"
    if place := speech.place:
        if len(place.organ) > DRAFT_LIMITS["organ"]:
            yield _("%(speech)s: the name of the organ is too long.") % {"speech": label}
        if place.position is not None and not 1 <= place.position <= MAX_POSITION:
            yield _(
                "%(speech)s: the position in the meeting must be a whole number from 1 to "
                "%(limit)d."
            ) % {"speech": label, "limit": MAX_POSITION}


def affiliations_fault(text: str) -> str:
    """Return why affiliations as a person enters them cannot be stored, or ""."""
    try:
        affiliations = parse_affiliations(text)
    except ValueError as error:
        return _("What is “%(name)s”? Write party:, ward:, ministry: or body: before it.") % {
            "name": error
        }
    for stated in affiliations:
        if not fold(stated.name) or len(stated.name) > MAX_AFFILIATION:
            return _("“%(name)s” is not a name, or is too long.") % {"name": stated.name[:60]}
    return ""


def _length_faults(label: str, holder: Draft | DraftSpeech, limits: dict[str, int]) -> list[str]:
    return [
        _("%(label)s: the %(field)s has %(length)d characters; the limit is %(limit)d.")
        % {
            "label": label,
            "field": name.replace("_", " "),
            "length": len(value),
            "limit": limit,
        }
        for name, limit in limits.items()
        if len(value := getattr(holder, name)) > limit
    ]


def _limits(model: type[models.Model], **names: str) -> dict[str, int]:
    """Return the length limits of the database, by the name of the field in a draft."""
    max_lengths = {field.name: field.max_length for field in model._meta.fields}
    return {name: max_lengths[field] or 0 for name, field in names.items()}


SPEECH_LIMITS = _limits(
    Speech,
    speaker_line="speaker_line",
    affiliation="affiliation",
    role="role",
    on_behalf_of="on_behalf_of",
    language="language",
    language_printed="language_printed",
) | _limits(Speaker, speaker="name", honorific="honorific")
MAX_AFFILIATION = _limits(Affiliation, name="name")["name"]
MAX_NAME = SPEECH_LIMITS["speaker"]
MAX_ROLE = SPEECH_LIMITS["role"]
MAX_DEBATE = _limits(Session, debate="debate")["debate"]
DRAFT_LIMITS = _limits(
    Meeting,
    symbol="symbol",
    symbol_printed="symbol_printed",
    date_printed="date_printed",
    place="place",
) | _limits(Organ, organ="name")
