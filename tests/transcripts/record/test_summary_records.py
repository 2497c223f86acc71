"""Summary records: who is reported to have said what."""

import pytest
from support.spoken_words import spoken

from statements.transcripts import ParsedTranscript, read

HEAD = """United Nations                                             A/C.7/80/SR.4
General Assembly

Summary record of the 4th meeting
Held at Headquarters, New York, on Tuesday, 6 May 2031, at 10 a.m.

Chair: Ms. Rill (Malta)

The meeting was called to order at 10.05 a.m.

Agenda item 9: Low water

"""


def summary(*paragraphs: str) -> ParsedTranscript:
    numbered = (f"{number}.\t{text}" for number, text in enumerate(paragraphs, start=1))
    text = HEAD + "\n\n".join(numbered) + "\n\nThe meeting rose at 11 a.m.\n"
    return read("record.txt", text.encode())


def test_reported_speeches_have_speakers_and_stay_whole() -> None:
    parsed = summary(
        "Mr. Weir (Chad), speaking on behalf of the Group of Weirs, said that the tern was low.",
        "It would fall further. All had seen it.",
        "Ms. Dova (Peru) asked who had measured it.",
        "The Chair said she took it that the Committee wished to go on.",
        "It was so decided.",
    )
    assert str(parsed.meeting.symbol) == "A/C.7/80/SR.4"
    assert [(speech.speaker or speech.role, speech.affiliation) for speech in parsed.speeches] == [
        ("Weir", "Chad"),
        ("Dova", "Peru"),
        ("Chair", ""),
    ]
    weir = parsed.speeches[0]
    assert weir.on_behalf_of == "the Group of Weirs"
    assert weir.notes == ("reported in the third person",)
    assert spoken(parsed)[1] == ("Weir", "It would fall further. All had seen it.")
    assert spoken(parsed)[2][1] == "Ms. Dova (Peru) asked who had measured it."
    numbers = [paragraph.number for paragraph in weir.paragraphs if paragraph.number]
    assert numbers == [1, 2]
    assert "summary-record" in [problem.code for problem in parsed.problems]
    assert [problem.code for speech in parsed.speeches for problem in speech.problems] == []


@pytest.mark.parametrize(
    "paragraph",
    ["Ms. Dova (Peru) lamented the state of the river.", "Mr. Lund, in turn, sang of rivers."],
)
def test_somebody_who_does_something_unknown_ends_the_speech_before(paragraph: str) -> None:
    parsed = summary("Mr. Weir (Chad) said that the tern was low.", "It fell.", paragraph)
    assert spoken(parsed)[2] == ("", paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The Committee had welcomed the report.",
        "The draft resolution noted three rivers.",
        "Ms. Dova's delegation had been heard.",
        "In 2030, Ms. Dova (Peru) had said so.",
    ],
)
def test_sentences_about_others_go_on(paragraph: str) -> None:
    parsed = summary("Mr. Weir (Chad) said that the tern was low.", "It fell.", paragraph)
    assert spoken(parsed)[2] == ("Weir", paragraph)


def test_verbatim_records_are_as_before() -> None:
    text = HEAD.replace("Summary record of the", "").replace("SR.4", "PV.4")
    said = "Mr. Weir (Chad): I agree.\n\nMr. Lund (Norway) said that it was low.\n"
    parsed = read("record.txt", (text + said).encode())
    assert [speech.speaker for speech in parsed.speeches] == ["Weir"]
