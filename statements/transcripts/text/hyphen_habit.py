"""The habit of a text in words that are printed with and without a hyphen, such as "world-wide"."""

from collections.abc import Mapping, Sequence
from math import sqrt

_MOST_COUNTED = 2  # occurrences of one form in a text
_LEAST_VARIANCE = 0.5


def words_printed_both_ways(table: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the words of a table that it has with and without a hyphen, in both forms."""
    return [
        (hyphened, joined)
        for hyphened in table
        if "-" in hyphened and table.get(joined := hyphened.replace("-", ""), 0)
    ]


def habit_of(
    counts: Mapping[str, int], table: Mapping[str, int], words: Sequence[tuple[str, str]]
) -> float | None:
    """Return how many more hyphens a text has in such words than the corpus lets expect.

    The number is in standard deviations, by a normal approximation; None if the text has no such
    words. ``counts`` are of the text, ``table`` and ``words`` of the corpus.
    """
    excess = variance = 0.0
    for hyphened, joined in words:
        with_hyphen, without = counts.get(hyphened, 0), counts.get(joined, 0)
        if not (with_hyphen or without):
            continue
        share = table[hyphened] / (table[hyphened] + table[joined])
        seen = min(with_hyphen, _MOST_COUNTED) + min(without, _MOST_COUNTED)
        excess += min(with_hyphen, _MOST_COUNTED) - seen * share
        variance += seen * share * (1 - share)
    return excess / sqrt(variance + _LEAST_VARIANCE) if variance else None
