"""Finds the positions of phrases and of words near one another in one field of the index, and the
terms that match a pattern.

An occurrence is a key, int64: the document in its upper half, the place in the lower half. The
index has the pairs of adjacent words (``next_words``), so that a phrase is found by joining its
pairs. For words near one another, and for phrases with too many spellings, keys of all words are
built, ascending, so that neighbours are found by binary search. Before that the documents that have
all words are found by masks over documents, since keys are what costs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain, pairwise, product
from math import prod
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from statements.search.analysis.inflection import HYPHEN, spelling
from statements.search.analysis.tokenizer import NAME_BREAK
from statements.search.fields import SEARCHED, TEXT_FIELD
from statements.search.index.formats.postings import (
    NO_KEYS,
    Documents,
    Keys,
    Numbers,
    Postings,
    firsts,
    ranges,
)
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.fuzzy_terms import lexicon, similar_words
from statements.search.query import (
    MAX_EXPANSIONS,
    MAX_EXPANSIONS_OF_QUERY,
    Fuzzy,
    Leaf,
    Node,
    Pattern,
    Phrase,
    Prefix,
    Proximity,
    TooManyExpansions,
    TooManyExpansionsOfQuery,
    patterns,
)

MAX_SPELLINGS = 16  # of a phrase
_ALL_TERMS = 1 << 30
_FEW = 1_000  # occurrences: it pays to look for the next word in their speeches alone
# the terms of each pattern in a field, "" for all fields
Expansions = Mapping[tuple[Leaf, str], tuple[str, ...]]
# one spelling of a word: consecutive terms
Spelling = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Occurrences:
    documents: Documents  # ascending
    frequencies: Numbers  # how often in each
    counts: tuple[int, ...]  # for each word, how many documents have it


def occurrences(snapshot: Snapshot, field: str, phrase: Phrase | Proximity) -> Occurrences:
    """Return where words occur as a phrase or proximity; compounds in each of their spellings."""
    begins, counts = _match_starts(snapshot, field, phrase)
    documents = (begins >> 32).astype(np.int32)
    starts = firsts(documents)
    frequencies = np.diff(starts, append=len(documents))
    return Occurrences(documents[starts], frequencies, counts)


def match_starts(snapshot: Snapshot, field: str, phrase: Phrase | Proximity) -> Keys:
    """Return the key of the first word of each occurrence."""
    return _match_starts(snapshot, field, phrase)[0]


def word_starts(snapshot: Snapshot, field: str, words: Iterable[str], documents: Mask) -> Keys:
    """Return where any of the words starts, in any of its spellings, in documents of a bool[D]."""
    speeches = np.zeros(len(snapshot.alive), bool)
    speeches[snapshot.speech_of[np.flatnonzero(documents)]] = True
    lists = [NO_KEYS]
    for term in words:
        word = _Word(snapshot, field, spellings(snapshot.forms, term), speeches)
        lists += [keys for keys, _ in word.keys(documents)]
    starts = _merge(lists)
    inside: Keys = starts[documents[starts >> 32]]
    return inside


def counts(snapshot: Snapshot, field: str, phrase: Phrase | Proximity) -> tuple[int, ...]:
    """Return for each word how many documents have it, approximately."""
    return tuple(_count(snapshot, field, spellings(snapshot.forms, term)) for term in phrase.terms)


def _match_starts(
    snapshot: Snapshot, field: str, phrase: Phrase | Proximity
) -> tuple[Keys, tuple[int, ...]]:
    words_spelt = [spellings(snapshot.forms, term) for term in phrase.terms]
    counts = tuple(_count(snapshot, field, spelling_list) for spelling_list in words_spelt)
    if not all(counts):
        return NO_KEYS, counts
    if isinstance(phrase, Phrase):
        keys = _phrase_by_bigrams(snapshot, field, words_spelt)
        if keys is not None:
            return keys, counts
    speeches = _speeches(snapshot, field, words_spelt)
    if not speeches.any():
        return NO_KEYS, counts
    words = [_Word(snapshot, field, spelling_list, speeches) for spelling_list in words_spelt]
    common = _common(snapshot, words)
    match phrase:
        case Phrase():
            return _consecutive_words(words, common), counts
        case Proximity(terms, distance):
            word_of = dict(zip(terms, words, strict=True))
            return _near(snapshot, field, word_of, terms, distance, common), counts


def expand(snapshot: Snapshot, node: Node) -> Expansions:
    """Return the terms that match each pattern of a query. Raises TooManyExpansions."""
    expansions: dict[tuple[Leaf, str], tuple[str, ...]] = {}
    for pattern, field in dict.fromkeys(patterns(node)):
        terms: set[str] = set()
        for searched in (field,) if field else SEARCHED:
            terms.update(_matching_terms(snapshot, searched, pattern))
        if len(terms) > MAX_EXPANSIONS:
            raise TooManyExpansions(pattern, MAX_EXPANSIONS)
        expansions[pattern, field] = tuple(sorted(terms))
        if sum(map(len, expansions.values())) > MAX_EXPANSIONS_OF_QUERY:
            raise TooManyExpansionsOfQuery(pattern, MAX_EXPANSIONS_OF_QUERY)
    return expansions


def _matching_terms(snapshot: Snapshot, field: str, pattern: Pattern) -> Iterable[str]:
    """Return the terms of a field that match a pattern; of a prefix, no more than show that they
    are too many."""
    if isinstance(pattern, Fuzzy):
        lexicons = [lexicon(segment, field) for segment in snapshot.segments]
        similar = similar_words(lexicons, pattern.term, pattern.edits)
        return [term for term, _, _ in similar if term.startswith(pattern.start)]
    limit = MAX_EXPANSIONS + 1 if isinstance(pattern, Prefix) else _ALL_TERMS
    return filter(pattern.matches, snapshot.terms(field, pattern.start, limit))


# -- phrases by pairs of adjacent words -------------------------------------------------------


def _phrase_by_bigrams(
    snapshot: Snapshot, field: str, words: Sequence[Sequence[Spelling]]
) -> Keys | None:
    """Return where words are consecutive, each in any of its spellings; None if pairs of adjacent
    words cannot show it."""
    if prod(map(len, words)) > MAX_SPELLINGS:
        return None
    all_terms = {term for spellings in words for variant in spellings for term in variant}
    counts = {term: snapshot.speech_postings(field, term).count for term in all_terms}
    pairs: dict[tuple[str, str], Keys] = {}
    lists = [NO_KEYS]
    for variant_terms in product(*words):
        terms = tuple(chain.from_iterable(variant_terms))
        if not all(counts[term] for term in terms):
            continue
        keys = _consecutive_terms(snapshot, field, terms, counts, pairs) if len(terms) > 1 else None
        if keys is None:
            return None
        lists.append(keys)
    return _merge([keys for keys in lists if len(keys)] or lists[:1])


def _consecutive_terms(
    snapshot: Snapshot,
    field: str,
    terms: Spelling,
    document_counts: Mapping[str, int],
    pairs: dict[tuple[str, str], Keys],
) -> Keys | None:
    """Return where terms are consecutive, as keys of the first."""
    begins: Keys | None = None
    # the rarest pair first: if it does not occur, nothing else needs to be looked for
    counts = [min(document_counts[term] for term in pair) for pair in pairwise(terms)]
    for offset in np.argsort(counts).tolist():
        pair = terms[offset], terms[offset + 1]
        if (keys := pairs.get(pair)) is None:
            speeches = None if begins is None else _speeches_of(snapshot, begins)
            keys = snapshot.bigram_keys(field, *pair, speeches)
            if keys is None:
                return None
            if speeches is None:
                pairs[pair] = keys
        keys = keys - offset
        begins = keys if begins is None else _in_both(begins, keys)
        if not len(begins):
            break
    return begins


def _speeches_of(snapshot: Snapshot, begins: Keys) -> Mask | None:
    """bool[H]: the speeches of occurrences; None if there are many."""
    if len(begins) > _FEW:
        return None
    mask = np.zeros(len(snapshot.alive), bool)
    mask[snapshot.speech_of[begins >> 32]] = True
    return mask


# -- words and their spellings ---------------------------------------------------------------


def spellings(forms_of: Callable[[str], Sequence[str]], term: str) -> list[Spelling]:
    """Return the spellings of a word: for "cooperation" also "co-operation", which is two
    consecutive terms, and for that also "co operation"."""
    dehyphenated = spelling(term)
    variants: list[Spelling] = [(dehyphenated,)]
    if term != dehyphenated:
        variants.append(tuple(term.split(HYPHEN)))
    forms = forms_of(dehyphenated) if len(dehyphenated) > 2 else ()
    other_spellings = [
        form for form in forms if form != dehyphenated and spelling(form) == dehyphenated
    ]
    variants += [tuple(form.split(HYPHEN)) for form in other_spellings]
    return list(dict.fromkeys(variants))


def _count(snapshot: Snapshot, field: str, spellings: Sequence[Spelling]) -> int:
    """Return how many documents have a word, approximately."""
    return sum(
        min(snapshot.speech_postings(field, term).count for term in terms) for terms in spellings
    )


def _speeches(snapshot: Snapshot, field: str, words: Sequence[Sequence[Spelling]]) -> Mask:
    """bool[H]: speeches that have all words."""
    size = len(snapshot.alive)
    has_all = np.ones(size, bool)
    for spellings in words:
        has_word = np.zeros(size, bool)
        for terms in spellings:
            masks = [_mask(snapshot.speech_postings(field, term).speeches, size) for term in terms]
            has_word |= reduce(np.logical_and, masks)
        has_all &= has_word
    return has_all


class _Word:
    """One word of a phrase, with the postings of each spelling that occurs."""

    def __init__(
        self, snapshot: Snapshot, field: str, spellings: Sequence[Spelling], speeches: Mask
    ) -> None:
        self.parts: list[list[Postings]] = []
        self.count = 0
        for terms in spellings:
            postings = [
                snapshot.postings(field, term, places=True, within=speeches) for term in terms
            ]
            if count := min(len(term_postings.documents) for term_postings in postings):
                self.parts.append(postings)
                self.count += count

    def documents(self, size: int) -> Mask:
        """bool[D]: the documents that have all terms of some spelling."""
        mask = np.zeros(size, bool)
        for parts in self.parts:
            mask |= reduce(np.logical_and, [_mask(part.documents, size) for part in parts])
        return mask

    def keys(self, common: Mask) -> list[tuple[Keys, int]]:
        """Return where each spelling starts, and how many places it takes."""
        return [(_join(parts, common), len(parts)) for parts in self.parts]


def _mask(documents: Numbers, size: int) -> Mask:
    mask = np.zeros(size, bool)
    mask[documents] = True
    return mask


def _join(parts: Sequence[Postings], common: Mask) -> Keys:
    """Return where terms are consecutive, as keys of the first."""
    begins: Keys | None = None
    for offset, part in sorted(enumerate(parts), key=lambda item: len(item[1].documents)):
        keys = _keys(part, common) - offset
        begins = keys if begins is None else _in_both(begins, keys)
    assert begins is not None  # noqa: S101
    return begins


def _common(snapshot: Snapshot, words: Sequence[_Word]) -> Mask:
    """bool[D]: documents that have all words."""
    common: Mask | None = None
    for word in sorted(words, key=attrgetter("count")):
        documents = word.documents(snapshot.size)
        common = documents if common is None else common & documents
    assert common is not None  # noqa: S101
    return common


def _consecutive_words(words: Sequence[_Word], common: Mask) -> Keys:
    if all(len(word.parts) == 1 for word in words):
        return _join([part for word in words for part in word.parts[0]], common)
    begins = ends = None
    for word in words:
        pairs = []
        for keys, length in word.keys(common):
            if begins is None or ends is None:
                pairs.append((keys, keys + length))
            else:
                continues = _is_in(ends, keys)
                pairs.append((begins[continues], ends[continues] + length))
        begins, ends = (np.concatenate(side) for side in zip(*pairs, strict=True))
        order = np.argsort(ends, kind="stable")
        begins, ends = begins[order], ends[order]
    assert begins is not None  # noqa: S101
    return np.unique(begins)


def _near(
    snapshot: Snapshot,
    field: str,
    words: Mapping[str, _Word],
    terms: tuple[str, ...],
    distance: int,
    common: Mask,
) -> Keys:
    """Return where the terms occur with at most ``distance`` other words between them, as keys of
    the first. For each place at which such a group may end, it starts as late as possible."""
    needed = Counter(terms)
    reach = len(terms) + distance
    lists = [_merge([keys for keys, _ in words[term].keys(common)]) for term in needed]
    rarest = min(lists, key=len)
    # a group has the rarest term: words out of its reach can be left out
    all_keys = [_within_reach(keys, rarest, reach) for keys in lists]
    joined = np.concatenate(all_keys)
    order = np.argsort(joined, kind="stable")  # merges runs that are in order already
    ends = joined[order]
    term_of = np.repeat(np.arange(len(all_keys), dtype=np.int8), list(map(len, all_keys)))[order]
    groups, begins = np.arange(len(ends)), ends
    for term, (keys, count) in enumerate(zip(all_keys, needed.values(), strict=True)):
        last = np.cumsum(term_of == term, dtype=np.int32)[groups] - count
        groups, begins, last = groups[last >= 0], begins[last >= 0], last[last >= 0]
        begins = np.minimum(begins, keys[last])
        # no group spans two documents, whose keys are too far apart
        fits = ends[groups] - begins < reach
        groups, begins = groups[fits], begins[fits]
    ends = ends[groups]
    if field != TEXT_FIELD:
        borders = _keys(snapshot.postings(field, NAME_BREAK, places=True), common)
        one_name = np.searchsorted(borders, begins) == np.searchsorted(borders, ends)
        begins = begins[one_name]
    return begins[np.diff(begins, prepend=-1) > 0]  # ascending, like the ends


def _merge(lists: Sequence[Keys]) -> Keys:
    """Return the keys of ascending lists, ascending, each once."""
    if len(lists) == 1:
        return lists[0]
    joined = np.concatenate(lists)
    joined.sort(kind="stable")  # merges runs that are in order already
    return joined[np.diff(joined, prepend=-1) > 0]


def _within_reach(keys: Keys, rare_keys: Keys, reach: int) -> Keys:
    """Return the keys within reach of ascending rare keys; all keys if the rare keys are too many
    for that to save work."""
    if len(rare_keys) * 8 > len(keys):
        return keys
    near: Keys = keys[
        np.searchsorted(rare_keys, keys - reach) < np.searchsorted(rare_keys, keys + reach)
    ]
    return near


def _keys(postings: Postings, mask: Mask) -> Keys:
    assert postings.places is not None  # noqa: S101
    in_documents = mask[postings.documents]
    counts = postings.frequencies.astype(np.int64)
    if 2 * np.count_nonzero(in_documents) > len(in_documents):  # other documents do no harm
        keys = np.repeat(postings.documents.astype(np.int64) << 32, counts)
        keys += postings.places
        return keys
    entries = np.flatnonzero(in_documents)
    ends = np.cumsum(counts)
    counts = counts[entries]
    places = postings.places[ranges(ends[entries] - counts, counts)]
    documents = postings.documents[entries].astype(np.int64) << 32
    return np.repeat(documents, counts) + places.astype(np.int64)


def _in_both(first: Keys, second: Keys) -> Keys:
    """Return the keys that two ascending lists have in common."""
    if len(first) > len(second):
        first, second = second, first
    if len(first) * 8 < len(second):
        return first[_is_in(first, second)]
    joined = np.concatenate([first, second])
    joined.sort(kind="stable")  # merges runs that are in order already
    common: Keys = joined[:-1][joined[1:] == joined[:-1]]
    return common


def _is_in(keys: npt.NDArray[np.signedinteger], sorted_keys: npt.NDArray[np.signedinteger]) -> Mask:
    """Return a mask of the keys that are among others; both ascend."""
    if not len(sorted_keys):
        return np.zeros(len(keys), bool)
    places = np.searchsorted(sorted_keys, keys)
    places[places == len(sorted_keys)] = 0
    is_member: Mask = sorted_keys[places] == keys
    return is_member
