"""Pages of a PDF written as hOCR: they read as before, also beside pages that were recognised."""

import re
from dataclasses import replace
from pathlib import Path

from support import hocr
from support.pdf_printer import Layout, Sheet, print_record, to_pdf

from statements.transcripts import ParsedTranscript, read
from statements.transcripts.formats.printed.hocr import read_hocr
from statements.transcripts.formats.printed.hocr_pages import to_hocr_page
from statements.transcripts.formats.printed.pdf import read_pdf
from statements.transcripts.layout.pdf_words import read_pages

SAMPLE = next((Path(__file__).parents[4] / "samples" / "records").glob("*.txt"))
RECOGNIZED = ["Ms. Quill (Chad): The gauges along the border", "must be read by both sides."]


def as_hocr(pdf: bytes) -> bytes:
    return hocr.document(to_hocr_page(page).decode() for page in read_pages(pdf))


def as_pdf(parsed: ParsedTranscript) -> ParsedTranscript:
    return replace(parsed, encoding="pdf")


def test_a_record_reads_as_from_the_pdf() -> None:
    pdf = print_record(read(SAMPLE.name, SAMPLE.read_bytes()), Layout())
    assert as_pdf(read_hocr("", as_hocr(pdf))) == read_pdf("", pdf)


def test_turned_words_stay_in_the_margin_and_joined_ones_together() -> None:
    sheet = Sheet()
    for row in range(20):
        sheet.write(60, 100 + 13 * row, ("roman", "The harbour <is> open & the boats sail."))
    sheet.write_kerned(60, 380, "We came in fr", -90, "iendship, and went.")
    sheet.content.append(b"BT 0 1 -1 0 590 300 Tm /roman 9 Tf (14-67500) Tj ET")
    pdf = to_pdf([sheet])
    parsed = read_pdf("", pdf)
    assert [text.reason for text in parsed.dropped] == ["text in the margin"]
    assert as_pdf(read_hocr("", as_hocr(pdf))) == parsed


def test_a_page_that_was_recognised_needs_no_bold_names() -> None:
    source = read(SAMPLE.name, SAMPLE.read_bytes())
    pdf = print_record(source, Layout())
    recognized = re.search(
        r"<div class='ocr_page'.*</div>", hocr.of_text(RECOGNIZED).decode(), re.S
    )
    assert recognized is not None
    pages = [to_hocr_page(page).decode() for page in read_pages(pdf)]
    parsed = read_hocr("", hocr.document([*pages, recognized[0]]))
    assert len(parsed.speeches) == len(source.speeches) + 1
    assert parsed.speeches[-1].speaker_line == "Ms. Quill (Chad)"
    assert parsed.speeches[-1].paragraphs[0].text.endswith("read by both sides.")
