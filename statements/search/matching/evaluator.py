"""Evaluates a query tree over a snapshot: which speeches match, and how well.

Conditions meet at the speech: words may occur in different paragraphs, or in the head. Nothing is
skipped, so that totals and counts are exact. ``leaf_scoring`` evaluates words and phrases, and
``speech_scoring`` turns them into scores of speeches.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from statements.search.fields import MANY_VALUED, TEXT_FIELD
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.leaf_scoring import LeafEvaluator, Scores, WeightedPostings
from statements.search.matching.positions import counts, expand
from statements.search.matching.speech_scoring import Scorer
from statements.search.matching.whoosh_fallback import whoosh_scores
from statements.search.query import (
    And,
    Boost,
    FieldMatch,
    MatchAll,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Proximity,
    Range,
    SameParagraph,
    StemExpansion,
    Terms,
    Word,
    boosted_phrases,
    field_matches,
    positive_leaves,
)

RARE = 0.05  # of all paragraphs: words that co-occur by chance seldom enough
MAX_PROXIMITY_BOOSTS = 8  # pairs of words whose nearness counts


@dataclass(frozen=True, slots=True)
class Match:
    """The result of a query over all H speeches of a snapshot."""

    matched: Mask  # bool[H]
    scorer: Scorer


class Evaluator(LeafEvaluator):
    """Evaluates query trees over one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self._fallback_scores: list[Scores] = []

    def match(self, node: Node) -> Match:
        """Match a query. Raises TooManyExpansions."""
        self.pattern_terms = expand(self.snapshot, node)
        self._fallback_scores = []
        matched = self._mask(node)
        leaves = [self.leaf(leaf) for leaf in positive_leaves(node)]
        other_scores = self.zeros()
        for condition in field_matches(node):
            other_scores += self.field_scores(condition.field, condition.leaf)
        for scores in self._fallback_scores:
            other_scores += scores
        boosts = selective(
            boosted_phrases(node),
            lambda phrase: counts(self.snapshot, TEXT_FIELD, phrase),
            self.snapshot.document_count(TEXT_FIELD),
        )
        return Match(matched, Scorer(self, leaves, boosts, other_scores))

    def terms_mask(self, field: str, values: tuple[str, ...]) -> Mask:
        """bool[H]: speeches that have one of the values of a facet."""
        snapshot = self.snapshot
        if field in snapshot.numbers:
            numbers = [int(value) for value in values if value.isascii() and value.isdecimal()]
            return snapshot.alive & np.isin(snapshot.numbers[field], numbers)
        facet = snapshot.facets[field]
        having = facet.mask_of_members if field in MANY_VALUED else facet.mask_of_values
        return snapshot.alive & having(values)

    def range_mask(self, field: str, low: int | None, high: int | None) -> Mask:
        """bool[H]: speeches whose number is known and lies in a range."""
        numbers = self.snapshot.numbers[field]
        mask = self.snapshot.alive & (numbers > 0)
        if low is not None:
            mask &= numbers >= low
        if high is not None:
            mask &= numbers <= high
        return mask

    # -- conditions on speeches -------------------------------------------------------------------

    def _mask(self, node: Node) -> Mask:
        """bool[H]: speeches that meet a condition."""
        snapshot = self.snapshot
        match node:
            case Word() | StemExpansion() | Phrase() | Proximity() | Pattern():
                return self.leaf(node).matches
            case FieldMatch(field, leaf):
                return self.field_scores(field, leaf) > 0
            case SameParagraph(part):
                mask = np.zeros_like(snapshot.alive)
                mask[snapshot.speech_of[self._paragraph_mask(part) & self._spoken_paragraphs()]] = (
                    True
                )
                return mask & snapshot.alive
            case And(parts):
                return reduce(np.logical_and, map(self._mask, parts))
            case Or(parts):
                return reduce(np.logical_or, map(self._mask, parts))
            case Not(part):
                return snapshot.alive & ~self._mask(part)
            case Terms(field, values):
                return self.terms_mask(field, values)
            case Range(field, low, high):
                return self.range_mask(field, low, high)
            case MatchAll() | Boost():
                return snapshot.alive
            case _:  # a query of Whoosh's own classes, given by a program
                scores = whoosh_scores(snapshot, node)
                self._fallback_scores.append(scores)
                return scores > 0

    # -- conditions on paragraphs -----------------------------------------------------------------

    def _paragraph_mask(self, node: Node) -> Mask:
        """bool[D]: documents that meet a condition. Words of the head and values of the speech
        count for all of its documents."""
        match node:
            case Word() | StemExpansion() | Phrase() | Proximity() | Pattern():
                leaf = self.leaf(node)
                mask = self._document_mask(self.postings(TEXT_FIELD, leaf.expansion))
                if leaf.head_matches.any():
                    mask |= leaf.head_matches[self.snapshot.speech_of]
                return mask
            case And(parts):
                return reduce(np.logical_and, map(self._paragraph_mask, parts))
            case Or(parts):
                return reduce(np.logical_or, map(self._paragraph_mask, parts))
            case Not(part):
                return ~self._paragraph_mask(part)
            case SameParagraph(part):
                return self._paragraph_mask(part)
            case _:
                by_speech: Mask = self._mask(node)[self.snapshot.speech_of]
                return by_speech

    def _spoken_paragraphs(self) -> Mask:
        """bool[D]: documents that are paragraphs somebody spoke."""
        spoken_mask: Mask = self.snapshot.norms[TEXT_FIELD] > 0
        return spoken_mask

    def _document_mask(self, lists: Sequence[WeightedPostings]) -> Mask:
        """bool[D]: the documents of any list."""
        mask = np.zeros(self.snapshot.size, bool)
        for postings in lists:
            mask[postings.documents] = True
        return mask


def selective(
    phrases: Sequence[Phrase | Proximity],
    count_words: Callable[[Proximity], Sequence[int]],
    documents: int,
) -> list[Phrase | Proximity]:
    """Keep of the proximities only the most selective ones, of which one word occurs in few of all
    documents: other words are near each other by chance as well. ``count_words`` returns in how
    many documents each word occurs."""
    near = [phrase for phrase in phrases if isinstance(phrase, Proximity)]
    rarest = {phrase: min(count_words(phrase)) for phrase in near}
    rare = [phrase for phrase in near if rarest[phrase] < RARE * documents]
    return [
        *(phrase for phrase in phrases if isinstance(phrase, Phrase)),
        *sorted(rare, key=rarest.__getitem__)[:MAX_PROXIMITY_BOOSTS],
    ]
