"""The pages of organs, and where they are listed."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.test import Client
from support import rows

from statements import ingest
from statements.ingest.publishing.organs import get_or_create_organ
from statements.models import IndexOutbox, Meeting, Organ, OrganName, Session, Speech

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_an_organ_shows_its_sessions_meetings_and_parts(client: Client) -> None:
    council = rows.organ("Rivers Council")
    rows.organ("Committee on Locks", parent=council)
    OrganName.objects.create(organ=council, name="The Council of Rivers", folded="x")
    speech = rows.speech(meeting=rows.meeting("RIV/PV.7"))
    of_session = rows.speech(session=rows.session(12), date=None, year_stated=2020)
    text = page(client, council.get_absolute_url())
    assert of_session.session is not None
    for expected in (
        "/meeting/riv-pv-7/",
        of_session.session.get_absolute_url(),
        "/organ/committee-on-locks/",
        "The Council of Rivers",
        "organ=Rivers+Council&amp;year=2020",
    ):
        assert expected in text
    of_part = page(client, "/organ/committee-on-locks/")
    assert council.get_absolute_url() in of_part
    assert "No meetings of this organ yet." in of_part
    for shown in (speech, speech.meeting, of_session, of_session.session):
        assert shown is not None
        assert f'<a href="{council.get_absolute_url()}">Rivers Council</a>' in page(
            client, shown.get_absolute_url()
        )


def test_lists_follow_the_order_of_organs(client: Client) -> None:
    for name, position in (("Abbey Court", 3), ("Weir Board", 1), ("Lock Board", 1)):
        organ = rows.organ(name, position=position)
        meeting = rows.meeting(f"{name[0]}B/PV.1", organ=organ, date=date(2020, 1, 9))
        rows.speech(meeting=meeting)
        rows.session(12, organ=organ, slug=organ.slug, year=2020)
    in_order = ["Lock Board", "Weir Board", "Abbey Court"]
    assert [each.organ_id for each in Meeting.objects.with_speech_counts()] == in_order
    assert [each.organ_id for each in Session.objects.all()] == in_order
    assert [speech.organ for speech in Speech.objects.latest_first()] == in_order
    text = page(client, "/meetings/")
    places = [text.index(f'href="/organ/{name}/"') for name in ("lock-board", "weir-board")]
    assert places == sorted(places)


def test_files_that_spell_a_name_otherwise_are_of_the_same_organ() -> None:
    council = get_or_create_organ("Rivers Council")
    assert get_or_create_organ("RIVERS COUNCIL") == council
    ingest.rename_organ(council, "Council of the Rivers")
    assert get_or_create_organ("Council of the rivers") == council
    assert get_or_create_organ("!?").slug == "organ"


def test_a_renamed_organ_keeps_its_meetings_and_sessions(archive: rows.SmallArchive) -> None:
    organ = Organ.objects.get()
    organ.name, organ.folded = "Water Council", "water council"
    organ.save()
    IndexOutbox.objects.all().delete()
    ingest.rename_organ(organ, "Rivers Council")
    assert Meeting.objects.get().organ_id == Session.objects.get().organ_id == "Water Council"
    # the index has its name
    assert IndexOutbox.objects.filter(speech_id=archive.speech.pk).exists()
    assert get_or_create_organ("Rivers Council") == organ


def test_joined_organs_are_one_and_old_addresses_lead_to_it(client: Client) -> None:
    kept, other = rows.organ("Rivers Council"), rows.organ("Council for Rivers")
    OrganName.objects.create(organ=other, name="C. R.", folded="c r", former_slug="cr")
    part = rows.organ("Committee on Locks", parent=other)
    speech = rows.speech(meeting=rows.meeting("RIV/PV.8", organ=other))
    kept.parent = other
    kept.save()
    ingest.join_organs(kept, [other])
    speech.refresh_from_db()
    kept.refresh_from_db()
    part.refresh_from_db()
    assert (speech.organ, kept.parent, part.parent) == ("Rivers Council", None, kept)
    for former in ("/organ/council-for-rivers/", "/organ/cr/"):
        answer = client.get(former)
        assert (answer.status_code, answer["Location"]) == (301, kept.get_absolute_url())
    assert get_or_create_organ("Council for rivers") == kept
    assert ingest.free_organ_slug("Council for Rivers") == "council-for-rivers-2"


def test_organs_with_the_same_session_are_not_joined() -> None:
    kept, other = rows.organ("Rivers Council"), rows.organ("Council for Rivers")
    rows.session(12, organ=kept)
    again = rows.session(12, organ=other, slug="again")
    assert ingest.sessions_in_common([kept, other]) == [again]
    with pytest.raises(IntegrityError):
        ingest.join_organs(kept, [other])
