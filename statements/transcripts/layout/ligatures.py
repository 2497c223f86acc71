"""Words that a page's ligatures tore apart ("conf lict", "f loor"), put together by evidence;
and words that lost a ligature ("Naons"), which are only told.

A repair needs three things: the tear is where a ligature stands, the whole is a word, and one of
the parts is none. Each repair is told, so that a reader can check it.

>>> mend("The conf lict left the f loor.", Evidence("")).text
'The conflict left the floor.'
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from statements.transcripts.hyphens import Evidence, corpus_count, corpus_table

_TOKEN = re.compile(r"(?P<before>\W*)(?P<letters>[^\W\d_]+)(?P<after>\W*)")
_ENDS = ("f", "ff", "fi", "fl", "ffi", "ffl")
_BEGINS = ("ff", "fi", "fl")
_MOST_PARTS = 3  # "dif f icult"
# The corpus table holds words of four letters and more. Of the shorter ones, those that could
# be taken for the half of a torn word:
_SHORT_WORDS = frozenset("of if off elf ref oaf fit fix fin fir fig fib flu fly".split())
_VOWELS = frozenset("aeiouy")
_KNOWN = 20  # times in the corpus: rarer forms may be tears themselves
_LIGATURES = ("ti", "tt", "tti", "ft", "fi", "fl", "ff", "ffi", "ffl")
_OFTENER = 40  # times that a whole word stands in the corpus for each time without the ligature
_LEAST_LOST = 3  # different words of one text: fewer are slips of the pen


@dataclass(frozen=True, slots=True)
class Mended:
    text: str
    repairs: tuple[tuple[str, str], ...]  # as printed, as read


def mend(text: str, evidence: Evidence) -> Mended:
    """One line with its torn words whole."""
    words = text.split(" ")
    if not any(_may_be_torn(left, right) for left, right in pairwise(words)):
        return Mended(text, ())
    kept: list[str] = []
    repairs: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        for parts in range(min(_MOST_PARTS, len(words) - at), 1, -1):
            torn = words[at : at + parts]
            whole = _whole(torn, evidence)
            if whole:
                repairs.append((" ".join(torn), whole))
                kept.append(whole)
                at += parts
                break
        else:
            kept.append(words[at])
            at += 1
    return Mended(" ".join(kept), tuple(repairs))


def _may_be_torn(left: str, right: str) -> bool:
    return left.endswith(_ENDS) or right.startswith(_BEGINS)


def _whole(torn: list[str], evidence: Evidence) -> str:
    """The word these parts make; "" where they are better left alone."""
    if not all(_may_be_torn(left, right) for left, right in pairwise(torn)):
        return ""
    tokens = [_TOKEN.fullmatch(part) for part in torn]
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
    whole = "".join(letters)
    if corpus_count(whole) < _KNOWN and not evidence.seen(whole.lower()):
        return ""
    return "".join(torn)


def _is_word(part: str) -> bool:
    small = part.lower()
    if len(small) > 3:
        return corpus_count(small) >= _KNOWN
    if small.endswith(_ENDS) or small.startswith(_BEGINS):
        return small in _SHORT_WORDS
    return not _VOWELS.isdisjoint(small)  # "ten" after "of", but not the "nd" of "fi nd"


def lost(text: str) -> list[tuple[str, str]]:
    """Words that lack the letters of a ligature, each beside what it was; nothing where there are
    so few that they may be other mistakes.

    >>> lost("Our naons met at the polical secon of the congress")
    [('naons', 'nations'), ('polical', 'political'), ('secon', 'section')]
    """
    bare = _bare_words()
    found = [(word, bare[word]) for word in dict.fromkeys(text.split()) if word in bare]
    return found if len(found) >= _LEAST_LOST else []


@cache
def _bare_words() -> Mapping[str, str]:
    """What is left of common words without one ligature, where it is no word itself."""
    table = corpus_table()
    bare: dict[str, str] = {}
    common = ((word, seen) for word, seen in table.items() if seen >= _KNOWN)
    for word, seen in common:
        for ligature in _LIGATURES:
            for rest in (word.replace(ligature, "", 1), word.replace(ligature, "")):
                if rest != word and len(rest) > 3 and table.get(rest, 0) * _OFTENER < seen:
                    bare[rest] = word
    return bare
