"""Reading: the bytes of a transcript become parsed values. No Django, nothing stored.

One call, ``read``, chooses the form of the file; the values it yields are in ``parsed``.
"""

from statements.transcripts.decoding import decode
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


def read(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Everything said in a file, by whom; raises UnreadableTranscript where it is no text.

    ``name`` is only carried along: what a file is called says nothing certain of its content.
    """
    return read_text(name, decode(data, encoding))
