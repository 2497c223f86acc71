"""Says in which words two texts differ."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

MAX_WORDS = 600  # of both texts; the comparison of longer ones takes too long for a page


class Part(NamedTuple):
    """Consecutive words that both texts have, or that one of them has in their place."""

    same: str = ""
    here: str = ""  # in the first text alone
    there: str = ""  # in the second text alone


@lru_cache(maxsize=1024)
def word_differences(here: str, there: str) -> tuple[Part, ...]:
    """Return two texts as parts; empty if they are the same, or too long to compare."""
    first, second = here.split(), there.split()
    if first == second or len(first) + len(second) > MAX_WORDS:
        return ()
    start = _common(first, second)
    # the ends that are the same, without words of the starts that are
    rest = [words[start:][::-1] for words in (first, second)]
    end = _common(*rest)
    middle = [words[start : len(words) - end] for words in (first, second)]
    parts = [
        Part(same=" ".join(middle[0][a:b]))
        if kind == "equal"
        else Part(here=" ".join(middle[0][a:b]), there=" ".join(middle[1][c:d]))
        for kind, a, b, c, d in SequenceMatcher(
            None, middle[0], middle[1], autojunk=False
        ).get_opcodes()
    ]
    before, after = (
        Part(same=" ".join(first[:start])),
        Part(same=" ".join(first[len(first) - end :])),
    )
    return tuple(part for part in (before, *parts, after) if any(part))


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many words two texts have in common from their starts."""
    pairs = enumerate(zip(first, second, strict=False))
    length = min(len(first), len(second))
    return next((place for place, (here, there) in pairs if here != there), length)
