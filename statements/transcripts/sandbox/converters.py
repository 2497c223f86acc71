"""Has installed programs make texts of formats that no library here reads."""

import shutil
import tempfile
from dataclasses import dataclass

from statements.transcripts.sandbox.programs import run_limited
from statements.transcripts.values.parsed import UnreadableTranscript


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
    with tempfile.NamedTemporaryFile(suffix=".doc") as source:
        source.write(data)
        source.flush()
        # antiword looks for its tables of characters below HOME, then system-wide
        output = run_limited([path, *program.arguments, source.name])
        said = output.message.replace(source.name, "it")
    if output.status != 0 or not output.result.strip():
        raise UnreadableTranscript(
            "broken-document",
            f"{program.name} could not read this Word document{f' ({said})' if said else ''}. "
            "Save it as .docx, and upload that.",
        )
    return output.result
