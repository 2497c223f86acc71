"""Refuses markup of a kind that no reader knows: tags are never stored as what somebody said."""

from typing import NoReturn

from statements.transcripts.formats.markup.dialects import DIALECTS
from statements.transcripts.formats.markup.prolog import as_ascii, is_closed, read_prolog
from statements.transcripts.values.parsed import UnreadableTranscript


def is_unknown_markup(data: bytes) -> bool:
    """Return whether a file begins like markup; a text that begins with "<inaudible>" does not."""
    prolog = read_prolog(data)
    if prolog is None:
        return False
    return prolog.declared or is_closed(data, prolog.root)


def refuse_markup(_name: str, data: bytes) -> NoReturn:
    """Raises UnreadableTranscript, saying what was found and what can be read."""
    prolog = read_prolog(as_ascii(data))
    root = prolog.root[:40] if prolog else ""
    titles = ", ".join(dialect.title for dialect in DIALECTS.values())
    found = f"It begins with <{root}>, which no reader recognises" if root else "It has no element"
    raise UnreadableTranscript(
        "not-text",
        f"This looks like an XML file, not a text file. {found}. XML that can be read: {titles}. "
        "Convert the file to one of these, or save it as plain text.",
    )
