"""Reader for Word documents: their paragraphs become lines, read as any other text is.

Only the text is looked at: relationships, pictures and fields are not followed. What stands in
page headers, footers and notes is listed as dropped.
"""

import codecs
import io
import zipfile
import zlib
from dataclasses import replace

from statements.transcripts.formats.appended import refuse_beside_zip
from statements.transcripts.formats.archives import MOST_TIMES
from statements.transcripts.formats.decoding import Decoded
from statements.transcripts.formats.markup import parse
from statements.transcripts.formats.text import read_text
from statements.transcripts.parsed import Dropped, ParsedTranscript, UnreadableTranscript

codecs.lookup("cp437")  # of names in ZIP files; in its own process no file can be opened later

_BODY = "word/document.xml"
_BESIDE = ("word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments")
_MOST_INFLATED = 100 * 1024 * 1024
_ALWAYS = 2 * 1024 * 1024
_MOST_PARAGRAPHS = 200_000
_CHUNK = 1 << 16
# RuntimeError is how zipfile says that a part is encrypted
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
# What is no text of the document: removed words, instructions of fields, second versions of shapes.
_SKIPPED = frozenset({"del", "moveFrom", "instrText", "delText", "Fallback", "rt", "annotationRef"})
_SIGNS = {
    "tab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\u00ad",
}


def is_docx(data: bytes) -> bool:
    """Whether a file is a Word document by what it holds; a ZIP's names are near its end."""
    return data.startswith(b"PK\x03\x04") and b"word/document.xml" in data


def read_docx(name: str, data: bytes) -> ParsedTranscript:
    """Everything said in a Word document; raises UnreadableTranscript where it cannot be read."""
    try:
        stream = io.BytesIO(data)
        with zipfile.ZipFile(stream) as archive:
            refuse_beside_zip(stream, archive)
            names = archive.namelist()
            if any(each.lower().endswith("vbaproject.bin") for each in names):
                raise UnreadableTranscript(
                    "macros", "The document holds macros. Save it as .docx, without them."
                )
            most = min(_MOST_INFLATED, max(_ALWAYS, len(data) * MOST_TIMES))
            body = _paragraphs(_part(archive, _BODY, most))
            beside = [
                (each, text)
                for each in names
                if each.startswith(_BESIDE) and each.endswith(".xml")
                for text in _paragraphs(_part(archive, each, most))
            ]
    except _DAMAGE as error:
        raise UnreadableTranscript(
            "broken-archive", f"The Word document is damaged or encrypted ({error})."
        ) from error
    text = "\n\n".join(body)
    if not text.strip():
        raise UnreadableTranscript("empty", "The Word document holds no text.")
    parsed = read_text(name, Decoded(text, "utf-8"))
    dropped = tuple(Dropped(words, _reason(part), 0) for part, words in beside)
    return replace(parsed, dropped=parsed.dropped + dropped)


def _part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A part's bytes, counted while they are inflated."""
    parts: list[bytes] = []
    size = 0
    try:
        stream = archive.open(name)
    except ValueError as error:  # it begins before the file does
        raise zipfile.BadZipFile(str(error)) from error
    with stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise UnreadableTranscript(
                    "too-large", f"Unpacked the document has more than {most // 1_048_576} MB."
                )
            parts.append(chunk)
    return b"".join(parts)


def _paragraphs(data: bytes) -> list[str]:
    collector = _Collector()
    parse(data, collector)
    return [text for text in collector.paragraphs if text.strip()]


def _reason(part: str) -> str:
    return {"head": "running head", "foot": "running foot", "comm": "comment"}.get(
        "note" if "note" in part else part.removeprefix("word/")[:4], "note"
    )


class _Collector:
    """Gathers the text of paragraphs; one within another (a text box) comes before it."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self._open: list[list[str]] = []
        self._skipped = 0
        self._in_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipped or name in _SKIPPED:
            self._skipped += 1
        elif name == "p":
            self._open.append([])
        elif name == "t":
            self._in_text = True
        elif name in _SIGNS and self._open and not (name == "br" and "type" in attributes):
            self._open[-1].append(_SIGNS[name])
        elif name == "tabs":
            self._skipped = 1  # positions of tabulators, not tabulators

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif name == "t":
            self._in_text = False
        elif name == "p" and self._open:
            self.paragraphs.append("".join(self._open.pop()))
            if len(self.paragraphs) > _MOST_PARAGRAPHS:
                raise UnreadableTranscript(
                    "too-large", f"The document has more than {_MOST_PARAGRAPHS:,} paragraphs."
                )

    def text(self, data: str) -> None:
        if self._in_text and not self._skipped and self._open:
            self._open[-1].append(data)
