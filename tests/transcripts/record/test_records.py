"""Whole records: first page, narrative, page furniture, turns."""

import textwrap
from datetime import date

import pytest

from statements.transcripts import (
    ParagraphKind,
    ParsedTranscript,
    Symbol,
    UnreadableTranscript,
    read,
)

COVER = """\
United Nations

S/PV.9907
(Resumption 2)

Security Council

9907th meeting
{date}, 3 p.m.
New York

President: Mr. Wei Anming/Ms. Wei Lihua . . . . (China)

Agenda

The maintenance of harbours

The meeting was resumed at 3.05 p.m.

"""


def record(body: str, on: str = "Monday, 23 February 2015") -> ParsedTranscript:
    return read("record.txt", (COVER.format(date=on) + body).encode())


def test_first_page_names_the_meeting() -> None:
    parsed = record("The President: Welcome.")
    meeting = parsed.meeting
    assert parsed.form == "record"
    assert meeting.symbol == Symbol("S", "PV", 9907, 2)
    assert (meeting.organ, meeting.number, meeting.date, meeting.place) == (
        "Security Council",
        9907,
        date(2015, 2, 23),
        "New York",
    )
    assert [president.name for president in meeting.presidents] == ["Wei Anming", "Wei Lihua"]
    assert meeting.agenda_items == ("The maintenance of harbours",)
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("Tuesday, 23 February 2015", "weekday-mismatch"),
        ("Monday, 30 February 2015", "impossible-date"),
    ],
)
def test_doubtful_date_is_shown(on: str, code: str) -> None:
    assert [problem.code for problem in record("The President: Welcome.", on).problems] == [code]


def test_the_month_may_come_before_the_day() -> None:
    meeting = record("The President: Welcome.", on="Monday, February 23, 2015").meeting
    assert (meeting.date, meeting.place) == (date(2015, 2, 23), "New York")
    assert meeting.date_printed == "Monday, February 23, 2015, 3 p.m."


def test_file_name_is_no_source_of_metadata() -> None:
    parsed = read("S_PV.8699(Resumption1)_004.txt", b"Mr. Abel (Malta): The harbour is open.")
    assert parsed.meeting.symbol is None
    assert {problem.code for problem in parsed.problems} == {"no-date", "no-symbol"}


def test_turns_of_one_speaker_across_narrative_are_one_speech() -> None:
    parsed = record(
        "The President: I put it to the vote.\n\nA vote was taken by show of hands.\n\n"
        "In favour: Angola, Chad\n\nThe President: It is adopted.\n\nMs. Ito (Japan): Thank you.\n"
    )
    assert [speech.role or speech.speaker for speech in parsed.speeches] == ["President", "Ito"]
    kinds = [paragraph.kind for paragraph in parsed.speeches[0].paragraphs]
    narrative, speech = ParagraphKind.NARRATIVE, ParagraphKind.SPEECH
    assert kinds == [narrative, speech, narrative, narrative, speech]
    assert [(dropped.text, dropped.reason) for dropped in parsed.dropped] == [
        ("The President", "repeated speaker line")
    ]


def test_narrative_goes_before_the_first_and_after_the_last_speech() -> None:
    parsed = record("The President: Welcome.\n\nThe meeting rose at 4 p.m.\n")
    (speech,) = parsed.speeches
    assert [paragraph.text for paragraph in speech.paragraphs] == [
        "The meeting was resumed at 3.05 p.m.",
        "Welcome.",
        "The meeting rose at 4 p.m.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The meeting was suspended at 1.05 p.m.",
        "The meeting was suspended at 11.20 a.m. and resumed at 11.55 a.m.",
        "It was so decided.",
        "It was so decided (decision 76/423).",
        "The agenda was adopted.",
        "A vote was taken by show of hands.",
        "A recorded vote was taken.",
        "The draft resolution was adopted (resolution 76/307).",
        "Draft resolution A/48/L.13 was adopted by 140 votes to 1, with 9 abstentions.",
        "Mr. Lund (Norway), Vice-President, took the Chair.",
        "The members of the Council observed a minute of silence.",
        "At the invitation of the President, Mr. Abel (Malta) took a place at the Council table.",
        "Number of ballot papers: 15",
        "Required majority: 8",
        "Against: None",
    ],
)
def test_text_nobody_spoke_is_narrative(text: str) -> None:
    (speech,) = record(f"The President: Welcome.\n\n{text}\n\nI go on.\n").speeches
    assert [(paragraph.text, paragraph.kind.value) for paragraph in speech.paragraphs[1:]] == [
        ("Welcome.", "speech"),
        (text, "narrative"),
        ("I go on.", "speech"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The draft resolution received 13 votes in favour, none against and 2 abstentions.",
        "A recorded vote has been requested.",
        "The meeting was, I am told, a success. We shall see what comes of it.",
        "It was so decided long ago, and by others.",
        "Mr. Abel took a long time to speak of the ferry.",
        "Yesterday we observed a minute of silence for the ferry.",
        "At the invitation of the President of Chad, my delegation was there.",
        "The meeting was suspended? I had not heard of it.",
    ],
)
def test_what_is_said_of_a_vote_is_speech(text: str) -> None:
    (speech,) = record(f"The President: Welcome.\n\n{text}\n").speeches
    assert speech.paragraphs[-1].kind is ParagraphKind.SPEECH


@pytest.mark.parametrize(
    "furniture",
    [
        "3/71 14-67500",
        "14-67500 3/71",
        "14-67500 3",
        "14-67500",
        "14-67500 (E)",
        "*1467500*",
        "S/PV.9907",
        "23/02/2015",
        "S/PV.9907 The maintenance of harbours 23/02/2015",
        "23/02/2015 The maintenance of harbours S/PV.9907",
        "S/PV.9907 (Resumption 2) The maintenance of harbours 23/02/2015",
        "14 General Assembly - Forty-eighth session",
        "Security Council - Seventieth year 14",
        "(The President)",
        "17",
        "- 17 -",
        "* * *",
    ],
)
def test_page_furniture_is_dropped_and_listed(furniture: str) -> None:
    parsed = record(f"The President: The ferry has\n\n{furniture}\n\nsailed away.\n")
    (speech,) = parsed.speeches
    assert speech.paragraphs[-1].text == "The ferry has sailed away."
    assert [dropped.text for dropped in parsed.dropped] == [furniture]
    assert parsed.dropped[0].line == 22


@pytest.mark.parametrize(
    "text",
    ["in the year\n1993\nthe ferry sank", "see\nS/PV.9907\nfor more", "votes were\n17\nto none"],
)
def test_number_within_a_paragraph_is_no_furniture(text: str) -> None:
    (speech,) = record(f"The President: As I said, {text}.\n").speeches
    assert speech.paragraphs[-1].text == " ".join(f"As I said, {text}.".split())


def test_gap_in_the_numbering_is_shown() -> None:
    parsed = read(
        "a.txt",
        b"19.\tMr. VELA (Colombia): First.\n20.\tSecond.\n21.\tThird.\n24.\tFourth.\n25.\tFifth.\n",
    )
    (speech,) = parsed.speeches
    assert [paragraph.number for paragraph in speech.paragraphs] == [19, 20, 21, 24, 25]
    gaps = [problem for problem in parsed.problems if problem.code == "numbering-gap"]
    assert [(gap.message, gap.line) for gap in gaps] == [("Paragraph 24 follows paragraph 21.", 4)]


def test_list_of_a_speaker_is_no_numbering() -> None:
    (speech,) = read(
        "a.txt",
        b"Mr. Vela (Chile): We ask three things.\n\n1. Bread.\n\nLet me explain.\n\n2. Salt.",
    ).speeches
    assert [paragraph.text for paragraph in speech.paragraphs] == [
        "We ask three things.",
        "1. Bread.",
        "Let me explain.",
        "2. Salt.",
    ]


@pytest.mark.parametrize(
    ("line", "speeches"),
    [
        ("The President: We go on.", 2),
        ("Ms. Ito (Japan): We go on.", 2),
        ("Ms. Ito (spoke in French): We go on.", 2),
        ("Ms. Ito: We go on.", 1),
        ("the President: We go on.", 1),
    ],
)
def test_speaker_line_below_an_unfinished_sentence_must_be_unmistakable(
    line: str, speeches: int
) -> None:
    parsed = read("a.txt", f"Mr. Abel (Malta): As was said by\n{line}\n".encode())
    assert len(parsed.speeches) == speeches


def test_many_problems_of_a_kind_are_counted_and_not_told_one_by_one() -> None:
    (speech,) = read("a.txt", b"Mr. Abel (Malta): " + b"1 thank you. " * 5000).speeches
    assert len(speech.problems) == 101
    assert speech.problems[-1].message == "4900 more problems of this kind (ocr-i) follow."


def test_speech_beyond_all_measure_is_refused() -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        read("a.txt", b"Mr. Abel (Malta): " + b"harbour " * 700_000)
    assert refused.value.code == "speech-too-long"


def test_wide_lines_are_joined_too() -> None:
    words = " ".join(f"harbour{'s' * (number % 7)} and Ferries" for number in range(120))
    lines = "\n".join(textwrap.wrap(words, 160))
    (speech,) = read("a.txt", f"Mr. Abel (Malta): {lines}.\n\nThe end.\n".encode()).speeches
    assert [paragraph.text for paragraph in speech.paragraphs] == [f"{words}.", "The end."]


def test_empty_speech_is_shown() -> None:
    parsed = read("a.txt", b"Mr. Abel (Malta):\n\nMs. Ito (Japan): Thank you.\n")
    assert [[problem.code for problem in speech.problems] for speech in parsed.speeches] == [
        ["empty-speech"],
        [],
    ]
