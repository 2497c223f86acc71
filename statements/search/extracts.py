"""Extracts: the paragraphs of a speech that match best, with what matched in ``<mark>``.

The words to mark are found in the paragraph's text by the index's own analysis. Everything is
escaped before a tag is put in, so that a text never becomes markup.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from statements.search import analysis, prefixes
from statements.search.evaluate import Evaluator
from statements.search.query import Near, Phrase, Prefix, Sought, Word

MOST = 3  # extracts of one speech
WINDOW = 300  # characters of an extract, about
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


def best_paragraphs(evaluator: Evaluator, speech: int, leaves: Sequence[Sought]) -> list[int]:
    """Positions of the paragraphs of a speech that match most of the words, best first."""
    snapshot = evaluator.snapshot
    first = int(snapshot.heads[speech])
    end = int(snapshot.heads[speech + 1]) if speech + 1 < len(snapshot.heads) else snapshot.size
    found: dict[int, list[float]] = {}
    for node in leaves:
        leaf = evaluator.leaf(node)
        begin, stop = np.searchsorted(leaf.documents, [first, end]).tolist()
        for document, score in zip(
            leaf.documents[begin:stop].tolist(), leaf.scores[begin:stop].tolist(), strict=True
        ):
            found.setdefault(document, []).append(score)
    best = sorted(found, key=lambda one: (-len(found[one]), -sum(found[one]), one))[:MOST]
    return [int(snapshot.paragraph[document]) for document in best]


def extract(text: str, leaves: Sequence[Sought]) -> SafeString:
    """The part of a paragraph where most of the matching words stand, escaped and marked."""
    marks = find_marks(text, leaves)
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


def find_marks(text: str, leaves: Sequence[Sought]) -> list[Span]:
    """Where the words and phrases stand in a text: a phrase is one span, none overlap."""
    words = list(analysis.words(text))
    terms = [word.term for word in words]
    wanted = {leaf.term for leaf in leaves if isinstance(leaf, Word)}
    beginnings = [leaf.letters for leaf in leaves if isinstance(leaf, Prefix)]
    near = _near_one_another(terms, leaves)
    phrases = _by_first_term(leaves)
    spans: list[Span] = []
    number = 0
    while number < len(words):
        term = terms[number]
        length = next(
            (
                len(phrase)
                for phrase in phrases.get(term, ())
                if tuple(terms[number : number + len(phrase)]) == phrase
            ),
            0,
        )
        if not length and (
            term in wanted
            or number in near
            or any(prefixes.begins(term, letters) for letters in beginnings)
        ):
            length = 1
        if length:
            spans.append(Span(words[number].start, words[number + length - 1].end))
        number += length or 1
    return spans


def _by_first_term(leaves: Sequence[Sought]) -> Mapping[str, list[tuple[str, ...]]]:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for leaf in leaves:
        if isinstance(leaf, Phrase):
            phrases.setdefault(leaf.terms[0], []).append(leaf.terms)
    for alike in phrases.values():
        alike.sort(key=len, reverse=True)
    return phrases


def _near_one_another(terms: Sequence[str], leaves: Sequence[Sought]) -> set[int]:
    """Places of terms that stand as near to one another as was asked."""
    places: set[int] = set()
    for leaf in leaves:
        if not isinstance(leaf, Near):
            continue
        needed = Counter(leaf.terms)
        seen: dict[str, list[int]] = {term: [] for term in needed}
        for place, term in enumerate(terms):
            if term not in seen:
                continue
            seen[term].append(place)
            # of each term the last places before this one
            group = [one for each, count in needed.items() for one in seen[each][-count:]]
            if len(group) == len(leaf.terms) and place - min(group) < len(group) + leaf.distance:
                places.update(group)
    return places


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
