"""The distance between two words in edits: a letter is inserted, deleted or replaced, or two
neighbours are swapped (Damerau, "A technique for computer detection and correction of spelling
errors", 1964; no part is edited twice).

``matching.fuzzy_terms`` compares one word with all words of the archive.
"""


def within_edits(first: str, second: str, most: int) -> bool:
    """Return whether two words are at most so many edits away from each other.

    >>> within_edits("climate", "cilmates", 2), within_edits("climate", "cilmates", 1)
    (True, False)
    """
    if abs(len(first) - len(second)) > most or len(set(first) ^ set(second)) > 2 * most:
        return False
    before_last: list[int] = []
    last = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        distances = [row]
        for column, other in enumerate(second, 1):
            distance = min(
                last[column] + 1, distances[-1] + 1, last[column - 1] + (letter != other)
            )
            if row > 1 and column > 1 and (letter, first[row - 2]) == (second[column - 2], other):
                distance = min(distance, before_last[column - 2] + 1)
            distances.append(distance)
        if min(distances) > most:
            return False
        before_last, last = last, distances
    return last[-1] <= most
