"""How dark the cells of a table of counts are, in steps that style sheets have a colour for."""

from math import ceil, sqrt

SHADES = 6


def shade(count: int, most: int) -> int:
    """Return how dark a cell is. Areas that grow with the count would leave nearly all cells
    blank, since few countries speak as often as the most frequent: it grows with the root.

    >>> [shade(count, 100) for count in (0, 1, 25, 100)]
    [0, 1, 3, 6]
    """
    return ceil(SHADES * sqrt(count / most)) if count else 0
