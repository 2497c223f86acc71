"""Lists of what speeches have in common, each entry with the address of these speeches."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from statements.exports.profiles import Counted


class CountedEntry(NamedTuple):
    """An entry of ``_counted.html``."""

    label: str
    url: str  # "" for none
    speeches: int


def counted_entries(
    counted: Iterable[Counted], address: Callable[[str], str]
) -> list[CountedEntry]:
    """Return entries for what speeches have in common; ``address`` returns the address of a key,
    and what has no key has none."""
    return [
        CountedEntry(entry.label, address(entry.key) if entry.key else "", entry.speeches)
        for entry in counted
    ]
