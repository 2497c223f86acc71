"""Reading: the bytes of a transcript become parsed values. No Django, nothing stored.

One call, ``read``, chooses the form of the file; the values it yields are in ``parsed``.
"""

from statements.transcripts.decoding import decode, refuse_too_large
from statements.transcripts.parsed import (
    Dropped,
    ParagraphKind,
    ParsedMeeting,
    ParsedMember,
    ParsedParagraph,
    ParsedPresident,
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    Severity,
    UnreadableTranscript,
)
from statements.transcripts.sandbox import read_apart
from statements.transcripts.symbols import Symbol
from statements.transcripts.text import read_text

__all__ = [
    "Dropped",
    "ParagraphKind",
    "ParsedMeeting",
    "ParsedMember",
    "ParsedParagraph",
    "ParsedPresident",
    "ParsedSpeech",
    "ParsedTranscript",
    "Problem",
    "Severity",
    "Symbol",
    "UnreadableTranscript",
    "read",
]

_PDF = b"%PDF"


def read(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Everything said in a file, by whom; raises UnreadableTranscript where it is no text.

    Plain text is read here; a PDF in a process of its own, for it may be built to do harm.

    ``name`` is only carried along: what a file is called says nothing certain of its content.
    """
    refuse_too_large(data)
    if data.startswith(_PDF):
        return read_apart("pdf", name, data)
    return read_text(name, decode(data, encoding))
