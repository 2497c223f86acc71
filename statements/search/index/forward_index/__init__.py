"""The words of every paragraph in order, and fingerprints of its passages: what an inverted index
cannot answer. The file ``<segment>.seq`` is mapped into memory.

For D documents of W words, V distinct, with F fingerprints, it holds

    codes          uint16[W]    the code of each word (``next_words``), document by document
    begins         uint32[D+1]  where each document's words begin; narrative and heads have none
    terms_of       uint32[C+1]  the number of each code in ``segment.words(TEXT_FIELD)``
    rare_places    uint32[R]    places of the words without a code, ascending
    rare_terms     uint32[R]    and their numbers
    hashes         uint64[V]    of each distinct word, the same in every segment
    print_begins   uint32[B+1]  where each of B buckets of fingerprints begins, B a power of two
    print_lows     uint16[F]    the lower bits of each fingerprint, ascending in each bucket
                                (uint32 where 16 are not enough)
    document_lows  uint16[F]    the document of each fingerprint: its lower 16 bits,
    document_highs uint8[F]     and the other eight

A fingerprint, 32 bits, is the hash of a shingle, ``SHINGLE`` consecutive words; its upper bits are
the number of its bucket. Shingles are selected by winnowing (Schleimer, Wilkerson and Aiken,
"Winnowing: local algorithms for document fingerprinting", 2003): the smallest of every ``WINDOW``
consecutive ones. So two documents that have SHINGLE + WINDOW - 1 consecutive words in common have a
fingerprint in common.

The writer makes the file at every commit and every merge, whatever the size of the segment. Readers
compare it with its checksum before they use it, and again when it has changed. If it is missing,
cut or damaged, they do without it, and the worker writes it again from the segment's postings.
"""

from statements.search.index.forward_index.fingerprints import (
    SHINGLE,
    WINDOW,
    shingles,
    winnow,
)
from statements.search.index.forward_index.layout import UNUSED, ForwardIndex, Hashes
from statements.search.index.forward_index.reader import (
    discard_if_damaged,
    exists,
    forget,
    is_damaged,
    read_forward_index,
)
from statements.search.index.forward_index.writer import Part, Put, join, save, write

__all__ = [
    "SHINGLE", "UNUSED", "WINDOW", "ForwardIndex", "Hashes", "Part", "Put", "discard_if_damaged",
    "exists", "forget", "is_damaged", "join", "read_forward_index", "save", "shingles", "winnow",
    "write",
]  # fmt: skip
