"""Public data sets in their published form: which file is which speech, and what is known of it.

Each data set is one module with its file names and its tables; ``recognise`` tells them apart by
what files are called, and takes their tables from beside or among the files.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from statements.transcripts.datasets import ungdc, unsc
from statements.transcripts.datasets.ungdc import GeneralDebate
from statements.transcripts.datasets.unsc import SecurityCouncil
from statements.transcripts.formats.archives import Limits, is_archive, members

__all__ = ["NAMES", "GeneralDebate", "SecurityCouncil", "names_in", "recognise"]

NAMES = ("ungdc", "unsc")
_LOOKED_AT = 60  # files of an archive, before it is taken for something else
_LARGEST_TABLE = 200 * 1024 * 1024


def recognise(
    path: Path, *, named: str = "", tables: Sequence[Path] = ()
) -> GeneralDebate | SecurityCouncil | None:
    """The data set that a folder or archive holds, with its tables; None where it is another.

    Tables that are not named are looked for in the folder, or beside the archive.
    """
    names = names_in(path)
    if named == "ungdc" or (not named and ungdc.recognises(names)):
        return _general_debate(tables or _tables_near(path))
    if named == "unsc" or (not named and unsc.recognises(names)):
        return _security_council(tables or _tables_near(path))
    return None


def names_in(path: Path) -> list[str]:
    """The first names in a folder or an archive."""
    if path.is_dir():
        files = (file for file in path.rglob("*.txt") if file.is_file())
        return [file.name for file in islice(files, _LOOKED_AT)]
    if not is_archive(path):
        return []
    limits = Limits(files=2 * _LOOKED_AT)
    return [member.name for member in islice(members(path, limits), _LOOKED_AT)]


def _tables_near(path: Path) -> list[Path]:
    folders = [path, path.parent] if path.is_dir() else [path.parent]
    return [
        file
        for folder in folders
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in (".csv", ".tsv")
        and file.is_file()
        and file.stat().st_size <= _LARGEST_TABLE
    ]


def _general_debate(tables: Iterable[Path]) -> GeneralDebate:
    for table in tables:
        if ungdc.is_speakers_table(_head(table)):
            return ungdc.read_speakers(table.read_bytes())
    return GeneralDebate()


def _security_council(tables: Iterable[Path]) -> SecurityCouncil:
    corpus = SecurityCouncil()
    for table in tables:
        head = _head(table)
        if unsc.is_speakers_table(head) and not corpus.speakers:
            corpus = unsc.with_speakers(corpus, table.read_bytes())
        elif unsc.is_meetings_table(head) and not corpus.meetings:
            corpus = unsc.with_meetings(corpus, table.read_bytes())
    return corpus


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4000)
