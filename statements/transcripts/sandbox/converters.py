"""Runs installed programs that make texts of formats that no library here reads.

They run like reading itself: in a process of their own with limits, and with no environment to
speak of.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from statements.transcripts.values.interchange import LARGEST_RESULT, PROCESSOR_SECONDS
from statements.transcripts.values.parsed import UnreadableTranscript

_WALL_SECONDS = 6 * PROCESSOR_SECONDS
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class _Program:
    name: str
    arguments: tuple[str, ...]  # before the file; the text goes to standard output


# one line a paragraph
_WORD_READERS = (
    _Program("antiword", ("-m", "UTF-8.txt", "-w", "0")),
    _Program("catdoc", ("-d", "utf-8", "-w")),
)


def convert_old_word(data: bytes) -> bytes | None:
    """Return the text of a Word document of before 2007 in UTF-8; None if no program is installed.

    Raises UnreadableTranscript if the program cannot read the document.
    """
    for program in _WORD_READERS:
        if path := shutil.which(program.name):
            return _run(path, program, data)
    return None


def _run(path: str, program: _Program, data: bytes) -> bytes:
    with (
        tempfile.NamedTemporaryFile(suffix=".doc") as source,
        tempfile.TemporaryFile() as result,
        tempfile.TemporaryFile() as errors,
    ):
        source.write(data)
        source.flush()
        command = [path, *program.arguments, source.name]
        try:
            status = subprocess.run(  # noqa: S603 - a program of the administrators, no shell
                [sys.executable, "-m", "statements.transcripts.sandbox.limited", *command],
                stdin=subprocess.DEVNULL,
                stdout=result,
                stderr=errors,
                # antiword looks for its tables of characters below HOME, then system-wide
                env={"PATH": os.defpath, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"},
                cwd=_ROOT,
                timeout=_WALL_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            status = -1
        result.seek(0)
        text = result.read(LARGEST_RESULT)
        errors.seek(0)
        said = " ".join(errors.read(400).decode("utf-8", "replace").split())[:200]
    if status != 0 or not text.strip():
        raise UnreadableTranscript(
            "broken-document",
            f"{program.name} could not read this Word document"
            f"{f' ({said.replace(source.name, "it")})' if said else ''}. "
            "Save it as .docx, and upload that.",
        )
    return text
