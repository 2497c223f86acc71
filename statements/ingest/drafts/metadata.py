"""Fills gaps of a speech with the metadata that a table or data set has on it.

The speaker line in the text takes precedence. If the two disagree, the speech stays as printed,
a problem reports the difference, and none of the metadata is used.
"""

import re

from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import DraftPlace, DraftSpeech
from statements.ingest.drafts.validation import MAX_DEBATE, MAX_NAME, MAX_ROLE, shorten
from statements.ingest.matching import Matcher
from statements.transcripts.languages.names import fold
from statements.transcripts.values.parsed import Problem, Severity, SourceMetadata

DIFFERENCE_CODES = frozenset({"given-country-differs", "given-speaker-differs"})
_WORD = re.compile(r"[^\W_]+")


def placement(metadata: SourceMetadata) -> DraftPlace:
    return DraftPlace(
        date=metadata.date,
        year=None if metadata.date else metadata.year,
        around=metadata.around,
        symbol=str(metadata.symbol) if metadata.symbol else "",
        position=metadata.position if metadata.symbol else None,
        organ=metadata.organ,
        session=metadata.session,
        debate=shorten(metadata.debate, MAX_DEBATE),
        topics=list(metadata.topics),
    )


def speaker_metadata(metadata: SourceMetadata) -> dict[str, str]:
    """Return what the source says about the speaker, without blank values."""
    values = {
        "source": metadata.source,
        "speaker": metadata.speaker,
        "honorific": metadata.honorific,
        "affiliation": metadata.affiliation,
        "country": metadata.country,
        "role": metadata.role,
        "language": metadata.language,
    }
    return {name: value for name, value in values.items() if value}


def fill_from_source(speech: DraftSpeech, matcher: Matcher) -> Problem | None:
    """Fill what the text does not print; return the problem if text and source disagree."""
    metadata = speech.source_metadata
    if not metadata:
        return None
    day = (speech.place.date or speech.place.around) if speech.place else None
    country = matcher.country_by_code(
        metadata.get("country", ""), metadata.get("affiliation", ""), day
    )
    printed_country = matcher.countries.get(speech.country)
    if country and printed_country and country != printed_country:
        speech.affiliations = ""
        return _difference("given-country-differs", speech, country.short_name)
    name = metadata.get("speaker", "")
    if name and speech.speaker and not _is_same_name(speech.speaker, name):
        speech.affiliations = ""
        return _difference("given-speaker-differs", speech, name)
    if country and not speech.country:
        speech.country = country.code
    code = metadata.get("country", "")
    if len(name) <= MAX_NAME and _is_fuller_name(name, speech.speaker):
        speech.speaker = name
        speech.honorific = speech.honorific or metadata.get("honorific", "")[:60]
    speech.role = speech.role or metadata.get("role", "")[:MAX_ROLE]
    speech.language = speech.language or metadata.get("language", "")
    return unknown_code(code) if code and not (country or speech.country) else None


def unknown_code(code: str) -> Problem:
    message = _("The archive has no country or body with the code “%(code)s”.") % {"code": code}
    return Problem("bad-cell", message)


def _difference(code: str, speech: DraftSpeech, value: str) -> Problem:
    message = _("%(source)s has “%(value)s”, but the text has “%(printed)s”, which was kept.") % {
        "source": speech.source_metadata.get("source") or _("The table"),
        "value": value,
        "printed": (speech.speaker_line or speech.speaker)[:120],
    }
    return Problem(code, message, Severity.WARNING)


def _words(name: str) -> set[str]:
    return set(_WORD.findall(fold(name)))


def _is_same_name(first: str, second: str) -> bool:
    """Return whether one form of a name contains all words of the other."""
    first_words, second_words = _words(first), _words(second)
    return bool(first_words and second_words) and (
        first_words <= second_words or second_words <= first_words
    )


def _is_fuller_name(name: str, printed: str) -> bool:
    """Return whether ``name`` has more words than the printed form, or is not in capitals."""
    if not name or not printed:
        return bool(name)
    words, printed_words = _words(name), _words(printed)
    return words > printed_words or (
        words == printed_words and printed.isupper() and not name.isupper()
    )
