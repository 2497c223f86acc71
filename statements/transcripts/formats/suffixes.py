"""Which files of a folder are read, by their names.

The content decides what a file is. Names only keep a folder's other files, such as pictures, from
being read as transcripts; each of them is named to the user.
"""

from collections.abc import Iterable
from pathlib import Path

from statements.transcripts.formats.registry import FORMATS_BY_KEY, SUFFIXES
from statements.transcripts.values.parsed import UnreadableTranscript

_TABLES = frozenset(
    suffix for key in ("table", "spreadsheet") for suffix in FORMATS_BY_KEY[key].suffixes
)
# a table in a folder of transcripts usually describes them
DOCUMENTS = SUFFIXES - _TABLES


def has_known_suffix(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def is_document(path: Path) -> bool:
    """Return whether a file is named like a transcript and not like a table of them."""
    return path.suffix.lower() in DOCUMENTS


def is_visible_file(path: Path, folder: Path) -> bool:
    """Return whether this is a file that the user put there, and not ".DS_Store" or ".git/…"."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.name != "Thumbs.db" and path.is_file()


def unknown_suffix(suffixes: Iterable[str]) -> UnreadableTranscript:
    """Return the error for a file of a folder that has none of the suffixes read there."""
    return UnreadableTranscript(
        "unknown-suffix",
        "not read, because files in a folder are read only if their names end in "
        f"{', '.join(sorted(suffixes))}. To read this file anyway, name it.",
    )
