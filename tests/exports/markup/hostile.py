"""A meeting with everything that a document of it may have to hold."""

from datetime import date

from django.db.models import QuerySet
from support import rows

from statements.ingest import annotate_again
from statements.models import Meeting, Speech, Withdrawal

MARKUP_IN_TEXT = '</seg><script>alert(1)</script> & "quoted" ]]> <!-- {x} \x07 tab\tline\r\nend'
ARABIC = "السيد الرئيس، نشكركم على عقد هذه الجلسة."
SECRET = "unspeakable"


def hostile_meeting() -> Meeting:
    """Store a meeting in which a chair without a name, an unknown person, people of two countries
    with texts in several scripts, and somebody who said nothing speak; a speech is withdrawn."""
    meeting = rows.meeting("RIV/PV.9", place="Ghent & <Bruges>")
    norway, chad = rows.country("NOR"), rows.country("TCD")
    person = rows.speaker("Lund <i>", honorific="Ms.", country=norway, slug="9-lund")
    common = {"meeting": meeting, "date": date(2020, 1, 9)}
    rows.speech(
        "The meeting was called to order at 10 a.m.",
        "Floods and early warning",
        "I open the debate on S/PV.8699 and RIV/PV.9.",
        narrative=[1, 2],
        public_id="9-opening",
        position=1,
        speaker_line="The President",
        speaker_printed="The President",
        role="President",
        **common,
    )
    divided = rows.speech(
        MARKUP_IN_TEXT,
        "A vote was taken by show of hands.",
        "In favour: Norway, Chad",
        "Against: None",
        "I go on after the vote.",
        narrative=[2, 3, 4],
        public_id="9-lund",
        position=2,
        speaker=person,
        country=norway,
        speaker_line=f"Ms. Lund (Norway) {MARKUP_IN_TEXT}",
        affiliation="Norway",
        **common,
    )
    turn_line = divided.speaker_line
    divided.paragraphs.filter(position=5).update(turn_line=turn_line, page=3, number=7)
    rows.speech(
        ARABIC, public_id="9-arabic", position=3, country=chad, speaker_printed="", **common
    )
    silent = rows.speech(public_id="9-silent", position=4, speaker_printed="", **common)
    silent.paragraphs.all().delete()
    rows.speech(SECRET, public_id="9-withdrawn", position=5, speaker_line=SECRET, **common)
    annotate_again(Speech.objects.filter(pk=divided.pk))
    withdraw(Speech.objects.filter(public_id="9-withdrawn"))
    return meeting


def withdraw(speeches: QuerySet[Speech]) -> None:
    """Withdraw speeches from public view."""
    speeches.update(withdrawal=Withdrawal.objects.create(reason="Confidential."))
