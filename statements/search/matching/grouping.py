"""Groups results by the values of a facet: the number of speeches of each, and the best of them.

    groups = group_speeches(snapshot, match, selection.mask, "country", Sort.RELEVANCE)
    ids = [snapshot.numbers["speech"][group.speeches] for group in groups.shown]

A speech with several topics is in the group of each. Speeches without a value are in no group and
counted as ``ungrouped``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from statements.search.index.formats.postings import Documents
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import column
from statements.search.matching.evaluator import Match
from statements.search.matching.ordering import rank
from statements.search.parameters import Sort

MAX_GROUPS = 50  # at a time
MAX_HITS = 10  # of each group


@dataclass(frozen=True, slots=True)
class Group:
    value: str
    count: int  # speeches found that have it
    speeches: Documents  # numbers of the best in the snapshot, best first


@dataclass(frozen=True, slots=True)
class Groups:
    total: int  # groups that have speeches
    ungrouped: int  # speeches found that are in none
    shown: Sequence[Group]


def group_speeches(
    snapshot: Snapshot,
    match: Match,
    mask: Mask,
    facet: str,
    sort: Sort,
    *,
    start: int = 0,
    groups: int = 10,
    hits: int = 3,
) -> Groups:
    """Return the groups from ``start`` on, largest first, years newest first. ``mask``, bool[H],
    are the speeches found; ``facet`` is one of ``fields.FACETS``."""
    entries = column(snapshot, facet).restrict(mask)
    counts = entries.counts()
    occupied = np.flatnonzero(counts).tolist()
    if facet == "year":
        occupied.sort(key=lambda code: entries.values[code], reverse=True)
    else:
        occupied.sort(key=lambda code: (-counts[code], entries.values[code]))
    codes = np.array(occupied[start : start + min(groups, MAX_GROUPS)], np.int64)
    place = np.full(len(counts), -1)
    place[codes] = np.arange(len(codes))
    groups_of = place[entries.codes]
    speeches, groups_of = entries.speeches[groups_of >= 0], groups_of[groups_of >= 0]
    in_groups = np.zeros_like(mask)
    in_groups[speeches] = True
    order = rank(snapshot, match, in_groups, sort, 0, len(in_groups))
    ranks = np.empty(len(mask), np.int32)
    ranks[order] = np.arange(len(order))
    speeches = speeches[np.lexsort((ranks[speeches], groups_of))]
    ends = np.cumsum(counts[codes]).tolist()
    shown = [
        Group(entries.values[code], int(count), speeches[end - count : end][: min(hits, MAX_HITS)])
        for code, count, end in zip(codes.tolist(), counts[codes].tolist(), ends, strict=True)
    ]
    missing = np.count_nonzero(mask) - np.count_nonzero(np.diff(entries.speeches, prepend=-1))
    return Groups(len(occupied), int(missing), shown)
