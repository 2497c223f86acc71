"""Values that an older archive lacks are read again from its files."""

from io import StringIO

import pytest
from django.core.management import call_command

from statements.ingest import publish, receive
from statements.models import Meeting, Member, Paragraph, Reference, Transcript

pytestmark = pytest.mark.django_db

RECORD = b"""\
United Nations
S/PV.9907

Security Council
Seventieth year

9907th meeting
Monday, 23 February 2015, 3 p.m.
New York

President: Mr. Wei Anming ..... (China)

Members:
Angola ........................ Mr. Sambo
Chad ........................ Ms. Ngarta

Agenda

The maintenance of harbours

The meeting was called to order at 3.05 p.m.

1. The President: I call the meeting to order, as S/PV.9906 foresaw.

2. Ms. Ngarta (Chad): Our harbour is a lake, and the lake is smaller every year.

3. Much smaller than it was.

The meeting was suspended at 4 p.m. and resumed at 5 p.m.

4. Ms. Ngarta (Chad): And smaller still this year.

5. Mr. Sambo (Angola): Ours is not, and never was.
"""


def complete(*options: str) -> str:
    told = StringIO()
    call_command("complete_holdings", *options, stdout=told)
    return told.getvalue()


def turn_lines() -> dict[int | None, str]:
    """The repeated speaker lines, by the printed number of the paragraph."""
    return dict(Paragraph.objects.exclude(turn_line="").values_list("number", "turn_line"))


@pytest.fixture
def older() -> Transcript:
    """Return a record stored as before first pages, members, numbers and references were."""
    received = receive("record.txt", RECORD)
    assert received.draft is not None
    publish(received.transcript, received.draft)
    assert Member.objects.count() == 2
    assert list(Paragraph.objects.exclude(number=None).values_list("number", flat=True)) == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    Meeting.objects.update(first_page="")
    Member.objects.all().delete()
    Reference.objects.all().delete()
    assert turn_lines() == {4: "Ms. Ngarta (Chad)"}
    Paragraph.objects.update(number=None, turn_line="")
    transcript: Transcript = received.transcript
    return transcript


def test_a_record_is_completed_from_its_file_once(older: Transcript) -> None:
    assert "1 annotations changed, 1 files provided" in complete()
    assert [each.country_id for each in Member.objects.all()] == ["AGO", "TCD"]
    assert "9907th meeting" in Meeting.objects.get().first_page.splitlines()
    numbered = Paragraph.objects.exclude(number=None).order_by("number")
    assert [each.number for each in numbered] == [1, 2, 3, 4, 5]
    assert turn_lines() == {4: "Ms. Ngarta (Chad)"}
    assert numbered[2].text == "Much smaller than it was."
    assert "0 annotations changed, 0 files provided" in complete()


def test_a_corrected_text_is_left_as_it_is(older: Transcript) -> None:
    corrected = Paragraph.objects.get(text="Much smaller than it was.")
    Paragraph.objects.filter(pk=corrected.pk).update(text="Much smaller.")
    complete()
    corrected.refresh_from_db()
    assert (corrected.text, corrected.number) == ("Much smaller.", None)


def test_what_an_archivist_entered_is_kept(older: Transcript) -> None:
    Meeting.objects.update(first_page="Entered by hand.")
    Member.objects.create(meeting=Meeting.objects.get(), position=1, affiliation="Peru")
    assert "0 files provided" in complete()
    assert Member.objects.get().affiliation == "Peru"


def test_every_file_is_read_again_where_that_is_asked_for() -> None:
    statement = RECORD[RECORD.index(b"2. Ms.") :] + b"\n6. I end here.\n"
    received = receive("statement.txt", statement)
    assert received.draft is not None
    publish(received.transcript, received.draft)
    assert turn_lines() == {4: "Ms. Ngarta (Chad)"}
    Paragraph.objects.update(number=None, turn_line="")
    assert "0 files provided" in complete()
    assert "1 files provided" in complete("--every-file")
    numbers = Paragraph.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [2, 3, None, 4, 5, 6]
    assert turn_lines() == {4: "Ms. Ngarta (Chad)"}
    assert "0 files provided" in complete("--every-file")


def test_lines_left_out_are_listed_again_from_the_file() -> None:
    received = receive("record.txt", RECORD.replace(b"3. Much", b"3/71 14-67500\n\n3. Much"))
    assert received.draft is not None
    publish(received.transcript, received.draft)
    Transcript.objects.update(dropped=[])
    assert "1 files provided" in complete("--every-file")
    left_out = [
        (each["text"], each["line"]) for each in Transcript.objects.defer(None).get().dropped
    ]
    assert left_out == [("3/71 14-67500", 27), ("Ms. Ngarta (Chad)", 33)]
    assert "0 files provided" in complete("--every-file")
