"""The file formats that can be read: one row for each, in the order in which they are tried.

To add a format, write a reader and add a row. Recognisers look at the content and are quick, since
the web server asks them; readers are imported where they are used, which for most formats is only
the reading process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name

from statements.transcripts.formats.captions.recognition import (
    is_captions,
    is_parliament_tv,
    is_recognised_speech,
)
from statements.transcripts.formats.documents.docx import is_docx
from statements.transcripts.formats.documents.recognition import (
    is_epub,
    is_hocr,
    is_odt,
    is_old_word,
    is_rtf,
    is_spreadsheet,
)
from statements.transcripts.formats.markup.akn import is_akn
from statements.transcripts.formats.markup.mapped_debates import is_mapped_debate
from statements.transcripts.formats.markup.prolog import as_ascii
from statements.transcripts.formats.markup.tei import is_tei
from statements.transcripts.formats.markup.unknown import is_unknown_markup
from statements.transcripts.formats.pages.recognition import is_json, is_markdown, is_web_page
from statements.transcripts.formats.tables.recognition import is_table
from statements.transcripts.values.parsed import ParsedTranscript

_READERS = "statements.transcripts.formats"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One format of files."""

    key: str
    title: str
    recognises: Callable[[bytes], bool]  # judging by the content, see ``as_ascii``
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
        reader: Callable[..., ParsedTranscript] = resolve_name(f"{_READERS}.{self.reader}")
        return reader


def is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF")


def _is_any(_data: bytes) -> bool:
    return True


FORMATS = (
    FileFormat("pdf", "PDF", is_pdf, "printed.pdf:read_pdf", (".pdf",)),
    FileFormat("hocr", "hOCR", is_hocr, "printed.hocr:read_hocr", (".hocr",)),
    FileFormat("docx", "Word document", is_docx, "documents.docx:read_docx", (".docx",)),
    FileFormat(
        "spreadsheet",
        "spreadsheet",
        is_spreadsheet,
        "documents.spreadsheet:read_spreadsheet",
        (".xlsx", ".xlsb", ".xls", ".ods"),
    ),
    FileFormat("odt", "OpenDocument text", is_odt, "documents.odt:read_odt", (".odt", ".ott")),
    FileFormat("epub", "EPUB", is_epub, "documents.epub:read_epub", (".epub",)),
    FileFormat("rtf", "RTF", is_rtf, "documents.rtf:read_rtf", (".rtf",)),
    FileFormat(
        "old-word",
        "Word document of before 2007",
        is_old_word,
        "documents.old_word:refuse_old_word",
        (".doc",),
        always_isolated=False,
    ),
    FileFormat("akn", "Akoma Ntoso", is_akn, "markup.akn:read_akn", (".xml", ".akn")),
    FileFormat("tei", "TEI", is_tei, "markup.tei:read_tei", (".xml", ".tei")),
    FileFormat(
        "debate",
        "XML of a parliament",
        is_mapped_debate,
        "markup.mapped_debates:read_mapped_debate",
        (".xml",),
    ),
    FileFormat(
        "web-page",
        "web page",
        is_web_page,
        "pages.web_page:read_web_page",
        (".html", ".htm", ".xhtml"),
        has_encoding=True,
    ),
    FileFormat(
        "markup",
        "other markup, which is refused",
        is_unknown_markup,
        "markup.unknown:refuse_markup",
        always_isolated=False,
    ),
    FileFormat(
        "captions",
        "captions (WebVTT, SubRip)",
        is_captions,
        "captions.captions:read_captions",
        (".vtt", ".srt"),
        has_encoding=True,
    ),
    FileFormat(
        "parliament-tv",
        "session of Open Parliament TV",
        is_parliament_tv,
        "captions.parliament_tv:read_parliament_tv",
        (".json",),
        has_encoding=True,
    ),
    FileFormat(
        "segments",
        "recognised speech",
        is_recognised_speech,
        "captions.segments:read_segments",
        (".json",),
        has_encoding=True,
    ),
    FileFormat(
        "table",
        "table",
        is_table,
        "tables.reader:read_table",
        (".csv", ".tsv", ".jsonl", ".gz"),
        always_isolated=False,
        has_encoding=True,
    ),
    FileFormat(
        "json",
        "JSON with a list of speeches",
        is_json,
        "pages.json_records:read_json",
        (".json",),
        has_encoding=True,
    ),
    FileFormat(
        "markdown",
        "Markdown",
        is_markdown,
        "pages.markdown:read_markdown",
        (".md", ".markdown"),
        has_encoding=True,
    ),
    FileFormat(
        "text",
        "plain text",
        _is_any,
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
