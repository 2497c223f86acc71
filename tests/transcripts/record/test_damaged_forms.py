"""Damaged files of every form are read or refused with a code: no other exception, no hang."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statements.transcripts import ParsedTranscript, UnreadableTranscript, read
from statements.transcripts.formats.documents.docx import read_docx
from statements.transcripts.formats.markup.akn import read_akn
from statements.transcripts.formats.tables import is_table, read_table
from statements.transcripts.formats.text import read_text
from statements.transcripts.text.decoding import decode

GOLDEN = Path(__file__).parent / "golden"
WHOLE = {
    name: (GOLDEN / name).read_bytes()
    for name in (
        "word-document.docx",
        "akoma-ntoso-debate.xml",
        "table-of-speeches.csv",
        "rows-of-json.jsonl",
        "named-columns.tsv",
    )
}
WHOLE["table.csv.gz"] = gzip.compress(WHOLE["table-of-speeches.csv"], mtime=0)


def read_without_sandbox(name: str, data: bytes) -> ParsedTranscript:
    """Read a table or text in this process: starting another for each example takes too long."""
    return read_table(name, data) if is_table(data) else read_text(name, decode(data))


READERS = {".docx": read_docx, ".xml": read_akn, ".gz": read_without_sandbox}


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_by_name(name: str, data: st.DataObject) -> None:
    damaged = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(damaged) - 1))
        length = data.draw(st.integers(0, 12))
        damaged[index : index + length] = data.draw(st.binary(max_size=12))
        if not damaged:
            break
    reader = READERS.get(Path(name).suffix, read)
    try:
        parsed = reader(name, bytes(damaged))
    except UnreadableTranscript as error:
        refused = error
    else:
        assert isinstance(parsed, ParsedTranscript)
        return
    assert refused.code
    assert str(refused)


def test_torn_ligatures_of_a_text_are_told_and_left() -> None:
    text = "Mr. Abel (Malta): The conf lict is over.\n\nIt ended of ten.\n"
    parsed = read("a.txt", text.encode())
    problems = [problem for problem in parsed.problems if problem.code == "split-ligature"]
    assert [(problem.line, "“conflict”" in problem.message) for problem in problems] == [(1, True)]
    assert parsed.speeches[0].paragraphs[0].text == "The conf lict is over."
