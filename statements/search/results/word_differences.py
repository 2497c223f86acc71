"""Says in which words two texts differ."""

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
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return tuple(
        Part(same=" ".join(first[a:b]))
        if kind == "equal"
        else Part(here=" ".join(first[a:b]), there=" ".join(second[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
    )
