"""What a correction of spelling asks, answered from a snapshot."""

from collections.abc import Iterable, Sequence

from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.fuzzy_terms import lexicon, similar_words
from statements.search.matching.selection import Selection
from statements.search.parameters import NO_FILTERS, Filters
from statements.search.protocol import Question
from statements.search.query import Node


class SnapshotSpelling:
    """See ``did_you_mean.SpellingIndex``. ``live_mask``, bool[H], are the speeches that were not
    deleted."""

    def __init__(
        self, snapshot: Snapshot, filters: Filters = NO_FILTERS, live_mask: Mask | None = None
    ) -> None:
        self._snapshot, self._filters, self._live_mask = snapshot, filters, live_mask

    def forms(self, term: str) -> Iterable[str]:
        return self._snapshot.forms(term)

    def frequency(self, fields: Sequence[str], terms: Iterable[str]) -> int:
        return sum(
            self._snapshot.speech_postings(field, term).count for term in terms for field in fields
        )

    def similar_words(
        self, fields: Sequence[str], word: str, edits: int
    ) -> Iterable[tuple[str, int, int]]:
        segments = self._snapshot.segments
        lexicons = [lexicon(segment, field) for segment in segments for field in fields]
        return similar_words(lexicons, word, edits)

    def count_speeches(self, tree: Node) -> int:
        question = Question(tree=tree, filters=self._filters)
        return Selection(Evaluator(self._snapshot), question, self._live_mask).total
