"""Markdown: front matter describes and is never speech, marks of emphasis go."""

from datetime import date

import pytest
from support.spoken_words import spoken

from statements.transcripts import ParagraphKind, UnreadableTranscript, read
from statements.transcripts.formats.pages.recognition import is_markdown

FRONT = """---
title: "Remarks at the weir"
date: '2024-05-06'
tags: [weirs, locks]
source_url: https://rill.example/remarks
---

"""
TEXT = """## Low water

**Ms. Rill (Peru):** The tern is *low*, and the well-
known [weir](https://rill.example/weir) falls.

**Mr. Weir (Malta):** Who **measured** it? 5 \\* 3 &amp; more.

> Quoted words.

- one heron
- two terns

***

Mr. Abel (Malta): Yes.\x20\x20
Ms. Ito (Japan): No.
"""
EXPECTED = [
    ("Rill", "The tern is low, and the well-known weir falls."),
    ("Weir", "Who measured it? 5 * 3 & more."),
    ("Weir", "Quoted words."),
    ("Weir", "one heron"),
    ("Weir", "two terns"),
    ("Abel", "Yes."),
    ("Ito", "No."),
]


@pytest.mark.parametrize("front", ["", FRONT])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_markdown_is_read_as_text(front: str, newline: str) -> None:
    parsed = read("a.md", (front + TEXT).replace("\n", newline).encode())
    assert spoken(parsed) == EXPECTED
    heading = parsed.speeches[0].paragraphs[0]
    assert (heading.text, heading.kind) == ("Low water", ParagraphKind.NARRATIVE)
    first = parsed.speeches[0].paragraphs[1]
    assert first.line == 3 + front.count("\n")


def test_lines_are_counted_across_forced_breaks() -> None:
    """A break within a sentence stays a space, and ends a line of the file all the same."""
    text = (
        "# Weirs\n\n**MR. ABEL:** The weir, which\x20\x20\nis low, is\x20\x20\nold.\x20\x20\n"
        "**MR. WEIR:** It is.\x20\x20\n**MR. ABEL:** Yes.\n"
    )
    parsed = read("a.md", text.encode())
    lines = [speech.paragraphs[-1].line for speech in parsed.speeches]
    assert lines == [3, 6, 7]


def test_a_heading_may_hold_a_turn() -> None:
    text = (
        "# President Hale: We Shall Stay\n\n### Ms. Rill (Peru): The tern is low.\n\nAnd lean.\n\n"
        "## Mr. Weir (Malta)\n\nWho measured it?\n\n## Low water\n\n### Mr. Abel: I did.\n"
    )
    parsed = read("a.md", text.encode())
    assert spoken(parsed) == [
        ("Rill", "The tern is low."),
        ("Rill", "And lean."),
        ("Weir", "Who measured it?"),
        ("Abel", "I did."),
    ]
    narrative = [
        paragraph.text
        for speech in parsed.speeches
        for paragraph in speech.paragraphs
        if paragraph.kind is ParagraphKind.NARRATIVE
    ]
    assert narrative == ["President Hale: We Shall Stay", "Low water"]


def test_front_matter_gives_title_and_date() -> None:
    meeting = read("a.md", (FRONT + TEXT).encode()).meeting
    assert meeting.date == date(2024, 5, 6)
    assert meeting.first_page == (
        "Remarks at the weir",
        "date: 2024-05-06",
        "tags: weirs; locks",
        "source_url: https://rill.example/remarks",
    )


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: [unclosed\ndate: 2024-05-06\n---\n",
        "---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n",
        "---\na: !!python/object/apply:os.getcwd []\n---\n",
        "---\na: " + "[" * 2000 + "\n---\n",
    ],
)
def test_front_matter_that_is_no_yaml_is_kept_and_reported(front: str) -> None:
    parsed = read("a.md", (front + "\nMr. Abel (Malta): Yes.\n").encode())
    assert spoken(parsed) == [("Abel", "Yes.")]
    assert "front-matter" in [problem.code for problem in parsed.problems]
    assert parsed.meeting.first_page


def test_front_matter_alone_is_no_transcript() -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        read("a.md", FRONT.encode())
    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FRONT + "Word.", True),
        ("# Weirs\n\nWord.", True),
        ("**Q** One?\n\n**A** Two.", True),
        ("Mr. Abel (Malta): **One** word.\n\n** Reissued.", False),
        ("---\n\nMr. Abel (Malta): One.\n\n---\n", False),
        ("#1 of two\n", False),
    ],
)
def test_markdown_is_recognised(text: str, expected: bool) -> None:
    assert is_markdown(text.encode()) is expected
    assert is_markdown(text.encode("utf-16")) is expected


@pytest.mark.parametrize(
    "pattern", ["> ", "- ", "*", "[", "![", "`", "<", "&", "#", "|", "\\", "_"]
)
def test_no_mark_makes_reading_slow(pattern: str) -> None:
    text = "# Weirs\n\nMr. Abel (Malta): Yes. " + pattern * 20_000
    assert read("a.md", text.encode()).speeches
