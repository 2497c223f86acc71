"""Results grouped: for each value of a facet how many speeches were found, and the best of them.

    match = evaluator.match(tree)
    groups = grouped(snapshot, match, selection.found, "country", Sort.RELEVANCE)
    ids = [snapshot.numbers["speech"][one.speeches] for one in groups.shown]

A speech with several topics stands in the group of each. Speeches without a value are in no
group; ``without`` counts them, so that nothing found goes unmentioned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from statements.search.index.formats.postings import Documents
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import column
from statements.search.matching.evaluator import Match
from statements.search.matching.ranking import ranked
from statements.search.parameters import Sort

MOST_GROUPS = 50  # at a time
MOST_HITS = 10  # of each group


@dataclass(frozen=True, slots=True)
class Group:
    value: str  # as the facet's parameter takes it
    count: int  # speeches found that have it
    speeches: Documents  # numbers of the best of them in the snapshot, best first


@dataclass(frozen=True, slots=True)
class Groups:
    total: int  # groups that have something
    without: int  # speeches found that are in none
    shown: Sequence[Group]


def grouped(
    snapshot: Snapshot,
    match: Match,
    found: Mask,
    facet: str,
    sort: Sort,
    *,
    start: int = 0,
    groups: int = 10,
    hits: int = 3,
) -> Groups:
    """The groups from ``start`` on: largest first, years newest first. ``found`` is bool[H], what
    was found under every filter; ``facet`` one of ``columns.COLUMNS``."""
    entries = column(snapshot, facet).within(found)
    counts = entries.counts()
    occupied = np.flatnonzero(counts).tolist()
    if facet == "year":
        occupied.sort(key=lambda code: entries.values[code], reverse=True)
    else:
        occupied.sort(key=lambda code: (-counts[code], entries.values[code]))
    chosen = np.array(occupied[start : start + min(groups, MOST_GROUPS)], np.int64)
    place = np.full(len(counts), -1)
    place[chosen] = np.arange(len(chosen))
    groups_of = place[entries.codes]
    speeches, groups_of = entries.speeches[groups_of >= 0], groups_of[groups_of >= 0]
    wanted = np.zeros_like(found)
    wanted[speeches] = True
    order = ranked(snapshot, match, wanted, sort, 0, len(wanted))
    rank = np.empty(len(found), np.int32)
    rank[order] = np.arange(len(order))
    speeches = speeches[np.lexsort((rank[speeches], groups_of))]
    ends = np.cumsum(counts[chosen]).tolist()
    shown = [
        Group(entries.values[code], int(count), speeches[end - count : end][: min(hits, MOST_HITS)])
        for code, count, end in zip(chosen.tolist(), counts[chosen].tolist(), ends, strict=True)
    ]
    missing = np.count_nonzero(found) - np.count_nonzero(np.diff(entries.speeches, prepend=-1))
    return Groups(len(occupied), int(missing), shown)
