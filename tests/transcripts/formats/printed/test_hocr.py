"""hOCR: recognised words become speeches as printed ones do; doubtful words are marked."""

from pathlib import Path

import pytest
from support import hocr
from support.pdf_printer import Layout, print_record

from statements.transcripts import Severity, UnreadableTranscript, read
from statements.transcripts.formats.printed.hocr import read_hocr
from statements.transcripts.formats.registry import format_of
from statements.transcripts.values.interchange import from_json, to_json

SAMPLE = next((Path(__file__).parents[4] / "samples" / "records").glob("*.txt"))
WORDS = [
    "Ms. Okafor (Nigeria): The water was low this year, and the inter-",
    "national gauges along the border must be read by both sides on one",
    "and the same day, as our neighbours have asked us to do for years.",
]


@pytest.mark.parametrize("slope", [0, 0.017, -0.017])
def test_a_turned_page_reads_like_a_straight_one(slope: float) -> None:
    source = read(SAMPLE.name, SAMPLE.read_bytes())
    printed = print_record(source, Layout(faces=False))
    parsed = read_hocr("", hocr.of_pdf(printed, slope))
    assert [
        (speech.speaker_line, [each.text for each in speech.paragraphs])
        for speech in parsed.speeches
    ] == [
        (speech.speaker_line, [each.text for each in speech.paragraphs])
        for speech in source.speeches
    ]
    assert parsed.meeting.symbol == source.meeting.symbol
    assert {text.reason for text in parsed.dropped} >= {"running head"}


def test_doubtful_words_are_marked_and_reported() -> None:
    data = hocr.of_text(WORDS, doubted=["inter-", "border", "neighbours"])
    (speech,) = read_hocr("", data).speeches
    (paragraph,) = speech.paragraphs
    texts = paragraph.text.split()
    assert [texts[place] for place in paragraph.uncertain_words] == [
        "international",
        "border",
        "neighbours",
    ]
    (problem,) = (each for each in speech.problems if each.code == "uncertain-words")
    assert "“international”, “border”, “neighbours”" in problem.message
    assert problem.severity is Severity.WARNING


def test_a_doubtful_name_is_reported_by_itself() -> None:
    (speech,) = read_hocr("", hocr.of_text(WORDS, doubted=["Okafor"])).speeches
    assert speech.speaker == "Okafor"
    assert [problem.code for problem in speech.problems] == ["uncertain-speaker"]
    assert "“Okafor”" in speech.problems[0].message
    assert not speech.paragraphs[0].uncertain_words


def test_marks_survive_the_way_from_the_reading_process() -> None:
    parsed = read_hocr("", hocr.of_text(WORDS, doubted=["border"]))
    assert from_json(to_json(parsed)) == parsed


def test_pages_that_failed_or_are_blank_are_told() -> None:
    words = [
        ("Ms.", 72.0, 87.0, 96.0),
        ("Okafor:", 90.0, 120.0, 96.0),
        ("Yes.", 124.0, 140.0, 96.0),
    ]
    pages = [
        hocr.page([hocr.line(100, words)]),
        hocr.page([], extra="; x_failure it cannot be drawn"),
        hocr.page([hocr.line(300, [("|", 72.0, 74.0, 20.0)])]),
        hocr.page([]),
    ]
    parsed = read_hocr("", hocr.document(pages))
    told = [problem for problem in parsed.problems if problem.code == "page-without-text"]
    assert [problem.severity for problem in told] == [Severity.ERROR, Severity.NOTE, Severity.NOTE]
    assert "it cannot be drawn" in told[0].message


BROKEN = {
    "no words": (hocr.document([hocr.page([])]), "no-words"),
    "cut off": (hocr.of_text(WORDS)[:900], "broken-markup"),
    "no place": (hocr.of_text(WORDS).replace(b"bbox", b"box"), "broken-markup"),
    "no number": (hocr.of_text(WORDS).replace(b"x_wconf 96", b"x_wconf nan"), "broken-markup"),
    "an endless page": (hocr.of_text(WORDS).replace(b"2550 3300", b"9e9 9e9"), "broken-markup"),
    "many pages": (hocr.document([hocr.page([])] * 1_001), "too-many-pages"),
    "an entity": (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///x'>]><a>&x;</a>", "document-type"),
}


@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_files_are_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        read_hocr("", data)
    assert refused.value.code == code


def test_it_is_recognised_by_its_pages() -> None:
    assert format_of(hocr.of_text(WORDS)).key == "hocr"
    page = b"<html><body><p>The class 'ocr_page' is explained here.</p></body></html>"
    assert format_of(page).key == "web-page"


@pytest.mark.parametrize(
    ("first", "speakers"),
    [
        ("The President (spoke in French). I now give the floor.", ["", "Tarn"]),
        ("Mr. Abel (Malta) (spoke in French). “Yes”, I say to that.", ["Abel", "Tarn"]),
        ("Mr. Abel (Malta). We came here by boat.", ["Abel", "Tarn"]),
        ("Mr. Abel (Malta).", ["", "Tarn"]),
        ("Mr. Abel (the younger). We came here by boat.", ["", "Tarn"]),
        ("The President (spoke in French). no, it was not so.", ["", "Tarn"]),
    ],
)
def test_a_full_stop_is_read_as_the_colon_of_a_speaker_line(
    first: str, speakers: list[str]
) -> None:
    speeches = read_hocr("", hocr.of_text([first, "Ms. Tarn (Chad): We went."])).speeches
    assert [speech.speaker for speech in speeches] == speakers
    codes = {problem.code for problem in speeches[0].problems}
    assert ("semicolon-for-colon" in codes) == bool(speeches[0].speaker_line)
    has_label = first.endswith((" floor.", " to that.", " boat.")) and "younger" not in first
    assert bool(speeches[0].speaker_line) == has_label
