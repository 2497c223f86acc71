"""PDF pages that run from right to left are read in the order of speech."""

import pytest
from support.pdf_printer import Sheet, to_pdf, write_leftwards

from statements.transcripts import ParsedTranscript, read
from statements.transcripts.layout.words import is_right_to_left

LINES = [
    "السيد لوند (النرويج): تغادر العبارة عند الظهر ولا تنتظر",
    "أحدا من الناس أبدا. انظر الوثيقة S/PV.9907 Rev.1 الصادرة",
    "في عام 2015 عن مجلس الأمن.",
    "السيدة فيلا (شيلي): جئنا من البحر وإلى البحر نعود كلنا",
    "في يوم من الأيام.",
]
LETTERS = "".join(sorted(set("".join(LINES)) - {" "}))
RIGHT, INDENT = 540, 30


@pytest.fixture(scope="module")
def page() -> ParsedTranscript:
    sheet = Sheet()
    for index, line in enumerate(LINES):
        begins = line.startswith("السيد")
        write_leftwards(sheet, RIGHT - INDENT * begins, 100 + 14 * index, line, LETTERS)
    return read("arabic.pdf", to_pdf([sheet], letters=LETTERS))


def test_turns_and_paragraphs_of_an_arabic_page(page: ParsedTranscript) -> None:
    assert [(speech.speaker, speech.affiliation) for speech in page.speeches] == [
        ("لوند", "النرويج"),
        ("فيلا", "شيلي"),
    ]
    first, second = page.speeches
    assert [paragraph.text for paragraph in first.paragraphs] == [
        " ".join([LINES[0].split(": ")[1], *LINES[1:3]])
    ]
    assert [paragraph.text for paragraph in second.paragraphs] == [
        " ".join([LINES[3].split(": ")[1], LINES[4]])
    ]


@pytest.mark.parametrize(
    ("text", "expected"), [("(النرويج)", True), ("S/PV.9907", False), ("2015", False)]
)
def test_the_direction_of_a_word(text: str, expected: bool) -> None:
    assert is_right_to_left(text) is expected
