"""What a table or a data set says of who spoke: it fills what the text does not print.

The text's own speaker line counts first. Where the two disagree, what is printed stays and the
disagreement is told; nothing of what is given is then taken over.
"""

import re

from statements.ingest.drafts.draft import DraftPlace, DraftSpeech
from statements.ingest.drafts.validation import MAX_NAME, MAX_ROLE
from statements.ingest.matching import Matcher
from statements.transcripts.names import fold
from statements.transcripts.parsed import Problem, Severity, SourceMetadata

DIFFERS = frozenset({"given-country-differs", "given-speaker-differs"})
_WORD = re.compile(r"[^\W_]+")


def place_of(given: SourceMetadata) -> DraftPlace:
    return DraftPlace(
        date=given.date,
        year=None if given.date else given.year,
        around=given.around,
        symbol=str(given.symbol) if given.symbol else "",
        position=given.position if given.symbol else None,
        organ=given.organ,
        topics=list(given.topics),
    )


def who_of(given: SourceMetadata) -> dict[str, str]:
    """Who spoke as the data set says; only what it says."""
    said = {
        "source": given.source,
        "speaker": given.speaker,
        "honorific": given.honorific,
        "affiliation": given.affiliation,
        "country": given.country,
        "role": given.role,
        "language": given.language,
    }
    return {name: value for name, value in said.items() if value}


def fill(speech: DraftSpeech, matcher: Matcher) -> Problem | None:
    """Take over what is given where the text is silent; the problem where they disagree."""
    given = speech.given
    if not given:
        return None
    on = (speech.place.date or speech.place.around) if speech.place else None
    country = matcher.country_given(given.get("country", ""), given.get("affiliation", ""), on)
    printed = matcher.countries.get(speech.country)
    if country and printed and country != printed:
        return _differs("given-country-differs", speech, country.short_name, given)
    name = given.get("speaker", "")
    if name and speech.speaker and not _is_same(speech.speaker, name):
        return _differs("given-speaker-differs", speech, name, given)
    if country and not speech.country:
        speech.country = country.code
    if len(name) <= MAX_NAME and _says_more(name, speech.speaker):
        speech.speaker = name
        speech.honorific = speech.honorific or given.get("honorific", "")[:60]
    speech.role = speech.role or given.get("role", "")[:MAX_ROLE]
    speech.language = speech.language or given.get("language", "")
    return None


def _differs(code: str, speech: DraftSpeech, said: str, given: dict[str, str]) -> Problem:
    source = given.get("source", "The table")
    printed = speech.speaker_line or speech.speaker
    return Problem(
        code,
        f"{source} gives “{said}”, the text prints “{printed[:120]}”; what is printed counts.",
        Severity.WARNING,
    )


def _words(name: str) -> set[str]:
    return set(_WORD.findall(fold(name)))


def _is_same(printed: str, given: str) -> bool:
    """Whether one of two forms of a name holds all words of the other."""
    one, other = _words(printed), _words(given)
    return bool(one and other) and (one <= other or other <= one)


def _says_more(given: str, printed: str) -> bool:
    """Whether the given form of a name is the fuller one, or the one not in capitals."""
    if not given or not printed:
        return bool(given)
    one, other = _words(given), _words(printed)
    return one > other or (one == other and printed.isupper() and not given.isupper())
