"""Writes the segments that Whoosh's own writer would write, in a sixth of its time, and in memory
that does not grow with the archive.

Whoosh's writer makes a tuple of every posting and sorts them all. Here a word takes four bytes
until the segment is full: the number of its term. Then one sort of 64-bit keys, the term above the
place among all words, brings the documents and positions of every term together. Stored fields,
columns and lengths are left to Whoosh's own per-document writer.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3FieldWriter
from whoosh.fields import FieldType

from statements.search.analysis.tokenizer import WordTokenizer, chunks, placed_terms
from statements.search.fields import TEXT_FIELD
from statements.search.index import forward_index
from statements.search.index.formats import next_words, whoosh_blocks
from statements.search.index.formats.sidecar_writer import Shape, SideCarWriter
from statements.search.index.generations import Generation
from statements.search.index.writer import IndexWriter

# words after which a segment is full: they take twelve bytes each while they are sorted
SEGMENT_WORDS = 40_000_000
Numbers = npt.NDArray[np.integer[Any]]
CHUNK = 1 << 20  # words whose postings are written at a time, unless one term has more


class BulkWriter(IndexWriter):
    """Use ``append`` until ``full``, then ``commit``."""

    def __init__(self, generation: Generation, *, words: int = SEGMENT_WORDS) -> None:
        super().__init__(generation)
        self._words = words
        vocabulary = Vocabulary()
        self._collected: dict[str, _Words | _Terms] = {
            name: _Words(vocabulary) if is_text(field) else _Terms(field)
            for name, field in self.schema.items()
            if field.indexed
        }
        self._heads = array("i")

    @property
    def full(self) -> bool:
        return self.docnum > 0 and self._words <= sum(
            len(words.numbers) for words in self._collected.values() if isinstance(words, _Words)
        )

    def add_document(self, **fields: Any) -> None:
        """Collect the postings of a document; otherwise like Whoosh's writer."""
        writer = self.perdocwriter
        writer.start_doc(self.docnum)
        if fields["paragraph"] == 0:
            self._heads.append(self.docnum)
        for name in sorted(name for name in fields if not name.startswith("_")):
            value = fields[name]
            if value is None:
                continue
            field = self.schema[name]
            length = self._collected[name].add(self.docnum, value) if field.indexed else 0
            stored = fields.get(f"_stored_{name}", value)
            writer.add_field(name, field, stored if field.stored else None, length)
            if field.column_type and stored is not None:
                writer.add_column_value(name, field.column_type, field.to_column_value(stored))
        writer.finish_doc()
        self._added = True
        self.docnum += 1

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        self._write_forward_index()
        shape = Shape(np.array(self._heads, np.int32), self.docnum)
        with SideCarWriter(self.folder, self.newsegment.segment_id(), shape) as side:
            for name in sorted(self._collected):
                postings = self._collected.pop(name)
                if postings:
                    self.fieldwriter.start_field(name, self.schema[name])
                    postings.write(self.fieldwriter, side)
                    self.fieldwriter.finish_field()
        self.fieldwriter.close()

    def _write_forward_index(self) -> None:
        """Write the forward index. From the postings it would cost several times as much."""
        texts = self._collected[TEXT_FIELD]
        assert isinstance(texts, _Words)  # noqa: S101
        terms, numbers = texts.numbered()
        lengths = np.zeros(self.docnum, np.int64)
        lengths[np.array(texts.documents)] = np.array(texts.places)
        begins = np.append(0, np.cumsum(lengths)).astype(np.uint32)
        frequencies = np.zeros(len(terms), np.int64)
        for words in texts.chunks():
            frequencies += np.bincount(numbers[words], minlength=len(terms))
        codes = next_words.word_codes(terms, frequencies)

        def fill(store: forward_index.Put) -> None:
            begin = 0
            for words in texts.chunks():
                store(slice(begin, begin + len(words)), numbers[words])
                begin += len(words)

        segment_id = self.newsegment.segment_id()
        forward_index.save(self.folder, segment_id, begins, terms, codes, fill)


def is_text(field: FieldType) -> bool:
    return isinstance(getattr(field, "analyzer", None), WordTokenizer)


class Vocabulary(dict[str, int]):
    """Maps each printed word to the number of its term. If it has several terms or none, the number
    is negative and ``_several`` has them."""

    def __init__(self) -> None:
        super().__init__()
        self._of_term: dict[str, int] = {}
        # terms by number, each with its distance from the first
        self._several: list[list[tuple[int, int]]] = []

    def __missing__(self, printed: str) -> int:
        terms = [(self._number(term), place) for term, place in placed_terms(printed)]
        if len(terms) == 1:
            number = terms[0][0]
        else:
            self._several.append(terms)
            number = -len(self._several)
        self[printed] = number
        return number

    def numbers(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the terms of a text by number: those of its words in order, and those of its
        compounds with their places."""
        numbers = list(map(self.__getitem__, chunks(text)))
        if not numbers or min(numbers) >= 0:
            return numbers, []
        words: list[int] = []
        compounds: list[tuple[int, int]] = []
        for number in numbers:
            if number >= 0:
                words.append(number)
                continue
            begin = len(words)
            for term, place in self._several[-number - 1]:
                if begin + place == len(words):
                    words.append(term)
                else:
                    compounds.append((term, begin + place))
        return words, compounds

    @cached_property
    def ordered(self) -> tuple[list[bytes], npt.NDArray[np.uint64]]:
        """All terms in the order of the index, and the place of each number in it. Must not be used
        before the last text has been added."""
        terms = sorted((term.encode(), number) for term, number in self._of_term.items())
        ranks = np.empty(len(terms), np.uint64)
        ranks[[number for _, number in terms]] = np.arange(len(terms), dtype=np.uint64)
        return [term for term, _ in terms], ranks

    def _number(self, term: str) -> int:
        return self._of_term.setdefault(term, len(self._of_term))


class _Words:
    """The texts of one field: for D of them ``documents``, ``lengths`` and ``places`` are D numbers
    each; ``numbers`` are the terms of all words, one text after the other; ``compounds`` are the
    terms of C compounds, ``compound_places`` the places of their first parts among all words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.documents = array("i")
        self.lengths = array("i")  # in terms
        self.places = array("i")  # in words
        self.numbers = array("i")
        self.compounds = array("i")
        self.compound_places = array("q")

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def add(self, document: int, text: str) -> int:
        numbers, compounds = self._vocabulary.numbers(text)
        for term, place in compounds:
            self.compounds.append(term)
            self.compound_places.append(len(self.numbers) + place)
        self.documents.append(document)
        self.places.append(len(numbers))
        self.lengths.append(len(numbers) + len(compounds))
        self.numbers.extend(numbers)
        return self.lengths[-1]

    def numbered(self) -> tuple[list[bytes], npt.NDArray[np.uint32]]:
        """Return the terms of this field in order, and for each term of the vocabulary its number
        among them."""
        terms, ranks = self._vocabulary.ordered
        is_used = np.zeros(len(terms), bool)
        for numbers in (self.numbers, self.compounds):
            for low in range(0, len(numbers), CHUNK):
                is_used[ranks[np.array(numbers[low : low + CHUNK])]] = True
        numbers_of_ranks = (np.cumsum(is_used) - 1).astype(np.uint32)
        used = [terms[rank] for rank in np.flatnonzero(is_used).tolist()]
        return used, numbers_of_ranks[ranks]

    def chunks(self) -> Iterator[Numbers]:
        """Yield the numbers of the terms of all words, many at a time."""
        for low in range(0, len(self.numbers), CHUNK):
            yield np.array(self.numbers[low : low + CHUNK])

    def write(self, writer: W3FieldWriter, side: SideCarWriter) -> None:
        terms, ranks = self._vocabulary.ordered
        documents = np.array(self.documents, np.int64)
        lengths = np.array(self.lengths, np.int64)
        places = np.array(self.places, np.int64)
        keys = self._sorted_keys(ranks)
        begins = np.cumsum(places) - places
        rounded = whoosh_blocks.rounded(lengths)
        for low, high in _chunks(keys):
            ranked = keys[low:high] >> np.uint64(32)
            sequence = (keys[low:high] & np.uint64(0xFFFF_FFFF)).astype(np.int64)
            texts = np.searchsorted(begins, sequence, side="right") - 1
            new_term = np.diff(ranked, prepend=ranked[0] + 1) != 0
            firsts = np.flatnonzero(new_term | (np.diff(texts, prepend=-1) != 0))
            lists = whoosh_blocks.Lists(
                terms=[terms[rank] for rank in ranked[new_term].tolist()],
                begins=np.flatnonzero(new_term[firsts]),
                documents=documents[texts[firsts]],
                frequencies=np.diff(firsts, append=len(sequence)),
                lengths=rounded[texts[firsts]],
                places=sequence - begins[texts],
            )
            whoosh_blocks.write(writer, lists)
            side.add(writer._fieldname, lists)

    def _sorted_keys(self, ranks: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """Return uint64: for every word the rank of its term, above its place among all words. A
        compound has the place of its first word."""
        words = len(self.numbers)
        keys = np.empty(words + len(self.compounds), np.uint64)
        keys[:words] = ranks[np.frombuffer(self.numbers, np.int32)]
        self.numbers = array("i")
        keys[words:] = ranks[np.array(self.compounds, np.int32)]
        keys <<= np.uint64(32)
        keys[words:] |= np.array(self.compound_places, np.uint64)
        for low in range(0, words, CHUNK):
            high = min(low + CHUNK, words)
            keys[low:high] |= np.arange(low, high, dtype=np.uint64)
        keys.sort()
        return keys


def _chunks(keys: npt.NDArray[np.uint64]) -> Iterator[tuple[int, int]]:
    """Yield the bounds of parts of about equal size, none of which ends within a term."""
    low = 0
    while low < len(keys):
        high = min(low + CHUNK, len(keys))
        after = ((keys[high - 1] >> np.uint64(32)) + np.uint64(1)) << np.uint64(32)
        high += int(np.searchsorted(keys[high:], after))
        yield low, high
        low = high


class _Terms:
    """The values of a field that is not a text: names or numbers. Whoosh itself writes their
    postings, which are few."""

    def __init__(self, field: FieldType) -> None:
        if field.scorable or field.vector or field.separate_spelling():
            raise ValueError(f"{field} is of a kind that cannot be written in bulk")
        self._items = lru_cache(maxsize=1024)(lambda value: list(field.index(value)))
        # the documents of each term, and Whoosh's posting of each, which is mostly the same object
        self._documents: defaultdict[bytes, array[int]] = defaultdict(lambda: array("i"))
        self._postings: defaultdict[bytes, list[tuple[bytes, int, float, bytes]]]
        self._postings = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._documents)

    def add(self, document: int, value: Any) -> int:
        for item in self._items(value):
            self._documents[item[0]].append(document)
            self._postings[item[0]].append(item)
        return 0  # only texts have lengths

    def write(self, writer: W3FieldWriter, side: SideCarWriter) -> None:
        for term in sorted(self._documents):
            writer.start_term(term)
            for document, item in zip(self._documents[term], self._postings[term], strict=True):
                weight, value = item[2:]
                writer.add(document, weight, value, 0)
            writer.finish_term()
