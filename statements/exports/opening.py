"""The first words of a speech, for descriptions of its page, feeds and cards."""

from collections.abc import Iterable
from textwrap import shorten

OPENING_CHARACTERS = 200  # search engines show about 160 of a description, cards of links some 200
_ELLIPSIS = "…"


def opening(paragraphs: Iterable[str], characters: int = OPENING_CHARACTERS) -> str:
    """Return the first words of paragraphs, on one line and cut between words.

    Paragraphs are added until the text is long enough: often the first is "Mr. President," alone.
    """
    words = ""
    for paragraph in paragraphs:
        words = f"{words} {paragraph}" if words else paragraph
        if len(words) >= characters:
            break
    return cut(words, characters)


def cut(text: str, characters: int) -> str:
    """Return a text on one line; if it is longer than ``characters``, cut between words and with an
    ellipsis. A word that is longer, as in languages without spaces, is cut itself."""
    shortened = shorten(text, characters, placeholder=_ELLIPSIS)
    if shortened != _ELLIPSIS:
        return shortened
    return " ".join(text.split())[: characters - 1] + _ELLIPSIS
