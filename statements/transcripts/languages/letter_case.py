"""Names as lists show and sort them: capitals in usual case, titles left out of the order.

Printed forms stay as they are; only what is shown or sorted is made here.
"""

import re
from functools import lru_cache

from statements.transcripts.languages.names import sort_form
from statements.transcripts.languages.titles import (
    COMMON_WORD_TITLES,
    HONORIFICS,
    NAME_LIKE_TITLES,
    PARTICLES,
)

_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMERAL = re.compile(r"II|III|IV|VI|VII|VIII|IX")
# titles that are no names and no common words
_TITLES_ALONE = HONORIFICS - COMMON_WORD_TITLES - NAME_LIKE_TITLES
_ABBREVIATIONS = {"JR", "SR", "DR", "MR", "MS", "MRS", "ST"}
_VOWELS = re.compile("[AEIOUYÀ-ÆÈ-ÏÒ-ÖØ-ÝŒ]")


@lru_cache(maxsize=1 << 14)
def usual_case(name: str) -> str:
    """Return a name with its capitals in usual case.

    Initials, numerals and abbreviations without a vowel keep their capitals.

    >>> usual_case("H.E. MR. KASSYM-JOMART TOKAYEV"), usual_case("Luiz Inácio LULA DA SILVA")
    ('H.E. Mr. Kassym-Jomart Tokayev', 'Luiz Inácio Lula da Silva')
    """
    words = name.split()
    if not any(_is_capitals(word) for word in words):
        return name
    all_capitals = all(word.isupper() for word in words if len(_letters(word)) > 1)
    is_begun = False  # a word of the name itself, not of its titles, has been read
    cased = []
    for word in words:
        is_title = word.casefold() in HONORIFICS
        particle = word.casefold() in PARTICLES and is_begun
        if not _is_capitals(word):
            cased.append(word)
        elif particle:
            cased.append(word.lower())
        else:
            in_capitals = all_capitals or "-" in word or is_title
            cased.append(_PART.sub(lambda part: _usual(part[0], whole=in_capitals), word))  # noqa: B023
        is_begun = is_begun or not is_title
    return " ".join(cased)


def _is_capitals(word: str) -> bool:
    return word.isupper() and len(_letters(word)) > 1 and re.search(r"\w\.\w", word) is None


def _letters(word: str) -> str:
    return "".join(filter(str.isalpha, word))


def _usual(part: str, *, whole: bool) -> str:
    """Return a part of a word in usual case; ``whole`` if it may have two letters only."""
    if part in _ABBREVIATIONS:
        return part.capitalize()
    if len(part) < 2 or _NUMERAL.fullmatch(part) or not _VOWELS.search(part):
        return part
    if len(part) == 2 and not whole:
        return part
    before, apostrophe, after = part.partition("'") if "'" in part else part.partition("’")
    if apostrophe and len(before) == 1:
        return f"{before}{apostrophe}{_capitalized(after)}"
    if part.startswith("MC") and len(part) > 4:
        return f"Mc{_capitalized(part[2:])}"
    return _capitalized(part)


def _capitalized(part: str) -> str:
    return part[:1] + part[1:].lower().replace("i̇", "i")


def surname_and_given(name: str) -> tuple[str, str] | None:
    """Return surname and given names if the surname alone is printed in capitals, which shows the
    order of the name; otherwise None.

    >>> surname_and_given("Mr. Luiz Inácio LULA DA SILVA"), surname_and_given("KIM Yong-nam")
    (('LULA DA SILVA', 'Luiz Inácio'), ('KIM', 'Yong-nam'))
    """
    words = _without_titles(name)
    places = [place for place, word in enumerate(words) if _is_surname(word)]
    if not places or places != list(range(places[0], places[-1] + 1)) or len(places) == len(words):
        return None
    given = " ".join(words[: places[0]] + words[places[-1] + 1 :])
    if given.isupper() and "." not in given:  # all is in capitals: "U THANT"
        return None
    return " ".join(words[places[0] : places[-1] + 1]), given


def _is_surname(word: str) -> bool:
    letters = _letters(word)
    return _is_capitals(word) and not (_NUMERAL.fullmatch(letters) or letters in _ABBREVIATIONS)


def _without_titles(name: str) -> list[str]:
    words = name.split()
    while len(words) > 1 and words[0].casefold() in _TITLES_ALONE:
        words.pop(0)
    return words


def sorted_under(name: str) -> str:
    """Return the key by which a person is sorted in lists: the name without titles before it, and
    the surname first where that is known.

    >>> sorted_under("MR. FRANJO TUDJMAN"), sorted_under("Sergei LAVROV")
    ('franjo tudjman', 'lavrov sergei')
    """
    return sort_form(" ".join(surname_and_given(name) or _without_titles(name)))
