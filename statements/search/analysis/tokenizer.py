"""The tokenizer: splits texts, queries and extracts into terms, all in the same way.

A term is a run of letters, digits and combining marks, folded: case, accents and forms of letters
are ignored. A character of a script written without spaces is a word. Nothing is left out: stop
words are indexed too, so that exact phrases are exact; queries drop them. "&" is the word "and",
"%" the word "percent".
Words joined by hyphens are a term each, and together one more, "co-operation", at the place of the
first; so are two such characters that follow each other (``multiword_terms``). What else joins
words is read as a hyphen (``hyphenate``). Which terms are forms of one word is decided by
``inflection``.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any, NamedTuple
from unicodedata import category

from whoosh.analysis import Token, Tokenizer

from statements.search.analysis.inflection import HYPHEN
from statements.search.analysis.multiword_terms import UNSPACED, is_unspaced
from statements.transcripts.languages.names import fold

MAX_TERM = 64  # characters; longer terms are cut, in texts as in queries

# separates two names of one field, so that no phrase spans both; a private use character, which
# no text has
NAME_BREAK = "\ue000"


# planes of Unicode with combining marks: looking through all planes takes 0.3 s at every start
_PLANES_WITH_MARKS = (range(0x20000), range(0xE0000, 0xE1000))


def _marks() -> str:
    """Return the combining marks as ranges of a regular expression class."""
    ranges: list[list[int]] = []
    for code in chain(*_PLANES_WITH_MARKS):
        if category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# \w does not match marks: without them "é" in two code points would be two words, and so would
# most words of Hindi or vocalised Arabic
_WORD = re.compile(rf"[\w{_marks()}]+|[&%]|{NAME_BREAK}")
AND_SIGN = "&"
_SIGNS = {AND_SIGN: "and", "%": "percent"}
_HYPHENS = "\u002d\u2010\u2011"
# characters between words of plain texts, except hyphens, which may be within words
_BETWEEN = {code: " " for code in range(128) if not _WORD.match(chr(code)) and code != 0x2D}
_CHUNK = re.compile(rf"(?:{_WORD.pattern})(?:[{_HYPHENS}](?:{_WORD.pattern}))*")
MAX_PARTS = 3  # of a compound: "state-of-the-art" is not one
MAX_LETTERS = 8  # of an abbreviation, and groups of digits of a number

# Signs that join words as a hyphen does. The sign stands first, by which the regular expression
# engine finds it quickly; then what must stand around it.
_JOINER = re.compile(
    r"""
    ['\u2019.,]
    (?: # O'Brien, Qur'an, N'Djamena; but neither "people's" nor "l'homme"
        (?<= [^\W\d_] ['\u2019] ) (?= [^\W\d_] )
        (?! (?: [stdm] | re | ve | ll ) \b )
        (?: (?= [A-Z\u00c0-\u00de] )
          | (?<! \b [cdjlmnstCDJLMNST] ['\u2019] ) (?<! [Qq] [Uu] ['\u2019] ) )
      | # U.S.S.R.
        (?<= [^\W\d_] \. ) (?<! \w\w\. ) (?= [^\W\d_] \b )
      | # 1,000,000
        (?<= [0-9] , ) (?= [0-9]{3} \b )
    )
    """,
    re.VERBOSE,
)
_PER_CENT = re.compile(r" (?<=\bper )(?=cent\b)", re.IGNORECASE)
# abbreviations of two letters that are other words without their full stops
_NOT_ABBREVIATED = frozenset("am do go ha ie me my no ok so up us".split())
# a character with the sound marks of kana that follow it
_PIECE = re.compile(rf"[{UNSPACED}][\u3099\u309a\uff9e\uff9f]*|[^{UNSPACED}]+")
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")

STOP_WORDS = frozenset(
    "a an and are as at be been but by for from had has have he her his i if in is it its of on "
    "or our she so that the their them then there these they this to was we were which who with "
    "you your".split()
)


class Word(NamedTuple):
    """A word of a text: its term, and its span in the text."""

    term: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order; the place of each in the sequence is its position."""
    for match in _WORD.finditer(text):
        printed = match[0]
        if printed.isascii() or len(printed) == 1:
            if term := normal(printed):
                yield Word(term, match.start(), match.end())
        else:
            for piece in _PIECE.finditer(printed):
                if term := normal(piece[0]):
                    start = match.start()
                    yield Word(term, start + piece.start(), start + piece.end())


def hyphenate(text: str) -> str:
    """Return a text of the same length with hyphens for the other signs that join words.

    >>> hyphenate("The U.S.S.R. lent O'Brien 1,000,000 at five per cent.")
    'The U-S-S-R. lent O-Brien 1-000-000 at five per-cent.'
    """
    joined = _JOINER.sub(HYPHEN, text)
    return _PER_CENT.sub(HYPHEN, joined) if " cent" in joined.lower() else joined


class Compound(NamedTuple):
    """Words that have a term in common: the number of the first, and how many."""

    term: str
    first: int
    parts: int


def compounds(text: str, text_words: Sequence[Word]) -> Iterator[Compound]:
    """Yield the words of a text that are joined by hyphens or otherwise: words of letters, the
    letters of an abbreviation, the groups of digits of a number, and a word with a number after
    it, as in covid-19."""
    text = hyphenate(text)
    last = 0
    for number in range(1, len(text_words) + 1):
        if number < len(text_words) and _are_joined(
            text, text_words[number - 1], text_words[number]
        ):
            continue
        if number - last > 1:
            yield from _compounds_of_run([word.term for word in text_words[last:number]], last)
        last = number


def _compounds_of_run(parts: Sequence[str], first: int) -> Iterator[Compound]:
    """Yield the compounds of terms that are joined, of which ``first`` is the number of the
    first."""
    if _is_compound(parts):
        yield Compound(HYPHEN.join(parts)[:MAX_TERM], first, len(parts))
        return
    for number, pair in enumerate(pairwise(parts)):  # post-covid-19
        if pair[0].isalpha() and pair[1].isdecimal():
            yield Compound(HYPHEN.join(pair)[:MAX_TERM], first + number, 2)


def _is_compound(parts: Sequence[str]) -> bool:
    if all(map(str.isalpha, parts)):
        if all(len(part) == 1 for part in parts):
            return len(parts) <= MAX_LETTERS and "".join(parts) not in _NOT_ABBREVIATED | STOP_WORDS
        return len(parts) <= MAX_PARTS
    if all(map(str.isdecimal, parts)):
        groups = parts[1:]
        is_grouped = len(parts[0]) <= 3 and all(len(group) == 3 for group in groups)
        return is_grouped and len(parts) <= MAX_LETTERS
    return False


def pairs(text_words: Sequence[Word]) -> Iterator[Compound]:
    """Yield the pairs of characters among the words of a text."""
    for number, (first, second) in enumerate(pairwise(text_words)):
        if first.end == second.start and is_unspaced(first.term) and is_unspaced(second.term):
            yield Compound(first.term + second.term, number, 2)


def _multiword_terms(text: str, text_words: Sequence[Word]) -> dict[int, Compound]:
    """Return the compounds and pairs of a text by the number of their first word, of which no two
    have the same."""
    terms = {compound.first: compound for compound in compounds(text, text_words)}
    if not text.isascii():
        terms |= {pair.first: pair for pair in pairs(text_words)}
    return terms


def _are_joined(text: str, first: Word, second: Word) -> bool:
    return second.start == first.end + 1 and text[first.end] in _HYPHENS


def leading_compound(printed: str) -> Word | None:
    """Return the compound that begins joined words, with its span; None if none does."""
    printed_words = list(words(printed))
    for candidate in compounds(printed, printed_words):
        if candidate.first == 0:
            return Word(candidate.term, 0, printed_words[candidate.parts - 1].end)
    return None


class Placed(NamedTuple):
    """A term of a text, and its place in the sequence of words."""

    term: str
    place: int


def placed_terms(text: str) -> Iterator[Placed]:
    """Yield the terms of a text as they are indexed: of each word, compound and pair."""
    text_words = list(words(text))
    together = _multiword_terms(text, text_words)
    for place, word in enumerate(text_words):
        yield Placed(word.term, place)
        if place in together:
            yield Placed(together[place].term, place)


def chunks(text: str) -> list[str]:
    """Split a text between words and compounds: the terms of each chunk are its terms in the
    text."""
    text = hyphenate(text)
    if text.isascii():  # the same in a third of the time
        return text.translate(_BETWEEN).split()
    return _CHUNK.findall(text)


@lru_cache(maxsize=1 << 14)
def normal(printed: str) -> str:
    """Return the term of one printed word."""
    if word := _SIGNS.get(printed):
        return word
    folded = fold(printed)[:MAX_TERM]
    if len(folded) > 1 and not folded.isascii() and _HAS_UNSPACED.search(folded):
        # a sign for several characters, which is no pair of them
        return printed[0] if is_unspaced(printed[0]) else printed[:MAX_TERM]
    return folded


def is_stop_word(printed: str) -> bool:
    return printed.casefold() in STOP_WORDS or printed == AND_SIGN


class WordTokenizer(Tokenizer):  # type: ignore[misc]
    """``words`` as a tokenizer for Whoosh's writer, parser and highlighters."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[Token]:
        token = Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        text_words = list(words(value))
        together = _multiword_terms(value, text_words)
        for place, word in enumerate(text_words):
            ends = [(word.term, word.end)]
            if joined_words := together.get(place):
                ends.append((joined_words.term, text_words[place + joined_words.parts - 1].end))
            for term, end in ends:
                token.text = term
                token.boost = 1.0
                token.stopped = False
                if keeporiginal:
                    token.original = value[word.start : end]
                if positions:
                    token.pos = start_pos + place
                if chars:
                    token.startchar = start_char + word.start
                    token.endchar = start_char + end
                yield token
