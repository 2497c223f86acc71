"""Doubts about the values of a draft: impossible dates, metadata that contradict the record, texts
that are too long for names.
"""

from collections.abc import Iterator
from contextlib import suppress

from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import (
    Draft,
    DraftPlace,
    DraftPresident,
    DraftSpeech,
    Metadata,
)
from statements.ingest.drafts.validation import DRAFT_LIMITS, SPEECH_LIMITS, shorten
from statements.transcripts.languages.names import fold
from statements.transcripts.values.dates import doubt_of_date
from statements.transcripts.values.parsed import ParsedTranscript, Problem, Severity
from statements.transcripts.values.symbols import Symbol

IMPOSSIBLE_DATE = "impossible-date"
METADATA_DIFFERS = "metadata-differs"
TEXT_SHORTENED = "text-shortened"
_MAX_PRESIDENT = 199  # characters of a name with its honorific


def date_doubts(draft: Draft) -> Iterator[tuple[str, int | None]]:
    """Yield why dates of a draft are impossible, each with the position of its speech, if it has
    one."""
    if doubt := doubt_of_date(draft.date, symbol=_symbol(draft.symbol)):
        yield doubt, None
    for speech in draft.speeches:
        place = speech.place
        if place and (place.date or place.year):
            symbol = _symbol(place.symbol or draft.symbol)
            if doubt := doubt_of_date(place.date, place.year, symbol):
                yield doubt, speech.position


def _symbol(printed: str) -> Symbol | None:
    with suppress(ValueError):
        return Symbol.parse(printed)
    return None


def differences(parsed: ParsedTranscript, metadata: Metadata) -> Iterator[Problem]:
    """Yield a problem for each value of the metadata that the record prints otherwise.

    The metadata count all the same.
    """
    meeting = parsed.meeting
    symbol = str(Symbol.parse(metadata.symbol)) if metadata.symbol else ""
    printed = [
        (symbol, str(meeting.symbol or "")),
        (
            metadata.date.isoformat() if metadata.date else "",
            meeting.date.isoformat() if meeting.date else "",
        ),
        (metadata.organ, meeting.organ),
    ]
    for value, in_record in printed:
        if value and in_record and fold(value) != fold(in_record):
            yield _difference(value, in_record)
    people = {speech.speaker for speech in parsed.speeches if speech.speaker}
    if metadata.speaker and people and not _is_named(metadata.speaker, people):
        yield _difference(metadata.speaker, "; ".join(sorted(people))[:200])
    affiliations = {speech.affiliation for speech in parsed.speeches if speech.affiliation}
    if metadata.affiliation and affiliations:
        named = {fold(affiliation) for affiliation in affiliations}
        if fold(metadata.affiliation) not in named:
            yield _difference(metadata.affiliation, "; ".join(sorted(affiliations))[:200])


def _is_named(name: str, people: set[str]) -> bool:
    """Return whether a name shares its words with one of the people, or the reverse."""
    words = set(fold(name).replace(".", " ").split())
    return any(
        words >= (other := set(fold(person).replace(".", " ").split())) or other >= words
        for person in people
    )


def _difference(value: str, printed: str) -> Problem:
    message = _("The metadata say “%(value)s”, which is used, but the record prints “%(printed)s”.")
    return Problem(METADATA_DIFFERS, message % {"value": value, "printed": printed})


def shorten_long_values(draft: Draft) -> list[tuple[Problem, int | None]]:
    """Shorten what is too long to be stored, such as a name that holds a whole paragraph.

    Returns a problem with the whole value for each, and the position of its speech.
    """
    problems: list[tuple[Problem, int | None]] = [
        (problem, None) for problem in _shorten_values(draft, DRAFT_LIMITS)
    ]
    for speech in draft.speeches:
        problems += (
            (problem, speech.position) for problem in _shorten_values(speech, SPEECH_LIMITS)
        )
        if speech.place:
            limits = {"organ": DRAFT_LIMITS["organ"]}
            problems += (
                (problem, speech.position) for problem in _shorten_values(speech.place, limits)
            )
    for president in draft.presidents:
        limit = _MAX_PRESIDENT - len(president.honorific)
        limits = {"honorific": 60, "name": max(limit, 100), "affiliation": 200}
        problems += ((problem, None) for problem in _shorten_values(president, limits))
    return problems


def _shorten_values(
    holder: Draft | DraftSpeech | DraftPresident | DraftPlace, limits: dict[str, int]
) -> Iterator[Problem]:
    for name, limit in limits.items():
        value = getattr(holder, name)
        if len(value) <= limit:
            continue
        setattr(holder, name, shorten(value, limit))
        message = _("The %(field)s is too long, so it was shortened. Full text: “%(value)s”")
        values = {"field": name.replace("_", " "), "value": value}
        yield Problem(TEXT_SHORTENED, message % values, Severity.ERROR)
