"""Where phrases and words near one another stand in one field of the index, and which words the
beginnings of words stand for.

An occurrence is a key, int64: the document in its upper half, the place in the lower. Which words
follow a word is written down (``next_words``), so that a phrase is its pairs of neighbours joined.
Where that is not known, and for words near one another, keys of all words are made: they ascend,
so that neighbours are found by binary search. Before that the documents that have all words are
found, by masks over documents, for keys are what costs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain, pairwise, product
from math import prod

import numpy as np
import numpy.typing as npt

from statements.search.analysis.inflection import HYPHEN, spelling
from statements.search.analysis.tokenizer import NAME_BREAK
from statements.search.fields import HEAD_FIELDS, TEXT_FIELD
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
from statements.search.query import (
    MAX_EXPANSIONS,
    MAX_EXPANSIONS_OF_QUERY,
    Leaf,
    Node,
    Phrase,
    Proximity,
    TooManyExpansions,
    prefixes,
)

_MOST_WAYS = 16  # to print a phrase
_FEW = 1_000  # occurrences, in whose speeches alone it is worth to look for what follows
# the terms of each prefix in a field, "" for all fields
Expansions = Mapping[tuple[Leaf, str], tuple[str, ...]]
# one way to print a word: terms side by side
Spelling = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Occurrences:
    documents: Documents  # ascending
    frequencies: Numbers  # how often in each
    counts: tuple[int, ...]  # for each word sought, how many documents have it


def occurrences(snapshot: Snapshot, field: str, sought: Phrase | Proximity) -> Occurrences:
    """Where words stand as they are sought; a compound in each of its spellings."""
    begins, counts = _begins(snapshot, field, sought)
    documents = (begins >> 32).astype(np.int32)
    starts = firsts(documents)
    frequencies = np.diff(starts, append=len(documents))
    return Occurrences(documents[starts], frequencies, counts)


def begins(snapshot: Snapshot, field: str, sought: Phrase | Proximity) -> Keys:
    """The first word of each occurrence."""
    return _begins(snapshot, field, sought)[0]


def counts(snapshot: Snapshot, field: str, sought: Phrase | Proximity) -> tuple[int, ...]:
    """For each word sought, how many documents have it, or nearly so."""
    return tuple(_count(snapshot, field, _spellings(snapshot, term)) for term in sought.terms)


def _begins(
    snapshot: Snapshot, field: str, sought: Phrase | Proximity
) -> tuple[Keys, tuple[int, ...]]:
    spellings = [_spellings(snapshot, term) for term in sought.terms]
    often = tuple(_count(snapshot, field, one) for one in spellings)
    if not all(often):
        return NO_KEYS, often
    if isinstance(sought, Phrase):
        keys = _by_pairs(snapshot, field, spellings)
        if keys is not None:
            return keys, often
    within = _speeches(snapshot, field, spellings)
    if not within.any():
        return NO_KEYS, often
    words = [_Word(snapshot, field, one, within) for one in spellings]
    common = _common(snapshot, words)
    match sought:
        case Phrase():
            return _side_by_side(words, common), often
        case Proximity(terms, distance):
            named = dict(zip(terms, words, strict=True))
            return _near(snapshot, field, named, terms, distance, common), often


def expand(snapshot: Snapshot, node: Node) -> Expansions:
    """The terms of every prefix of a query. Raises TooManyExpansions."""
    found: dict[tuple[Leaf, str], tuple[str, ...]] = {}
    for prefix, field in dict.fromkeys(prefixes(node)):
        terms: set[str] = set()
        for one in (field,) if field else (TEXT_FIELD, *HEAD_FIELDS):
            terms |= snapshot.terms(one, prefix.letters, MAX_EXPANSIONS + 1)
        if len(terms) > MAX_EXPANSIONS:
            raise TooManyExpansions(
                f"More than {MAX_EXPANSIONS} words begin with “{prefix.letters}”; write more "
                "letters before the star.",
                prefix,
            )
        found[prefix, field] = tuple(sorted(terms))
        if sum(map(len, found.values())) > MAX_EXPANSIONS_OF_QUERY:
            raise TooManyExpansions(
                f"More than {MAX_EXPANSIONS_OF_QUERY} words begin with the letters before the "
                "stars; write more letters, or fewer stars.",
                prefix,
            )
    return found


# -- phrases of words whose followers are known -----------------------------------------------


def _by_pairs(snapshot: Snapshot, field: str, words: Sequence[Sequence[Spelling]]) -> Keys | None:
    """Where words stand side by side, each in any of its spellings; None where that cannot be
    told by pairs of neighbours."""
    if prod(map(len, words)) > _MOST_WAYS:
        return None
    once = {term for spellings in words for one in spellings for term in one}
    often = {term: snapshot.rolled(field, term).count for term in once}
    pairs: dict[tuple[str, str], Keys] = {}
    found = [NO_KEYS]
    for way in product(*words):
        terms = tuple(chain.from_iterable(way))
        if not all(often[term] for term in terms):
            continue
        keys = _run(snapshot, field, terms, often, pairs) if len(terms) > 1 else None
        if keys is None:
            return None
        found.append(keys)
    return _sorted([keys for keys in found if len(keys)] or found[:1])


def _run(
    snapshot: Snapshot,
    field: str,
    terms: Spelling,
    often: Mapping[str, int],
    pairs: dict[tuple[str, str], Keys],
) -> Keys | None:
    """Where terms stand side by side: keys of the first."""
    begins: Keys | None = None
    # the rarest pair first, for where there is none, nothing else need be looked for
    counts = [min(often[one] for one in pair) for pair in pairwise(terms)]
    for offset in np.argsort(counts).tolist():
        pair = terms[offset], terms[offset + 1]
        if (keys := pairs.get(pair)) is None:
            within = None if begins is None else _within(snapshot, begins)
            keys = snapshot.before(field, *pair, within)
            if keys is None:
                return None
            if within is None:
                pairs[pair] = keys
        keys = keys - offset
        begins = keys if begins is None else _in_both(begins, keys)
        if not len(begins):
            break
    return begins


def _within(snapshot: Snapshot, begins: Keys) -> Mask | None:
    """bool[H]: the speeches of occurrences, if these are few."""
    if len(begins) > _FEW:
        return None
    within = np.zeros(len(snapshot.alive), bool)
    within[snapshot.speech_of[begins >> 32]] = True
    return within


# -- words and their spellings ---------------------------------------------------------------


def _spellings(snapshot: Snapshot, term: str) -> list[Spelling]:
    """How a word may be printed: "cooperation" also as "co-operation", which are two words beside
    one another, and that also as "co operation"."""
    joined = spelling(term)
    found: list[Spelling] = [(joined,)]
    if term != joined:
        found.append(tuple(term.split(HYPHEN)))
    forms = snapshot.forms(joined) if len(joined) > 2 else ()
    alike = [form for form in forms if form != joined and spelling(form) == joined]
    found += [tuple(form.split(HYPHEN)) for form in alike]
    return list(dict.fromkeys(found))


def _count(snapshot: Snapshot, field: str, spellings: Sequence[Spelling]) -> int:
    """In how many documents a word stands, or nearly so."""
    return sum(min(snapshot.rolled(field, term).count for term in one) for one in spellings)


def _speeches(snapshot: Snapshot, field: str, words: Sequence[Sequence[Spelling]]) -> Mask:
    """bool[H]: speeches that have all words."""
    size = len(snapshot.alive)
    every = np.ones(size, bool)
    for spellings in words:
        some = np.zeros(size, bool)
        for terms in spellings:
            masks = [_mask(snapshot.rolled(field, term).speeches, size) for term in terms]
            some |= reduce(np.logical_and, masks)
        every &= some
    return every


class _Word:
    """One word of a phrase, in all its spellings that occur: postings of their terms."""

    def __init__(
        self, snapshot: Snapshot, field: str, spellings: Sequence[Spelling], within: Mask
    ) -> None:
        self.parts: list[list[Postings]] = []
        self.count = 0
        for terms in spellings:
            found = [snapshot.postings(field, term, places=True, within=within) for term in terms]
            if count := min(len(one.documents) for one in found):
                self.parts.append(found)
                self.count += count

    def documents(self, size: int) -> Mask:
        """bool[D]: the documents that have it in some spelling, or parts of it."""
        found = np.zeros(size, bool)
        for parts in self.parts:
            found |= reduce(np.logical_and, [_mask(part.documents, size) for part in parts])
        return found

    def keys(self, common: Mask) -> list[tuple[Keys, int]]:
        """Where each of its spellings begins, and how many places it takes."""
        return [(_joined(parts, common), len(parts)) for parts in self.parts]


def _mask(documents: Numbers, size: int) -> Mask:
    mask = np.zeros(size, bool)
    mask[documents] = True
    return mask


def _joined(parts: Sequence[Postings], common: Mask) -> Keys:
    """Where parts stand side by side: keys of the first. Rarest first."""
    begins: Keys | None = None
    for offset, part in sorted(enumerate(parts), key=lambda item: len(item[1].documents)):
        keys = _keys(part, common) - offset
        begins = keys if begins is None else _in_both(begins, keys)
    assert begins is not None  # noqa: S101
    return begins


def _common(snapshot: Snapshot, words: Sequence[_Word]) -> Mask:
    """bool[D]: documents that have all words."""
    common: Mask | None = None
    for word in sorted(words, key=lambda one: one.count):
        found = word.documents(snapshot.size)
        common = found if common is None else common & found
    assert common is not None  # noqa: S101
    return common


def _side_by_side(words: Sequence[_Word], common: Mask) -> Keys:
    if all(len(word.parts) == 1 for word in words):
        return _joined([part for word in words for part in word.parts[0]], common)
    begins = ends = None
    for word in words:
        pairs = []
        for keys, length in word.keys(common):
            if begins is None or ends is None:
                pairs.append((keys, keys + length))
            else:
                here = _is_in(ends, keys)
                pairs.append((begins[here], ends[here] + length))
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
    """Where the terms stand with at most ``distance`` other words among them: keys of the first
    of them. For each place at which such a group may end, it begins as late as it can."""
    needed = Counter(terms)
    reach = len(terms) + distance
    every = [_sorted([keys for keys, _ in words[term].keys(common)]) for term in needed]
    rarest = min(every, key=len)
    # a group holds the rarest term: what stands out of its reach need not be looked at
    all_keys = [_within_reach(keys, rarest, reach) for keys in every]
    joined = np.concatenate(all_keys)
    order = np.argsort(joined, kind="stable")  # merges runs that ascend already
    ends = joined[order]
    term_of = np.repeat(np.arange(len(all_keys), dtype=np.int8), list(map(len, all_keys)))[order]
    groups, begins = np.arange(len(ends)), ends
    for term, (keys, count) in enumerate(zip(all_keys, needed.values(), strict=True)):
        last = np.cumsum(term_of == term, dtype=np.int32)[groups] - count
        groups, begins, last = groups[last >= 0], begins[last >= 0], last[last >= 0]
        begins = np.minimum(begins, keys[last])
        # no group runs from one document into the next: keys of these lie too far apart
        fits = ends[groups] - begins < reach
        groups, begins = groups[fits], begins[fits]
    ends = ends[groups]
    if field != TEXT_FIELD:
        borders = _keys(snapshot.postings(field, NAME_BREAK, places=True), common)
        one_name = np.searchsorted(borders, begins) == np.searchsorted(borders, ends)
        begins = begins[one_name]
    return begins[np.diff(begins, prepend=-1) > 0]  # they ascend, as the ends do


def _sorted(many: Sequence[Keys]) -> Keys:
    return many[0] if len(many) == 1 else np.unique(np.concatenate(many))


def _within_reach(keys: Keys, of: Keys, reach: int) -> Keys:
    """The keys that have one of these, ascending, before or after them within reach; or all,
    where these are too many for that to spare work."""
    if len(of) * 8 > len(keys):
        return keys
    near: Keys = keys[np.searchsorted(of, keys - reach) < np.searchsorted(of, keys + reach)]
    return near


def _keys(postings: Postings, within: Mask) -> Keys:
    assert postings.places is not None  # noqa: S101
    kept = within[postings.documents]
    counts = postings.frequencies.astype(np.int64)
    if 2 * np.count_nonzero(kept) > len(kept):  # those of other documents are in nobody's way
        keys = np.repeat(postings.documents.astype(np.int64) << 32, counts)
        keys += postings.places
        return keys
    here = np.flatnonzero(kept)
    ends = np.cumsum(counts)
    counts = counts[here]
    places = postings.places[ranges(ends[here] - counts, counts)]
    documents = postings.documents[here].astype(np.int64) << 32
    return np.repeat(documents, counts) + places.astype(np.int64)


def _in_both(these: Keys, those: Keys) -> Keys:
    """What is among both of two ascending lists."""
    if len(these) > len(those):
        these, those = those, these
    if len(these) * 8 < len(those):
        return these[_is_in(these, those)]
    joined = np.concatenate([these, those])
    joined.sort(kind="stable")  # which merges runs that ascend already
    both: Keys = joined[:-1][joined[1:] == joined[:-1]]
    return both


def _is_in(these: npt.NDArray[np.signedinteger], those: npt.NDArray[np.signedinteger]) -> Mask:
    """Which of these ascending numbers are among those, ascending as well."""
    if not len(those):
        return np.zeros(len(these), bool)
    places = np.searchsorted(those, these)
    places[places == len(those)] = 0
    found: Mask = those[places] == these
    return found
