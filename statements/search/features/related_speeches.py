"""The speeches similar to a speech, and those it shares passages with. Recent answers are kept."""

import threading
from collections import OrderedDict

from statements.search.features.more_like_this import similar_to
from statements.search.features.shared_passages import is_whole as has_sequences
from statements.search.features.shared_passages import shared_passages
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.snapshot import Snapshot
from statements.search.protocol import RelatedSpeeches, SimilarSpeech

MAX_SPEECHES_CACHED = 2_000  # whose related speeches are known, a few hundred bytes each


class _RelatedCache:
    """The related speeches of the speeches read most recently, least recent first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[int, int, int], RelatedSpeeches] = OrderedDict()

    def get(self, key: tuple[int, int, int]) -> RelatedSpeeches | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: tuple[int, int, int], answer: RelatedSpeeches) -> None:
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > MAX_SPEECHES_CACHED:
                self._answers.popitem(last=False)


@cached_per_snapshot
def _related_cache(snapshot: Snapshot) -> _RelatedCache:
    return _RelatedCache()


def related_speeches(
    snapshot: Snapshot, speech: int, similar: int, passages: int
) -> RelatedSpeeches:
    """Return at most so many similar speeches and shared passages; none while the snapshot lacks
    the speech, given by its primary key."""
    cache, key = _related_cache(snapshot), (speech, similar, passages)
    if (answer := cache.get(key)) is None:
        answer = _find_related(snapshot, speech, similar, passages)
        if answer.complete:
            cache.put(key, answer)
    return answer


def _find_related(snapshot: Snapshot, speech: int, similar: int, passages: int) -> RelatedSpeeches:
    number = snapshot.number_of(speech)
    if number is None:
        return RelatedSpeeches()
    alike = similar_to(snapshot, number, limit=similar) if similar else []
    shared = shared_passages(snapshot, number, limit=passages) if passages else []
    return RelatedSpeeches(
        [SimilarSpeech(hit.speech, hit.score) for hit in alike], shared, has_sequences(snapshot)
    )
