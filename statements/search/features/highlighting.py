"""Extracts: the paragraphs of a speech that match best, with what matched in ``<mark>``.

The words to mark are found in the paragraph's text by the index's own analysis. Everything is
escaped before a tag is put in, so that a text never becomes markup.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

import numpy as np
from django.utils.safestring import SafeString, mark_safe

from statements.search.analysis import inflection, tokenizer
from statements.search.analysis.inflection import ENGLISH, HYPHEN, spelling
from statements.search.matching.evaluator import Evaluator
from statements.search.query import Kin, Near, Phrase, Prefix, Sought, Word

MOST = 3  # extracts of one speech
WINDOW = 300  # characters of an extract, about
ELLIPSIS = "…"
LONGEST_KEPT = 40  # characters of a piece of text whose words are kept for the next time


# dashes, quotation marks and spaces of print, none of which is of a word
_PRINTED = re.compile("[\u2010-\u202f\xa0\xab\xb0\xbb]")
_JOINED = re.compile(r"\w+(?:-\w+)+", re.ASCII)
_RUN = re.compile(r"\w+", re.ASCII)
# Latin letters, most of which fold to one letter without an accent
_ACCENTED = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
# signs, none of which is of a word
_SIGNS = re.compile(
    "[\u00a1-\u00a9\u00ac-\u00b1\u00b4\u00b6-\u00b8\u00bf\u00d7\u00f7\u2030-\u205e\u20a0-\u20c0\u2122]"
)
# hyphens of print, and compounds of three parts or more: ``_in_plain`` reads them differently
_HARD_COMPOUND = re.compile(r"[\u2010\u2011]|-\w+-")


class Span(NamedTuple):
    start: int
    end: int


class Place(NamedTuple):
    """A word of a text, or several joined by hyphens, that a query has to do with."""

    number: int  # of the word in the text, of which what is joined is one
    term: str
    start: int
    end: int
    wanted: bool  # for itself, not as one of a phrase


def best_paragraphs(
    evaluator: Evaluator, speeches: Sequence[int], leaves: Sequence[Sought]
) -> list[list[int]]:
    """For each speech the positions of the paragraphs that match most of the words, best first."""
    snapshot = evaluator.snapshot
    wanted = np.zeros(len(snapshot.alive), bool)
    wanted[speeches] = True
    found = [evaluator.leaf(leaf).within(wanted) for leaf in leaves]
    if not found:
        return [[] for _ in speeches]
    documents, entries = np.unique(
        np.concatenate([documents for documents, _ in found]), return_inverse=True
    )
    words = np.bincount(entries, minlength=len(documents))
    scores = np.concatenate([scores for _, scores in found])
    sums = np.bincount(entries, scores, minlength=len(documents))
    best = documents[np.lexsort((documents, -sums, -words))]
    chosen: dict[int, list[int]] = {number: [] for number in speeches}
    of = snapshot.speech_of[best].tolist()
    for number, position in zip(of, snapshot.paragraph[best].tolist(), strict=True):
        if len(chosen[number]) < MOST:
            chosen[number].append(position)
    return [chosen[number] for number in speeches]


class BestParagraphs(Sequence[int]):
    """What ``best_paragraphs`` tells of one speech of a page, looked for, for all of the page, when
    it is asked for."""

    def __init__(self, of_page: Callable[[], list[list[int]]], place: int) -> None:
        self._of_page, self._place = of_page, place

    def __getitem__(self, number: Any) -> Any:
        return self._of_page()[self._place][number]

    def __len__(self) -> int:
        return len(self._of_page()[self._place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def __repr__(self) -> str:
        return repr(list(self))

    def __reduce__(self) -> tuple[type, tuple[list[int]]]:
        return list, (list(self),)


class Marker:
    """Marks in texts what one query seeks."""

    def __init__(self, leaves: Sequence[Sought]) -> None:
        wanted = {leaf.term for leaf in leaves if isinstance(leaf, Word | Kin)}
        wanted |= {one for leaf in leaves if isinstance(leaf, Kin) for one in leaf.relatives}
        self._wanted = frozenset(key for term in wanted for key in inflection.keys(term))
        self._beginnings = [leaf.letters for leaf in leaves if isinstance(leaf, Prefix)]
        self._nears = [leaf for leaf in leaves if isinstance(leaf, Near)]
        phrases = {leaf.terms for leaf in leaves if isinstance(leaf, Phrase)}
        phrases |= {(term,) for term in wanted if HYPHEN in term}
        self._phrases = sorted(
            {one for terms in phrases for one in _printed(terms)}, key=len, reverse=True
        )
        groups = [*self._phrases, *(leaf.terms for leaf in self._nears)]
        self._of_groups = {spelling(term) for terms in groups for term in terms}
        # no form of a word begins otherwise
        begun = {term[: max(1, min(2, len(term) - 1))] for term in self._of_groups}
        begun |= {one for term in wanted for one in inflection.beginnings(term)}
        begun |= {letters[:1] for letters in self._beginnings}
        either = "|".join(map(re.escape, sorted(begun))) or "(?!)"
        self._begun = re.compile(rf"\b(?:{either})\w*", re.ASCII)
        self._known: dict[tuple[str, tuple[str, ...]], bool | None] = {}
        # of each printed word of plain texts: its spelling and whether it is wanted for itself
        self._plain_words: dict[str, tuple[str, bool] | None] = {}

    def extract(self, text: str) -> SafeString:
        """The part of a paragraph where most of the matching words stand, escaped and marked."""
        marks = self.marks(text)
        window = choose_window(text, marks)
        pieces = [ELLIPSIS if window.start else ""]
        place = window.start
        for mark in marks:
            if window.start <= mark.start and mark.end <= window.end:
                pieces.append(escape(text[place : mark.start]))
                pieces.append(f"<mark>{escape(text[mark.start : mark.end])}</mark>")
                place = mark.end
        pieces.append(escape(text[place : window.end]))
        pieces.append(ELLIPSIS if window.end < len(text) else "")
        return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above

    def marks(self, text: str) -> list[Span]:
        """Where the words and phrases stand in a text: a phrase is one span, none overlap."""
        places = self._places(text)
        if not self._of_groups:
            return [Span(place.start, place.end) for place in places]
        near = self._near_one_another(places)
        spans: list[Span] = []
        at = 0
        while at < len(places):
            length = self._phrase_at(places, at)
            place = places[at]
            if not length and (place.number in near or place.wanted):
                length = 1
            if length:
                spans.append(Span(place.start, places[at + length - 1].end))
            at += length or 1
        return spans

    def _sought(self, term: str, languages: tuple[str, ...] = (ENGLISH,)) -> bool | None:
        """Whether a word is sought for itself; None where it is not even sought in a group."""
        try:
            return self._known[term, languages]
        except KeyError:
            found: bool | None = not self._wanted.isdisjoint(inflection.keys(term, languages))
            found = found or any(map(term.startswith, self._beginnings))
            if not found and spelling(term) not in self._of_groups:
                found = None
            self._known[term, languages] = found
            return found

    def _places(self, text: str) -> list[Place]:
        """The words of a text that have to do with the query, in order."""
        plain = text if text.isascii() else _plain(text)
        return list(self._in_any(text) if plain is None else self._in_plain(plain.lower()))

    def _in_plain(self, text: str) -> Iterator[Place]:
        """Of letters without accents: what begins as no word that is sought is passed over."""
        number = at = 0
        has_hyphens = "-" in text
        for match in self._begun.finditer(text):
            start, end = match.span()
            if start < at:
                continue  # within a compound
            known = None
            if (
                has_hyphens
                and text[end : end + 1] == "-"
                and (joined := _JOINED.match(text, start))
            ):
                term = tokenizer.compound(joined[0])
                wanted = self._sought(term) if term else None
                if term and wanted is not None:
                    known, end = (spelling(term), wanted), joined.end()
            if known is None:
                known = self._plain_word(match[0])
            if known is not None:
                if self._of_groups:  # only they need to know what stands between
                    number += len(_RUN.findall(text, at, start))
                yield Place(number, known[0], start, end, known[1])
                number, at = number + 1, end

    def _plain_word(self, printed: str) -> tuple[str, bool] | None:
        """Return the spelling of a word of a plain text and whether it is wanted for itself; None
        if the query has nothing to do with it."""
        try:
            return self._plain_words[printed]
        except KeyError:
            term = tokenizer.normal(printed)
            wanted = self._sought(term)
            known = None if wanted is None else (spelling(term), wanted)
            self._plain_words[printed] = known
            return known

    def _in_any(self, text: str) -> Iterator[Place]:
        number = at = 0
        cut = [(piece, _units(piece)) for piece in text.split()]
        spoken = (word.term for _, units in cut for word, _ in units)
        languages = (ENGLISH, *inflection.heard(spoken))
        for piece, units in cut:
            begin = passed = 0
            found = False
            for unit, (word, joined) in enumerate(units):
                if unit < passed:
                    continue
                wanted, term, end = None, word.term, word.end
                if joined and (wanted := self._sought(joined.term, languages)) is not None:
                    term, end = joined.term, units[unit + joined.parts - 1][0].end
                    passed = unit + joined.parts
                if wanted is None:
                    wanted = self._sought(term, languages)
                if wanted is not None:
                    if not found:
                        begin, found = _find(text, piece, at), True
                    places = begin + word.start, begin + end
                    yield Place(number, spelling(term), *places, wanted)
                number += 1
            if found:
                at = begin + len(piece)

    def _phrase_at(self, places: Sequence[Place], at: int) -> int:
        """How many words the longest phrase has that begins at a place, 0 where none does."""
        for terms in self._phrases:
            here = places[at : at + len(terms)]
            if tuple(place.term for place in here) == terms and (
                here[-1].number - here[0].number == len(terms) - 1
            ):
                return len(terms)
        return 0

    def _near_one_another(self, places: Sequence[Place]) -> set[int]:
        """Numbers of the words that stand as near to one another as was asked."""
        near: set[int] = set()
        for leaf in self._nears:
            needed = Counter(map(spelling, leaf.terms))
            seen: dict[str, list[int]] = {term: [] for term in needed}
            for place in places:
                if place.term not in seen:
                    continue
                seen[place.term].append(place.number)
                # of each term the last places before this one
                group = [one for each, count in needed.items() for one in seen[each][-count:]]
                reach = len(group) + leaf.distance
                if len(group) == len(leaf.terms) and place.number - min(group) < reach:
                    near.update(group)
        return near


def _plain(text: str) -> str | None:
    """A text with spaces for signs of print and a plain letter for each accented one, if
    ``_in_plain`` finds the same words there as ``_in_any`` in the text itself, else None. Most
    texts with accents are English ones with a few names."""
    plain = _PRINTED.sub(" ", text)
    if plain.isascii():
        return plain
    letters = _ACCENTED.sub(_letter, _SIGNS.sub(" ", plain))
    if not letters.isascii() or _HARD_COMPOUND.search(text):
        return None
    return None if inflection.heard(_RUN.findall(letters.lower())) else letters


def _letter(accented: re.Match[str]) -> str:
    """The plain letter of an accented one; the accented one, where it has several or none."""
    folded = tokenizer.normal(accented[0])
    return folded if len(folded) == 1 else accented[0]


def _printed(terms: tuple[str, ...]) -> set[tuple[str, ...]]:
    """A phrase as it may stand in a text: its compounds joined, or in parts."""
    parts = tuple(part for term in terms for part in term.split(HYPHEN))
    return {parts, tuple(map(spelling, terms))}


Unit = tuple[tokenizer.Word, tokenizer.Compound | None]


def _units(piece: str) -> tuple[Unit, ...]:
    """The words of a piece of text, each with what begins with it and is joined by hyphens."""
    # no word reaches over a space, so that the words of a text are those of its pieces
    return _kept_units(piece) if len(piece) <= LONGEST_KEPT else _cut(piece)


def _cut(piece: str) -> tuple[Unit, ...]:
    words = list(tokenizer.words(piece))
    joined = {one.first: one for one in tokenizer.compounds(piece, words)}
    return tuple((word, joined.get(number)) for number, word in enumerate(words))


_kept_units = lru_cache(maxsize=1 << 14)(_cut)


def _find(text: str, piece: str, at: int) -> int:
    """Where a piece that has a space on either side stands, from a place on."""
    while True:
        at = text.index(piece, at)
        end = at + len(piece)
        if (not at or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            return at
        at += 1


def choose_window(text: str, marks: Sequence[Span]) -> Span:
    """About WINDOW characters around as many marks as possible, cut between words."""
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
    # more of what comes before than a third would hide what is said of the matching words
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
