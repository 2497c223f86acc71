"""Records printed as PDF pages are read like the texts from which they were printed."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from support.pdf_printer import Layout, Sheet, print_record, to_pdf

from statements.transcripts import (
    ParagraphKind,
    ParsedSpeech,
    ParsedTranscript,
    Severity,
    UnreadableTranscript,
    read,
)
from statements.transcripts.checks.completeness import all_text
from statements.transcripts.formats.printed.pdf import read_pdf
from statements.transcripts.layout.pdf_words import read_pages

SAMPLES = sorted((Path(__file__).parents[4] / "samples" / "records").glob("*.txt"))
LAYOUTS = {
    "two columns of today": Layout(),
    "two columns of the nineties": Layout(head="nineties", leading=12, gap=12, indent=20),
    "the meeting begins on the first page": Layout(meeting_on_first_page=True),
    "one column": Layout(columns=1, head="nineties", leading=13),
    "typescript, told by indentation alone": Layout(
        columns=1, head="typescript", leading=22, gap=0, indent=40, faces=False
    ),
    "a scan, uneven and without bold": Layout(faces=False, head="nineties", skew=2, gap=12),
}
PROSE = (
    "The rivers of our countries rise in other countries and end in the seas of all. "
    "Whoever keeps the water clean for a neighbour has already done half of what we ask here. "
)


def outline(
    speeches: Sequence[ParsedSpeech],
) -> list[tuple[str, list[tuple[ParagraphKind, str]]]]:
    return [
        (speech.speaker_line, [(paragraph.kind, paragraph.text) for paragraph in speech.paragraphs])
        for speech in speeches
    ]


def letters(text: str) -> str:
    return "".join(sorted(char for char in text if char.isalnum()))


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda path: path.stem)
def source(request: pytest.FixtureRequest) -> ParsedTranscript:
    path: Path = request.param
    return read(path.name, path.read_bytes())


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_printed_record_reads_as_its_text(source: ParsedTranscript, layout: Layout) -> None:
    printed = read_pdf("", print_record(source, layout))
    if layout.faces:
        assert outline(printed.speeches) == outline(source.speeches)
    else:  # without italics, a heading within a speech cannot be distinguished from it
        assert [(line, [text for _, text in said]) for line, said in outline(printed.speeches)] == [
            (line, [text for _, text in said]) for line, said in outline(source.speeches)
        ]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_no_letter_of_a_page_is_lost(source: ParsedTranscript, layout: Layout) -> None:
    data = print_record(source, layout)
    words = [word.text for page in read_pages(data) for word in page.words]
    assert letters("".join(all_text(read_pdf("", data)))) == letters("".join(words))


def test_the_first_page_says_what_the_meeting_was(source: ParsedTranscript) -> None:
    meeting = read_pdf("", print_record(source, Layout())).meeting
    expected = source.meeting
    assert (meeting.symbol, meeting.organ, meeting.number) == (
        expected.symbol,
        expected.organ,
        expected.number,
    )
    assert (meeting.date, meeting.place) == (expected.date, expected.place)
    assert (meeting.presidents, meeting.members) == (expected.presidents, expected.members)
    assert meeting.agenda_items == expected.agenda_items


def test_problems_and_paragraphs_can_be_found_on_their_page(source: ParsedTranscript) -> None:
    parsed = read_pdf("", print_record(source, Layout()))
    pages = [
        parsed.page_of(paragraph.line)
        for speech in parsed.speeches
        for paragraph in speech.paragraphs
    ]
    assert pages[0] == 2
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert pages[-1] == len(parsed.page_starts)


def test_heads_and_feet_are_dropped_with_a_reason(source: ParsedTranscript) -> None:
    dropped = read_pdf("", print_record(source, Layout())).dropped
    reasons = {text.reason for text in dropped if "14/05/2024" in text.text}
    assert reasons == {"running head"}
    assert any(text.text.startswith("2/") and "24-12345" in text.text for text in dropped)


def a_page(*lines: str, bold: str = "") -> bytes:
    """Return a PDF with one page of a speech, whose first line has a name in bold."""
    sheet = Sheet()
    for index, line in enumerate([*lines, *[PROSE.strip()] * 12]):
        faces = [("bold", bold), ("roman", line.removeprefix(bold))] if not index else None
        sheet.write(78 if not index else 60, 100 + 13 * index, *(faces or [("roman", line)]))
    return to_pdf([sheet])


def test_a_name_in_bold_needs_no_title() -> None:
    (speech,) = read_pdf("", a_page("Halima: I am eleven years old.", bold="Halima")).speeches
    assert speech.speaker == "Halima"


def test_a_heading_with_a_colon_is_no_speaker() -> None:
    title = "Floods: a common task"
    parsed = read_pdf("", a_page(title, bold=title))
    assert [speech.speaker for speech in parsed.speeches] == [""]


def test_a_word_torn_at_a_ligature_is_mended_and_told() -> None:
    parsed = read_pdf("", a_page("The conf lict over of f icial dams ended on the valley f loor."))
    text = parsed.speeches[0].paragraphs[0].text
    assert "The conflict over official dams ended on the valley floor." in text
    problems = [problem for problem in parsed.problems if problem.code == "split-ligature"]
    assert len(problems) == 3
    assert {problem.severity for problem in problems} == {Severity.NOTE}


@pytest.mark.parametrize(
    "words", ["a ban of ten years", "If it is so", "the staff in time", "half a year", "of late"]
)
def test_words_that_are_whole_are_not_joined(words: str) -> None:
    parsed = read_pdf("", a_page(f"We have seen {words} and more."))
    assert words in parsed.speeches[0].paragraphs[0].text
    assert not [problem for problem in parsed.problems if problem.code == "split-ligature"]


def test_words_torn_by_kerning_are_whole() -> None:
    sheet = Sheet()
    sheet.write_kerned(
        60, 100, "coopera", 150, "tion of all, becaus", 150, "e the ferry sails at noon"
    )
    sheet.write_kerned(60, 113, "over", 250, "the", 250, "sea", 250, "and detenti", 150, "on of it")
    for index in range(2, 14):
        sheet.write(60, 100 + 13 * index, ("roman", PROSE.strip()))
    text = read_pdf("", to_pdf([sheet])).speeches[0].paragraphs[0].text
    assert text.startswith(
        "cooperation of all, because the ferry sails at noon over the sea and detention of it"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("and so I give the floor to the distinguished representative of", "Norway, who came."),
        ("and so I thank all who came by sea to us, in particular Mr.", "Lund, who came."),
        ("and so the ferry of the bay, which is the pride of the", "North, is late."),
    ],
)
def test_a_page_end_leaves_the_sentence_whole(before: str, after: str) -> None:
    sheets = [Sheet(), Sheet()]
    for index in range(30):
        for sheet in sheets:
            sheet.write(60 + 18 * (index % 5 == 0), 100 + 13 * index, ("roman", PROSE.strip()))
    sheets[0].write(60, 490, ("roman", before))
    sheets[1].write(78, 87, ("roman", after))  # it seems to be indented
    (speech,) = read_pdf("", to_pdf(sheets)).speeches
    assert any(f"{before} {after}" in each.text for each in speech.paragraphs)


def test_text_that_runs_up_the_margin_is_set_aside() -> None:
    sheet = Sheet()
    for index in range(20):
        sheet.write(60, 100 + 13 * index, ("roman", PROSE.strip()))
    sheet.content.append(b"BT 0 1 -1 0 30 300 Tm /roman 9 Tf (Printed on river paper) Tj ET")
    parsed = read_pdf("", to_pdf([sheet]))
    assert [(dropped.text, dropped.reason) for dropped in parsed.dropped] == [
        ("Printed on river paper", "text in the margin")
    ]


@pytest.mark.parametrize(
    ("turned", "box"),
    [
        ("0 1 -1 0 792 0", b"[0 0 792 612]"),
        ("-1 0 0 -1 612 792", b"[0 0 612 792]"),
        ("0 -1 1 0 0 612", b"[0 0 792 612]"),
    ],
    ids=["on its left", "upside down", "on its right"],
)
def test_a_scan_that_does_not_stand_upright_is_read(turned: str, box: bytes) -> None:
    upright, lying = Sheet(), Sheet()
    lying.content.append(f"{turned} cm".encode())
    for sheet in (upright, lying):
        for index in range(20):
            sheet.write(60, 100 + 13 * index, ("roman", PROSE.strip()))
    scan = to_pdf([lying]).replace(b"[0 0 612 792]", box)
    assert read_pdf("", scan).speeches == read_pdf("", to_pdf([upright])).speeches


def test_pages_without_text_are_refused_as_a_scan() -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        read_pdf("", to_pdf([Sheet(content=[b"0 0 200 200 re f"])] * 3))
    assert refused.value.code == "no-text-layer"


def test_a_useless_text_layer_is_refused_as_a_scan() -> None:
    noise = "JI1e P1ies1lent ot tlie Couneil tliankcd 1lic rcprcsentativc aud ealled oii Jlis uxt"
    sheet = Sheet()
    for index in range(40):
        sheet.write(60, 100 + 13 * index, ("roman", noise))
    with pytest.raises(UnreadableTranscript) as refused:
        read("scan.pdf", to_pdf([sheet]))
    assert refused.value.code == "no-text-layer"


def test_one_picture_among_the_pages_is_an_error_to_look_at() -> None:
    sheets = [Sheet() for _ in range(3)]
    for index in range(40):
        for sheet in (sheets[0], sheets[2]):
            sheet.write(60, 100 + 13 * index, ("roman", PROSE.strip()))
    sheets[1].content.append(b"0 0 200 200 re f")
    (problem,) = [
        candidate
        for candidate in read_pdf("", to_pdf(sheets)).problems
        if candidate.code == "page-without-text"
    ]
    assert problem.severity is Severity.ERROR
    assert "Page 2" in problem.message
