"""One segment of the index as numpy arrays.

For a segment of D documents in H speeches: ``heads`` int32[H] is the first document of each speech,
``speech_of`` int32[D] the speech of each document, ``codes`` of a field uint8[D] the lengths of its
texts as the codec keeps them, ``numbers`` int64[H] and ``facets`` int32[H] the columns
(``speech_columns``), which are read when the segment is opened. Terms and postings come from the
side-car (``sidecar``) and are read when they are first needed. Every byte is compared with its sum
before it is used: a method that reads may raise IndexDamaged.
"""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.analysis import inflection
from statements.search.fields import HEAD_FIELDS, TEXT_FIELD
from statements.search.index.formats import speech_columns
from statements.search.index.formats.postings import (
    NO_KEYS,
    NO_POSTINGS,
    NO_SPEECHES,
    Keys,
    Mask,
    Numbers,
    Postings,
    SpeechPostings,
    bigram_keys,
    expand_postings,
)
from statements.search.index.formats.sidecar import Entry, SideCar
from statements.search.index.generations import IndexDamaged
from statements.search.index.sealing import check_sizes


class Segment:
    """An immutable segment. Which of its documents are deleted is known to the snapshot."""

    def __init__(self, folder: Path, segment: Any) -> None:
        """Open the segment that Whoosh's description names. Raises IndexDamaged."""
        self.id: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self.folder = folder
        self._fields_of_word: dict[bytes, tuple[str, ...]] | None = None
        checksums = check_sizes(folder, self.id)
        try:
            self._open(checksums)
        except IndexDamaged:
            raise
        except Exception as error:  # whatever the bytes lead to, no segment of ours has them
            raise IndexDamaged(f"segment {self.id} cannot be read: {error!r}") from error

    def _open(self, checksums: dict[str, int]) -> None:
        name = f"{self.id}{speech_columns.EXTENSION}"
        data = (self.folder / name).read_bytes()
        if zlib.crc32(data) != checksums[name]:
            raise IndexDamaged(f"{name} has changed since it was written")
        columns = speech_columns.read(data, self.size)
        self.heads, self.paragraph = columns.heads, columns.paragraph
        self.norms, self.numbers, self.facets = columns.norms, columns.numbers, columns.facets
        lengths = np.diff(self.heads, append=np.int32(self.size))
        self.speech_of = np.repeat(np.arange(len(self.heads), dtype=np.int32), lengths)
        # open from now on, because a merge may remove the file
        self._side_car = SideCar(self.folder, self.id)

    # -- terms ---------------------------------------------------------------------------------

    def terms(self, field: str, letters: str, limit: int) -> list[str]:
        """Return at most ``limit`` terms of a field that begin with these letters, in order."""
        terms = self.words(field)
        numbers = self._side_car.prefix_range(field, letters.encode())
        return [terms[number].decode() for number in numbers[:limit]]

    def most_frequent(self, field: str, letters: str, limit: int) -> list[tuple[str, int]]:
        """Return the most frequent terms that begin with these letters, each with the number of
        documents that contain it."""
        terms = self.words(field)
        numbers = self._side_car.prefix_range(field, letters.encode())
        counts = self.counts(field, numbers)
        best = np.argsort(-counts, kind="stable")[:limit].tolist()
        return [(terms[numbers[place]].decode(), int(counts[place])) for place in best]

    def words(self, field: str) -> Sequence[bytes]:
        """Return all terms of a field, in order."""
        return self._side_car.terms(field)

    def joined_words(self, field: str) -> tuple[bytes, npt.NDArray[np.int64]]:
        """Return all terms of a field, in order, joined in UTF-8, and where each ends, in bytes."""
        return self._side_car.joined_terms(field)

    def forms(self, word: str) -> list[str]:
        """Return the forms of a word that occur in the segment, the word itself included."""
        keys = inflection.stem_keys(word, self._side_car.languages)
        return [form.decode() for key in keys for form in self._side_car.members(key.encode())]

    def counts(self, field: str, numbers: range | None = None) -> npt.NDArray[np.int64]:
        """Return for each of a field's ``words``, or for a range of them, the number of documents
        that contain it."""
        numbers = range(len(self.words(field))) if numbers is None else numbers
        return self._side_car.counts(field, numbers)

    def speech_counts(self, field: str, numbers: Numbers) -> npt.NDArray[np.int64]:
        """Return for some of a field's ``words``, given by number, how many speeches contain each,
        deleted speeches included."""
        return self._side_car.speech_counts(field, numbers)

    def by_speech(self, field: str, numbers: Numbers, *arrays: str) -> list[list[Numbers]]:
        """Return for some of a field's ``words``, given by number, these arrays of the side-car
        that have one value for each speech (``sidecar.BY_SPEECH``); "speeches" are numbers within
        the segment."""
        return self._side_car.by_speech(field, numbers, *arrays)

    def word_codes(self) -> Numbers:
        """Return uint16[T], the code of each term of the texts (``next_words``)."""
        return self._side_car.codes(TEXT_FIELD)

    def fields_of_head(self, word: str) -> tuple[str, ...]:
        """Return the head fields that contain a word."""
        if self._fields_of_word is None:
            fields: dict[bytes, tuple[str, ...]] = {}
            for field in HEAD_FIELDS:
                for term in self.words(field):
                    fields[term] = (*fields.get(term, ()), field)
            self._fields_of_word = fields
        return self._fields_of_word.get(word.encode(), ())

    # -- postings ------------------------------------------------------------------------------

    def speech_postings(self, field: str, term: str) -> SpeechPostings:
        """Return the speeches that contain a term."""
        entry = self._side_car.entry(field, term.encode())
        if entry is None:
            return NO_SPEECHES
        return SpeechPostings(
            entry.speeches, entry.quantized_scores, entry.counts, entry.count, entry
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
        """Return the documents that contain a term, and where, if ``places``. Speeches outside of
        ``within``, bool[H], may be left out, which is quicker where it holds few. ``entry`` is the
        term's entry, if the caller has it."""
        entry = entry or self._side_car.entry(field, term.encode())
        if entry is None:
            return NO_POSTINGS
        return expand_postings(entry, self.heads, within, places=places)

    def bigram_keys(self, field: str, first: str, second: str, within: Mask | None = None) -> Keys:
        """Return where one term is followed by another, ascending, as the document in the upper
        half of an int64 and the place in the lower. Speeches outside of ``within``, bool[H], may be
        left out."""
        entries = [self._side_car.entry(field, term.encode()) for term in (first, second)]
        if entries[0] is None or entries[1] is None:
            return NO_KEYS
        return bigram_keys(entries[0], entries[1], self.heads, within)
