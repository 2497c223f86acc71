"""Highlights the words of a query in texts, with ``<mark>``, and cuts extracts.

Matching words are found in the text by the analysis of the index. Text is escaped before tags are
added, so that it never becomes markup.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from statements.search.analysis import inflection, tokenizer
from statements.search.analysis.inflection import ENGLISH, HYPHEN, spelling
from statements.search.analysis.multiword_terms import is_pair, words_of
from statements.search.query import (
    Leaf,
    Pattern,
    Phrase,
    Proximity,
    StemExpansion,
    Word,
)

MAX_EXTRACTS = 3  # of one speech
WINDOW = 300  # characters of an extract, approximately
ELLIPSIS = "…"
MAX_CACHED = 40  # characters of a piece of text whose words are cached


# typographic dashes, quotation marks and spaces, none of which belongs to a word
_PRINTED = re.compile("[\u2010-\u202f\xa0\xab\xb0\xbb]")
_JOINED = re.compile(r"\w+(?:-\w+)+", re.ASCII)
_RUN = re.compile(r"\w+|&", re.ASCII)
# Latin letters, most of which fold to one unaccented letter
_ACCENTED = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
# symbols, none of which belongs to a word
_SIGNS = re.compile(
    "[\u00a1-\u00a9\u00ac-\u00b1\u00b4\u00b6-\u00b8\u00bf\u00d7\u00f7\u2030-\u205e\u20a0-\u20c0\u2122]"
)
# typographic hyphens, and compounds of three parts or more: ``_in_plain`` reads them differently
_HARD_COMPOUND = re.compile(r"[\u2010\u2011]|-\w+-")


class Span(NamedTuple):
    start: int
    end: int


class Place(NamedTuple):
    """A word of a text, or several joined by hyphens, that occurs in a query."""

    number: int  # of the word in the text; a compound counts as one
    term: str
    start: int
    end: int
    is_match: bool  # by itself, not only as part of a phrase


class Highlighter:
    """Highlights the matches of one query in texts."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        terms = {leaf.term for leaf in leaves if isinstance(leaf, Word | StemExpansion)}
        for leaf in leaves:
            if isinstance(leaf, StemExpansion):
                terms.update(leaf.variants)
        pairs = set(filter(is_pair, terms))  # two words of a text, like those of a phrase
        words = terms - pairs
        self._word_keys = frozenset(key for term in words for key in inflection.stem_keys(term))
        self._patterns = [leaf for leaf in leaves if isinstance(leaf, Pattern)]
        self._proximities = [leaf for leaf in leaves if isinstance(leaf, Proximity)]
        phrases = {words_of(leaf.terms) for leaf in leaves if isinstance(leaf, Phrase)}
        phrases |= {words_of((pair,)) for pair in pairs}
        phrases |= {(term,) for term in words if HYPHEN in term}
        self._phrases = sorted(
            {variant for terms in phrases for variant in _spellings(terms)}, key=len, reverse=True
        )
        groups = [*self._phrases, *(words_of(leaf.terms) for leaf in self._proximities)]
        self._group_terms = {spelling(term) for terms in groups for term in terms}
        # every form of a word starts with one of these
        starts = {term[: max(1, min(2, len(term) - 1))] for term in self._group_terms}
        starts |= {prefix for term in words for prefix in inflection.stem_prefixes(term)}
        starts |= {leaf.start[:1] for leaf in self._patterns}
        self._candidates = _candidates(starts, has_and="and" in self._group_terms)
        self._cache: dict[tuple[str, tuple[str, ...]], bool | None] = {}
        # for each word of plain texts its spelling and whether it matches by itself
        self._plain_words: dict[str, tuple[str, bool] | None] = {}

    def extract(self, text: str) -> SafeString:
        """Return the part of a paragraph with most of the matching words, escaped and
        highlighted."""
        return self.extract_and_place(text)[0]

    def extract_and_place(self, text: str) -> tuple[SafeString, int | None]:
        """Return the same, and where the first match in it is in the paragraph, in characters."""
        marks = self.marks(text)
        window = best_window(text, marks)
        pieces = [ELLIPSIS if window.start else ""]
        place, first_match = window.start, None
        for mark in marks:
            if window.start <= mark.start and mark.end <= window.end:
                first_match = mark.start if first_match is None else first_match
                pieces.append(escape(text[place : mark.start]))
                pieces.append(f"<mark>{escape(text[mark.start : mark.end])}</mark>")
                place = mark.end
        pieces.append(escape(text[place : window.end]))
        pieces.append(ELLIPSIS if window.end < len(text) else "")
        html = mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above
        return html, first_match

    def marks(self, text: str) -> list[Span]:
        """Return the spans that match; a phrase is one span, and none overlap."""
        places = self._places(text)
        if not self._group_terms:
            return [Span(place.start, place.end) for place in places]
        near = self._in_proximity(places)
        spans: list[Span] = []
        place_number = 0
        while place_number < len(places):
            length = self._phrase_at(places, place_number)
            place = places[place_number]
            if not length and (place.number in near or place.is_match):
                length = 1
            if length:
                spans.append(Span(place.start, places[place_number + length - 1].end))
            place_number += length or 1
        return spans

    def _matches(self, term: str, languages: tuple[str, ...] = (ENGLISH,)) -> bool | None:
        """Return whether a word matches by itself; None if it does not even match in a group."""
        try:
            return self._cache[term, languages]
        except KeyError:
            keys = inflection.stem_keys(term, languages)
            matches: bool | None = not self._word_keys.isdisjoint(keys)
            matches = matches or any(leaf.matches(term) for leaf in self._patterns)
            if not matches and spelling(term) not in self._group_terms:
                matches = None
            self._cache[term, languages] = matches
            return matches

    def _places(self, text: str) -> list[Place]:
        """Return the words of a text that occur in the query, in order."""
        text = tokenizer.hyphenate(text)
        plain = text if text.isascii() else _plain(text)
        return list(self._in_any(text) if plain is None else self._in_plain(plain.lower()))

    def _in_plain(self, text: str) -> Iterator[Place]:
        """Find words in a text of unaccented letters, where words that cannot match are skipped."""
        number = position = 0
        has_hyphens = "-" in text
        for match in self._candidates.finditer(text):
            start, end = match.span()
            if start < position:
                continue  # within a compound
            word = None
            if (
                has_hyphens
                and text[end : end + 1] == "-"
                and (joined := _JOINED.match(text, start))
            ):
                compound = tokenizer.leading_compound(joined[0])
                is_match = self._matches(compound.term) if compound else None
                if compound and is_match is not None:
                    word, end = (spelling(compound.term), is_match), start + compound.end
            if word is None:
                word = self._plain_word(match[0])
            if word is not None:
                if self._group_terms:  # only groups depend on the words between
                    number += len(_RUN.findall(text, position, start))
                yield Place(number, word[0], start, end, word[1])
                number, position = number + 1, end

    def _plain_word(self, printed: str) -> tuple[str, bool] | None:
        """Return the spelling of a word of a plain text and whether it matches by itself; None if
        it does not occur in the query."""
        try:
            return self._plain_words[printed]
        except KeyError:
            term = tokenizer.normal(printed)
            is_match = self._matches(term)
            word = None if is_match is None else (spelling(term), is_match)
            self._plain_words[printed] = word
            return word

    def _in_any(self, text: str) -> Iterator[Place]:
        number = position = 0
        pieces = [(piece, _units(piece)) for piece in text.split()]
        terms = (word.term for _, units in pieces for word, _ in units)
        languages = (ENGLISH, *inflection.detect_languages(terms))
        for piece, units in pieces:
            begin = next_unit = 0
            is_located = False
            for unit, (word, compound) in enumerate(units):
                if unit < next_unit:
                    continue
                is_match, term, end = None, word.term, word.end
                if compound and (is_match := self._matches(compound.term, languages)) is not None:
                    term, end = compound.term, units[unit + compound.parts - 1][0].end
                    next_unit = unit + compound.parts
                if is_match is None:
                    is_match = self._matches(term, languages)
                if is_match is not None:
                    if not is_located:
                        begin, is_located = _find(text, piece, position), True
                    places = begin + word.start, begin + end
                    yield Place(number, spelling(term), *places, is_match)
                number += 1
            if is_located:
                position = begin + len(piece)

    def _phrase_at(self, places: Sequence[Place], place_number: int) -> int:
        """Return the number of words of the longest phrase that starts at a place; 0 if none
        does."""
        for terms in self._phrases:
            run = places[place_number : place_number + len(terms)]
            if tuple(place.term for place in run) == terms and (
                run[-1].number - run[0].number == len(terms) - 1
            ):
                return len(terms)
        return 0

    def _in_proximity(self, places: Sequence[Place]) -> set[int]:
        """Return the numbers of the words that are as near to each other as a query asks."""
        near: set[int] = set()
        for leaf in self._proximities:
            terms = words_of(leaf.terms)
            needed = Counter(map(spelling, terms))
            numbers: dict[str, list[int]] = {term: [] for term in needed}
            for place in places:
                if place.term not in numbers:
                    continue
                numbers[place.term].append(place.number)
                # for each term its last places up to this one
                group = [
                    number for term, count in needed.items() for number in numbers[term][-count:]
                ]
                reach = len(group) + leaf.distance
                if len(group) == len(terms) and place.number - min(group) < reach:
                    near.update(group)
        return near


def _candidates(starts: Set[str], *, has_and: bool) -> re.Pattern[str]:
    """Return the pattern of the words that start with some letters, or with the parts of a compound
    whose letters they are: "us" as well as the "u" of "u-s-s-r"."""
    split = {f"{start[0]}(?=-{re.escape(start[1])})" for start in starts if len(start) == 2}
    words = "|".join([rf"{start}\w*" for start in map(re.escape, sorted(starts))] + sorted(split))
    return re.compile(rf"\b(?:{words or '(?!)'}){'|&' * has_and}", re.ASCII)


def _plain(text: str) -> str | None:
    """Return a text of the same length with spaces for typographic signs and unaccented letters;
    None if ``_in_plain`` would find other words in it than ``_in_any`` in the text. Most texts with
    accents are English with a few names."""
    plain = _PRINTED.sub(" ", text)
    if plain.isascii():
        return plain
    letters = _ACCENTED.sub(_letter, _SIGNS.sub(" ", plain))
    if not letters.isascii() or _HARD_COMPOUND.search(text):
        return None
    return None if inflection.detect_languages(_RUN.findall(letters.lower())) else letters


def _letter(accented: re.Match[str]) -> str:
    """Return the unaccented letter; the letter itself if it folds to several or none."""
    folded = tokenizer.normal(accented[0])
    return folded if len(folded) == 1 else accented[0]


def _spellings(terms: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return a phrase as it may be spelt in a text: its compounds joined, or in parts."""
    parts = tuple(part for term in terms for part in term.split(HYPHEN))
    return {parts, tuple(map(spelling, terms))}


Unit = tuple[tokenizer.Word, tokenizer.Compound | None]


def _units(piece: str) -> tuple[Unit, ...]:
    """Return the words of a piece of text, each with the compound that starts with it."""
    # no word contains a space, so that the words of a text are those of its pieces
    return _cached_units(piece) if len(piece) <= MAX_CACHED else _split(piece)


def _split(piece: str) -> tuple[Unit, ...]:
    words = list(tokenizer.words(piece))
    compounds = {compound.first: compound for compound in tokenizer.compounds(piece, words)}
    return tuple((word, compounds.get(number)) for number, word in enumerate(words))


_cached_units = lru_cache(maxsize=1 << 14)(_split)


def _find(text: str, piece: str, position: int) -> int:
    """Find a piece with white space on both sides, from a place on."""
    while True:
        position = text.index(piece, position)
        end = position + len(piece)
        if (not position or text[position - 1].isspace()) and (
            end == len(text) or text[end].isspace()
        ):
            return position
        position += 1


def best_window(text: str, marks: Sequence[Span]) -> Span:
    """Return about WINDOW characters around as many marks as possible, cut between words."""
    if len(text) <= WINDOW * 5 // 4:
        return Span(0, len(text))
    first, last = 0, -1
    for number in range(len(marks)):
        stop = number
        while stop + 1 < len(marks) and marks[stop + 1].end - marks[number].start <= WINDOW:
            stop += 1
        if stop - number > last - first:
            first, last = number, stop
    begin, end = (marks[first].start, marks[last].end) if marks else (0, 0)
    room = max(0, WINDOW - (end - begin))
    # at most a third before the marks: what follows them says more
    start = max(0, begin - room // 3)
    stop = min(len(text), max(end, start + WINDOW))
    start = max(0, min(start, stop - WINDOW))
    return Span(_border_before(text, start, begin), _border_after(text, stop, end))


def _border_before(text: str, place: int, at_most: int) -> int:
    if place == 0:
        return 0
    border = text.find(" ", place, at_most)
    return border + 1 if border >= 0 else place


def _border_after(text: str, place: int, at_least: int) -> int:
    if place >= len(text):
        return len(text)
    border = text.rfind(" ", at_least, place)
    return border if border >= 0 else place
