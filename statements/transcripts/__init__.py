"""Reading: the bytes of a transcript become parsed values. No Django, nothing stored.

One call, ``read``, chooses the form of the file; the values it yields are in ``parsed``.
"""

from statements.transcripts.akn import is_akn
from statements.transcripts.decoding import decode, refuse_too_large
from statements.transcripts.docx import is_docx
from statements.transcripts.parsed import (
    Dropped,
    Given,
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
from statements.transcripts.tables import is_table, read_table
from statements.transcripts.text import read_text

__all__ = [
    "Dropped",
    "Given",
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

    Plain text and tables are read here; what may be built to do harm (PDF, Word documents, XML)
    in a process of its own.

    ``name`` is only carried along: what a file is called says nothing certain of its content.
    """
    refuse_too_large(data)
    if data.startswith(_PDF):
        return read_apart("pdf", name, data)
    if is_docx(data):
        return read_apart("docx", name, data)
    if is_akn(data):
        return read_apart("akn", name, data)
    if is_table(data):
        return read_table(name, data, encoding=encoding)
    return read_text(name, decode(data, encoding))
