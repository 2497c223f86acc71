"""Damaged files of every format are read or refused with a code: no other exception, no hang."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import same_debate

from statements.transcripts import ParsedTranscript, UnreadableTranscript, read
from statements.transcripts.formats.registry import FORMATS_BY_KEY, format_of

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
WHOLE |= {f"{form}.xml": text.encode() for form, text in same_debate.FORMS.items()}
WHOLE |= {form: text.encode() for form, text in same_debate.PAGES.items()}
WHOLE["list.json"] = same_debate.LIST.encode()
WHOLE["table.csv.gz"] = gzip.compress(WHOLE["table-of-speeches.csv"], mtime=0)


FORMATS = {name: format_of(data) for name, data in WHOLE.items()}


def read_without_sandbox(name: str, data: bytes) -> ParsedTranscript:
    """Read in this process, as the format that the whole file has or as what the damaged one is.

    Starting another process for each example takes too long.
    """
    file_format = FORMATS[name] if len(data) % 2 else format_of(data)
    if file_format.key == "pdf":
        file_format = FORMATS_BY_KEY["text"]
    return file_format.read(name, data)


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
    try:
        parsed = read_without_sandbox(name, bytes(damaged))
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
