"""Reader for Word documents: their paragraphs become lines and are read like any other text.

Their type helps: bold names begin speeches, and headings are narrative. Relationships, pictures and
fields are ignored. Page headers, footers and notes
are listed as dropped.
"""

from dataclasses import replace

from statements.transcripts.formats.containers.packages import open_package
from statements.transcripts.formats.documents.docx_styles import Styles
from statements.transcripts.formats.documents.docx_text import faces_of, read_paragraphs
from statements.transcripts.formats.text import read_text
from statements.transcripts.text.decoding import DecodedText
from statements.transcripts.values.parsed import DroppedText, ParsedTranscript, UnreadableTranscript

_BODY = "word/document.xml"
_STYLES = "word/styles.xml"
_DROPPED_PARTS = ("word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments")


def is_docx(data: bytes) -> bool:
    """Return whether a file is a Word document, judging by its content, not its name."""
    return data.startswith(b"PK\x03\x04") and b"word/document.xml" in data


def read_docx(name: str, data: bytes) -> ParsedTranscript:
    """Read a Word document.

    Raises UnreadableTranscript if it is damaged, encrypted, too large, empty or has macros.
    """
    with open_package(data, "Word document") as package:
        styles = Styles(package.part(_STYLES) if _STYLES in package.names else None)
        body = read_paragraphs(package.part(_BODY), styles)
        dropped_paragraphs = [
            (part, paragraph.text)
            for part in package.names
            if part.startswith(_DROPPED_PARTS) and part.endswith(".xml")
            for paragraph in read_paragraphs(package.part(part), styles)
        ]
    text = "\n\n".join(paragraph.text for paragraph in body)
    if not text.strip():
        raise UnreadableTranscript("empty", "The Word document contains no text.")
    parsed = read_text(name, DecodedText(text, "utf-8"), faces_of(body))
    dropped = tuple(DroppedText(text, _reason(part), 0) for part, text in dropped_paragraphs)
    return replace(parsed, dropped=parsed.dropped + dropped)


def _reason(part: str) -> str:
    return {"head": "running head", "foot": "running foot", "comm": "comment"}.get(
        "note" if "note" in part else part.removeprefix("word/")[:4], "note"
    )
