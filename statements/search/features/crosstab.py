"""Crosses one facet with another: how many of the speeches found have a value of each.

    table = crosstab(snapshot, selection.mask, "country", "topic")
    table.counts[i, j]  # speeches with table.rows[i] and table.columns[j]

A speech with three topics is counted in three columns of the row of its country, so the sum of a
row may exceed its ``row_counts``.
"""

from dataclasses import dataclass

import numpy as np

from statements.search.index.formats.postings import Documents
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import Column, Counts, column

MAX_VALUES = 200  # of a facet: the most frequent


@dataclass(frozen=True, slots=True)
class CrosstabArrays:
    rows: list[str]  # R values: most frequent first, years in order
    columns: list[str]  # C values
    row_counts: Counts  # int64[R]: speeches found that have the value
    column_counts: Counts  # int64[C]
    counts: Counts  # int64[R, C]


def crosstab(
    snapshot: Snapshot, mask: Mask, rows: str, columns: str, *, limit: int = MAX_VALUES
) -> CrosstabArrays:
    """Cross two facets (see ``fields.FACETS``) over the speeches of a mask, bool[H]."""
    row_entries = column(snapshot, rows).restrict(mask)
    column_entries = column(snapshot, columns).restrict(mask)
    row_codes, row_counts, row_of = _most_frequent(row_entries, rows, min(limit, MAX_VALUES))
    column_codes, column_counts, column_of = _most_frequent(
        column_entries, columns, min(limit, MAX_VALUES)
    )
    # each entry of a row is paired with every entry of a column of the same speech
    starts = np.searchsorted(column_entries.speeches, row_entries.speeches)
    ends = np.searchsorted(column_entries.speeches, row_entries.speeches, side="right")
    pairs = ends - starts
    offsets = np.cumsum(pairs) - pairs
    nth = np.arange(int(pairs.sum())) - np.repeat(offsets, pairs)
    row = np.repeat(row_of[row_entries.codes], pairs)
    col = column_of[column_entries.codes[np.repeat(starts, pairs) + nth]]
    is_shown = (row >= 0) & (col >= 0)
    cells = np.bincount(
        row[is_shown] * len(column_codes) + col[is_shown],
        minlength=len(row_codes) * len(column_codes),
    )
    return CrosstabArrays(
        [row_entries.values[code] for code in row_codes],
        [column_entries.values[code] for code in column_codes],
        row_counts,
        column_counts,
        cells.reshape(len(row_codes), len(column_codes)),
    )


def _most_frequent(entries: Column, name: str, limit: int) -> tuple[list[int], Counts, Documents]:
    """Return the codes of the most frequent values, how many speeches have them, and for every
    code its place among these, or -1."""
    counts = entries.counts()
    codes = sorted(
        np.flatnonzero(counts).tolist(), key=lambda code: (-counts[code], entries.values[code])
    )[:limit]
    if name == "year":
        codes.sort(key=lambda code: int(entries.values[code]))
    place = np.full(len(counts), -1, np.int32)
    place[codes] = np.arange(len(codes))
    return codes, counts[codes], place
