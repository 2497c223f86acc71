"""The index as one commit left it, and the one snapshot of it that this process keeps.

A snapshot never changes and is never closed under a running search: whoever searches holds it,
and the last to let go of it closes its files. ``current`` looks for a newer commit on every call,
which costs a listing of one folder, and keeps the arrays of segments that did not change. While one
thread opens a newer commit, the others are answered from the snapshot before it.

For D documents and H speeches, in the order of the index: ``speech_of`` int32[D] is each
document's speech, ``heads`` int32[H] each speech's first document, ``alive`` bool[H] tells which
speeches are not deleted; ``numbers`` int64[H] and ``facets`` int32[H] are their columns.
"""

import threading
import time
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.fields import FACET_FIELDS, MANY_VALUED, ORDER_FIELDS, SEARCHED
from statements.search.index import generations
from statements.search.index.commits import (
    Identity,
    identity,
    latest_commit,
    newest_commit,
    segments_of,
)
from statements.search.index.formats.facet_columns import join
from statements.search.index.formats.postings import (
    NO_KEYS,
    NO_POSTINGS,
    NOTHING,
    Keys,
    Mask,
    Postings,
    Rolled,
)
from statements.search.index.formats.sidecar import Entry
from statements.search.index.generations import Generation, IndexDamaged
from statements.search.index.segments import Segment

_FORMS_KEPT = 10_000  # words whose forms are known without looking again

Numbers = npt.NDArray[np.int64]


class NoReadableIndex(IndexDamaged):
    """No generation on the disk can be read."""


class Snapshot:
    def __init__(self, generation: Generation, commit: int, known: dict[str, Segment]) -> None:
        self.generation = generation
        self.commit = commit
        self.record = generation.record()
        self.identity = identity(generation, commit)
        listed = segments_of(generation.path, commit)
        self.segments = [
            known.get(one.segment_id()) or Segment(generation.path, one) for one in listed
        ]
        sizes = [segment.size for segment in self.segments]
        counts = [len(segment.heads) for segment in self.segments]
        self.bases = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        bases, before = self.bases.tolist(), np.concatenate([[0], np.cumsum(counts)]).tolist()

        def joined(parts: list[Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
            if len(parts) == 1:  # as most are: nothing is copied
                return np.asarray(parts[0], dtype)
            return np.concatenate(parts) if parts else np.empty(0, dtype)

        of = list(zip(self.segments, bases, before, strict=False))
        self.size = int(self.bases[-1])
        self.heads = joined(
            [one.heads + base if base else one.heads for one, base, _ in of], np.int32
        )
        self.speech_of = joined(
            [one.speech_of + start if start else one.speech_of for one, _, start in of], np.int32
        )
        self.paragraph = joined([one.paragraph for one, _, _ in of], np.int32)
        self.codes = {
            field: joined([one.codes[field] for one, _, _ in of], np.uint8) for field in SEARCHED
        }
        self.numbers = {
            field: joined([one.numbers[field] for one, _, _ in of], np.int64)
            for field in ORDER_FIELDS
        }
        self.facets = {
            field: join([one.facets[field] for one in self.segments])
            for field in (*FACET_FIELDS, MANY_VALUED)
        }
        deleted = [
            base + np.fromiter(one.deleted_docs(), np.int64)
            for one, base in zip(listed, bases, strict=False)
            if one.deleted_count()
        ]
        self.alive: Mask = np.ones(len(self.heads), bool)
        if deleted:
            self.alive[self.speech_of[np.concatenate(deleted)]] = False
        self._all_alive = not deleted
        self._given: dict[str, int] = {}
        self._forms: dict[str, tuple[str, ...]] = {}
        self.firsts = before  # the number of each segment's first speech

    @property
    def name(self) -> str:
        return f"{self.generation.number}.{self.commit}"

    @cached_property
    def count(self) -> int:
        """Speeches that are not deleted."""
        return int(np.count_nonzero(self.alive))

    def number_of(self, pk: int) -> int | None:
        """The number of a speech that is not deleted, by its primary key; None where there is
        none."""
        found = np.flatnonzero(self.numbers["speech"] == pk)
        return next((one for one in found.tolist() if self.alive[one]), None)

    # -- words ---------------------------------------------------------------------------------

    def forms(self, word: str) -> tuple[str, ...]:
        """A word and its other forms, as far as they occur; in the order of the letters."""
        if (known := self._forms.get(word)) is None:
            found = {form for one in self.segments for form in one.forms(word)}
            known = tuple(sorted(found))
            if len(self._forms) < _FORMS_KEPT:
                self._forms[word] = known
        return known

    def terms(self, field: str, letters: str, most: int) -> set[str]:
        """Terms of a field that begin so; of each segment at most so many."""
        return {term for one in self.segments for term in one.terms(field, letters, most)}

    def fields_of_head(self, word: str) -> tuple[str, ...]:
        """The fields of the head that a word stands in."""
        found = [field for one in self.segments for field in one.fields_of_head(word)]
        return tuple(dict.fromkeys(found))

    # -- postings ------------------------------------------------------------------------------

    def rolled(self, field: str, term: str) -> Rolled:
        """The speeches, of those not deleted, that have a term."""
        parts = [one.rolled(field, term) for one in self.segments]
        if len(parts) == 1 and self._all_alive:
            return parts[0]
        pairs = zip(parts, self.firsts, strict=False)
        found = [(part, first) for part, first in pairs if len(part.speeches)]
        if not found:
            return NOTHING
        speeches = np.concatenate([part.speeches + np.int32(first) for part, first in found])
        ranks = np.concatenate([part.ranks for part, _ in found])
        counts = np.concatenate([part.counts for part, _ in found])
        if self._all_alive:
            return Rolled(speeches, ranks, counts, sum(part.count for part, _ in found))
        kept = self.alive[speeches]
        counts = counts[kept]
        return Rolled(speeches[kept], ranks[kept], counts, int(counts.sum()))

    def postings(
        self,
        field: str,
        term: str,
        *,
        places: bool = False,
        within: Mask | None = None,
        entry: Entry | None = None,
    ) -> Postings:
        """The documents, of speeches not deleted, that have a term. Those of other speeches than
        ``within``, bool[H], may be left out. ``entry`` is what ``rolled`` gave with the term."""
        if len(self.segments) == 1 and self._all_alive:
            only = self.segments[0]
            return only.postings(field, term, places=places, within=within, entry=entry)
        if not self._all_alive:
            within = self.alive if within is None else within & self.alive
        found = []
        for one, base, first in zip(self.segments, self.bases.tolist(), self.firsts, strict=False):
            some = None if within is None else within[first : first + len(one.heads)]
            part = one.postings(field, term, places=places, within=some)
            if some is not None:
                part = part.only(some[one.speech_of[part.documents]])
            if len(part.documents):
                found.append((part, base))
        if not found:
            return NO_POSTINGS
        flat = [part.places for part, _ in found if part.places is not None]
        return Postings(
            np.concatenate([part.documents + np.int32(base) for part, base in found]),
            np.concatenate([part.frequencies for part, _ in found]),
            np.concatenate(flat) if places else None,
        )

    def before(self, field: str, first: str, second: str, within: Mask | None = None) -> Keys:
        """Return where one term is followed by another, ascending, as the document in the upper
        half of an int64 and the place in the lower. Speeches outside of ``within``, bool[H], may be
        left out."""
        parts = []
        for one, start in zip(self.segments, self.firsts, strict=False):
            some = None if within is None else within[start : start + len(one.heads)]
            parts.append(one.before(field, first, second, some))
        if len(parts) == 1 and self._all_alive:
            return parts[0]
        bases = self.bases.tolist()
        joined = [part + (base << 32) for part, base in zip(parts, bases, strict=False)]
        keys = np.concatenate([NO_KEYS, *joined])
        return keys if self._all_alive else keys[self.alive[self.speech_of[keys >> 32]]]

    def given(self, field: str) -> int:
        """How many documents, of speeches not deleted, have words in a field."""
        if field not in self._given:
            codes = self.codes[field]
            if not self._all_alive:
                codes = codes[self.alive[self.speech_of]]
            self._given[field] = int(np.count_nonzero(codes))
        return self._given[field]

    @cached_property
    def newest(self) -> npt.NDArray[np.int32]:
        """The rank of each speech in the order of the newest first: by date, undated last, then
        meeting, position and id, so that no two are equal."""
        return self._rank(-self.days)

    @cached_property
    def oldest(self) -> npt.NDArray[np.int32]:
        days = self.days
        return self._rank(np.where(days == 0, np.iinfo(np.int64).max, days))

    @property
    def days(self) -> Numbers:
        """The day of each speech; the first of the year where only the year is known."""
        date, year = self.numbers["date"], self.numbers["year"]
        before = np.maximum(year, 1) - 1
        first = before * 365 + before // 4 - before // 100 + before // 400 + 1
        return np.where((date == 0) & (year > 0), first, date)

    def _rank(self, date: Numbers) -> npt.NDArray[np.int32]:
        meeting = self.facets["meeting"]
        by_symbol = sorted(
            range(len(meeting.values)), key=lambda one: _natural(meeting.values[one])
        )
        place = np.empty(len(by_symbol), np.int32)
        place[by_symbol] = np.arange(len(by_symbol), dtype=np.int32)
        keys = (self.numbers["speech"], self.numbers["position"], place[meeting.ordinals], date)
        rank = np.empty(len(self.heads), np.int32)
        rank[np.lexsort(keys)] = np.arange(len(self.heads), dtype=np.int32)
        return rank


@lru_cache(maxsize=1 << 15)
def _natural(symbol: str) -> tuple[bool, tuple[tuple[bool, int, str], ...]]:
    """S/PV.900 before S/PV.1000, and speeches without a meeting last."""
    runs: list[str] = []
    for char in symbol:
        if runs and runs[-1].isdecimal() == char.isdecimal():
            runs[-1] += char
        else:
            runs.append(char)
    return (
        not symbol,
        tuple((run.isdecimal(), int(run) if run.isdecimal() else 0, run) for run in runs),
    )


def open_snapshot(generation: Generation, before: Snapshot | None = None) -> Snapshot:
    """Read the latest commit of a generation. Raises IndexDamaged where that cannot be."""
    known = {}
    if before is not None and before.generation == generation:
        known = {segment.id: segment for segment in before.segments}
    commit = latest_commit(generation)
    while True:
        try:
            return Snapshot(generation, commit, known)
        except IndexDamaged:
            # a commit that came between removes files of the one before
            newer = latest_commit(generation)
            if newer == commit:
                raise
            commit = newer


# -- the snapshot that this process keeps ----------------------------------------------------

_lock = threading.Lock()
_kept: Snapshot | None = None
# why it was found to be damaged, and when it is tried again
_spoilt: dict[Identity, tuple[str, float]] = {}
# want of memory or of descriptors looks like damage, and passes
TRIED_AGAIN_S = 60.0


def current() -> Snapshot:
    """The newest readable snapshot: of the generation in use, or else of one before. While another
    thread opens it, the one that this process has; only the first is waited for. Raises
    NoReadableIndex."""
    global _kept
    kept = _kept
    reasons = []
    for generation in generations.candidates():
        try:
            wanted = newest_commit(generation)
            if kept and kept.identity == wanted:
                return kept
            reason, until = _spoilt.get(wanted, ("", 0.0))
            if time.monotonic() < until:
                reasons.append(reason)
                continue
            if not _lock.acquire(blocking=_kept is None):
                if (present := _kept) is not None:
                    return present
                _lock.acquire()
            try:
                if _kept is None or _kept.identity != wanted:
                    _kept = open_snapshot(generation, _kept)
                return _kept
            finally:
                _lock.release()
        except IndexDamaged as error:
            reasons.append(str(error))
    raise NoReadableIndex("; ".join(reasons) or "there is no index yet")


def distrust(snapshot: Snapshot, reason: str) -> None:
    """Have this process not use a snapshot for a while that turned out to be damaged."""
    global _kept
    with _lock:
        _spoilt[snapshot.identity] = reason, time.monotonic() + TRIED_AGAIN_S
        if _kept is snapshot:
            _kept = None


def forget() -> None:
    """Let go of the snapshot kept."""
    global _kept
    with _lock:
        _kept = None
        _spoilt.clear()
