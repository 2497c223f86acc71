"""Akoma Ntoso debates: speakers and their roles, sections, narrative, references."""

from datetime import date

import pytest

from statements.transcripts import ParagraphKind, UnreadableTranscript, read

DEBATE = """<?xml version="1.0" encoding="UTF-8"?>
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">
<debate name="record"><meta><identification source="#us"><FRBRWork>
<FRBRthis value="/riv/7"/><FRBRdate date="2025-03-04" name="sitting"/><FRBRauthor href="#council"/>
<FRBRnumber value="RIV/PV.7"/></FRBRWork></identification><references source="#us">
<TLCOrganization eId="council" href="/c" showAs="Rivers Council"/>
<TLCPerson eId="rill" href="/p/rill" showAs="Ms. Odile Rill"/>
<TLCRole eId="keeper" href="/r/keeper" showAs="Keeper of Weirs"/></references></meta>
<preface><p>Rivers Council, <docDate date="2025-03-05">5 March 2025</docDate></p></preface>
<debateBody>
<narrative>The meeting was called to order at 10 a.m.</narrative>
<debateSection name="weirs"><num>1</num><heading>Low water</heading>
<speech by="#rill" as="#keeper"><from>Ms. Rill (Peru) (spoke in French):</from>
<p>The <i>Tern</i> is<br/> low.</p><scene>A boat passed.</scene><p>It falls.</p></speech>
<speech by="#nobody"><from>The President</from><p>I thank her.</p></speech>
</debateSection>
<debateSection name="locks"><heading>Locks</heading>
<speech by="#rill"><p>Now the lock.</p></speech></debateSection>
<narrative>The meeting rose at 1 p.m.</narrative>
</debateBody><conclusions><p>Printed in Ghent</p></conclusions></debate></akomaNtoso>"""


def test_speeches_stand_in_order_with_narrative_in_its_place() -> None:
    rill, president, again = read("a.xml", DEBATE.encode()).speeches
    assert [
        (paragraph.text, paragraph.kind is ParagraphKind.NARRATIVE) for paragraph in rill.paragraphs
    ] == [
        ("The meeting was called to order at 10 a.m.", True),
        ("1", True),
        ("Low water", True),
        ("The Tern is low.", False),
        ("A boat passed.", True),
        ("It falls.", False),
    ]
    assert president.role == "President"
    assert [paragraph.text for paragraph in again.paragraphs] == [
        "Now the lock.",
        "The meeting rose at 1 p.m.",
    ]


def test_printed_and_listed_persons_stand_apart() -> None:
    rill, _, again = read("a.xml", DEBATE.encode()).speeches
    assert (rill.speaker, rill.affiliation, rill.language) == ("Rill", "Peru", "fr")
    assert rill.source_metadata is not None
    assert (rill.source_metadata.speaker, rill.source_metadata.role) == (
        "Odile Rill",
        "Keeper of Weirs",
    )
    assert (again.speaker_line, again.source_metadata and again.source_metadata.topics) == (
        "",
        ("Locks",),
    )


def test_the_meeting_is_known() -> None:
    parsed = read("a.xml", DEBATE.encode())
    meeting = parsed.meeting
    assert str(meeting.symbol) == "RIV/PV.7"
    assert (meeting.date, meeting.organ) == (date(2025, 3, 5), "Rivers Council")
    assert meeting.agenda_items == ("Low water", "Locks")
    assert [dropped.text for dropped in parsed.dropped] == ["Printed in Ghent"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<akomaNtoso><act/></akomaNtoso>", "no-debate"),
        ("<akomaNtoso><debate>", "broken-markup"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + DEBATE.partition("?>")[2], "document-type"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(UnreadableTranscript) as raised:
        read("a.xml", text.encode())
    assert raised.value.code == code


def test_no_word_of_a_debate_is_lost() -> None:
    parsed = read("a.xml", DEBATE.encode())
    words = " ".join(
        [
            *parsed.meeting.first_page,
            *(item.text for item in parsed.dropped),
            *(
                f"{speech.speaker_line} {' '.join(item.text for item in speech.paragraphs)}"
                for speech in parsed.speeches
            ),
        ]
    )
    for word in (
        "order",
        "Tern",
        "French",
        "boat",
        "falls",
        "thank",
        "lock.",
        "rose",
        "Ghent",
        "March",
    ):
        assert word in words
