"""Word documents of before 2007 (.doc), which only other programs can read.

Where one of them is installed, ``sandbox.converters`` makes a text of the document first.
"""

from typing import NoReturn

from statements.transcripts.values.parsed import UnreadableTranscript


def refuse_old_word(_name: str, _data: bytes) -> NoReturn:
    """Raises UnreadableTranscript, saying how such a document can be read."""
    raise UnreadableTranscript(
        "no-converter",
        "This is a Word document of before 2007 (.doc), and no program that reads these is "
        "installed. Save it as .docx, or ask the administrators to install antiword or catdoc.",
    )
