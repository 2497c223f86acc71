"""Files with other data before or after them, and files that only look like that."""

import io
import zipfile
from pathlib import Path

import pytest
from support.hostile_files import packed_text, readable_pdf, word

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.formats.containers.appended import refuse_appended_to_pdf
from statements.transcripts.formats.containers.archives import Limits, zip_members

PADDING = [b"", b"\n", b"\r\n\r\n", b" \n" * 3000, b"\0" * 50_000, b"\x1a", b"\r\n\0\0\x1a"]
FOREIGN = [
    packed_text(),
    b"\n" + packed_text(),
    b"\0" * 9000 + packed_text(),
    b"<html><body>Error</body></html>",
    b"<p>",
    b"\x7fELF",
    bytes(range(256)),
    b"x" * 17,
]


@pytest.mark.parametrize("padding", PADDING)
def test_what_writers_leave_at_the_end_passes(padding):
    assert read("a.pdf", readable_pdf() + padding).speeches
    docx = word("<w:p><w:r><w:t>We agree.</w:t></w:r></w:p>")
    assert read("a.docx", docx + padding).speeches
    assert names(packed_text() + padding) == ["inner.txt"]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_is_appended_is_refused(foreign):
    with pytest.raises(UnreadableTranscript, match="not part of it"):
        refuse_appended_to_pdf(readable_pdf() + foreign)
    with pytest.raises(UnreadableTranscript, match="not part of it"):
        # an update after the foreign data does not make them part of the file
        refuse_appended_to_pdf(readable_pdf() + foreign + b"\nstartxref\n12\n%%EOF\n")
    with pytest.raises(UnreadableTranscript, match=r"not part of it|damaged"):
        names(packed_text() + foreign)


@pytest.mark.parametrize(
    "update",
    [
        b"\n7 0 obj\n<</Producer(x)>>\nendobj\nxref\n0 1\n0000000000 65535 f \n"
        b"trailer\n<</Size 8/Prev 9>>\nstartxref\n700\n%%EOF\n",
        b"xref\n0 0\ntrailer\n<</Size 8>>\nstartxref\n700\n%%EOF",
        b"\r\n%a comment of the writer\r\n8 0 obj\r\n<<>>\r\nendobj\r\nstartxref\r\n9\r\n%%EOF\r\n",
        # the rest of an enclosing PDF
        b"\nendstream\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n700\n%%EOF\n",
    ],
)
def test_updates_and_enclosed_files_are_part_of_a_pdf(update):
    refuse_appended_to_pdf(readable_pdf() + update)
    refuse_appended_to_pdf(readable_pdf() + update + update)


def test_a_few_stray_bytes_pass_and_a_file_without_an_end_is_left_to_its_reader():
    refuse_appended_to_pdf(readable_pdf() + b"\nOK 1\n")
    refuse_appended_to_pdf(readable_pdf()[:-7])
    refuse_appended_to_pdf(b"%PDF-1.7\n")


def test_the_comment_of_an_archive_is_part_of_it():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("inner.txt", "Mr. Abel: So it is.")
        archive.comment = b"of the archive " * 4000
    assert names(data.getvalue()) == ["inner.txt"]


@pytest.mark.parametrize("before", [b"PK\x03\x04" + b"x" * 40, packed_text()])
def test_an_archive_behind_something_is_refused(before):
    with pytest.raises(UnreadableTranscript, match="The archive is preceded by"):
        names(before + packed_text())


def test_an_empty_archive_holds_nothing():
    data = io.BytesIO()
    zipfile.ZipFile(data, "w").close()
    assert names(data.getvalue()) == []


def names(data: bytes) -> list[str]:
    return [member.name for member in zip_members(io.BytesIO(data), Limits())]


def test_real_records_are_read(shared: Path) -> None:
    records = list((shared / "corpora").rglob("*.pdf"))
    for path in records:
        refuse_appended_to_pdf(path.read_bytes())
    assert records
