"""Words split at a ligature ("conf lict", "f loor"), which are repaired on evidence, and words that
lost a ligature ("Naons"), which are only reported.

A repair requires that the word is split at a ligature, that the joined form is a word, and that
one of the parts is not. Each repair is reported, so that the user can check it.

>>> repair_ligatures("The conf lict left the f loor.", Evidence("")).text
'The conflict left the floor.'
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from statements.transcripts.text.hyphens import Evidence, corpus_count, corpus_table

_TOKEN = re.compile(r"(?P<before>\W*)(?P<letters>[^\W\d_]+)(?P<after>\W*)")
_ENDS = ("f", "ff", "fi", "fl", "ffi", "ffl")
_BEGINS = ("ff", "fi", "fl")
_SPLIT = re.compile("f[il]? | f[fil]")
_MAX_PARTS = 3  # "dif f icult"
# The corpus table has only words of four letters and more. These are the shorter words that could
# be mistaken for half of a split word:
_SHORT_WORDS = frozenset("of if off elf ref oaf fit fix fin fir fig fib flu fly".split())
_VOWELS = frozenset("aeiouy")
_COMMON = 20  # occurrences in the corpus; rarer forms may be split words themselves
_LIGATURES = ("ti", "tt", "tti", "ft", "fi", "fl", "ff", "ffi", "ffl")
_LOSS_RATIO = 40  # occurrences of a word in the corpus for each of its form without the ligature
_FEWEST_LOSSES = 3  # different words in one text; fewer may be typing errors


@dataclass(frozen=True, slots=True)
class RepairedLine:
    text: str
    repairs: tuple[tuple[str, str], ...]  # as printed, as read


def repair_ligatures(text: str, evidence: Evidence) -> RepairedLine:
    """Return one line with the words split at ligatures joined."""
    if _SPLIT.search(text) is None:
        return RepairedLine(text, ())
    words = text.split(" ")
    if not any(map(_may_be_one, words, words[1:])):
        return RepairedLine(text, ())
    output: list[str] = []
    repairs: list[tuple[str, str]] = []
    index = 0
    while index < len(words):
        last = min(_MAX_PARTS, len(words) - index)
        if last > 1 and not _may_be_split(words[index], words[index + 1]):
            last = 1
        for count in range(last, 1, -1):
            parts = words[index : index + count]
            word = _join_parts(parts, evidence)
            if word:
                repairs.append((" ".join(parts), word))
                output.append(word)
                index += count
                break
        else:
            output.append(words[index])
            index += 1
    return RepairedLine(" ".join(output), tuple(repairs))


def _may_be_split(left: str, right: str) -> bool:
    return left.endswith(_ENDS) or right.startswith(_BEGINS)


def _may_be_one(left: str, right: str) -> bool:
    """Return whether two words may be parts of one, unlike "of the"."""
    return _may_be_split(left, right) and not (
        left.isalpha() and right.isalpha() and _is_word(left) and _is_word(right)
    )


def _join_parts(parts: list[str], evidence: Evidence) -> str:
    """Return the word that these parts form; "" if they should stay apart."""
    if not all(_may_be_split(left, right) for left, right in pairwise(parts)):
        return ""
    if all(map(str.isalpha, parts)) and all(map(_is_word, parts)):
        return ""
    tokens = [_TOKEN.fullmatch(part) for part in parts]
    if not all(tokens):
        return ""
    matches = [token for token in tokens if token]
    if any(match["after"] for match in matches[:-1]) or any(
        match["before"] for match in matches[1:]
    ):
        return ""
    letters = [match["letters"] for match in matches]
    if any(part[:1].isupper() for part in letters[1:]) or all(map(_is_word, letters)):
        return ""
    word = "".join(letters)
    if corpus_count(word) < _COMMON and not evidence.count(word.lower()):
        return ""
    return "".join(parts)


def _is_word(part: str) -> bool:
    lower = part.lower()
    if len(lower) > 3:
        return corpus_count(lower) >= _COMMON
    if lower.endswith(_ENDS) or lower.startswith(_BEGINS):
        return lower in _SHORT_WORDS
    return not _VOWELS.isdisjoint(lower)  # "ten" after "of", but not the "nd" of "fi nd"


def find_lost_ligatures(text: str) -> list[tuple[str, str]]:
    """Return words that lack the letters of a ligature, each with its complete form.

    Returns nothing if there are so few that they may be other errors.

    >>> find_lost_ligatures("Our naons met at the polical secon of the congress")
    [('naons', 'nations'), ('polical', 'political'), ('secon', 'section')]
    """
    complete_forms = _forms_without_ligature()
    losses = [
        (word, complete_forms[word])
        for word in dict.fromkeys(text.split())
        if word in complete_forms
    ]
    return losses if len(losses) >= _FEWEST_LOSSES else []


@cache
def _forms_without_ligature() -> Mapping[str, str]:
    """Map common words without one of their ligatures to the words, where that is not a word."""
    table = corpus_table()
    complete_forms: dict[str, str] = {}
    common_words = ((word, count) for word, count in table.items() if count >= _COMMON)
    for word, count in common_words:
        for ligature in _LIGATURES:
            for rest in (word.replace(ligature, "", 1), word.replace(ligature, "")):
                if rest != word and len(rest) > 3 and table.get(rest, 0) * _LOSS_RATIO < count:
                    complete_forms[rest] = word
    return complete_forms
