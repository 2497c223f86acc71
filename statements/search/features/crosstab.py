"""One facet against another: how many of the speeches found have a value of each.

    table = matrix(snapshot, selection.found, "country", "topic")
    table.counts[i, j]  # speeches with table.rows[i] and table.columns[j]

A speech with three topics stands in three columns of its country's row, so sums of a row may be
more than the row's speeches, which ``row_counts`` tells.
"""

from dataclasses import dataclass

import numpy as np

from statements.search.index.formats.postings import Documents
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import Column, Counts, column

MOST = 200  # values of a facet: the most frequent


@dataclass(frozen=True, slots=True)
class Matrix:
    rows: list[str]  # R values: most frequent first, years in their order
    columns: list[str]  # C values
    row_counts: Counts  # int64[R]: speeches found that have the value
    column_counts: Counts  # int64[C]
    counts: Counts  # int64[R, C]


def matrix(snapshot: Snapshot, found: Mask, rows: str, columns: str, *, most: int = MOST) -> Matrix:
    """Cross two of ``columns.COLUMNS`` over what was found, bool[H]."""
    down = column(snapshot, rows).within(found)
    across = column(snapshot, columns).within(found)
    row_codes, row_counts, row_of = _most_frequent(down, rows, min(most, MOST))
    column_codes, column_counts, column_of = _most_frequent(across, columns, min(most, MOST))
    # each entry of a row meets every entry of a column of the same speech
    begins = np.searchsorted(across.speeches, down.speeches)
    often = np.searchsorted(across.speeches, down.speeches, side="right") - begins
    first = np.cumsum(often) - often
    nth = np.arange(int(often.sum())) - np.repeat(first, often)
    row = np.repeat(row_of[down.codes], often)
    met = column_of[across.codes[np.repeat(begins, often) + nth]]
    kept = (row >= 0) & (met >= 0)
    cells = np.bincount(
        row[kept] * len(column_codes) + met[kept], minlength=len(row_codes) * len(column_codes)
    )
    return Matrix(
        [down.values[code] for code in row_codes],
        [across.values[code] for code in column_codes],
        row_counts,
        column_counts,
        cells.reshape(len(row_codes), len(column_codes)),
    )


def _most_frequent(entries: Column, name: str, most: int) -> tuple[list[int], Counts, Documents]:
    """Codes of the most frequent values, how many speeches have them, and for every code its
    place among these or -1."""
    counts = entries.counts()
    codes = sorted(
        np.flatnonzero(counts).tolist(), key=lambda code: (-counts[code], entries.values[code])
    )[:most]
    if name == "year":
        codes.sort(key=lambda code: int(entries.values[code]))
    place = np.full(len(counts), -1, np.int32)
    place[codes] = np.arange(len(codes))
    return codes, counts[codes], place
