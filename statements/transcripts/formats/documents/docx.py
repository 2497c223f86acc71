"""Reader for Word documents: their paragraphs become lines and are read like any other text.

Only text is read: relationships, pictures and fields are ignored. Page headers, footers and notes
are listed as dropped.
"""

from dataclasses import replace

from statements.transcripts.formats.containers.packages import open_package
from statements.transcripts.formats.markup.xml_tree import parse
from statements.transcripts.formats.text import read_text
from statements.transcripts.text.decoding import DecodedText
from statements.transcripts.values.parsed import DroppedText, ParsedTranscript, UnreadableTranscript

_BODY = "word/document.xml"
_DROPPED_PARTS = ("word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments")
_MAX_PARAGRAPHS = 200_000
# Elements that are not text of the document: deletions, field codes, fallbacks for shapes.
_SKIPPED_ELEMENTS = frozenset(
    {"del", "moveFrom", "instrText", "delText", "Fallback", "rt", "annotationRef"}
)
_SIGNS = {
    "tab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\u00ad",
}


def is_docx(data: bytes) -> bool:
    """Return whether a file is a Word document, judging by its content, not its name."""
    return data.startswith(b"PK\x03\x04") and b"word/document.xml" in data


def read_docx(name: str, data: bytes) -> ParsedTranscript:
    """Read a Word document.

    Raises UnreadableTranscript if it is damaged, encrypted, too large, empty or has macros.
    """
    with open_package(data, "Word document") as package:
        body = _paragraphs(package.part(_BODY))
        dropped_paragraphs = [
            (part, text)
            for part in package.names
            if part.startswith(_DROPPED_PARTS) and part.endswith(".xml")
            for text in _paragraphs(package.part(part))
        ]
    text = "\n\n".join(body)
    if not text.strip():
        raise UnreadableTranscript("empty", "The Word document contains no text.")
    parsed = read_text(name, DecodedText(text, "utf-8"))
    dropped = tuple(DroppedText(text, _reason(part), 0) for part, text in dropped_paragraphs)
    return replace(parsed, dropped=parsed.dropped + dropped)


def _paragraphs(data: bytes) -> list[str]:
    collector = _Collector()
    parse(data, collector)
    return [text for text in collector.paragraphs if text.strip()]


def _reason(part: str) -> str:
    return {"head": "running head", "foot": "running foot", "comm": "comment"}.get(
        "note" if "note" in part else part.removeprefix("word/")[:4], "note"
    )


class _Collector:
    """Collects the text of paragraphs. A nested paragraph (a text box) precedes its parent."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self._open: list[list[str]] = []
        self._skip_depth = 0
        self._in_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skip_depth or name in _SKIPPED_ELEMENTS:
            self._skip_depth += 1
        elif name == "p":
            self._open.append([])
        elif name == "t":
            self._in_text = True
        elif name in _SIGNS and self._open and not (name == "br" and "type" in attributes):
            self._open[-1].append(_SIGNS[name])
        elif name == "tabs":
            self._skip_depth = 1  # defines tab stops; contains no text

    def end(self, name: str) -> None:
        if self._skip_depth:
            self._skip_depth -= 1
        elif name == "t":
            self._in_text = False
        elif name == "p" and self._open:
            self.paragraphs.append("".join(self._open.pop()))
            if len(self.paragraphs) > _MAX_PARAGRAPHS:
                raise UnreadableTranscript(
                    "too-large", f"The document has more than {_MAX_PARAGRAPHS:,} paragraphs."
                )

    def text(self, data: str) -> None:
        if self._in_text and not self._skip_depth and self._open:
            self._open[-1].append(data)
