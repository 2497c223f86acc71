"""The habit of a text in words that are printed with and without a hyphen, such as "world-wide"."""

from collections.abc import Mapping
from math import sqrt

_MOST_COUNTED = 2  # occurrences of one form in a text
_LEAST_VARIANCE = 0.5


def habit_of(counts: Mapping[str, int], table: Mapping[str, int]) -> float | None:
    """Return how many more hyphens a text has in such words than the corpus lets expect.

    The number is in standard deviations, by a normal approximation; None if the text has no such
    words. ``counts`` are of the text, ``table`` of the corpus.
    """
    excess = variance = 0.0
    for hyphened, hyphened_count in table.items():
        joined = hyphened.replace("-", "")
        if joined == hyphened or not table.get(joined, 0):
            continue
        with_hyphen, without = counts.get(hyphened, 0), counts.get(joined, 0)
        if not (with_hyphen or without):
            continue
        share = hyphened_count / (hyphened_count + table[joined])
        seen = min(with_hyphen, _MOST_COUNTED) + min(without, _MOST_COUNTED)
        excess += min(with_hyphen, _MOST_COUNTED) - seen * share
        variance += seen * share * (1 - share)
    return excess / sqrt(variance + _LEAST_VARIANCE) if variance else None
