"""Learns which terms are related. Memory is bounded by counting block by block: at no time are more
than ``BLOCK`` rows of the matrix held as numbers of their own.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh.lang.porter import stem

from statements.search.fields import TEXT_FIELD
from statements.search.index.related_terms.storage import RelatedTerms
from statements.search.index.related_terms.vocabulary import Texts, texts, vocabulary
from statements.search.index.similarity import LENGTH_OF_NORM
from statements.search.index.snapshot import Snapshot

MIN_WORDS = 1_000_000  # of an archive
WINDOW = 8  # terms to each side that count as near
MIN_PAIRS = 3  # times that two terms must be near each other
DIMENSIONS = 160
OVERSAMPLED = 32  # dimensions more than are kept, for accuracy
POWER = 2  # iterations
NEIGHBOURS = 12  # of each term that are stored
CANDIDATES = 40  # of which these are the best that may be shown
LEAST_COSINE = 0.35
BLOCK = 512  # terms

Vectors = npt.NDArray[np.float32]


class _Rows(NamedTuple):
    """Some rows of the matrix of V terms against V, as its entries above zero."""

    first: int
    last: int  # exclusive
    places: npt.NDArray[np.int64]  # row times V plus column
    values: npt.NDArray[np.float32]


def learn(snapshot: Snapshot, yield_to: Callable[[], None]) -> RelatedTerms | None:
    """Return the related terms of an index, none for a small archive; None if they cannot be
    learned yet, because a forward index is missing. ``yield_to`` is called about once a second."""
    if LENGTH_OF_NORM[snapshot.norms[TEXT_FIELD]].sum() < MIN_WORDS:
        return RelatedTerms.empty(snapshot.size)
    known = vocabulary(snapshot)
    yield_to()
    spoken = texts(snapshot, known, yield_to)
    if spoken is None:
        return None
    rows = []
    for block in _mutual_information(spoken, len(known.terms)):
        rows.append(block)
        yield_to()
    vectors = _main_dimensions(rows, len(known.terms), yield_to)
    neighbours = np.zeros((len(known.terms), NEIGHBOURS), np.uint16)
    similarities = np.zeros((len(known.terms), NEIGHBOURS), np.uint8)
    stems = [stem(term) for term in known.terms]
    for first, numbers, cosines in _nearest(vectors, spoken.is_hidden):
        for row, (candidates, near) in enumerate(
            zip(numbers.tolist(), cosines.tolist(), strict=True), first
        ):
            chosen = [
                (number, cosine)
                for number, cosine in zip(candidates, near, strict=True)
                if cosine >= LEAST_COSINE and stems[number] != stems[row]
            ][:NEIGHBOURS]
            if chosen and not spoken.is_hidden[row]:
                neighbours[row, : len(chosen)] = [number for number, _ in chosen]
                similarities[row, : len(chosen)] = [int(255 * cosine) for _, cosine in chosen]
        yield_to()
    return RelatedTerms(known.terms, known.forms, neighbours, similarities, snapshot.size)


def _mutual_information(spoken: Texts, size: int) -> Iterator[_Rows]:
    """Yield the positive pointwise mutual information of each term and those near it."""
    terms, documents = spoken.terms, spoken.documents
    order = np.argsort(terms, kind="stable")
    begins = np.append(0, np.cumsum(np.bincount(terms, minlength=size)))
    of_each = _pairs_of_each(terms, documents, size)
    total = max(int(of_each.sum()), 1)
    for first in range(0, size, BLOCK):
        last = min(first + BLOCK, size)
        places = order[begins[first] : begins[last]]
        near = [_near(terms, documents, places, step, first, size) for step in _steps()]
        pairs = np.bincount(np.concatenate(near), minlength=(last - first) * size)
        entries = np.flatnonzero(pairs >= MIN_PAIRS)
        rows, columns = np.divmod(entries, size)
        expected = of_each[first + rows] * (of_each[columns] / total)
        values = np.log(pairs[entries] / expected)
        values[first + rows == columns] = 0
        is_positive = values > 0
        yield _Rows(first, last, entries[is_positive], values[is_positive].astype(np.float32))


def _pairs_of_each(
    terms: npt.NDArray[np.uint16], documents: npt.NDArray[np.int32], size: int
) -> npt.NDArray[np.int64]:
    """int64[V]: how many pairs each term is in."""
    pairs = np.zeros(size, np.int64)
    for step in range(1, WINDOW + 1):
        together = documents[:-step] == documents[step:]
        for each in (terms[:-step], terms[step:]):
            pairs += np.bincount(each[together], minlength=size)
    return pairs


def _steps() -> list[int]:
    return [step for step in range(-WINDOW, WINDOW + 1) if step]


def _near(
    terms: npt.NDArray[np.uint16],
    documents: npt.NDArray[np.int32],
    places: npt.NDArray[np.int64],
    step: int,
    first: int,
    size: int,
) -> npt.NDArray[np.int64]:
    """Return the pairs of the terms at some places and those a step away in the same document."""
    others = places + step
    inside = (others >= 0) & (others < len(terms))
    places, others = places[inside], others[inside]
    together = documents[places] == documents[others]
    pairs: npt.NDArray[np.int64] = terms[places[together]].astype(np.int64)
    pairs -= first
    pairs *= size
    pairs += terms[others[together]]
    return pairs


def _main_dimensions(rows: list[_Rows], size: int, yield_to: Callable[[], None]) -> Vectors:
    """float32[V, DIMENSIONS]: each term in the main dimensions of a symmetric matrix, by randomised
    subspace iteration (Halko, Martinsson and Tropp, "Finding structure with randomness", 2011),
    scaled by the square roots of the eigenvalues and to unit length. The same matrix gives the same
    vectors."""
    count = min(DIMENSIONS + OVERSAMPLED, size)
    drawn = np.random.default_rng(1).standard_normal((size, count)).astype(np.float32)
    basis = np.linalg.qr(_times(rows, drawn, yield_to))[0]
    for _ in range(POWER):
        basis = np.linalg.qr(_times(rows, basis, yield_to))[0]
    image = _times(rows, basis, yield_to)
    values, directions = np.linalg.eigh(basis.T @ image)
    main = np.argsort(-values)[:DIMENSIONS]
    main = main[values[main] > 0]
    vectors = (basis @ directions[:, main]) * np.sqrt(values[main])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def _times(rows: list[_Rows], vectors: Vectors, yield_to: Callable[[], None]) -> Vectors:
    """Return the product of the matrix and some vectors, float32[V, K]."""
    product = np.empty_like(vectors)
    dense = np.zeros(BLOCK * len(vectors), np.float32)
    for block in rows:
        dense[block.places] = block.values
        height = block.last - block.first
        product[block.first : block.last] = dense.reshape(BLOCK, -1)[:height] @ vectors
        dense[block.places] = 0
        yield_to()
    return product


def _nearest(
    vectors: Vectors, hidden: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, npt.NDArray[np.int64], Vectors]]:
    """Yield for each block of terms its first, the nearest terms of each that are not hidden,
    nearest first, and their cosines."""
    size = len(vectors)
    count = min(CANDIDATES, size - 1)
    for first in range(0, size, BLOCK):
        cosines = vectors[first : first + BLOCK] @ vectors.T
        cosines[:, hidden] = -1
        own = np.arange(len(cosines))
        cosines[own, first + own] = -1
        numbers = np.argpartition(-cosines, count, axis=1)[:, :count]
        near = np.take_along_axis(cosines, numbers, axis=1)
        order = np.argsort(-near, axis=1, kind="stable")
        yield (
            first,
            np.take_along_axis(numbers, order, axis=1),
            np.take_along_axis(near, order, axis=1),
        )
