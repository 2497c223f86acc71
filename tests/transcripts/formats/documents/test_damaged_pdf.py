"""The messages about PDFs that do not begin with their mark, and the names of languages."""

import pytest

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.languages.notes import LANGUAGE_NAMES

BODY = b"%PDF-1.7\n1 0 obj\n<< /Length 3 >>\nstream\n\0\1\2\nendstream\nendobj\n%%EOF\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", b"\r\n\0junk" + BODY), ("a.PDF", BODY[9:]), ("unnamed", b"mail header\n" + BODY)],
)
def test_a_pdf_that_does_not_begin_as_one(name: str, data: bytes) -> None:
    with pytest.raises(UnreadableTranscript, match="not a readable PDF, because it does not begin"):
        read(name, data)


def test_other_files_named_pdf_are_called_what_they_are() -> None:
    with pytest.raises(UnreadableTranscript, match="a PNG image"):
        read("a.pdf", b"\x89PNG\r\n\0\0")
    assert read("a.pdf", b"Ms. Okafor (Nigeria): The water was low.").speeches


def test_names_of_languages() -> None:
    assert LANGUAGE_NAMES["ht"] == "Haitian Creole"
    assert LANGUAGE_NAMES["sh"] == "Serbo-Croatian"
    assert LANGUAGE_NAMES["id"] == "Indonesian"
