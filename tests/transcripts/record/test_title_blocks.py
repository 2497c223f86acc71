"""Title blocks of statements that delegations distribute."""

import datetime

import pytest

from statements.transcripts import ParagraphKind, ParsedTranscript, read

BODY = "Mr. President,\n\nThe weirs stand open and the river is low. We ask for patience.\n"


def statement(title: str, body: str = BODY) -> ParsedTranscript:
    return read("statement.txt", f"{title}\n\n{body}".encode())


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "STATEMENT BY\nH.E. MS. ADJOA TARN\nMINISTER OF WEIRS OF THE REPUBLIC OF CHAD\n\n"
            "AT THE GENERAL DEBATE OF THE 70TH SESSION\nOF THE GENERAL ASSEMBLY\n\n"
            "New York, 23 September 2015",
            ("H.E. MS.", "Adjoa Tarn", "Minister of Weirs", "Chad", "2015-09-23"),
        ),
        (
            "Address by the President of the Republic of Estonia Mart Lund\n"
            "at the 70th United Nations General Assembly\n23 September 2015",
            ("", "Mart Lund", "President", "Estonia", "2015-09-23"),
        ),
        (
            "Check against delivery\n\nStatement by President of the Republic of Finland,\n"
            "Aino Vale, at the General Debate, September 23, 2015",
            ("", "Aino Vale", "President", "Finland", "2015-09-23"),
        ),
        (
            "Statement by the Minister of Foreign Affairs\nof the Republic of San Marino\n"
            "H.E. Luca Riva\n70th Session of the UN General Assembly",
            ("H.E.", "Luca Riva", "Minister of Foreign Affairs", "San Marino", None),
        ),
        (
            "Permanent Mission of Samoa to the United Nations\n"
            "STATEMENT BY THE PRIME MINISTER OF SAMOA, HON SINA TALA: GENERAL DEBATE, NEW YORK",
            ("HON", "Sina Tala", "Prime Minister", "Samoa", None),
        ),
        (
            "Statement by the Minister for Foreign Affairs of the Republic of Indonesia\n"
            "at the General Assembly",
            ("", "", "Minister for Foreign Affairs", "Indonesia", None),
        ),
        ("INDIA\n\nCheck against delivery", ("", "", "", "India", None)),
    ],
    ids=["by lines", "office first", "after a comma", "honorific last", "colon", "office", "State"],
)
def test_it_says_who_speaks(title: str, expected: tuple[str, str, str, str, str | None]) -> None:
    parsed = statement(title)
    (speech,) = parsed.speeches
    date = expected[4] and datetime.date.fromisoformat(expected[4])
    assert (speech.honorific, speech.speaker, speech.role, speech.affiliation) == expected[:4]
    assert parsed.meeting.date == date
    spoken = [each.text for each in speech.paragraphs if each.kind is ParagraphKind.SPEECH]
    assert spoken[0].startswith("Mr. President,")
    assert "speaker-from-title" in {problem.code for problem in speech.problems}


@pytest.mark.parametrize(
    "title",
    [
        # two States, and no sentence about either of them
        "General Assembly\nChad and Norway",
        # prose before the salutation
        "I thank the General Assembly and Norway for their patience. We shall come again.",
        # no occasion and no introduction
        "Norway\n\nA paper about rivers",
        # the same without "I" or "we"
        "Please allow me to congratulate Ambassador Abara of Chad on her election\n"
        "to the presidency of the General Assembly.",
    ],
    ids=["two States", "prose", "no title", "prose about a State"],
)
def test_what_is_uncertain_names_nobody(title: str) -> None:
    speech = statement(title).speeches[0]
    assert (speech.speaker, speech.affiliation) == ("", "")
    assert "no-speaker" in {problem.code for problem in speech.problems}


def test_a_neighbouring_name_is_another_state() -> None:
    parsed = statement("REPUBLIC OF GUINEA-BISSAU\n\nStatement at the General Debate")
    assert parsed.speeches[0].affiliation == "Guinea-Bissau"
    parsed = statement("Mission permanente\nRépublique démocratique du Congo\nDébat général")
    assert parsed.speeches[0].affiliation == ""


def test_a_speaker_line_needs_no_title() -> None:
    parsed = statement(
        "Statement by Ms. Adjoa Tarn, Minister of Weirs, at the General Debate",
        "Mr. President,\n\nMr. Lund (Norway): The river is low.\n",
    )
    assert parsed.speeches[-1].speaker == "Lund"


def test_every_word_is_kept() -> None:
    title = "STATEMENT BY H.E. MS. ADJOA TARN, MINISTER OF WEIRS OF CHAD\nNew York, 23 May 2015"
    (speech,) = statement(title).speeches
    words = " ".join(paragraph.text for paragraph in speech.paragraphs).split()
    assert words == f"{title} {BODY}".split()
