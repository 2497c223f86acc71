"""Snapshots of the index, each as one commit left it, and the one snapshot that this process keeps.

A snapshot never changes and is never closed during a search: the search holds it, and its files are
closed when nobody does any more. ``current`` looks for a newer commit on every call, which costs a
listing of one folder, and keeps the arrays of segments that did not change. While one thread opens
a newer commit, the others use the previous snapshot.

For D documents and H speeches, in the order of the index: ``speech_of`` int32[D] is each document's
speech, ``heads`` int32[H] each speech's first document; ``alive`` bool[H] is true for speeches that
are not deleted; ``numbers`` int64[H] and ``facets`` int32[H] are their columns.
"""

import threading
import time
from collections.abc import Callable
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
    NO_SPEECHES,
    Keys,
    Postings,
    SpeechPostings,
)
from statements.search.index.formats.sidecar import Entry
from statements.search.index.generations import Generation, IndexDamaged
from statements.search.index.segments import Segment

_FORMS_KEPT = 10_000  # words whose forms are kept

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class NoReadableIndex(IndexDamaged):
    """No generation can be read."""


class Snapshot:
    def __init__(self, generation: Generation, commit: int, opened: dict[str, Segment]) -> None:
        self.generation = generation
        self.commit = commit
        self.record = generation.record()
        self.identity = identity(generation, commit)
        listed = segments_of(generation.path, commit)
        self.segments = [
            opened.get(described.segment_id()) or Segment(generation.path, described)
            for described in listed
        ]
        sizes = [segment.size for segment in self.segments]
        counts = [len(segment.heads) for segment in self.segments]
        self.bases = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        bases = self.bases.tolist()
        self.firsts = np.concatenate(
            [[0], np.cumsum(counts)]
        ).tolist()  # of each segment's speeches

        def join_arrays(parts: list[Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
            if len(parts) == 1:  # the usual case: nothing is copied
                return np.asarray(parts[0], dtype)
            return np.concatenate(parts) if parts else np.empty(0, dtype)

        segments = list(zip(self.segments, bases, self.firsts, strict=False))
        self.size = int(self.bases[-1])
        self.heads = join_arrays(
            [segment.heads + base if base else segment.heads for segment, base, _ in segments],
            np.int32,
        )
        self.speech_of = join_arrays(
            [
                segment.speech_of + first if first else segment.speech_of
                for segment, _, first in segments
            ],
            np.int32,
        )
        self.paragraph = join_arrays([segment.paragraph for segment in self.segments], np.int32)
        self.norms = {
            field: join_arrays([segment.norms[field] for segment in self.segments], np.uint8)
            for field in SEARCHED
        }
        self.numbers = {
            field: join_arrays([segment.numbers[field] for segment in self.segments], np.int64)
            for field in ORDER_FIELDS
        }
        self.facets = {
            field: join([segment.facets[field] for segment in self.segments])
            for field in (*FACET_FIELDS, *MANY_VALUED)
        }
        deleted = [
            base + np.fromiter(described.deleted_docs(), np.int64)
            for described, base in zip(listed, bases, strict=False)
            if described.deleted_count()
        ]
        self.alive: Mask = np.ones(len(self.heads), bool)
        if deleted:
            self.alive[self.speech_of[np.concatenate(deleted)]] = False
        self._all_alive = not deleted
        self._counts: dict[str, int] = {}
        self._forms: dict[str, tuple[str, ...]] = {}

    @property
    def name(self) -> str:
        return f"{self.generation.number}.{self.commit}"

    @cached_property
    def count(self) -> int:
        """The number of speeches that are not deleted."""
        return int(np.count_nonzero(self.alive))

    def number_of(self, pk: int) -> int | None:
        """Return the number of the speech that has a primary key and is not deleted, or None."""
        numbers = np.flatnonzero(self.numbers["speech"] == pk).tolist()
        return next((number for number in numbers if self.alive[number]), None)

    # -- words ---------------------------------------------------------------------------------

    def forms(self, word: str) -> tuple[str, ...]:
        """Return the forms of a word that occur, the word itself included, in alphabetical
        order."""
        if (forms := self._forms.get(word)) is None:
            forms = tuple(
                sorted({form for segment in self.segments for form in segment.forms(word)})
            )
            if len(self._forms) < _FORMS_KEPT:
                self._forms[word] = forms
        return forms

    def terms(self, field: str, letters: str, limit: int) -> set[str]:
        """Return the terms of a field that begin with these letters, at most ``limit`` of each
        segment."""
        return {term for segment in self.segments for term in segment.terms(field, letters, limit)}

    def fields_of_head(self, word: str) -> tuple[str, ...]:
        """Return the head fields that contain a word."""
        fields = [field for segment in self.segments for field in segment.fields_of_head(word)]
        return tuple(dict.fromkeys(fields))

    # -- postings ------------------------------------------------------------------------------

    def speech_postings(self, field: str, term: str) -> SpeechPostings:
        """Return the speeches, of those not deleted, that contain a term."""
        parts = [segment.speech_postings(field, term) for segment in self.segments]
        if len(parts) == 1 and self._all_alive:
            return parts[0]
        pairs = [
            (part, first)
            for part, first in zip(parts, self.firsts, strict=False)
            if len(part.speeches)
        ]
        if not pairs:
            return NO_SPEECHES
        speeches = np.concatenate([part.speeches + np.int32(first) for part, first in pairs])
        quantized_scores = np.concatenate([part.quantized_scores for part, _ in pairs])
        counts = np.concatenate([part.counts for part, _ in pairs])
        if self._all_alive:
            return SpeechPostings(
                speeches, quantized_scores, counts, sum(part.count for part, _ in pairs)
            )
        is_live = self.alive[speeches]
        counts = counts[is_live]
        return SpeechPostings(
            speeches[is_live], quantized_scores[is_live], counts, int(counts.sum())
        )

    def postings(
        self,
        field: str,
        term: str,
        *,
        places: bool = False,
        within: Mask | None = None,
        entry: Entry | None = None,
    ) -> Postings:
        """Return the documents, of speeches not deleted, that contain a term, and where, if
        ``places``. Speeches outside of ``within``, bool[H], may be left out. ``entry`` is the one
        that ``speech_postings`` returned with the term."""
        if len(self.segments) == 1 and self._all_alive:
            segment = self.segments[0]
            return segment.postings(field, term, places=places, within=within, entry=entry)
        if not self._all_alive:
            within = self.alive if within is None else within & self.alive
        parts = []
        segments = zip(self.segments, self.bases.tolist(), self.firsts, strict=False)
        for segment, base, first in segments:
            mask = None if within is None else within[first : first + len(segment.heads)]
            part = segment.postings(field, term, places=places, within=mask)
            if mask is not None:
                part = part.only(mask[segment.speech_of[part.documents]])
            if len(part.documents):
                parts.append((part, base))
        if not parts:
            return NO_POSTINGS
        flat = [part.places for part, _ in parts if part.places is not None]
        return Postings(
            np.concatenate([part.documents + np.int32(base) for part, base in parts]),
            np.concatenate([part.frequencies for part, _ in parts]),
            np.concatenate(flat) if places else None,
        )

    def bigram_keys(self, field: str, first: str, second: str, within: Mask | None = None) -> Keys:
        """Return where one term is followed by another, ascending, as the document in the upper
        half of an int64 and the place in the lower. Speeches outside of ``within``, bool[H], may be
        left out."""
        parts = []
        for segment, start in zip(self.segments, self.firsts, strict=False):
            mask = None if within is None else within[start : start + len(segment.heads)]
            parts.append(segment.bigram_keys(field, first, second, mask))
        if len(parts) == 1 and self._all_alive:
            return parts[0]
        bases = self.bases.tolist()
        joined = [part + (base << 32) for part, base in zip(parts, bases, strict=False)]
        keys = np.concatenate([NO_KEYS, *joined])
        return keys if self._all_alive else keys[self.alive[self.speech_of[keys >> 32]]]

    def document_count(self, field: str) -> int:
        """Return the number of documents, of speeches not deleted, that have words in a field."""
        if field not in self._counts:
            norms = self.norms[field]
            if not self._all_alive:
                norms = norms[self.alive[self.speech_of]]
            self._counts[field] = int(np.count_nonzero(norms))
        return self._counts[field]

    @cached_property
    def newest(self) -> npt.NDArray[np.int32]:
        """int32[H]: the rank of each speech when the newest come first: by date, undated last, then
        by meeting, position and id, so that no two are equal."""
        return self._rank(-self.days)

    @cached_property
    def oldest(self) -> npt.NDArray[np.int32]:
        """int32[H]: the rank of each speech when the oldest come first, undated last."""
        days = self.days
        return self._rank(np.where(days == 0, np.iinfo(np.int64).max, days))

    @property
    def days(self) -> Numbers:
        """int64[H]: the ordinal day of each speech; the first of the year if only that is known, 0
        if nothing is."""
        date, year = self.numbers["date"], self.numbers["year"]
        years = np.maximum(year, 1) - 1  # complete ones, see datetime.date.toordinal
        first = years * 365 + years // 4 - years // 100 + years // 400 + 1
        return np.where((date == 0) & (year > 0), first, date)

    def _rank(self, date: Numbers) -> npt.NDArray[np.int32]:
        meeting = self.facets["meeting"]
        by_symbol = sorted(
            range(len(meeting.values)), key=lambda ordinal: meeting_key(meeting.values[ordinal])
        )
        symbol_rank = np.empty(len(by_symbol), np.int32)
        symbol_rank[by_symbol] = np.arange(len(by_symbol), dtype=np.int32)
        meetings = symbol_rank[meeting.ordinals]
        keys = (self.numbers["speech"], self.numbers["position"], meetings, date)
        ranks = np.empty(len(self.heads), np.int32)
        ranks[np.lexsort(keys)] = np.arange(len(self.heads), dtype=np.int32)
        return ranks


@lru_cache(maxsize=1 << 15)
def meeting_key(symbol: str) -> tuple[bool, tuple[tuple[bool, int, str], ...]]:
    """Return a sort key of a meeting's symbol that puts S/PV.900 before S/PV.1000, and speeches
    without a meeting last."""
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


def open_snapshot(generation: Generation, previous: Snapshot | None = None) -> Snapshot:
    """Read the latest commit of a generation, with the segments that a previous snapshot has
    opened. Raises IndexDamaged."""
    opened = {}
    if previous is not None and previous.generation == generation:
        opened = {segment.id: segment for segment in previous.segments}
    commit = latest_commit(generation)
    while True:
        try:
            return Snapshot(generation, commit, opened)
        except IndexDamaged:
            # a later commit may have removed files of this one
            newer = latest_commit(generation)
            if newer == commit:
                raise
            commit = newer


# -- the snapshot that this process keeps ----------------------------------------------------

_lock = threading.Lock()
_snapshot: Snapshot | None = None
# commits that were found damaged: why, and when they are tried again
_distrusted: dict[Identity, tuple[str, float]] = {}
# a shortage of memory or of descriptors looks like damage, and passes
TRIED_AGAIN_S = 60.0
# commits that could not be opened: when that was reported
_reported_at: dict[Identity, float] = {}


def current(report_damage: Callable[[], None] | None = None) -> Snapshot:
    """Return the newest readable snapshot, of the generation in use or else of an earlier one.
    While another thread opens it, return the one that this process has; only the first is waited
    for. ``report_damage`` is called if a commit cannot be opened, at most every ``TRIED_AGAIN_S``.
    Raises NoReadableIndex."""
    global _snapshot
    opened = _snapshot
    reasons = []
    for generation in generations.candidates():
        commit = None
        try:
            commit = newest_commit(generation)
            if opened and opened.identity == commit:
                return opened
            reason, until = _distrusted.get(commit, ("", 0.0))
            if time.monotonic() < until:
                reasons.append(reason)
                continue
            if not _lock.acquire(blocking=_snapshot is None):
                if (present := _snapshot) is not None:
                    return present
                _lock.acquire()
            try:
                if _snapshot is None or _snapshot.identity != commit:
                    _snapshot = open_snapshot(generation, _snapshot)
                return _snapshot
            finally:
                _lock.release()
        except IndexDamaged as error:
            reasons.append(str(error))
            if report_damage and commit and _is_unreported(commit):
                report_damage()
    raise NoReadableIndex("; ".join(reasons) or "there is no index yet")


def _is_unreported(commit: Identity) -> bool:
    now = time.monotonic()
    if now < _reported_at.get(commit, -TRIED_AGAIN_S) + TRIED_AGAIN_S:
        return False
    _reported_at[commit] = now
    return True


def distrust(snapshot: Snapshot, reason: str) -> None:
    """Do not use a snapshot that turned out to be damaged for ``TRIED_AGAIN_S`` in this process."""
    global _snapshot
    with _lock:
        _distrusted[snapshot.identity] = reason, time.monotonic() + TRIED_AGAIN_S
        if _snapshot is snapshot:
            _snapshot = None


def forget() -> None:
    """Give up the snapshot that this process keeps."""
    global _snapshot
    with _lock:
        _snapshot = None
        _distrusted.clear()
        _reported_at.clear()
