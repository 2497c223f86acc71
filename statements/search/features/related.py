"""What the index knows to put beside a speech that is read: speeches like it, and its passages that
stand in others. A page must never fail because of this: where the index cannot be read, or
anything goes wrong, there is nothing beside it.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from statements.models import Speech
from statements.search import rows
from statements.search.features.more_like_this import similar_to
from statements.search.features.shared_passages import Same, is_whole, same_passages
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.snapshot import Snapshot
from statements.search.matching.session import SearchUnavailable, on_index

logger = logging.getLogger(__name__)

MOST_SIMILAR = 5
MOST_PASSAGES = 5
SPEECHES_KEPT = 2_000  # of one snapshot, a few hundred bytes each


@dataclass(frozen=True, slots=True)
class Passage:
    paragraph: int  # position in the speech that is read
    speech: Speech  # that has the same words
    other: int  # position in that
    url: str


@dataclass(frozen=True, slots=True)
class Beside:
    similar: Sequence[Speech] = ()
    passages: Sequence[Passage] = ()
    complete: bool = True  # False where more will be known without a change of the index


def beside(speech: Speech) -> Beside:
    """What stands beside a speech as the index has it: nothing, while that has no such speech."""
    try:
        return _read(on_index(lambda snapshot: _found(snapshot, speech.pk)))
    except SearchUnavailable:
        return Beside()
    except Exception:
        logger.exception("nothing is shown beside speech %s", speech.pk)
        return Beside(complete=False)


@dataclass(frozen=True, slots=True)
class _Found:
    like: Sequence[int]  # primary keys
    same: Sequence[Same]
    complete: bool


class _Memory:
    """What was found beside the speeches that were read last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[int, _Found] = OrderedDict()

    def get(self, pk: int) -> _Found | None:
        with self._lock:
            if pk in self._known:
                self._known.move_to_end(pk)
            return self._known.get(pk)

    def put(self, pk: int, found: _Found) -> None:
        with self._lock:
            self._known[pk] = found
            while len(self._known) > SPEECHES_KEPT:
                self._known.popitem(last=False)


@cached_per_snapshot
def _memory(snapshot: Snapshot) -> _Memory:
    return _Memory()


def _found(snapshot: Snapshot, pk: int) -> _Found:
    memory = _memory(snapshot)
    if (found := memory.get(pk)) is None:
        found = _look(snapshot, pk)
        if found.complete:
            memory.put(pk, found)
    return found


def _look(snapshot: Snapshot, pk: int) -> _Found:
    number = snapshot.number_of(pk)
    if number is None:
        return _Found((), (), complete=True)
    like = [one.speech for one in similar_to(snapshot, number, most=MOST_SIMILAR)]
    same = same_passages(snapshot, number, most=MOST_PASSAGES)
    return _Found(like, same, is_whole(snapshot))


def _read(found: _Found) -> Beside:
    """With what the database knows of them; what was deleted since is left out."""
    wanted = {*found.like, *(one.speech for one in found.same)}
    speeches = rows.speeches(list(wanted))
    return Beside(
        [speeches[pk] for pk in found.like if pk in speeches],
        [
            Passage(one.paragraph, other, one.other, f"{other.get_absolute_url()}#p{one.other}")
            for one in found.same
            if (other := speeches.get(one.speech))
        ],
        found.complete,
    )
