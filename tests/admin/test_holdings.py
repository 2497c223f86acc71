"""Editing countries, speakers, topics and meetings: values that follow from a name are never asked
for."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from support import rows
from support.uploads import url

from statements.models import (
    Country,
    CountryName,
    Meeting,
    Presidency,
    Series,
    Session,
    Speaker,
    SpeakerName,
    Topic,
)


@pytest.fixture
def keeper(db: None) -> Client:
    """Somebody of the group that the archive comes with."""
    user = User.objects.create_user("keeper", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Archivists"))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("path", ["/admin/", "/admin/logout/", "/admin/statements/speech/"])
def test_the_desk_bears_the_mark_of_the_archive(keeper: Client, path: str) -> None:
    answer = keeper.post(path) if "logout" in path else keeper.get(path)
    assert re.search(
        r'<link rel="icon" href="/static/images/mark[^"]*\.svg"', answer.content.decode()
    )


def inline(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    fields: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def test_the_group_can_do_its_work_and_no_more(keeper: Client) -> None:
    for model in (
        "country",
        "speaker",
        "meeting",
        "organ",
        "affiliation",
        "session",
        "series",
        "topic",
        "speech",
        "transcript",
    ):
        assert keeper.get(url(f"{model}_changelist")).status_code == 200
    assert keeper.get(url("transcript_upload").replace("upload", "waiting")).status_code == 200
    for address in ("/admin/auth/user/", "/admin/auth/group/", "/admin/auth/user/add/"):
        assert keeper.get(address).status_code == 403
    user = User.objects.get(username="keeper")
    assert not user.has_perm("statements.delete_country")
    assert not user.has_perm("statements.add_speech")
    keeper.post(f"/admin/auth/user/{user.pk}/change/", {"username": "keeper", "is_superuser": "on"})
    user.refresh_from_db()
    assert not user.is_superuser


def test_a_speaker_gets_slug_sort_name_and_folded_form(keeper: Client) -> None:
    data = {"honorific": "Ms.", "name": "Ørsted-Côté", "country": "DNK"}
    for _ in range(2):
        answer = keeper.post(
            url("speaker_add"),
            data | inline("names", {"name": "Orsted"}, {"name": ""}),
        )
    speaker = Speaker.objects.get()
    assert (speaker.slug, speaker.sort_name) == ("orsted-cote-denmark", "orsted cote")
    assert speaker.folded == "orsted-cote"
    assert SpeakerName.objects.get().folded == "orsted"
    assert "Denmark already has a speaker named Ms. Ørsted-Côté." in answer.content.decode()
    keeper.post(url("speaker_add"), data | {"honorific": "Mr."} | inline("names"))
    namesake = Speaker.objects.get(honorific="Mr.")  # somebody else
    assert (namesake.slug, namesake.namesake) == ("orsted-cote-denmark-2", 2)
    keeper.post(url("speaker_add"), data | {"country": "SWE"} | inline("names"))
    assert Speaker.objects.get(country="SWE").slug == "orsted-cote-sweden"


def test_an_address_stays_when_a_name_is_corrected(keeper: Client) -> None:
    keeper.post(url("speaker_add"), {"name": "Lindquist"} | inline("names"))
    speaker = Speaker.objects.get()
    keeper.post(url("speaker_change", speaker.pk), {"name": "Lindqvist"} | inline("names"))
    speaker.refresh_from_db()
    assert (speaker.slug, speaker.folded, speaker.sort_name) == (
        "lindquist",
        "lindqvist",
        "lindqvist",
    )


@pytest.mark.parametrize(
    "rows",
    [
        ({"name": "Rivière"}, {"name": "RIVIERE"}),
        ({"name": "Same", "valid_from": ""}, {"name": "same", "valid_from": ""}),
    ],
)
def test_a_name_twice_is_said_and_not_stored(keeper: Client, rows: tuple[Any, ...]) -> None:
    answer = keeper.post(
        url("country_add"),
        {"code": "XRV", "kind": "state", "short_name": "Riverland"} | inline("names", *rows),
    )
    assert "is already in the list" in answer.content.decode()
    assert not Country.objects.filter(code="XRV").exists()


def test_a_name_of_marks_alone_is_refused(keeper: Client) -> None:
    answer = keeper.post(url("speaker_add"), {"name": "\u0301\u0301"} | inline("names"))
    assert answer.status_code == 200
    assert not Speaker.objects.exists()


def test_a_country_is_added_with_its_names(keeper: Client) -> None:
    keeper.post(
        url("country_add"),
        {"code": "XRV", "kind": "state", "short_name": "Riverland"}
        | inline("names", {"name": "The Riverland"}, {"name": "Rivière", "valid_to": "1999-12-31"}),
    )
    names = CountryName.objects.filter(country="XRV").order_by("folded")
    assert [name.folded for name in names] == ["riverland", "riviere"]


def test_the_code_of_a_country_cannot_be_changed(keeper: Client) -> None:
    country = Country.objects.get(code="NGA")
    names = country.names.order_by("name")
    keeper.post(
        url("country_change", "NGA"),
        {"code": "XXX", "kind": "member", "short_name": "Nigeria"}
        | inline("names", *({"id": n.pk, "name": n.name} for n in names), initial=names.count()),
    )
    assert Country.objects.filter(code="NGA").exists()
    assert not Country.objects.filter(code="XXX").exists()


def test_a_symbol_is_parsed_and_a_wrong_one_is_said(keeper: Client) -> None:
    nobody = inline("presidencies") | inline("members") | inline("agenda")
    answer = keeper.post(url("meeting_add"), {"symbol": "tenth"} | nobody)
    assert "is not a symbol such as" in answer.content.decode()
    president = {"position": 1, "name_printed": "Mr. Rask", "affiliation": "Norway"}
    member = {"position": 1, "affiliation": "Chad", "honorific": "Ms.", "name": "Ngarta"}
    item = {"position": 1, "number": "3 (b)", "topic": rows.topic("Low water").pk}
    keeper.post(
        url("meeting_add"),
        {"symbol": "rc/pv.12 (resumption 2)", "date": "2025-03-04"}
        | inline("agenda", item)
        | inline("presidencies", president)
        | inline("members", member),
    )
    meeting = Meeting.objects.get()
    assert (meeting.symbol, meeting.slug) == ("RC/PV.12 (Resumption 2)", "rc-pv-12-resumption-2")
    assert (meeting.number, meeting.resumption) == (12, 2)
    assert Presidency.objects.get().name_printed == "Mr. Rask"
    assert [str(member) for member in meeting.members.all()] == ["Chad: Ms. Ngarta"]
    assert [str(item) for item in meeting.agenda.all()] == ["3 (b) Low water"]
    answer = keeper.post(url("meeting_add"), {"symbol": "RC/PV.12(Resumption 2)"} | nobody)
    assert "already exists" in answer.content.decode()


def test_a_topic_is_known_by_its_folded_title(keeper: Client) -> None:
    keeper.post(url("topic_add"), {"title": "The Dams", "kind": "subject"})
    answer = keeper.post(url("topic_add"), {"title": "dams", "kind": "subject"})
    assert "The topic “The Dams” already exists." in answer.content.decode()
    assert Topic.objects.get().slug == "dams"


def test_what_speeches_refer_to_cannot_be_deleted_and_says_why(admin_client: Client) -> None:
    speaker = Speaker.objects.create(
        slug="lund", name="Lund", sort_name="lund", folded="lund", country_id="DNK"
    )
    page = admin_client.get(url("country_delete", "DNK")).content.decode()
    assert "protected related objects" in page
    assert str(speaker) in page
    admin_client.post(url("country_delete", "DNK"), {"post": "yes"})
    assert Country.objects.filter(code="DNK").exists()


@pytest.mark.parametrize(
    "model", ["country", "speaker", "meeting", "topic", "speech", "transcript"]
)
@pytest.mark.parametrize(
    "query", ["", "?q=rivers", "?q=%27%22%25_", "?dated=no", "?unknown=country"]
)
def test_lists_can_be_searched_and_filtered(keeper: Client, model: str, query: str) -> None:
    answer = keeper.get(url(f"{model}_changelist") + query)
    assert answer.status_code in (200, 302)


def test_days_and_records_of_a_session_are_entered_as_a_whole_or_by_a_table(
    keeper: Client,
) -> None:
    data: dict[str, Any] = {
        "debate": "General debate",
        "number": 30,
        "organ": rows.organ().name,
        "year": 1975,
    }
    keeper.post(url("session_add"), data)
    session = Session.objects.get()
    assert session.slug == "rivers-council-30-general-debate"
    speech = rows.speech(session=session, country=rows.country("NOR"), date=None, year_stated=1975)
    whole = {"first_day": "1975-09-23", "last_day": "1975-10-09", "symbols": "RIV/PV.5–9"}
    wrong = data | whole | {"places": "country,date\nPeru,1975-09-24"}
    answer = keeper.post(url("session_change", session.pk), wrong)
    assert "0 speeches of the session match Peru" in answer.content.decode()
    assert Session.objects.get().first_day is None
    table = "country,date,symbol\nNorway,1975-09-24,RIV/PV.6"
    answer = keeper.post(
        url("session_change", session.pk), data | whole | {"places": table}, follow=True
    )
    assert "1 speech was given its day or record." in answer.content.decode()
    speech.refresh_from_db()
    assert (str(speech.date), str(speech.meeting)) == ("1975-09-24", "RIV/PV.6")
    assert Session.objects.get().symbols == "RIV/PV.5–9"
    before_first = data | whole | {"last_day": "1975-09-01"}
    answer = keeper.post(url("session_change", session.pk), before_first)
    assert "The last day must not be before the first." in answer.content.decode()
    answer = keeper.post(url("session_add"), data)
    assert "already" in answer.content.decode()


def test_rights_and_source_are_edited_for_a_series_or_a_file(keeper: Client) -> None:
    keeper.post(url("series_add"), {"title": "River papers", "position": 1, "rights": "CC0"})
    series = Series.objects.get()
    transcript = rows.transcript(name="tarn.txt")
    data = {"series": series.pk, "source_url": "https://rivers.example/tarn", "name": "other.txt"}
    keeper.post(url("transcript_change", transcript.pk), data)
    transcript.refresh_from_db()
    assert (transcript.name, transcript.series, transcript.rights_statement) == (
        "tarn.txt",
        series,
        "CC0",
    )
    assert transcript.source_link == "https://rivers.example/tarn"
    data["source_url"] = "javascript:alert(1)"
    answer = keeper.post(url("transcript_change", transcript.pk), data)
    assert "Enter a valid URL." in answer.content.decode()
