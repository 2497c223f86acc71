"""The file formats that can be read: one row for each, in the order in which they are tried.

To add a format, write a reader and add a row. Recognisers look at the content and are quick, since
the web server asks them. They and the readers are imported where they are used: the process that
reads one file loads one reader.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pkgutil import resolve_name
from typing import Any

from statements.transcripts.formats.markup.prolog import as_ascii
from statements.transcripts.values.parsed import ParsedTranscript

_FOLDER = "statements.transcripts.formats"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One format of files."""

    key: str
    title: str
    recogniser: str  # "module:function" in ``formats``; "" recognises any file
    reader: str  # "module:function" in ``formats``
    suffixes: tuple[str, ...] = ()  # with which such files are usually named
    always_isolated: bool = True  # even small files are read in a process of their own
    has_encoding: bool = False  # the caller may name the encoding of its text

    def read(self, name: str, data: bytes, encoding: str | None = None) -> ParsedTranscript:
        """Read a file of this format in this process; raises UnreadableTranscript."""
        reader = self.load()
        return reader(name, data, encoding=encoding) if self.has_encoding else reader(name, data)

    def load(self) -> Callable[..., ParsedTranscript]:
        """Import the reader."""
        return _load(self.reader)

    def recognises(self, content: bytes) -> bool:
        """Return whether a file has this format, judging by its content, see ``as_ascii``."""
        return not self.recogniser or bool(_load(self.recogniser)(content))


@cache
def _load(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = resolve_name(f"{_FOLDER}.{name}")
    return function


FORMATS = (
    FileFormat("pdf", "PDF", "documents.recognition:is_pdf", "printed.pdf:read_pdf", (".pdf",)),
    # without suffixes: a folder's pictures are scans only if they are named
    FileFormat(
        "image",
        "image of a page",
        "printed.images:is_image",
        "printed.images:refuse_image",
        always_isolated=False,
    ),
    FileFormat(
        "hocr", "hOCR", "documents.recognition:is_hocr", "printed.hocr:read_hocr", (".hocr",)
    ),
    FileFormat(
        "docx", "Word document", "documents.docx:is_docx", "documents.docx:read_docx", (".docx",)
    ),
    FileFormat(
        "spreadsheet",
        "spreadsheet",
        "documents.recognition:is_spreadsheet",
        "documents.spreadsheet:read_spreadsheet",
        (".xlsx", ".xlsb", ".xls", ".ods"),
    ),
    FileFormat(
        "odt",
        "OpenDocument text",
        "documents.recognition:is_odt",
        "documents.odt:read_odt",
        (".odt", ".ott"),
    ),
    FileFormat(
        "epub", "EPUB", "documents.recognition:is_epub", "documents.epub:read_epub", (".epub",)
    ),
    FileFormat("rtf", "RTF", "documents.recognition:is_rtf", "documents.rtf:read_rtf", (".rtf",)),
    FileFormat(
        "old-word",
        "Word document of before 2007",
        "documents.recognition:is_old_word",
        "documents.old_word:refuse_old_word",
        (".doc",),
        always_isolated=False,
    ),
    FileFormat("akn", "Akoma Ntoso", "markup.akn:is_akn", "markup.akn:read_akn", (".xml", ".akn")),
    FileFormat("tei", "TEI", "markup.tei:is_tei", "markup.tei:read_tei", (".xml", ".tei")),
    FileFormat(
        "debate",
        "XML of a parliament",
        "markup.mapped_debates:is_mapped_debate",
        "markup.mapped_debates:read_mapped_debate",
        (".xml",),
    ),
    FileFormat(
        "web-page",
        "web page",
        "pages.recognition:is_web_page",
        "pages.web_page:read_web_page",
        (".html", ".htm", ".xhtml"),
        has_encoding=True,
    ),
    FileFormat(
        "markup",
        "other markup, which is refused",
        "markup.unknown:is_unknown_markup",
        "markup.unknown:refuse_markup",
        always_isolated=False,
    ),
    FileFormat(
        "captions",
        "captions (WebVTT, SubRip)",
        "captions.recognition:is_captions",
        "captions.captions:read_captions",
        (".vtt", ".srt"),
        has_encoding=True,
    ),
    FileFormat(
        "parliament-tv",
        "session of Open Parliament TV",
        "captions.recognition:is_parliament_tv",
        "captions.parliament_tv:read_parliament_tv",
        (".json",),
        has_encoding=True,
    ),
    FileFormat(
        "segments",
        "recognised speech",
        "captions.recognition:is_recognised_speech",
        "captions.segments:read_segments",
        (".json",),
        has_encoding=True,
    ),
    FileFormat(
        "table",
        "table",
        "tables.recognition:is_table",
        "tables.reader:read_table",
        (".csv", ".tsv", ".jsonl", ".gz"),
        always_isolated=False,
        has_encoding=True,
    ),
    FileFormat(
        "json",
        "JSON with a list of speeches",
        "pages.recognition:is_json",
        "pages.json_records:read_json",
        (".json",),
        has_encoding=True,
    ),
    FileFormat(
        "markdown",
        "Markdown",
        "pages.recognition:is_markdown",
        "pages.markdown:read_markdown",
        (".md", ".markdown"),
        has_encoding=True,
    ),
    FileFormat(
        "text",
        "plain text",
        "",
        "text:read_text_file",
        (".txt", ".text"),
        always_isolated=False,
        has_encoding=True,
    ),
)
FORMATS_BY_KEY = {file_format.key: file_format for file_format in FORMATS}
SUFFIXES = frozenset(suffix for file_format in FORMATS for suffix in file_format.suffixes)


def format_of(data: bytes) -> FileFormat:
    """Return the format of a file; text, if it is of no other."""
    content = as_ascii(data)  # once for all recognisers
    return next(file_format for file_format in FORMATS if file_format.recognises(content))
