"""Typed text survives an ended session and a lost token.

A form of the desk carries a signed note of whose it is and where it stands. Where it comes back
from nobody, or without a valid token, its fields are kept, and after signing in the person finds
them in the form again: never saved by themselves, only when the person saves them with a fresh
token. Without the note nothing is kept, so a stranger can neither fill the database nor put
words into somebody's form.
"""

from statements.admin.unsaved.keeping import (
    KEPT,
    NOTE,
    Note,
    forget,
    keep,
    keeps_input,
    kept_by,
    note_of,
    restored,
    saved,
    show_as_posted,
)

__all__ = [
    "KEPT",
    "NOTE",
    "Note",
    "forget",
    "keep",
    "keeps_input",
    "kept_by",
    "note_of",
    "restored",
    "saved",
    "show_as_posted",
]
