"""Words, made comparable: the one way in which texts, queries and extracts are cut into terms.

A term is a run of letters, digits and their marks as it is printed, but folded: case, accents and
forms of letters do not count. A letter of a script written without spaces is a term of its own.
Nothing is left out: stop words are indexed too, so that an exact phrase is exact; queries drop
them. Words joined by hyphens are terms each, and together one more, "co-operation", at the place
of the first. Which terms are forms of one word is ``inflection``'s to tell.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple
from unicodedata import category

from whoosh.analysis import Token, Tokenizer

from statements.search.analysis.inflection import HYPHEN
from statements.transcripts.names import fold

MAX_TERM = 64  # characters; what is longer is cut, in texts as in queries

# stands between two names of one field, so that no phrase runs from one into the next; private
# use, and therefore in no text
NAME_BREAK = "\ue000"


# where Unicode's marks are: to look through all its planes would take every process 0.3 s more
_PLANES_WITH_MARKS = (range(0x20000), range(0xE0000, 0xE1000))


def _marks() -> str:
    """The combining marks as ranges of a regular expression's class."""
    ranges: list[list[int]] = []
    for code in chain(*_PLANES_WITH_MARKS):
        if category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# Python's \w leaves out marks: without them "é" in two code points would be two words, and so
# would most words of Hindi or vocalised Arabic
_WORD = re.compile(rf"[\w{_marks()}]+|{NAME_BREAK}")
_HYPHENS = "\u002d\u2010\u2011"
# what stands between words of plain texts, but hyphens, which may stand within
_BETWEEN = {code: " " for code in range(128) if not _WORD.match(chr(code)) and code != 0x2D}
_CHUNK = re.compile(rf"(?:{_WORD.pattern})(?:[{_HYPHENS}](?:{_WORD.pattern}))*")
MOST_PARTS = 3  # of a compound: "state-of-the-art" is none
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_PIECE = re.compile(rf"[{_UNSPACED}]|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")

STOP_WORDS = frozenset(
    "a an and are as at be been but by for from had has have he her his i if in is it its of on "
    "or our she so that the their them then there these they this to was we were which who with "
    "you your".split()
)


class Word(NamedTuple):
    """One word of a text: its term, and where in the text it stands."""

    term: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text in order; the place of each in the sequence is its position."""
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


class Compound(NamedTuple):
    """Words joined by hyphens: their common term, the first of them by number, and how many."""

    term: str
    first: int
    parts: int


def compounds(text: str, found: Sequence[Word]) -> Iterator[Compound]:
    """The compounds among the words of a text, of letters alone."""
    last = 0
    for number in range(1, len(found) + 1):
        if number < len(found) and _are_joined(text, found[number - 1], found[number]):
            continue
        parts = [word.term for word in found[last:number]]
        if 1 < len(parts) <= MOST_PARTS and all(map(str.isalpha, parts)):
            yield Compound(HYPHEN.join(parts)[:MAX_TERM], last, len(parts))
        last = number


def _are_joined(text: str, one: Word, other: Word) -> bool:
    return other.start == one.end + 1 and text[one.end] in _HYPHENS


def compound(printed: str) -> str | None:
    """The term of a printed word that is one compound as a whole."""
    found = list(words(printed))
    for one in compounds(printed, found):
        if one.parts == len(found):
            return one.term
    return None


class Placed(NamedTuple):
    """A term of a text, and its place in the sequence of words."""

    term: str
    place: int


def placed_terms(text: str) -> Iterator[Placed]:
    """The terms of a text as they are indexed: of each word, and of each compound."""
    found = list(words(text))
    together = {one.first: one.term for one in compounds(text, found)}
    for place, word in enumerate(found):
        yield Placed(word.term, place)
        if place in together:
            yield Placed(together[place], place)


def chunks(text: str) -> list[str]:
    """A text cut where neither words nor compounds are: the terms of each alone are its terms in
    the text."""
    if text.isascii():  # the same in a third of the time
        return text.translate(_BETWEEN).split()
    return _CHUNK.findall(text)


@lru_cache(maxsize=1 << 14)
def normal(printed: str) -> str:
    """The term of one printed word."""
    return fold(printed)[:MAX_TERM]


def is_stop_word(printed: str) -> bool:
    return printed.casefold() in STOP_WORDS


def is_unspaced(char: str) -> bool:
    """Whether a letter is of a script written without spaces."""
    return _IS_UNSPACED.fullmatch(char) is not None


class WordTokenizer(Tokenizer):  # type: ignore[misc]
    """Whoosh's view of ``words``, for its writer, its parser and its highlighters."""

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
        found = list(words(value))
        together = {one.first: one for one in compounds(value, found)}
        for place, word in enumerate(found):
            ends = [(word.term, word.end)]
            if one := together.get(place):
                ends.append((one.term, found[place + one.parts - 1].end))
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
