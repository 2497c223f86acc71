"""The distance between two words in edits: a letter is inserted, deleted or replaced, or two
neighbours are swapped (Damerau, "A technique for computer detection and correction of spelling
errors", 1964; no part is edited twice).

``statements.search`` compares one word with all words of the archive by arrays.
"""


def edit_distance(first: str, second: str, most: int) -> int:
    """Return how many edits two words are away from each other; ``most + 1`` for more than
    ``most``.

    >>> edit_distance("climate", "cilmates", 2), edit_distance("climate", "cilmates", 1)
    (2, 2)
    """
    if abs(len(first) - len(second)) > most or len(set(first) ^ set(second)) > 2 * most:
        return most + 1
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
            return most + 1
        before_last, last = last, distances
    return min(last[-1], most + 1)
