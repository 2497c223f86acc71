"""Key words in context from a cluster: it says which speeches have lines, whose texts are read from
the database and searched here. The orders are those of ``features.kwic``.

As every line is read to be ordered, at most ``MAX_READ`` lines are, those of the newest speeches,
or of the oldest if these come first. An answer that has no more than a part says so.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, islice, product
from typing import Any

from statements.models import Paragraph, Speech
from statements.search.analysis import tokenizer
from statements.search.analysis.multiword_terms import count_words, words_of
from statements.search.features.kwic import CONTEXT_WORDS
from statements.search.fields import TEXT_FIELD
from statements.search.matching.positions import MAX_SPELLINGS
from statements.search.opensearch.counting import count_occurrences, list_speeches
from statements.search.opensearch.requesting.leaves import LeafReader
from statements.search.opensearch.requesting.queries import TreeReader
from statements.search.opensearch.requesting.requests import SearchRequest
from statements.search.parameters import Sort
from statements.search.protocol import (
    MAX_LINES,
    Concordance,
    IndexState,
    Line,
    LineOrder,
    LineSelection,
)
from statements.search.query import Leaf, Phrase, Proximity, positive_leaves

MAX_READ = 20_000  # lines
_BATCH = 200  # speeches whose texts are read at a time

Occurrence = tuple[int, int]  # the place of the first word in the paragraph, and how many words


class PlacedText:
    """The terms of a paragraph by place."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []  # the word at each place
        self._places: dict[str, list[int]] = {}
        for term, place in tokenizer.placed_terms(text):
            if place == len(self.words):
                self.words.append(term)
            self._places.setdefault(term, []).append(place)

    def places(self, term: str) -> Sequence[int]:
        """Return where a term begins, ascending."""
        return self._places.get(term, ())

    def starts(self, terms: Sequence[str]) -> Iterator[int]:
        """Yield where terms follow each other."""
        others = [(offset, set(self.places(term))) for offset, term in enumerate(terms) if offset]
        for place in self.places(terms[0]):
            if all(place + offset in places for offset, places in others):
                yield place

    def context(self, order: LineOrder, place: int, length: int) -> tuple[str, ...]:
        """Return the words before or after an occurrence, the nearest first, "" outside."""
        if order is LineOrder.LEFT:
            places = [place - number for number in range(1, CONTEXT_WORDS + 1)]
        else:
            places = [place + length + number for number in range(CONTEXT_WORDS)]
        return tuple(self.words[other] if 0 <= other < len(self.words) else "" for other in places)


@dataclass(frozen=True)
class _FoundLine:
    line: Line
    rank: int  # of the speech
    context: tuple[str, ...]


def concordance(
    request: SearchRequest,
    order: LineOrder,
    values: Sequence[str],
    selection: LineSelection,
    index: IndexState,
) -> Concordance:
    """Return the lines of a question from its ``start`` on. Raises SearchUnavailable."""
    question = request.question
    reader = request.tree.reader
    if selection.words is not None:
        reader = TreeReader(request.vocabulary, selection.words).reader
    leaves = positive_leaves(selection.words or question.tree)
    finders = [_finder(reader, leaf) for leaf in leaves]
    lines: list[_FoundLine] = []
    speeches: list[int] = []
    is_whole = True
    for batch in batched(list_speeches(_in_order(request, order)), _BATCH):
        ranks = {speech: len(speeches) + number for number, speech in enumerate(batch)}
        speeches += batch
        lines += _lines(ranks, finders, order, selection)
        if len(lines) >= MAX_READ:
            is_whole = False
            break
    lines.sort(key=_sort_key(order, values, speeches))
    total = len(lines)
    if not is_whole:
        total = max(total, count_occurrences(request))
    stop = question.start + min(question.size, MAX_LINES)
    return Concordance(
        index,
        total,
        len({found.line.speech for found in lines}),
        [found.line for found in lines[question.start : stop]],
        ordered=None if is_whole else len(lines),
    )


def _in_order(request: SearchRequest, order: LineOrder) -> SearchRequest:
    sort = Sort.OLDEST if order is LineOrder.OLDEST else Sort.NEWEST
    return request.sorted_by(sort)


def _lines(
    ranks: Mapping[int, int],
    finders: Sequence[Callable[[PlacedText], Iterator[Occurrence]]],
    order: LineOrder,
    selection: LineSelection,
) -> Iterator[_FoundLine]:
    """Yield the lines of some speeches, given with their ranks."""
    rows = Paragraph.objects.filter(speech_id__in=ranks, kind=Paragraph.Kind.SPEECH)
    for speech, position, text in rows.values_list("speech_id", "position", "text"):
        placed = PlacedText(text)
        longest: dict[int, int] = {}  # at one place the longer occurrence counts
        for finder in finders:
            for place, length in finder(placed):
                longest[place] = max(length, longest.get(place, 0))
        for place, length in longest.items():
            if selection.beside and not _stands_beside(placed, place, length, selection):
                continue
            context = placed.context(order, place, length)
            yield _FoundLine(Line(speech, position, place, length), ranks[speech], context)


def _stands_beside(text: PlacedText, place: int, length: int, selection: LineSelection) -> bool:
    end = place + length
    return any(
        place - selection.window <= other < place or end <= other < end + selection.window
        for other in text.places(selection.beside)
    )


def _sort_key(
    order: LineOrder, values: Sequence[str], speeches: Sequence[int]
) -> Callable[[_FoundLine], tuple[Any, ...]]:
    def within(found: _FoundLine) -> tuple[Any, ...]:
        return found.rank, found.line.paragraph, found.line.place

    if order in (LineOrder.LEFT, LineOrder.RIGHT):
        return lambda found: (found.context, *within(found))
    if order in (LineOrder.SPEAKER, LineOrder.COUNTRY):
        field = "speaker__slug" if order is LineOrder.SPEAKER else "country_id"
        value_of = dict(Speech.objects.filter(pk__in=speeches).values_list("pk", field))
        place_of = {value: place for place, value in enumerate(values)}
        missing = sorted({value for value in value_of.values() if value} - place_of.keys())
        place_of |= {value: place for place, value in enumerate(missing, len(values))}
        last = len(place_of)
        return lambda found: (
            place_of.get(value_of.get(found.line.speech) or "", last),
            *within(found),
        )
    return within


# -- where a leaf occurs in a text -----------------------------------------------------------------


def _finder(reader: LeafReader, leaf: Leaf) -> Callable[[PlacedText], Iterator[Occurrence]]:
    """Return the function that finds a leaf in a text."""
    if isinstance(leaf, Phrase | Proximity):
        spellings = {word: reader.spellings(word) for word in leaf.terms}
        # see ``features.kwic``
        words = words_of(leaf.terms) if isinstance(leaf, Phrase) else ("",)
        length = sum(map(count_words, words))

        def find_phrase(text: PlacedText) -> Iterator[Occurrence]:
            starts = (
                _phrase_starts(text, [spellings[word] for word in leaf.terms])
                if isinstance(leaf, Phrase)
                else _near_starts(text, leaf, spellings)
            )
            return ((place, length) for place in starts)

        return find_phrase
    terms = [(term, count_words(term)) for term, _ in reader.leaf(TEXT_FIELD, leaf).terms]

    def find_terms(text: PlacedText) -> Iterator[Occurrence]:
        return ((place, length) for term, length in terms for place in text.places(term))

    return find_terms


def _phrase_starts(text: PlacedText, words: Sequence[Sequence[tuple[str, ...]]]) -> set[int]:
    ways = islice(product(*words), MAX_SPELLINGS)
    return {start for way in ways for start in text.starts([term for part in way for term in part])}


def _near_starts(
    text: PlacedText, leaf: Proximity, spellings: Mapping[str, Sequence[tuple[str, ...]]]
) -> list[int]:
    """Return where words begin that are near one another: for each place at which such a group may
    end, the latest, see ``matching.positions``."""
    needed = Counter(leaf.terms)
    reach = len(leaf.terms) + leaf.distance
    places = {
        word: sorted({start for terms in spellings[word] for start in text.starts(terms)})
        for word in needed
    }
    if not all(len(places[word]) >= count for word, count in needed.items()):
        return []
    starts: dict[int, None] = {}
    for end in sorted({place for found in places.values() for place in found}):
        begins = []
        for word, count in needed.items():
            until = [place for place in places[word] if place <= end]
            if len(until) < count:
                break
            begins.append(until[-count])
        else:
            if end - min(begins) < reach:
                starts[min(begins)] = None
    return list(starts)
