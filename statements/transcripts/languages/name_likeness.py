"""Compares printed names of people: spellings, initials, titles, words left out or joined.

Two names are alike if nothing but their printing need differ. Whether two people are one is not
decided here: that takes years and meetings, see ``ingest.people``, and an archivist.
"""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from statements.transcripts.languages.names import fold, latin_letters
from statements.transcripts.languages.titles import HONORIFICS, PARTICLES
from statements.transcripts.text.edit_distance import edit_distance


class Likeness(IntEnum):
    """How two names compare."""

    DIFFERENT = 0
    OPEN = 1  # a surname alone fits, or an initial is missing
    ALIKE = 2


_MIN_FUZZY = 5  # letters of words that may differ in one letter
_MIN_FUZZY_TWICE = 10  # in two letters
_MIN_CLOSE = 7  # in two letters, if all other words are the same
_NOT_LETTERS = re.compile(r"[^\w\s]|[\d_]")
_IN_BRACKETS = re.compile(r"\([^()]*\)?")
_MISREAD = re.compile(r"(?<=[^\W\d_])[01568]|[01568](?=[^\W\d_])")
_DIGITS = {"0": "o", "1": "l", "5": "s", "6": "o", "8": "b"}
_GENERATIONS = frozenset({"jr", "sr", "junior", "senior", "ii", "iii"})
_SON_OF = frozenset({"bin", "ibn", "ben", "bint", "ould"})
# letters and what transliterations print for them
_SPELLINGS = (
    ("sch", "sh"), ("tch", "ch"), ("kh", "h"), ("gh", "g"), ("dj", "j"), ("zh", "j"), ("ph", "f"),
    ("th", "t"), ("ck", "k"), ("ch", "#"), ("c", "k"), ("#", "ch"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ei", "i"), ("ey", "i"), ("ai", "e"),
    ("ay", "e"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=1 << 15)
def name_words(name: str) -> tuple[str, ...]:
    """Return the folded words of a name without titles; hyphens join what they stand between.

    >>> name_words("H.E. Mr. Kassym-Jomart K. Tokayev")
    ('kassymjomart', 'k', 'tokayev')
    """
    printed = _IN_BRACKETS.sub(" ", latin_letters(name)).replace(",", " ").split()
    while len(printed) > 1 and _is_title(printed[0]):
        printed.pop(0)
    text = _MISREAD.sub(lambda digit: _DIGITS[digit[0]], " ".join(printed))
    folded = fold(text).replace("-", "").replace("'", "").replace(".", " ")
    words = _NOT_LETTERS.sub(" ", folded).split()
    return tuple(word for word in words if word not in _GENERATIONS)


def _is_title(word: str) -> bool:
    return all(
        part in HONORIFICS or f"{part}." in HONORIFICS
        for part in word.casefold().strip(".;:-").split("-")
    )


def main_words(name: str) -> list[str]:
    """Return the words of a name without particles such as "de" and "bin"."""
    return _without_particles(name_words(name))


def _without_particles(words: Sequence[str]) -> list[str]:
    return [word for word in words if len(word) == 1 or word not in PARTICLES] or list(words)


@lru_cache(maxsize=1 << 15)
def spelling(word: str) -> str:
    """Return a word with one letter for those that transliterations exchange.

    >>> spelling("sergey") == spelling("sergei")
    True
    """
    for printed, common in _SPELLINGS:
        word = word.replace(printed, common)
    return _DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=1 << 17)
def are_spellings(word: str, other: str) -> bool:
    """Return whether two folded words may be spellings of one name."""
    if word == other:
        return True
    shorter = min(len(word), len(other))
    if shorter < _MIN_FUZZY - 1:
        return False
    most = 0 if shorter < _MIN_FUZZY else 1 if shorter < _MIN_FUZZY_TWICE else 2
    return _letters_apart(word, other, most) <= most


def _letters_apart(word: str, other: str, most: int) -> int:
    """Return by how many letters two words differ, in one of their spellings; more than ``most``
    if they begin differently or differ by more."""
    first, second = spelling(word), spelling(other)
    if first == second:
        return 0
    if first[0] != second[0] or not most:
        return most + 1
    return min(edit_distance(first, second, most), edit_distance(word, other, most))


def block_keys(name: str) -> set[str]:
    """Return keys of a name: names of which no key is in common are not alike.

    A letter that differs leaves the beginning or the end of a word as it is.
    """
    words = name_words(name)
    together = [first + second for first, second in pairwise(words)]
    spelt = [spelling(word) for word in (*words, *together) if len(word) > 1]
    return {f"^{word[:3]}" for word in spelt} | {f"{word[-3:]}$" for word in spelt}


@lru_cache(maxsize=1 << 17)
def compare_names(name: str, other: str) -> Likeness:
    """Return how two printed names compare.

    All words of the shorter name must be in the longer one: alike, in another spelling, as an
    initial, or written together. Two whole words in common make the names alike.
    """
    words, others = name_words(name), name_words(other)
    if not words or not others:
        return Likeness.DIFFERENT
    forms = [(words, others), *_joined(words, others)]
    likeness = max(_compare(*pair) for pair in forms)
    several = max(len(_without_particles(each)) for each in (words, others)) > 1
    if several and are_spellings("".join(words), "".join(others)):
        return Likeness.ALIKE  # written together: "Umba-di-Lutete"
    return likeness


def _joined(
    words: Sequence[str], others: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield the names with two neighbouring words joined that the other name prints as one."""
    for first, second in ((words, others), (others, words)):
        for place in range(len(first) - 1):
            together = first[place] + first[place + 1]
            if any(len(word) > 3 and are_spellings(together, word) for word in second):
                yield (*first[:place], together, *first[place + 2 :]), second


def _compare(words: Sequence[str], others: Sequence[str]) -> Likeness:
    shorter, longer = sorted((_without_particles(words), _without_particles(others)), key=len)
    places = _places(shorter, longer)
    if places is None or not _share_surname(shorter, longer):
        return Likeness.DIFFERENT
    are_patronymic = bool(_SON_OF & {*words} and _SON_OF & {*others})
    if are_patronymic and (places != sorted(places) or places[0]):
        return Likeness.DIFFERENT  # "A bin B" is neither "B" nor "B bin A"
    matched = [longer[place] for place in places]
    whole = sum(len(word) > 1 < len(match) for word, match in zip(shorter, matched, strict=True))
    has_first = len(shorter) > 1 and shorter[0][0] == longer[0][0]
    if whole >= 2 or (whole == 1 and has_first):
        return Likeness.ALIKE
    if whole == 1 and len(shorter) == 1:
        return Likeness.OPEN if _is_same_surname(shorter[0], matched[0]) else Likeness.DIFFERENT
    return Likeness.OPEN if whole else Likeness.DIFFERENT


def _places(shorter: Sequence[str], longer: Sequence[str]) -> list[int] | None:
    """Return the place of each word of the shorter name in the longer one; None if one has none."""
    free = dict(enumerate(longer))
    places: dict[int, int] = {}
    for is_match in (str.__eq__, are_spellings, _is_initial):
        for index, word in enumerate(shorter):
            if index not in places:
                place = next((p for p, other in free.items() if is_match(word, other)), None)
                if place is not None:
                    places[index] = place
                    del free[place]
    unmatched = [index for index in range(len(shorter)) if index not in places]
    if len(unmatched) == 1 and places and all(shorter[i] == longer[p] for i, p in places.items()):
        # the only word that differs may differ more
        word = shorter[unmatched[0]]
        place = next((p for p, other in free.items() if _are_close(word, other)), None)
        if place is not None:
            places[unmatched[0]] = place
    return [places[index] for index in range(len(shorter))] if len(places) == len(shorter) else None


def _are_close(word: str, other: str) -> bool:
    """Return whether two long words differ in at most two letters."""
    return min(len(word), len(other)) >= _MIN_CLOSE and _letters_apart(word, other, 2) <= 2


def _is_initial(word: str, other: str) -> bool:
    return 1 in (len(word), len(other)) and word[0] == other[0]


def _is_same_surname(word: str, other: str) -> bool:
    """Return whether two words are one surname, when no other word of the name is known."""
    return spelling(word) == spelling(other) or edit_distance(word, other, 1) <= 1


def covers(name: str, one: str, other: str) -> bool:
    """Return whether a name has all words of two others: "Ana Maria Lund" those of "Ana Lund" and
    "Maria Lund", which are then no evidence of two people."""
    return {*name_words(one), *name_words(other)} <= {*name_words(name)}


def _share_surname(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Return whether the last word of one name, or its first where surnames come first, is a
    whole word of the other."""
    ends = ((shorter[-1], longer), (longer[-1], shorter), (shorter[0], longer))
    return any(
        len(end) > 1 and any(len(word) > 1 and are_spellings(end, word) for word in names)
        for end, names in ends
    )


def lacks_initial(name: str, other: str) -> bool:
    """Return whether one of two names that are alike has an initial which the other lacks:
    "George W. Bush" and "George Bush"."""
    initials = [{word for word in name_words(form) if len(word) == 1} for form in (name, other)]
    firsts = [{word[0] for word in name_words(form)} for form in (name, other)]
    return bool(initials[0] - firsts[1] or initials[1] - firsts[0])
