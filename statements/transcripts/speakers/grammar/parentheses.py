"""What a parenthesis in a speaker line says that is neither a State nor a language.

That is how somebody takes part ("via videoconference"), what they rise for ("on a point of order"),
when ("15:05"), in which office ("Chair of the Group"), or who holds the office printed before it.
"""

import re
from functools import cache

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import (
    ENGLISH,
    LanguagePack,
    folded_pattern,
    packs_by_script,
)
from statements.transcripts.languages.states import is_state
from statements.transcripts.languages.titles import OFFICE
from statements.transcripts.text.hyphens import corpus_count

_NOTE = re.compile(ENGLISH.stage_notes, re.VERBOSE | re.IGNORECASE | re.DOTALL)
_LONGEST = 140  # characters
_COMMON = 300  # occurrences in the General Debate: such words make the name of a party
_ORGANIZATIONS = frozenset({"representative", "observer", "delegate"})


def is_stage_note(printed: str, *, after_affiliation: bool = False) -> bool:
    """Return whether a parenthesis is a note of the record.

    After the affiliation, everything that begins in lower case and names no office is one.

    >>> is_stage_note("via videoconference"), is_stage_note("the European Union")
    (True, False)
    """
    if len(printed) > _LONGEST:
        return False
    if _NOTE.fullmatch(printed) or _is_note_by_pack(printed):
        return True
    return after_affiliation and printed[:1].islower() and not is_office(printed)


def _is_note_by_pack(printed: str) -> bool:
    packs = packs_by_script(printed)
    folded = fold(printed) if packs else ""
    return any(_note_by_pack(pack).fullmatch(folded) for pack in packs)


@cache
def _note_by_pack(pack: LanguagePack) -> re.Pattern[str]:
    return folded_pattern(pack.stage_notes, re.DOTALL)


def is_office(printed: str) -> bool:
    """Return whether a parenthesis states an office: "Chair of the Group", "Rapporteur"."""
    if len(printed) > _LONGEST:
        return False
    match = OFFICE.fullmatch(printed)
    return match is not None and fold(match["office"]) not in _ORGANIZATIONS


def is_untitled_person(printed: str) -> bool:
    """Return whether a parenthesis after an office names its holder without a title.

    >>> is_untitled_person("Odile Rill"), is_untitled_person("Green Party")
    (True, False)
    """
    words = printed.split()
    return (
        2 <= len(words) <= 4
        and all(map(_may_be_name, words))
        and not is_state(printed)
        and any(corpus_count(word) < _COMMON for word in words)
    )


def _may_be_name(word: str) -> bool:
    """Return whether a word has a capital and is no abbreviation such as "SPD"."""
    letters = len(word.strip("."))
    return word[:1].isupper() and not (word.isupper() and 1 < letters < 4)
