"""The file of related terms (see the package)."""

import os
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.index.generations import sync

NAME = "related.terms"
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
_END = b"\n"


@dataclass(frozen=True, slots=True)
class RelatedTerms:
    terms: Sequence[str]  # V
    forms: Mapping[str, int]  # the number of the term of each form
    neighbours: npt.NDArray[np.uint16]  # uint16[V, N]
    similarities: npt.NDArray[np.uint8]  # uint8[V, N]
    documents: int  # of the index that they were learned from

    @classmethod
    def empty(cls, documents: int) -> "RelatedTerms":
        return cls((), {}, np.zeros((0, 1), np.uint16), np.zeros((0, 1), np.uint8), documents)

    def near(self, words: Sequence[str], limit: int) -> list[str]:
        """Return at most so many terms related to all words together, most related first. A term
        that is near several of them leads."""
        numbers = {self.forms[word] for word in words if word in self.forms}
        sums: dict[int, int] = {}
        for number in numbers:
            near = zip(
                self.neighbours[number].tolist(), self.similarities[number].tolist(), strict=True
            )
            for other, similarity in near:
                if similarity and other not in numbers:
                    sums[other] = sums.get(other, 0) + similarity
        best = sorted(sums, key=lambda other: (-sums[other], other))[:limit]
        return [self.terms[other] for other in best]


def save(folder: Path, related: RelatedTerms) -> None:
    """Write the file of a generation, given by its folder. Raises OSError."""
    path = folder / NAME
    part = path.with_name(f".{NAME}")  # a leftover is removed by ``maintenance.clean``
    arrays: dict[str, Any] = {
        "joined": _joined(related.terms),
        "forms": _joined(list(related.forms)),
        "terms_of": np.array(list(related.forms.values()), np.uint16),
        "neighbours": related.neighbours,
        "similarities": related.similarities,
        "documents": np.int64(related.documents),
    }
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)
    sync(part)
    os.replace(part, path)


def documents_learned(folder: Path) -> int | None:
    """Return how many documents the index had when related terms were learned; None if they were
    not, or the file cannot be read."""
    try:
        with (folder / NAME).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return int(arrays["documents"])
    except _UNREADABLE:
        return None


_lock = threading.Lock()
_read: tuple[tuple[str, int, int], RelatedTerms | None] | None = None


def read_related_terms(folder: Path) -> RelatedTerms | None:
    """Return the related terms of a generation, which are kept until the file is replaced; None if
    there are none or the file is damaged."""
    global _read
    try:
        status = os.stat(f"{folder}/{NAME}")
    except OSError:
        return None
    key = str(folder), status.st_ino, status.st_mtime_ns
    if _read is None or _read[0] != key:
        with _lock:
            if _read is None or _read[0] != key:
                _read = key, _load(folder / NAME)
    return _read[1]


def _load(path: Path) -> RelatedTerms | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            terms, forms = _parts(arrays["joined"]), _parts(arrays["forms"])
            related = RelatedTerms(
                terms,
                dict(zip(forms, arrays["terms_of"].tolist(), strict=True)),
                arrays["neighbours"],
                arrays["similarities"],
                int(arrays["documents"]),
            )
    except _UNREADABLE:
        return None
    is_whole = len(related.neighbours) == len(related.similarities) == len(terms)
    return related if is_whole else None


def _joined(words: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(b"".join(word.encode() + _END for word in words), np.uint8)


def _parts(joined: npt.NDArray[np.uint8]) -> list[str]:
    return joined.tobytes().decode().split(_END.decode())[:-1]
