"""Reader for PDF files, the form in which records are published."""

from statements.transcripts.formats.containers.appended import refuse_appended_to_pdf
from statements.transcripts.formats.printed.pages import read_printed
from statements.transcripts.formats.printed.text_layer import check_text_layer
from statements.transcripts.layout.pdf_words import read_pages
from statements.transcripts.values.parsed import ParsedTranscript


def read_pdf(name: str, data: bytes) -> ParsedTranscript:
    """Read a PDF in this process; untrusted files are read through ``sandbox.client``.

    Raises UnreadableTranscript if the PDF is damaged, too large, a scan without text, or followed
    by other data.
    """
    refuse_appended_to_pdf(data)
    pages = list(read_pages(data))
    return read_printed(name, pages, encoding="pdf", problems=check_text_layer(pages))
