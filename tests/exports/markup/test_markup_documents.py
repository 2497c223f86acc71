"""Meetings and speeches in markup: valid by the published schemas, complete, and without words that
are not public."""

import re
from collections.abc import Callable

import pytest
from exports.markup.hostile import ARABIC, MARKUP_IN_TEXT, SECRET, hostile_meeting, withdraw
from exports.markup.validation import faults
from lxml import etree
from support import rows

from statements.exports.interchange.xml import printable
from statements.exports.markup.debate import Debate, meeting_document, speech_document
from statements.exports.markup.files import MARKUP
from statements.models import Speech

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("suffix", MARKUP)]

ORIGIN = "https://archive.example.org"


def written(debate: Debate | None, suffix: str) -> str:
    assert debate is not None
    return "".join(MARKUP[suffix].write(debate))


def of_hostile_meeting() -> Debate:
    return meeting_document(hostile_meeting(), ORIGIN)


def of_whole_archive_in_small() -> Debate:
    return meeting_document(rows.small_archive().meeting)


def of_empty_meeting() -> Debate:
    return meeting_document(rows.meeting("RIV/PV.1", organ=None, date=None))


def of_undated_speech() -> Debate | None:
    rows.small_archive()
    return speech_document("undated-1", ORIGIN)


def of_silent_speech() -> Debate | None:
    hostile_meeting()
    return speech_document("9-silent", ORIGIN)


def of_session() -> Debate | None:
    rows.speech(public_id="only-year", date=None, year_stated=975, session=rows.session())
    return speech_document("only-year")


@pytest.mark.parametrize(
    "debate",
    [
        of_hostile_meeting,
        of_whole_archive_in_small,
        of_empty_meeting,
        of_undated_speech,
        of_silent_speech,
        of_session,
    ],
)
def test_documents_are_valid(debate: Callable[[], Debate | None], suffix: str) -> None:
    assert faults(written(debate(), suffix)) == []


def test_schemas_find_faults(suffix: str) -> None:
    document = written(of_whole_archive_in_small(), suffix)
    assert faults(re.sub("<(teiHeader|meta)>", r"<\1><p/>", document))


def test_text_is_that_of_the_archive(suffix: str) -> None:
    root = etree.fromstring(written(of_hostile_meeting(), suffix).encode())
    texts = {"".join(element.itertext()) for element in root.iter(etree.Element)}
    assert {printable(MARKUP_IN_TEXT), ARABIC, "I go on after the vote."} <= texts
    assert not list(root.iter("{*}script"))


def test_paragraphs_have_the_anchors_of_pages(suffix: str) -> None:
    meeting = written(of_hostile_meeting(), suffix)
    assert 'd="speech.9-lund.p5"' in meeting
    assert 'd="p5"' in written(speech_document("9-lund"), suffix)


def test_withdrawn_speeches_are_left_out(suffix: str) -> None:
    meeting = hostile_meeting()
    debate = meeting_document(meeting, ORIGIN)
    assert SECRET not in written(debate, suffix)
    assert speech_document("9-withdrawn") is None


def test_speeches_withdrawn_while_writing_are_left_out(suffix: str) -> None:
    debate = of_hostile_meeting()
    pieces = MARKUP[suffix].write(debate)
    next(pieces)
    withdraw(Speech.objects.all())
    assert ARABIC not in "".join(pieces)


def test_same_speeches_are_the_same_bytes(suffix: str) -> None:
    meeting = hostile_meeting()
    first, second = (written(meeting_document(meeting), suffix) for _ in range(2))
    assert first == second
