"""A sentence goes on over a page end or a blank line if its last word cannot end it."""

import pytest

from statements.transcripts import read
from statements.transcripts.text.sentences import begins_sentence, is_open


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("I give the floor to the representative of", True),
        ("the ferry, which", True),
        ("Nous remercions les pays de la", True),
        ("I thank Mr.", True),
        ("as paragraph (see para.", True),
        ("I thank Mr. Lund.", False),
        ("Report of the Committee", False),
        ("This is what we stand For", False),
        ("", False),
    ],
)
def test_words_that_end_no_sentence(line: str, expected: bool) -> None:
    assert is_open(line) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("We thank you.", True),
        ("Secondly, the ferry", True),
        ("United Nations offices", False),
        ("“We thank you”, he said", False),
        ("the ferry", False),
        ("", False),
    ],
)
def test_words_that_begin_a_sentence(line: str, expected: bool) -> None:
    assert begins_sentence(line) is expected


def test_below_a_line_that_lost_its_end_a_sentence_begins() -> None:
    text = "Mr. Abel (Malta): We came by sea, and what matters to us most is of\n\nWe thank you."
    (speech,) = read("a.txt", text.encode()).speeches
    assert [each.text[:8] for each in speech.paragraphs] == ["We came ", "We thank"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("I now give the floor to the representative of", "Norway, who came by sea."),
        ("We thank the members and in particular Mr.", "Lund of Norway for the ferry."),
        ("We thank all who are members of the Security", "Council for the ferry they sent."),
    ],
)
@pytest.mark.parametrize("end", ["\n\n\f", "\n\n7/9 24-12345\n\n"], ids=["new page", "foot"])
def test_a_page_end_leaves_the_sentence_whole(before: str, after: str, end: str) -> None:
    text = f"Mr. Abel (Malta): We came.\n\n{before}{end}{after}\n\nWe thank you."
    (speech,) = read("a.txt", text.encode()).speeches
    assert [each.text for each in speech.paragraphs][1] == f"{before} {after}"
