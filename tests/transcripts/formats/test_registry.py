"""Rows of the registry name functions that exist, and load them where they are used."""

import subprocess
import sys

import pytest

from statements.transcripts.formats.registry import FORMATS, FileFormat, format_of


@pytest.mark.parametrize("file_format", FORMATS, ids=lambda row: row.key)
def test_every_row_has_a_reader_and_a_recogniser(file_format: FileFormat) -> None:
    assert callable(file_format.load())
    assert file_format.recognises(b"The ferry sails.") is (file_format.key == "text")


def test_a_file_of_no_other_format_is_text() -> None:
    assert [format_of(data).key for data in (b"%PDF-1.7", b"", b"We came.")] == [
        "pdf",
        "text",
        "text",
    ]


def test_the_process_that_reads_a_pdf_loads_no_other_reader() -> None:
    code = (
        "import sys; import statements.transcripts.sandbox.worker as worker;"
        "worker.FORMATS_BY_KEY['pdf'].load();"
        "print([name for name in sys.modules if name.endswith(('.docx', '.akn', '.web_page'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
