"""Writing a side-car; what it holds is told in ``statements.search.index.formats.sidecar``.

Posting lists come in the order of fields and terms, many at a time, and go into one unfinished
file for each array, of a type for all numbers of its kind in this segment; when a field has ended,
its files are joined, each in the smallest type for its own. What is kept in memory is the list of
terms, and at the end of the texts their words in order, two bytes each.
"""

import os
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
import numpy.typing as npt

from statements.search.analysis import inflection
from statements.search.analysis.inflection import LISTENED_FOR
from statements.search.analysis.languages import Languages
from statements.search.fields import NARRATIVE_FIELD, TEXT_FIELD
from statements.search.index.formats import bm25, mapped_file, next_words, whoosh_blocks
from statements.search.index.formats.sidecar import ARRAYS, EXTENSION, FOLLOWERS, KINDS, MARK
from statements.search.index.formats.whoosh_blocks import Lists
from statements.search.index.generations import sync

PART = ".part"

Numbers = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the numbers of a segment are."""

    heads: npt.NDArray[np.int32]  # the first document of each speech
    documents: int
    code: int  # the length of the longest text, as the codec keeps it

    def types(self) -> dict[str, str]:
        paragraphs = int(np.diff(self.heads, append=self.documents).max(initial=0))
        # a length is read again from its code a little shorter, or longer, than it was
        longest = int(bm25.LENGTH_OF_CODE[self.code]) * 5 // 4 + 8
        most = {
            "speeches": len(self.heads),
            "ranks": 0xFFFF,
            "counts": paragraphs,
            "often": min(longest * paragraphs, 0xFFFF_FFFF),
            "paragraphs": paragraphs,
            "frequencies": longest,
            "places": longest,
        }
        return {name: _type_for(most[name]) for name in ARRAYS}


def _type_for(most: int) -> str:
    return "<u1" if most < 1 << 8 else "<u2" if most < 1 << 16 else "<u4"


@dataclass
class _Field:
    """What is kept of a field until the end: of T terms ``ends`` are T numbers for each kind."""

    terms: list[bytes] = field(default_factory=list)
    speeches: list[Numbers] = field(default_factory=list)
    documents: list[Numbers] = field(default_factory=list)
    places: list[Numbers] = field(default_factory=list)
    arrays: dict[str, tuple[int, str, int]] = field(default_factory=dict)  # at, type, length
    codes: Numbers | None = None

    def number(self, kind: str) -> Numbers:
        """Of each term, how many numbers of a kind there are."""
        parts: list[Numbers] = getattr(self, kind)
        return np.concatenate(parts)


class SideCarWriter:
    """Lists are added in order, field by field; the file is there when all of it is written.
    ``meanwhile`` is called now and then."""

    def __init__(
        self,
        folder: Path,
        segment_id: str,
        shape: Shape,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = folder / f"{segment_id}{EXTENSION}"
        self._part = self._path.with_name(self._path.name + PART)
        self._shape = shape
        self._types = shape.types()
        self._most = dict.fromkeys(ARRAYS, 0)  # of the numbers of the field that is being written
        self._meanwhile = meanwhile
        self._lengths = np.zeros(shape.documents, np.int64)  # of texts, in places
        before = np.zeros(shape.documents, np.int32)
        before[shape.heads] = 1
        self._speech_of = np.cumsum(before, dtype=np.int32) - 1
        self._fields: dict[str, _Field] = {}
        self._of: str = ""  # the field that is being written
        self._parts: dict[str, BinaryIO] = {}
        self._languages = Languages(shape.documents)
        self._file: BinaryIO = self._part.open("w+b")

    def add(self, name: str, lists: Lists) -> None:
        if not lists.terms:
            return
        if name != self._of:
            self._end_field()
            self._of = name
            self._parts = {
                array: self._part.with_name(f"{self._part.name}.{array}").open("w+b")
                for array in ARRAYS
            }
        one = self._fields.setdefault(name, _Field())
        one.terms += lists.terms
        speeches = self._speech_of[lists.documents]
        new = np.diff(speeches, prepend=-1) != 0
        new[lists.begins] = True
        starts = np.flatnonzero(new)
        ranks = bm25.ranks(name, lists.frequencies, whoosh_blocks.length_codes(lists.lengths))
        self._write("speeches", speeches[starts])
        self._write("ranks", np.maximum.reduceat(ranks, starts))
        self._write("counts", np.diff(starts, append=len(speeches)))
        self._write("often", np.add.reduceat(lists.frequencies, starts))
        self._write("paragraphs", lists.documents - self._shape.heads[speeches])
        self._write("frequencies", lists.frequencies)
        self._write("places", lists.places)
        first = np.searchsorted(starts, lists.begins)
        one.speeches.append(np.diff(first, append=len(starts)))
        one.documents.append(np.diff(lists.begins, append=len(lists.documents)))
        one.places.append(np.add.reduceat(lists.frequencies, lists.begins))
        if name == TEXT_FIELD:
            self._listen(lists)
            lasts = lists.places[np.cumsum(lists.frequencies) - 1]
            np.maximum.at(self._lengths, lists.documents, lasts + 1)

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
            sync(self._part)
            os.replace(self._part, self._path)

    def _listen(self, lists: Lists) -> None:
        for word in LISTENED_FOR:
            number = bisect_left(lists.terms, word.encode())
            if number < len(lists.terms) and lists.terms[number] == word.encode():
                begin = int(lists.begins[number])
                end = [*lists.begins[number + 1 : number + 2].tolist(), len(lists.documents)][0]
                self._languages.hear(word, lists.documents[begin:end], lists.frequencies[begin:end])

    def _write(self, array: str, numbers: Numbers) -> None:
        self._most[array] = max(self._most[array], int(numbers.max()))
        self._parts[array].write(numbers.astype(self._types[array]).tobytes())

    def _end_field(self) -> None:
        """Join the arrays of the field that has ended."""
        for array, part in self._parts.items():
            wide, narrow = self._types[array], _type_for(self._most[array])
            length = part.tell() // np.dtype(wide).itemsize
            self._fields[self._of].arrays[array] = (self._file.tell(), narrow, length)
            part.seek(0)
            while data := part.read(1 << 20):
                self._file.write(np.frombuffer(data, wide).astype(narrow).tobytes())
            mapped_file.align(self._file)
        self._drop_parts()
        self._most = dict.fromkeys(ARRAYS, 0)
        if self._of == TEXT_FIELD:
            self._follow(self._fields[TEXT_FIELD])
        self._of = ""

    def _follow(self, one: _Field) -> None:
        """Write which word follows each occurrence."""
        numbers = [one.number(kind) for kind in KINDS]
        one.codes = next_words.codes(one.terms, numbers[-1])
        self._file.flush()
        arrays = (
            self._read(one.arrays[array])
            for array in ("speeches", "counts", "paragraphs", "frequencies", "places")
        )
        written = next_words.Written(one.terms, *numbers, *arrays)
        at = self._file.tell()
        for some in next_words.followers(
            written, self._shape.heads, self._lengths, one.codes, self._meanwhile
        ):
            self._file.write(some.astype("<u2").tobytes())
        one.arrays[FOLLOWERS] = (at, "<u2", len(written.places))
        mapped_file.align(self._file)

    def _drop_parts(self) -> None:
        for part in self._parts.values():
            part.close()
            Path(part.name).unlink(missing_ok=True)
        self._parts = {}

    def _finish(self) -> None:
        """Write what begins where, the terms, the words and their keys."""
        fields = {name: self._directory(one) for name, one in self._fields.items()}
        searched = [one for name, one in self._fields.items() if name != NARRATIVE_FIELD]
        words = sorted({term for one in searched for term in one.terms})
        languages = self._spoken()
        members = _members(words, languages)
        numbers = [members[key] for key in sorted(members)]
        index = {
            "fields": fields,
            "words": mapped_file.put_strings(self._file, words),
            "keys": mapped_file.put_strings(self._file, sorted(members)),
            "members": [  # where those of each key end, and their numbers
                mapped_file.put(self._file, np.cumsum([len(one) for one in numbers], dtype="<u4")),
                mapped_file.put(
                    self._file, np.array([one for many in numbers for one in many], "<u4")
                ),
            ],
            "languages": list(languages),
        }
        mapped_file.finish(self._file, index, MARK)

    def _directory(self, one: _Field) -> dict[str, Any]:
        begins = {}
        for kind in KINDS:
            ends = np.cumsum(one.number(kind), dtype=np.uint64)
            begins[kind] = mapped_file.put(self._file, np.append(np.uint64(0), ends).astype("<u8"))
        terms = mapped_file.put_strings(self._file, one.terms)
        codes = {} if one.codes is None else {"codes": mapped_file.put(self._file, one.codes)}
        return {"terms": terms, "begins": begins, "arrays": one.arrays, **codes}

    def _spoken(self) -> dict[str, set[bytes] | None]:
        """The languages of the texts, each with the words of its texts; None for all."""
        self._file.flush()
        spoken: dict[str, set[bytes] | None] = {inflection.ENGLISH: None}
        for language, texts in self._languages.texts().items():
            spoken[language] = self._words_of(texts)
        return spoken

    def _words_of(self, texts: npt.NDArray[np.bool_]) -> set[bytes]:
        """The words of some texts, read again from the file."""
        one = self._fields[TEXT_FIELD]
        speeches, counts, paragraphs = (
            self._read(one.arrays[array]) for array in ("speeches", "counts", "paragraphs")
        )
        documents = np.repeat(self._shape.heads[speeches], counts) + paragraphs
        lengths = one.number("documents")
        has = np.logical_or.reduceat(texts[documents], np.cumsum(lengths) - lengths)
        return {one.terms[number] for number in np.flatnonzero(has).tolist()}

    def _read(self, place: tuple[int, str, int]) -> Numbers:
        at, dtype, length = place
        return np.memmap(self._part, dtype, "r", at, length) if length else np.empty(0, dtype)


def _members(
    words: list[bytes], languages: Mapping[str, set[bytes] | None]
) -> dict[bytes, list[int]]:
    """For every key the numbers of the words that have it, ascending. A word of the texts has a
    French or Spanish key where a text of that language has it."""
    found: dict[bytes, list[int]] = {}
    for number, word in enumerate(words):
        of = [one for one, some in languages.items() if some is None or word in some]
        for key in inflection.keys(word.decode(), of):
            found.setdefault(key.encode(), []).append(number)
    return found
