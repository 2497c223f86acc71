"""Reading: the bytes of a transcript become parsed values. No Django, nothing stored.

One call, ``read``, chooses the form of the file; the values it yields are in ``parsed``.
"""

from statements.transcripts.formats.akn import is_akn
from statements.transcripts.formats.appended import refuse_appended_to_pdf
from statements.transcripts.formats.decoding import decode, refuse_too_large
from statements.transcripts.formats.docx import is_docx
from statements.transcripts.formats.tables import is_table, read_table
from statements.transcripts.formats.text import read_text
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
from statements.transcripts.sandbox import Unfinished, read_apart
from statements.transcripts.symbols import Symbol

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
    "Unfinished",
    "UnreadableTranscript",
    "read",
]

_PDF = b"%PDF"
_GZIP = b"\x1f\x8b"
# A text below this is read here: a statement takes milliseconds, a process of its own 0.2 s, and
# the readers' time grows with the size alone. A larger one is read under the limits.
_SMALL = 128 * 1024


def read(
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    within: float | None = None,
    apart: bool = False,
) -> ParsedTranscript:
    """Everything said in a file, by whom; raises UnreadableTranscript where it is no text, and
    Unfinished where that took more than ``within`` seconds.

    Small plain texts and tables are read here; what is larger, or may be built to do harm (PDF,
    Word documents, XML), in a limited process of its own; with ``apart``, every file is.

    ``name`` is only carried along: what a file is called says nothing certain of its content.
    """
    refuse_too_large(data)
    if data.startswith(_PDF):
        refuse_appended_to_pdf(data)
        return read_apart("pdf", name, data, within=within)
    if is_docx(data):
        return read_apart("docx", name, data, within=within)
    if is_akn(data):
        return read_apart("akn", name, data, within=within)
    if apart or len(data) > _SMALL or data.startswith(_GZIP):
        form = "table" if is_table(data) else "text"
        return read_apart(form, name, data, encoding=encoding, within=within)
    if is_table(data):
        return read_table(name, data, encoding=encoding)
    return read_text(name, decode(data, encoding))
