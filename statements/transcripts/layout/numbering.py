"""Paragraph numbers of older records ("19. Mr. …", "20. The annual debate …").

They are taken off the text only where a whole record is numbered; a list within a speech,
"1. First, …", is the speaker's own and stays.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

_NUMBER = re.compile(r"(?P<number>[1-9]\d{0,3})\s?\.\s+(?=\S)")
_LEAST = 3  # numbered paragraphs


def is_numbered(texts: Sequence[str]) -> bool:
    """Whether most paragraphs bear a number and the numbers rise by one."""
    numbers = [int(match["number"]) for match in map(_NUMBER.match, texts) if match]
    if len(numbers) < _LEAST or len(numbers) * 5 < len(texts) * 3:
        return False
    rising = sum(after == before + 1 for before, after in pairwise(numbers))
    return rising * 3 >= (len(numbers) - 1) * 2


def take_number(text: str) -> tuple[int | None, str]:
    match = _NUMBER.match(text)
    return (int(match["number"]), text[match.end() :]) if match else (None, text)
