"""Which terms may be related to others, and the texts as sequences of them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from statements.search.analysis import tokenizer
from statements.search.fields import CAPACITY_FIELD, TEXT_FIELD
from statements.search.index.forward_index import UNUSED, read_forward_index
from statements.search.index.segments import Segment
from statements.search.index.snapshot import Snapshot

MAX_TERMS = 24_000
MIN_LETTERS = 3
MIN_PARAGRAPHS = 40  # that have a term
# Speeches begin and end with courtesies. A term of which this many times the usual part stands
# there, or in what chairs say to conduct a meeting, is one of courtesy or procedure
OPENING, CLOSING = 2, 1  # paragraphs
LONG = 8  # paragraphs of a speech whose opening and closing are known
COURTEOUS = 2.5
# bits by which a term must be in fewer speeches than if its occurrences were spread by chance
RESIDUAL = 0.2
_CHAIR = "chair"

Terms = npt.NDArray[np.uint16]
Documents = npt.NDArray[np.int32]


class Vocabulary(NamedTuple):
    terms: Sequence[str]  # V, the most frequent first
    forms: Mapping[str, int]  # the number of the term of each form


class Texts(NamedTuple):
    """The terms of all texts in order, without other words."""

    terms: Terms  # uint16[N]
    documents: Documents  # int32[N], ascending
    is_hidden: npt.NDArray[np.bool_]  # bool[V]: terms that are neither shown nor looked up


def vocabulary(snapshot: Snapshot) -> Vocabulary:
    """Return the terms of the texts that are frequent enough. Forms of a word are one term, which
    is named by the most frequent of them."""
    paragraphs: Counter[str] = Counter()
    for segment in snapshot.segments:
        counts = segment.counts(TEXT_FIELD)
        words = segment.words(TEXT_FIELD)
        for number in np.flatnonzero(counts).tolist():
            paragraphs[words[number].decode()] += int(counts[number])
    terms: list[str] = []
    numbers: dict[str, int] = {}
    for term, count in paragraphs.most_common():
        if count < MIN_PARAGRAPHS or len(terms) == MAX_TERMS:
            break
        if term in numbers or not _is_word(term):
            continue
        forms = [form for form in snapshot.forms(term) if form not in numbers and _is_word(form)]
        numbers |= dict.fromkeys({term, *forms}, len(terms))
        terms.append(term)
    return Vocabulary(terms, numbers)


def _is_word(term: str) -> bool:
    return len(term) >= MIN_LETTERS and term.isalpha() and not tokenizer.is_stop_word(term)


def texts(snapshot: Snapshot, known: Vocabulary, yield_to: Callable[[], None]) -> Texts | None:
    """Return the texts of an index; None if the forward index of a segment is missing."""
    parts = []
    formal = _formal_documents(snapshot)
    for segment, base in zip(snapshot.segments, snapshot.bases.tolist(), strict=False):
        part = _terms_of(segment, known)
        if part is None:
            return None
        parts.append((part[0], part[1] + np.int32(base)))
        yield_to()
    terms = np.concatenate([np.empty(0, np.uint16), *(terms for terms, _ in parts)])
    documents = np.concatenate([np.empty(0, np.int32), *(documents for _, documents in parts)])
    is_formal = formal[documents]
    is_hidden = _courteous(terms, is_formal, len(known.terms))
    kept = ~is_formal & snapshot.alive[snapshot.speech_of[documents]]
    terms, documents = terms[kept], documents[kept]
    is_hidden |= _general(terms, snapshot.speech_of[documents], len(known.terms))
    return Texts(terms, documents, is_hidden)


def _courteous(terms: Terms, is_formal: npt.NDArray[np.bool_], size: int) -> npt.NDArray[np.bool_]:
    """bool[V]: terms of courtesy and procedure."""
    counts = np.bincount(terms, minlength=size)
    usual = np.count_nonzero(is_formal) / max(len(terms), 1)
    in_formal = np.bincount(terms[is_formal], minlength=size)
    courteous: npt.NDArray[np.bool_] = in_formal > COURTEOUS * usual * counts
    return courteous


def _general(terms: Terms, speeches: Documents, size: int) -> npt.NDArray[np.bool_]:
    """bool[V]: terms that are spread over speeches as by chance, such as "simply": words about a
    subject gather in some of them. Measured by residual inverse document frequency (Church and
    Gale, "Poisson mixtures", 1995)."""
    count = int(speeches.max(initial=0)) + 1
    pairs = np.unique(terms.astype(np.int64) * count + speeches)
    having = np.bincount(pairs // count, minlength=size)
    occurrences = np.bincount(terms, minlength=size)
    by_chance = -count * np.expm1(-occurrences / count)
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = np.log2(by_chance / having)
    general: npt.NDArray[np.bool_] = ~(residual >= RESIDUAL)
    return general


def _terms_of(segment: Segment, known: Vocabulary) -> tuple[Terms, Documents] | None:
    """Return the terms of a segment's texts, and the document of each."""
    sequences = read_forward_index(segment)
    if sequences is None:
        return None
    none = len(known.terms)
    term_of = np.full(len(segment.words(TEXT_FIELD)) + 1, none, np.uint16)
    for number, word in enumerate(segment.words(TEXT_FIELD)):
        term_of[number] = known.forms.get(word.decode(), none)
    begins = sequences.begins.astype(np.int64)
    words = sequences.between(0, int(begins[-1]))
    words[words == UNUSED] = len(term_of) - 1
    terms = term_of[words]
    documents = np.repeat(np.arange(segment.size, dtype=np.int32), np.diff(begins))
    is_known = terms != none
    return terms[is_known], documents[is_known]


def _formal_documents(snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    """bool[D]: the openings and closings of long speeches, and what chairs say."""
    sizes = np.diff(snapshot.heads, append=np.int32(snapshot.size))
    place = np.arange(snapshot.size) - snapshot.heads[snapshot.speech_of]
    size = sizes[snapshot.speech_of]
    is_edge = (place < OPENING) | (place >= size - CLOSING)
    formal: npt.NDArray[np.bool_] = is_edge & (size >= LONG)
    chairs = snapshot.facets[CAPACITY_FIELD].mask_of_values((_CHAIR,))
    formal |= chairs[snapshot.speech_of]
    return formal
