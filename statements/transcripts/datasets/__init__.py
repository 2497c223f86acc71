"""Public data sets in their published form: their file names, and the metadata in their tables.

There is one module for each data set. ``recognise`` identifies a data set by its file names, and
finds its tables among the files or next to them.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from statements.transcripts.datasets import ungdc, unsc
from statements.transcripts.datasets.ungdc import GeneralDebate
from statements.transcripts.datasets.unsc import SecurityCouncil
from statements.transcripts.formats.containers.archives import Limits, is_archive, members

__all__ = ["NAMES", "RIGHTS", "GeneralDebate", "SecurityCouncil", "recognise"]

NAMES = ("ungdc", "unsc")
RIGHTS = {ungdc.TITLE: ungdc.RIGHTS}  # where the publisher states them, by title
_SAMPLE_SIZE = 60  # files of an archive whose names identify the data set
_LARGEST_TABLE = 200 * 1024 * 1024  # bytes


def recognise(
    path: Path, *, dataset: str = "", tables: Sequence[Path] = ()
) -> GeneralDebate | SecurityCouncil | None:
    """Return the data set in a folder or archive, with its tables; None if it is neither.

    ``dataset`` is one of NAMES, or "" to go by the file names. Without ``tables``, they are looked
    for in the folder, or next to the archive.
    """
    names = _sample_names(path)
    if dataset == "ungdc" or (not dataset and ungdc.recognises(names)):
        return _general_debate(tables or _tables_near(path))
    if dataset == "unsc" or (not dataset and unsc.recognises(names)):
        return _security_council(tables or _tables_near(path))
    return None


def _sample_names(path: Path) -> list[str]:
    """Return the names of the first files in a folder or an archive."""
    if path.is_dir():
        files = (file for file in path.rglob("*.txt") if file.is_file())
        return [file.name for file in islice(files, _SAMPLE_SIZE)]
    if not is_archive(path):
        return []
    limits = Limits(files=2 * _SAMPLE_SIZE)
    return [member.name for member in islice(members(path, limits), _SAMPLE_SIZE)]


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
