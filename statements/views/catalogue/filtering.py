"""The box above a list by which readers find entries of it, by words of their names."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest

from statements.transcripts.languages.names import fold

FILTER = "filter"
_LONGEST = 200  # characters


def filter_of(request: HttpRequest) -> str:
    """Return what a reader typed into the box of a list."""
    return " ".join(request.GET.get(FILTER, "").replace("\x00", "").split())[:_LONGEST]


def words_of(text: str) -> list[str]:
    """Return the words of a filter, folded like names."""
    return fold(text).split()


def matching[Entry](
    entries: Iterable[Entry], text: str, folded: Callable[[Entry], str]
) -> list[Entry]:
    """Return the entries whose names contain all words, or the beginnings or parts of words, of a
    filter; ``folded`` returns the names of one, folded."""
    words = words_of(text)
    return [entry for entry in entries if all(word in folded(entry) for word in words)]
