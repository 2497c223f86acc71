"""Where words, phrases and beginnings of words stand in one field of the index.

An occurrence is a key, int64: the document in its upper half, the place in the lower. Keys of a
term ascend, so that neighbours are found by binary search.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from statements.search.analysis import NAME_BREAK
from statements.search.prefixes import other_stems
from statements.search.query import (
    MAX_EXPANSIONS,
    MAX_EXPANSIONS_OF_QUERY,
    Near,
    Node,
    Phrase,
    Prefix,
    Sought,
    TooManyExpansions,
    Word,
    prefixes,
)
from statements.search.schema import HEAD_FIELDS, TEXT_FIELD
from statements.search.segments import Documents, Postings
from statements.search.snapshot import Mask, Snapshot

Keys = npt.NDArray[np.int64]
# the terms of each prefix in a field, "" for all fields
Expansions = Mapping[tuple[Sought, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Occurrences:
    documents: Documents  # ascending
    frequencies: npt.NDArray[np.float64]  # how often in each
    counts: tuple[int, ...]  # for each term sought, how many documents have it


def occurrences(
    snapshot: Snapshot, field: str, sought: Sought, expansion: Sequence[str] = ()
) -> Occurrences:
    match sought:
        case Word(term):
            found = snapshot.postings(field, term)
            frequencies = found.frequencies.astype(np.float64)
            return Occurrences(found.documents, frequencies, (len(found.documents),))
        case Prefix():
            return _any_of(snapshot, field, expansion)
        case Phrase(terms):
            begins = _phrase(snapshot, field, terms)
        case Near(terms, distance):
            begins = _near(snapshot, field, terms, distance)
    documents, frequencies = np.unique(begins >> 32, return_counts=True)
    counts = tuple(len(snapshot.postings(field, term).documents) for term in terms)
    return Occurrences(documents.astype(np.int32), frequencies.astype(np.float64), counts)


def expand(snapshot: Snapshot, node: Node) -> Expansions:
    """The terms of every prefix of a query. Raises TooManyExpansions."""
    found: dict[tuple[Sought, str], tuple[str, ...]] = {}
    for prefix, field in dict.fromkeys(prefixes(node)):
        terms: set[str] = set()
        for one in (field,) if field else (TEXT_FIELD, *HEAD_FIELDS):
            terms |= snapshot.terms(one, prefix.letters, MAX_EXPANSIONS + 1)
            terms |= {
                stem
                for stem in other_stems(prefix.letters)
                if len(snapshot.postings(one, stem).documents)
            }
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


def _any_of(snapshot: Snapshot, field: str, terms: Sequence[str]) -> Occurrences:
    found = [snapshot.postings(field, term) for term in terms]
    if not found:
        return Occurrences(np.empty(0, np.int32), np.empty(0), (0,))
    often = np.bincount(
        np.concatenate([one.documents for one in found]),
        weights=np.concatenate([one.frequencies for one in found]),
    )
    documents = np.flatnonzero(often)
    return Occurrences(documents.astype(np.int32), often[documents], (len(documents),))


def _phrase(snapshot: Snapshot, field: str, terms: tuple[str, ...]) -> Keys:
    """Where the terms stand side by side: keys of the first."""
    found = [snapshot.postings(field, term, places=True) for term in terms]
    common = _common(found)
    begins: Keys | None = None
    # rarest first
    for offset, one in sorted(enumerate(found), key=lambda item: len(item[1].documents)):
        keys = _keys(one, common) - offset
        begins = keys if begins is None else begins[_is_in(begins, keys)]
    assert begins is not None  # noqa: S101
    return begins


def _near(snapshot: Snapshot, field: str, terms: tuple[str, ...], distance: int) -> Keys:
    """Where the terms stand with at most ``distance`` other words among them: keys of the first
    of them. For each place at which such a group may end, it begins as late as it can."""
    needed = Counter(terms)
    found = [snapshot.postings(field, term, places=True) for term in needed]
    common = _common(found)
    reach = len(terms) + distance
    rarest = min((_keys(one, common) for one in found), key=len)
    # a group holds the rarest term: what stands out of its reach need not be looked at
    all_keys = [_within_reach(_keys(one, common), rarest, reach) for one in found]
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
        breaks = snapshot.postings(field, NAME_BREAK, places=True)
        borders = _keys(breaks, common)
        one_name = np.searchsorted(borders, begins) == np.searchsorted(borders, ends)
        begins = begins[one_name]
    return begins[np.diff(begins, prepend=-1) > 0]  # they ascend, as the ends do


def _within_reach(keys: Keys, of: Keys, reach: int) -> Keys:
    """The keys that have one of these, ascending, before or after them within reach; or all,
    where these are too many for that to spare work."""
    if len(of) * 8 > len(keys):
        return keys
    near: Keys = keys[np.searchsorted(of, keys - reach) < np.searchsorted(of, keys + reach)]
    return near


def _common(found: Sequence[Postings]) -> Documents:
    """Documents that all of some terms stand in."""
    common = min((one.documents for one in found), key=len)
    for one in found:
        common = common[_is_in(common, one.documents)]
    return common


def _keys(postings: Postings, within: Documents) -> Keys:
    assert postings.places is not None  # noqa: S101
    counts = postings.frequencies.astype(np.int64)
    here = _is_in(postings.documents, within)
    documents = np.repeat(postings.documents[here].astype(np.int64), counts[here])
    return (documents << 32) + postings.places[np.repeat(here, counts)].astype(np.int64)


def _is_in(these: npt.NDArray[np.signedinteger], those: npt.NDArray[np.signedinteger]) -> Mask:
    """Which of these ascending numbers are among those, ascending as well."""
    if not len(those):
        return np.zeros(len(these), bool)
    places = np.searchsorted(those, these)
    places[places == len(those)] = 0
    found: Mask = those[places] == these
    return found
