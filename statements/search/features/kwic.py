"""Key words in context: every place where a query's words stand, with what stands around it,
ordered by what stands to the left or right, or by date.

    lines = concordance(asked.evaluator, asked.tree, asked.found, Order.RIGHT, start=0, stop=50)
    for line in printed(asked.snapshot, lines.shown): ...

To the right the first words after it are compared, to the left the last before it, the nearest
first, in the order of their letters as the index folds them. Equal ones stand newest first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from statements.models import Speech
from statements.search.analysis import tokenizer
from statements.search.analysis.inflection import HYPHEN
from statements.search.fields import TEXT_FIELD
from statements.search.index.formats.postings import Keys
from statements.search.index.forward_index import sequences
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.positions import begins
from statements.search.query import Near, Node, Phrase, Sought, wanted_words
from statements.search.rows import texts

Lengths = npt.NDArray[np.int64]

COMPARED = 3  # words to the left or right
AROUND = 60  # characters, about, on either side
MOST = 100  # lines at a time
MOST_SORTED = 200_000  # lines that are ordered by their context; of more, the newest


class Order(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    NEWEST = "newest"
    OLDEST = "oldest"


class ContextUnknown(Exception):
    """The sequences of a large segment are not written yet."""


@dataclass(frozen=True, slots=True)
class Line:
    document: int  # of the snapshot
    place: int  # of the first word, counted in words from the paragraph's beginning
    length: int  # words


@dataclass(frozen=True, slots=True)
class Concordance:
    total: int  # lines
    speeches: int  # that have them
    shown: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Printed:
    """A line as it stands in the text now; not escaped."""

    speech: Speech
    paragraph: int
    left: str
    word: str
    right: str


def concordance(
    evaluator: Evaluator, node: Node, found: Mask, order: Order, *, start: int = 0, stop: int = 50
) -> Concordance:
    """Lines from ``start`` to ``stop``, at most ``MOST``. ``found`` is bool[H], what passed the
    filters. Raises ContextUnknown."""
    snapshot = evaluator.snapshot
    keys, lengths = _occurrences(evaluator, node, found)
    documents, places = (keys >> 32).astype(np.int64), (keys & 0xFFFF_FFFF).astype(np.int64)
    speeches = snapshot.speech_of[documents]
    rank = (snapshot.oldest if order is Order.OLDEST else snapshot.newest)[speeches]
    total, with_lines = len(keys), len(np.unique(speeches))
    stop = min(stop, start + MOST, total)
    chosen = np.arange(total)
    by: npt.NDArray[np.int64] = rank.astype(np.int64)
    if order in (Order.LEFT, Order.RIGHT):
        if total > MOST_SORTED:
            chosen = np.sort(np.argpartition(rank, MOST_SORTED)[:MOST_SORTED])
            stop = min(stop, MOST_SORTED)
        if order is Order.LEFT:
            at = places[chosen][:, None] - np.arange(1, COMPARED + 1)
        else:
            at = (places + lengths)[chosen][:, None] + np.arange(COMPARED)
        by = _ordered_words(snapshot, documents[chosen], at)
    if 0 < stop < len(chosen):
        # only what can be on the page need be ordered to the end
        keys_by = by if by.ndim == 1 else by[:, 0]
        least = np.partition(keys_by, stop - 1)[stop - 1]
        fits = keys_by <= least
        chosen, by = chosen[fits], by[fits]
    columns = [by] if by.ndim == 1 else [by[:, place] for place in reversed(range(by.shape[1]))]
    ties = (places[chosen], documents[chosen], rank[chosen])
    best = chosen[np.lexsort((*ties, *columns))][start:stop]
    return Concordance(
        total,
        with_lines,
        [Line(int(documents[one]), int(places[one]), int(lengths[one])) for one in best.tolist()],
    )


def _occurrences(evaluator: Evaluator, node: Node, found: Mask) -> tuple[Keys, Lengths]:
    """Where words stand, ascending, and how many they are; of two at one place the longer."""
    parts = [part for sought in wanted_words(node) for part in _places(evaluator, sought, found)]
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keys = np.concatenate([keys for keys, _ in parts])
    lengths = np.concatenate([np.full(len(keys), length) for keys, length in parts])
    if len(parts) > 1:
        order = np.lexsort((-lengths, keys))
        keys, lengths = keys[order], lengths[order]
        first = np.diff(keys, prepend=-1) > 0
        keys, lengths = keys[first], lengths[first]
    return keys, lengths


def _places(evaluator: Evaluator, sought: Sought, found: Mask) -> Iterator[tuple[Keys, int]]:
    """Where one word or phrase stands in the speeches found, and how many words it is; of words
    near one another the first."""
    snapshot = evaluator.snapshot
    if isinstance(sought, Phrase | Near):
        keys = begins(snapshot, TEXT_FIELD, sought)
        here = found[snapshot.speech_of[keys >> 32]]
        yield keys[here], len(sought.terms) if isinstance(sought, Phrase) else 1
        return
    for term, *_ in evaluator.ways(TEXT_FIELD, sought).terms:
        postings = snapshot.postings(TEXT_FIELD, term, places=True, within=found)
        postings = postings.only(found[snapshot.speech_of[postings.documents]])
        assert postings.places is not None  # noqa: S101
        documents = postings.documents.astype(np.int64) << 32
        yield (
            np.repeat(documents, postings.frequencies) + postings.places.astype(np.int64),
            term.count(HYPHEN) + 1,
        )


def _ordered_words(
    snapshot: Snapshot, documents: npt.NDArray[np.int64], at: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """int64[N, C]: for each of N documents the words at C places as numbers in the order of their
    letters, over all segments; 0 outside of the document."""
    numbers = np.zeros(at.shape, np.int64)
    met: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[bytes]]] = []
    for segment, base in zip(snapshot.segments, snapshot.bases.tolist(), strict=False):
        here = np.flatnonzero((documents >= base) & (documents < base + segment.size))
        if not len(here):
            continue
        if (sequence := sequences(segment)) is None:
            raise ContextUnknown("The contexts of words are being prepared.")
        words = sequence.at((documents[here] - base)[:, None], at[here]) + 1
        numbers[here] = words
        used = np.flatnonzero(np.bincount(words.ravel(), minlength=2)[1:])
        vocabulary = segment.words(TEXT_FIELD)
        met.append((here, used, [vocabulary[number] for number in used.tolist()]))
    if len(met) > 1:
        every = sorted({word for _, _, words in met for word in words})
        place = {word: number for number, word in enumerate(every, 1)}
        for here, used, named in met:
            renumbered = np.zeros(int(used.max(initial=0)) + 2, np.int64)
            renumbered[used + 1] = [place[word] for word in named]
            numbers[here] = renumbered[numbers[here]]
    return numbers


# -- as printed ---------------------------------------------------------------------------------


def printed(snapshot: Snapshot, lines: Sequence[Line]) -> Iterator[Printed]:
    """The lines with their texts, of speeches that the database still has."""
    where = [
        (
            int(snapshot.numbers["speech"][snapshot.speech_of[line.document]]),
            int(snapshot.paragraph[line.document]),
        )
        for line in lines
    ]
    speeches = Speech.objects.for_listing().in_bulk({speech for speech, _ in where})
    text_of = texts(sorted(set(where)))
    for line, (speech, paragraph) in zip(lines, where, strict=True):
        text = text_of.get(speech, {}).get(paragraph)
        if text is None or speech not in speeches:
            continue  # deleted since
        words = list(tokenizer.words(text))[line.place : line.place + line.length]
        if len(words) == line.length:  # else the paragraph has become shorter
            start, end = words[0].start, words[-1].end
            left, right = _before(text, start), _after(text, end)
            yield Printed(speeches[speech], paragraph, left, text[start:end], right)


def _before(text: str, end: int) -> str:
    start = end - AROUND
    return text[:end] if start <= 0 else text[max(text.find(" ", start, end), start) : end].lstrip()


def _after(text: str, start: int) -> str:
    end = start + AROUND
    if end >= len(text):
        return text[start:]
    border = text.rfind(" ", start, end)
    return text[start : border if border > start else end]
