"""How much words are used: in how many speeches and paragraphs, and how often, by year, month and
country.

A mention is one occurrence, in a paragraph of a speech found, of a word or phrase that the query
wants; of ``dam OR "dam on the river"`` the phrase counts for both. Names in the head of a speech
are no mentions, nor is what a query excludes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.formats.bm25 import LENGTH_OF_NORM
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import Counts, column
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.histogram import Period, label, periods
from statements.search.matching.positions import Occurrences
from statements.search.query import Node, wanted_words

MOST_QUERIES = 6  # compared with one another
MOST_PERIODS = 1200  # the latest: a century of months
SHARES = ("country", "year")


# -- one query --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    value: str
    speeches: int  # found
    mentions: int  # in these
    of: int  # speeches that have the value, found or not


@dataclass(frozen=True, slots=True)
class Usage:
    speeches: int
    paragraphs: int  # with at least one mention
    mentions: int
    shares: Mapping[str, Sequence[Share]]  # of ``SHARES``: most mentions first, years in order


def usage(evaluator: Evaluator, node: Node, found: Mask, living: Mask | None = None) -> Usage:
    """Of a query that the evaluator has matched; ``found`` is bool[H], what passed the filters,
    ``living`` all speeches where not all of the index are."""
    snapshot = evaluator.snapshot
    spoken = [evaluator.mentions(sought) for sought in wanted_words(node)]
    mentioned = _summed(snapshot, spoken, found)
    mentioning = np.zeros(snapshot.size, bool)
    for one in spoken:
        mentioning[one.documents] = True
    paragraphs = np.flatnonzero(mentioning)
    return Usage(
        int(np.count_nonzero(found)),
        int(np.count_nonzero(found[snapshot.speech_of[paragraphs]])),
        int(mentioned.sum()),
        {name: _shares(snapshot, name, found, mentioned, living) for name in SHARES},
    )


def mentions(evaluator: Evaluator, node: Node, found: Mask) -> Counts:
    """int64[H]: how often each speech found mentions what the query wants, 0 for the others."""
    spoken = [evaluator.mentions(sought) for sought in wanted_words(node)]
    return _summed(evaluator.snapshot, spoken, found)


def _summed(snapshot: Snapshot, spoken: Sequence[Occurrences], found: Mask) -> Counts:
    counts = np.zeros(len(found))
    for one in spoken:
        speeches = snapshot.speech_of[one.documents]
        counts += np.bincount(speeches, weights=one.frequencies, minlength=len(found))
    return np.where(found, counts, 0).astype(np.int64)


def _shares(
    snapshot: Snapshot, name: str, found: Mask, mentioned: Counts, living: Mask | None
) -> list[Share]:
    whole = column(snapshot, name).within(snapshot.alive if living is None else living)
    here = whole.within(found)
    speeches, of = here.counts(), whole.counts()
    weights = mentioned[here.speeches]
    often = np.bincount(here.codes, weights=weights, minlength=len(of)).astype(np.int64)
    shares = [
        Share(whole.values[code], int(speeches[code]), int(often[code]), int(of[code]))
        for code in np.flatnonzero(speeches).tolist()
    ]
    if name == "year":
        return sorted(shares, key=lambda share: int(share.value))
    return sorted(shares, key=lambda share: (-share.mentions, -share.speeches, share.value))


# -- several queries over time ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trend:
    speeches: Counts  # int64[P]: found in each period
    mentions: Counts  # int64[P]


@dataclass(frozen=True, slots=True)
class Trends:
    """Divide by ``speeches`` or ``words`` for what is comparable over time."""

    periods: list[str]  # P of them, without gaps: 2014, or 2014-12
    speeches: Counts  # int64[P]: all speeches of each period
    words: Counts  # int64[P]: all their words, about: a length is kept in one byte
    trends: list[Trend]  # one for each query


def trends(
    snapshot: Snapshot,
    asked: Sequence[tuple[Evaluator, Node, Mask]],
    period: Period,
    living: Mask | None = None,
) -> Trends:
    """Over the periods in which anybody spoke. Each query comes with the evaluator that matched
    it and what was found, bool[H]; ``living`` are all speeches where not all of the index are."""
    living = snapshot.alive if living is None else living
    of = np.where(living, periods(snapshot, period), 0)
    known = of[of > 0]
    last = int(known.max(initial=0))
    first = max(int(known.min(initial=last)), last - MOST_PERIODS + 1)
    width = last - first + 1 if last else 0
    within = np.where(of >= first, of - first + 1, 0) if last else of

    def summed(weights: Counts) -> Counts:
        sums = np.bincount(within, weights=weights, minlength=width + 1)
        return sums[1:].astype(np.int64)

    return Trends(
        [label(number, period) for number in range(first, first + width)],
        summed(living.astype(np.int64)),
        summed(spoken_words(snapshot)),
        [
            Trend(summed(found.astype(np.int64)), summed(mentions(evaluator, node, found)))
            for evaluator, node, found in asked[:MOST_QUERIES]
        ],
    )


@cached_per_snapshot
def spoken_words(snapshot: Snapshot) -> Counts:
    """int64[H]: how many words somebody spoke in each speech, about."""
    lengths = LENGTH_OF_NORM[snapshot.codes[TEXT_FIELD]]
    sums = np.bincount(snapshot.speech_of, weights=lengths, minlength=len(snapshot.heads))
    return np.where(snapshot.alive, sums, 0).astype(np.int64)
