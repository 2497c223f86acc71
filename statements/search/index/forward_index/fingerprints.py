"""Fingerprints of passages: shingles, selected by winnowing (see the package)."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.index.forward_index.layout import Documents, Hashes, Numbers

SHINGLE = 8  # words
WINDOW = 8  # at most SHINGLE, see ``winnow``
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)  # of SplitMix64's finalizer (Steele, Lea and Flood, 2014)
_NONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


def shingles(words: Hashes, begins: npt.NDArray[Any]) -> Hashes:
    """Return uint64[W]: for each of W words, given by their hashes, the hash of the shingle that
    begins there; all bits are set where its document ends before. ``begins``[D+1] is where
    documents begin."""
    hashes_at = np.full(len(words), _NONE)
    count = len(words) - SHINGLE + 1
    if count <= 0:
        return hashes_at
    hashes = np.zeros(count, np.uint64)
    for place in range(SHINGLE):
        hashes *= _BASE
        hashes += words[place : place + count]
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    hashes_at[:count] = np.minimum(hashes, _NONE - np.uint64(1))
    # the last places of each document
    lasts = np.asarray(begins[1:], np.int64)[:, None] - np.arange(1, SHINGLE)
    is_inside = lasts >= np.asarray(begins[:-1], np.int64)[:, None]
    hashes_at[lasts[is_inside]] = _NONE
    return hashes_at


def winnow(hashes: Hashes, begins: npt.NDArray[Any]) -> tuple[Numbers, Documents]:
    """Return the fingerprints of D documents and the document of each, given what ``shingles``
    returns."""
    least = hashes.copy()
    for step in range(1, WINDOW):
        np.minimum(least[:-step], hashes[step:], out=least[:-step])
    # a window lies in one document, because as many places as it has steps have no hash at each end
    is_full = np.zeros(len(hashes), bool)
    is_full[: max(len(hashes) - WINDOW + 1, 0)] = hashes[WINDOW - 1 :] != _NONE
    firsts = np.asarray(begins[:-1], np.int64)
    is_full[firsts[firsts < np.asarray(begins[1:], np.int64)]] = True  # a short document is one
    is_full &= hashes != _NONE
    windows = np.flatnonzero(is_full)
    prints = (least[windows] >> np.uint64(32)).astype(np.uint32)
    documents = (np.searchsorted(begins, windows, side="right") - 1).astype(np.int32)
    is_new = np.ones(len(windows), bool)
    is_new[1:] = (prints[1:] != prints[:-1]) | (documents[1:] != documents[:-1])
    return prints[is_new], documents[is_new]


def word_hashes(words: Iterable[bytes]) -> Hashes:
    joined = b"".join(hashlib.blake2b(word, digest_size=8).digest() for word in words)
    return np.frombuffer(joined, "<u8")
