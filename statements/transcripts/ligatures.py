"""Words that a page's ligatures tore apart ("conf lict", "f loor"), put together by evidence.

A repair needs three things: the tear is where a ligature stands, the whole is a word, and one of
the parts is none. Each repair is told, so that a reader can check it.

>>> mend("The conf lict left the f loor.", Evidence("")).text
'The conflict left the floor.'
"""

import re
from dataclasses import dataclass

from statements.transcripts.hyphens import Evidence, corpus_count

_TOKEN = re.compile(r"(?P<before>\W*)(?P<letters>[^\W\d_]+)(?P<after>\W*)")
_ENDS = ("f", "ff", "fi", "fl", "ffi", "ffl")
_BEGINS = ("ff", "fi", "fl")
_MOST_PARTS = 3  # "dif f icult"
# Whole words shorter than those the corpus table holds.
_SHORT_WORDS = frozenset(
    """
    a i of if off fit fix fly few for far fee fin fir flu fan fat fed fog fun fur the and to in on
    by we us is it as at be so no or an my our his her its are was had has not but all any one two
    new men war law aid use own end way day say see let put yet act who how why her him she he me
    """.split()
)
_KNOWN = 20  # times in the corpus: rarer forms may be tears themselves


@dataclass(frozen=True, slots=True)
class Mended:
    text: str
    repairs: tuple[tuple[str, str], ...]  # as printed, as read


def mend(text: str, evidence: Evidence) -> Mended:
    """One line with its torn words whole."""
    words = text.split(" ")
    if not any(_may_be_torn(left, right) for left, right in zip(words, words[1:], strict=False)):
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
    if not all(_may_be_torn(left, right) for left, right in zip(torn, torn[1:], strict=False)):
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
    return part.lower() in _SHORT_WORDS or corpus_count(part) >= _KNOWN
