"""Extracts: the paragraphs of a speech that match best, with what matched in ``<mark>``.

The words to mark are found in the paragraph's text by the index's own analysis. Everything is
escaped before a tag is put in, so that a text never becomes markup.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

import numpy as np
from django.utils.safestring import SafeString, mark_safe

from statements.search import analysis, prefixes
from statements.search.evaluate import Evaluator
from statements.search.query import Near, Phrase, Prefix, Sought, Word

MOST = 3  # extracts of one speech
WINDOW = 300  # characters of an extract, about
ELLIPSIS = "…"
LONGEST_KEPT = 40  # characters of a piece of text whose words are kept for the next time


# dashes, quotation marks and spaces of print, none of which is of a word
_PLAIN = dict.fromkeys([*range(0x2010, 0x2030), 0xA0, 0xAB, 0xB0, 0xBB], " ")
_RUN = re.compile(r"\w+", re.ASCII)


class Span(NamedTuple):
    start: int
    end: int


class Place(NamedTuple):
    """A word of a text that a query has to do with."""

    number: int  # of the word in the text
    term: str
    start: int
    end: int


def best_paragraphs(
    evaluator: Evaluator, speeches: Sequence[int], leaves: Sequence[Sought]
) -> list[list[int]]:
    """For each speech the positions of the paragraphs that match most of the words, best first."""
    snapshot = evaluator.snapshot
    numbers = np.asarray(speeches, np.int64)
    ends = np.append(snapshot.heads, snapshot.size)
    firsts, stops = ends[numbers], ends[numbers + 1]
    found, scores = [], []
    for leaf in map(evaluator.leaf, leaves):
        bounds = np.searchsorted(leaf.documents, [firsts, stops])
        here = np.concatenate([np.arange(*pair) for pair in bounds.T.tolist()] or [bounds[0]])
        found.append(leaf.documents[here])
        scores.append(leaf.scores[here])
    if not found:
        return [[] for _ in speeches]
    documents, entries = np.unique(np.concatenate(found), return_inverse=True)
    words = np.bincount(entries, minlength=len(documents))
    sums = np.bincount(entries, np.concatenate(scores), minlength=len(documents))
    best = documents[np.lexsort((documents, -sums, -words))]
    chosen: dict[int, list[int]] = {number: [] for number in numbers.tolist()}
    of = snapshot.speech_of[best].tolist()
    for number, position in zip(of, snapshot.paragraph[best].tolist(), strict=True):
        if len(chosen[number]) < MOST:
            chosen[number].append(position)
    return [chosen[number] for number in numbers.tolist()]


class Marker:
    """Marks in texts what one query seeks."""

    def __init__(self, leaves: Sequence[Sought]) -> None:
        self._wanted = {leaf.term for leaf in leaves if isinstance(leaf, Word)}
        self._beginnings = [leaf.letters for leaf in leaves if isinstance(leaf, Prefix)]
        self._nears = [leaf for leaf in leaves if isinstance(leaf, Near)]
        phrases = {leaf.terms for leaf in leaves if isinstance(leaf, Phrase)}
        self._phrases = sorted(phrases, key=len, reverse=True)
        groups = [*self._phrases, *(leaf.terms for leaf in self._nears)]
        self._of_groups = {term for terms in groups for term in terms}
        # no word is made to begin otherwise
        begun = {term[: max(1, min(2, len(term) - 1))] for term in self._of_groups | self._wanted}
        begun |= {letters[:1] for letters in self._beginnings}
        either = "|".join(map(re.escape, sorted(begun))) or "(?!)"
        self._begun = re.compile(rf"(?:{either})\w*", re.ASCII)
        self._concerned: dict[str, bool] = {}

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
        near = self._near_one_another(places)
        spans: list[Span] = []
        at = 0
        while at < len(places):
            length = self._phrase_at(places, at)
            place = places[at]
            if not length and (place.number in near or self.is_wanted(place.term)):
                length = 1
            if length:
                spans.append(Span(place.start, places[at + length - 1].end))
            at += length or 1
        return spans

    def is_wanted(self, term: str) -> bool:
        """Whether a word is sought for itself."""
        return term in self._wanted or any(
            prefixes.begins(term, letters) for letters in self._beginnings
        )

    def concerns(self, term: str) -> bool:
        """Whether a word is sought for itself or as one of a phrase."""
        known = self._concerned.get(term)
        if known is None:
            known = self._concerned[term] = term in self._of_groups or self.is_wanted(term)
        return known

    def _places(self, text: str) -> list[Place]:
        """The words of a text that have to do with the query, in order."""
        plain = text if text.isascii() else text.translate(_PLAIN)
        if plain.isascii():
            return list(self._in_plain(plain.lower()))
        return list(self._in_any(text))

    def _in_plain(self, text: str) -> Iterator[Place]:
        """Of letters without accents: what begins as no word that is sought is passed over."""
        number = at = 0
        for match in self._begun.finditer(text):
            start, end = match.span()
            if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                continue  # within a word
            if self.concerns(term := analysis.normal(match[0])):
                if self._of_groups:  # only they need to know what stands between
                    number += len(_RUN.findall(text, at, start))
                yield Place(number, term, start, end)
                number, at = number + 1, end

    def _in_any(self, text: str) -> Iterator[Place]:
        number = at = 0
        for piece in text.split():
            words = _words(piece) if len(piece) <= LONGEST_KEPT else analysis.words(piece)
            begin = None
            for word in words:
                if self.concerns(word.term):
                    if begin is None:
                        begin = at = _find(text, piece, at)
                    yield Place(number, word.term, begin + word.start, begin + word.end)
                number += 1
            if begin is not None:
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
            needed = Counter(leaf.terms)
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


@lru_cache(maxsize=1 << 15)
def _words(piece: str) -> tuple[analysis.Word, ...]:
    # no word reaches over a space, so that the words of a text are those of its pieces
    return tuple(analysis.words(piece))


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
