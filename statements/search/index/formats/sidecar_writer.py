"""Writes the side-car of a segment; ``sidecar`` describes the file.

Posting lists arrive in the order of fields and terms, many at a time. Each array goes into a file
of its own until the field has ended; then these are joined. In memory are the terms, the numbers
that need an escape and, at the end of the texts, their words in order, two bytes each.
"""

import os
import shutil
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, Self

import numpy as np
import numpy.typing as npt

from statements.search.analysis import inflection
from statements.search.analysis.inflection import LISTENED_FOR
from statements.search.analysis.languages import Languages
from statements.search.fields import NARRATIVE_FIELD, TEXT_FIELD
from statements.search.index import similarity
from statements.search.index.formats import mapped_file, next_words, whoosh_blocks
from statements.search.index.formats.mapped_file import Place
from statements.search.index.formats.sidecar import (
    ESCAPE,
    EXTENSION,
    KINDS,
    MARK,
    NARROW,
    NEXT_WORDS,
    WIDE,
    Escapes,
    restore,
)
from statements.search.index.formats.whoosh_blocks import Lists

PART = ".part"
_BLOCK = 1 << 20  # bytes copied at a time
_IN_MEMORY = 1 << 20  # bytes of an array, which is written to the disk when it grows larger

Numbers = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The speeches and documents of a segment."""

    heads: npt.NDArray[np.int32]  # the first document of each speech
    documents: int


@dataclass
class _Field:
    """What is known of a field: of its T terms, and where its arrays are."""

    terms: list[bytes] = field(default_factory=list)
    # by kind and by narrow array: how many numbers, or escaped ones, each term has
    counts: defaultdict[str, list[Numbers]] = field(default_factory=lambda: defaultdict(list))
    escaped: defaultdict[str, list[Numbers]] = field(default_factory=lambda: defaultdict(list))
    indices: defaultdict[str, list[Numbers]] = field(default_factory=lambda: defaultdict(list))
    arrays: dict[str, Place] = field(default_factory=dict)
    codes: Numbers | None = None

    def counts_of(self, name: str) -> Numbers:
        """int64[T]: how many numbers of a kind, or escaped numbers of an array, each term has."""
        return np.concatenate(self.counts[name])

    def escapes(self, name: str) -> Escapes:
        """The escaped numbers of an array; indices are among the numbers of a term."""
        arrays = (np.concatenate(parts[name]) for parts in (self.escaped, self.indices))
        return Escapes(
            *(array.astype(np.min_scalar_type(int(array.max(initial=0)))) for array in arrays)
        )


class SideCarWriter:
    """Add posting lists in order, field by field. The file is complete at the end of the context.
    ``yield_to`` is called regularly."""

    def __init__(
        self,
        folder: Path,
        segment_id: str,
        shape: Shape,
        yield_to: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = folder / f"{segment_id}{EXTENSION}"
        self._part = self._path.with_name(self._path.name + PART)
        self._shape = shape
        self._yield_to = yield_to
        speeches = np.min_scalar_type(len(shape.heads)).newbyteorder("<")
        self._types = {"speeches": speeches, "ranks": np.dtype("<u2")}
        self._lengths = np.zeros(shape.documents, np.int64)  # of texts, in places
        self.word_codes: Numbers = np.empty(0, np.uint16)  # of the terms of the texts, at the end
        is_head = np.zeros(shape.documents, np.int32)
        is_head[shape.heads] = 1
        self._speech_of = np.cumsum(is_head, dtype=np.int32) - 1
        self._fields: dict[str, _Field] = {}
        self._current = ""  # the field that is being written
        self._parts: dict[str, IO[bytes]] = {}
        self._languages = Languages(shape.documents)
        self._file: BinaryIO = self._part.open("w+b")

    def add(self, name: str, lists: Lists) -> None:
        """Add the posting lists of the next terms of a field."""
        if not lists.terms:
            return
        if name != self._current:
            self._end_field()
            self._begin_field(name)
        current = self._fields[name]
        current.terms += lists.terms
        speeches = self._speech_of[lists.documents]
        is_new = np.diff(speeches, prepend=-1) != 0
        is_new[lists.begins] = True
        starts = np.flatnonzero(is_new)  # the first document of each speech that has a term
        firsts = np.searchsorted(starts, lists.begins)  # the first speech of each term
        ends = np.cumsum(lists.frequencies)
        occurrences = ends[lists.begins] - lists.frequencies[lists.begins]
        begins = {"speeches": firsts, "documents": lists.begins, "occurrences": occurrences}
        totals = (len(starts), len(speeches), len(lists.places))
        for kind, total in zip(KINDS, totals, strict=True):
            current.counts[kind].append(np.diff(begins[kind], append=total))
        ranks = similarity.quantized_scores(
            name, lists.frequencies, whoosh_blocks.length_codes(lists.lengths)
        )
        self._write("speeches", speeches[starts])
        self._write("ranks", np.maximum.reduceat(ranks, starts))
        narrow = {
            "counts": np.diff(starts, append=len(speeches)),
            "often": np.add.reduceat(lists.frequencies, starts),
            "paragraphs": lists.documents - self._shape.heads[speeches],
            "frequencies": lists.frequencies,
            "places": lists.places,
        }
        for array, numbers in narrow.items():
            self._write_narrow(current, array, numbers, begins[NARROW[array]])
        if name == TEXT_FIELD:
            self._listen(lists)
            np.maximum.at(self._lengths, lists.documents, lists.places[ends - 1] + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._end_field()
                self._finish()
        except BaseException:
            kind = BaseException
            raise
        finally:
            self._file.close()
            self._drop_parts()
            if kind is not None:
                self._part.unlink(missing_ok=True)
        if kind is None:
            os.replace(self._part, self._path)  # it is flushed to the disk when it is sealed

    def _listen(self, lists: Lists) -> None:
        for word in LISTENED_FOR:
            number = bisect_left(lists.terms, word.encode())
            if number < len(lists.terms) and lists.terms[number] == word.encode():
                begin = int(lists.begins[number])
                end = [*lists.begins[number + 1 : number + 2].tolist(), len(lists.documents)][0]
                self._languages.hear(word, lists.documents[begin:end], lists.frequencies[begin:end])

    def _write(self, array: str, numbers: Numbers) -> None:
        self._parts[array].write(numbers.astype(self._types[array]).tobytes())

    def _write_narrow(self, current: _Field, array: str, numbers: Numbers, begins: Numbers) -> None:
        """Write numbers in one byte each, and keep those that need an escape."""
        is_wide = numbers >= ESCAPE
        low = numbers.astype(np.uint8)
        if is_wide.any():
            low[is_wide] = ESCAPE
            indices = np.flatnonzero(is_wide)
            terms = np.searchsorted(begins, indices, side="right") - 1
            current.escaped[array].append(numbers[indices].astype(np.uint32))
            current.indices[array].append((indices - begins[terms]).astype(np.uint32))
            escapes = np.bincount(terms, minlength=len(begins))
        else:
            current.escaped[array].append(np.empty(0, np.uint32))
            current.indices[array].append(np.empty(0, np.uint32))
            escapes = np.zeros(len(begins), np.int64)
        current.counts[array].append(escapes)
        self._parts[array].write(low.tobytes())

    def _begin_field(self, name: str) -> None:
        self._current = name
        self._fields[name] = _Field()
        self._parts = {
            array: SpooledTemporaryFile(_IN_MEMORY, dir=str(self._part.parent))
            for array in (*WIDE, *NARROW)
        }

    def _end_field(self) -> None:
        """Join the arrays of the field that has ended."""
        for array, part in self._parts.items():
            dtype = self._types.get(array, np.dtype("u1"))
            length = part.tell() // dtype.itemsize
            self._fields[self._current].arrays[array] = (self._file.tell(), dtype.str, length)
            part.seek(0)
            shutil.copyfileobj(part, self._file, _BLOCK)
            mapped_file.align(self._file)
        self._drop_parts()
        if self._current == TEXT_FIELD:
            self._write_next_words(self._fields[TEXT_FIELD])
        self._current = ""

    def _write_next_words(self, texts: _Field) -> None:
        self.word_codes = next_words.word_codes(texts.terms, texts.counts_of("occurrences"))
        texts.codes = self.word_codes
        self._file.flush()
        written = next_words.Written(
            texts.terms,
            {name: texts.counts_of(name) for name in (*KINDS, *NARROW)},
            {name: self._read(texts.arrays[name]) for name in ("speeches", *NARROW)},
            {name: texts.escapes(name).numbers for name in NARROW},
        )
        begin, length = self._file.tell(), 0
        for codes in next_words.next_word_codes(
            written, self._shape.heads, self._lengths, self.word_codes, self._yield_to
        ):
            self._file.write(codes.astype("<u2").tobytes())
            length += len(codes)
        texts.arrays[NEXT_WORDS] = (begin, "<u2", length)
        mapped_file.align(self._file)

    def _drop_parts(self) -> None:
        for part in self._parts.values():
            part.close()
        self._parts = {}

    def _finish(self) -> None:
        """Write the bounds and terms of the fields, the words and their keys."""
        fields = {name: self._directory(arrays) for name, arrays in self._fields.items()}
        searched = [arrays for name, arrays in self._fields.items() if name != NARRATIVE_FIELD]
        words = sorted({term for arrays in searched for term in arrays.terms})
        languages = self._words_by_language()
        members = _members(words, languages)
        numbers = [members[key] for key in sorted(members)]
        index = {
            "fields": fields,
            "words": mapped_file.put_strings(self._file, words),
            "keys": mapped_file.put_strings(self._file, sorted(members)),
            "members": [  # where those of each key end, and their numbers
                mapped_file.put(
                    self._file,
                    np.cumsum([len(members_of_key) for members_of_key in numbers], dtype="<u4"),
                ),
                mapped_file.put(
                    self._file,
                    np.array(
                        [word for members_of_key in numbers for word in members_of_key], "<u4"
                    ),
                ),
            ],
            "languages": list(languages),
        }
        mapped_file.finish(self._file, index, MARK)

    def _directory(self, arrays: _Field) -> dict[str, Any]:
        """Write what a field has beside its arrays. Return where everything is."""
        columns = [arrays.counts_of(name) for name in (*KINDS, *NARROW)]
        bounds = np.zeros((len(arrays.terms) + 1, len(columns)), np.uint64)
        np.cumsum(np.stack(columns, 1), axis=0, out=bounds[1:])
        dtype = "<u4" if int(bounds[-1].max()) <= 0xFFFF_FFFF else "<u8"
        codes = {} if arrays.codes is None else {"codes": mapped_file.put(self._file, arrays.codes)}
        return {
            "terms": mapped_file.put_strings(self._file, arrays.terms),
            "bounds": mapped_file.put(self._file, bounds.astype(dtype).ravel()),
            "escaped": {
                name: [mapped_file.put(self._file, array) for array in arrays.escapes(name)]
                for name in NARROW
            },
            "arrays": arrays.arrays,
            **codes,
        }

    def _words_by_language(self) -> dict[str, set[bytes] | None]:
        """Return the languages of the texts, each with the words of its texts; None for all."""
        self._file.flush()
        words: dict[str, set[bytes] | None] = {inflection.ENGLISH: None}
        for language, texts in self._languages.texts().items():
            words[language] = self._words_of(texts)
        return words

    def _words_of(self, is_chosen: npt.NDArray[np.bool_]) -> set[bytes]:
        """Return the words of some documents, bool[D], which are read back from the file."""
        texts = self._fields[TEXT_FIELD]
        speeches = self._read(texts.arrays["speeches"])
        counts, paragraphs = (
            restore(self._read(texts.arrays[name]), texts.escapes(name).numbers)
            for name in ("counts", "paragraphs")
        )
        documents = np.repeat(self._shape.heads[speeches], counts) + paragraphs
        lengths = texts.counts_of("documents")
        has = np.logical_or.reduceat(is_chosen[documents], np.cumsum(lengths) - lengths)
        return {texts.terms[number] for number in np.flatnonzero(has).tolist()}

    def _read(self, place: Place) -> Numbers:
        begin, dtype, length = place
        if not length:
            return np.empty(0, dtype)
        return np.memmap(self._part, dtype, "r", begin, length)


def _members(
    words: list[bytes], languages: Mapping[str, set[bytes] | None]
) -> dict[bytes, list[int]]:
    """Return for every key the numbers of the words that have it, ascending. A word of the texts
    has a key of a language other than English if a text of that language contains it."""
    members: dict[bytes, list[int]] = {}
    for number, word in enumerate(words):
        spoken_in = [
            name
            for name, words_of_language in languages.items()
            if words_of_language is None or word in words_of_language
        ]
        for key in inflection.stem_keys(word.decode(), spoken_in):
            members.setdefault(key.encode(), []).append(number)
    return members
