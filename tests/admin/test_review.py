"""Reviewing: the result of reading is shown and corrected; nothing is public before it is
published."""

import re
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from support.html import fields_of
from support.uploads import RECORD, Person, received, statement, url

from statements import ingest
from statements.ingest.waiting import jobs
from statements.models import Country, Meeting, Speech, Transcript, UnsavedInput

HOUSE = RECORD.encode()


def values(transcript: Transcript, **typed: str) -> dict[str, Any]:
    """What the form of a review page sends where only ``typed`` was changed; "s1__country" is
    the country of the first speech, "record__date" the date."""
    transcript.refresh_from_db(fields=["revision"])
    fields = {name.replace("__", "-"): value for name, value in typed.items()}
    positions = sorted({name[1:].partition("-")[0] for name in fields if name[0] == "s"})
    return {"revision": str(transcript.revision), "speech": positions} | fields


def draft_of(transcript: Transcript) -> ingest.Draft:
    return ingest.draft_waiting(Transcript.objects.defer(None).get(pk=transcript.pk))


def test_all_that_was_read_is_shown(archivist: Client) -> None:
    transcript = received(HOUSE, "house.txt", symbol="RC/PV.12")
    page = archivist.get(url("transcript_review", transcript.pk)).content.decode()
    draft = draft_of(transcript)
    assert len(draft.speeches) == 3
    for speech in draft.speeches:
        assert speech.speaker_line in page
        for paragraph in speech.paragraphs:
            assert paragraph.text in page
    assert "mark-recognised" in page
    assert "needs a date" in page
    assert "(new meeting)" in page
    assert draft.dropped
    for dropped in draft.dropped:
        assert dropped["reason"] in page


def test_an_unknown_country_is_marked_and_explained(archivist: Client) -> None:
    transcript = received(statement(line="Ms. Okafor (Nigerria)"))
    page = archivist.get(url("transcript_review", transcript.pk)).content.decode()
    assert "mark-unknown" in page
    assert "The archive has no country or body named “Nigerria”" in page


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Ms. Okafor (Nigeria): Water.", "recognised"),
        ("Ms. Okafor: Water.", "recognised"),
        ("Ms. Okafor (Nigeria): We use multi-\npurpose dams, l wish to say.", "recognised"),
        ("Ms. Okafor (Nigerria): Water.", "unknown"),
        ("The Chair: Water.", "unknown"),
        ("Water is low.", "unknown"),
    ],
)
def test_each_line_says_how_sure_it_is(archivist: Client, text: str, standing: str) -> None:
    transcript = received(text.encode())
    page = archivist.get(url("transcript_review", transcript.pk)).content.decode()
    assert re.findall(r'class="panel speech (\w+)"', page) == [standing]


def test_what_the_line_does_not_print_is_a_guess(archivist: Client) -> None:
    transcript = received(b"The President: Water.")
    archivist.post(
        url("transcript_review", transcript.pk),
        values(transcript, s1__speaker="Rask", s1__country="NOR"),
    )
    page = archivist.get(url("transcript_review", transcript.pk)).content.decode()
    assert 'class="panel speech guessed"' in page


def test_text_cannot_become_markup(archivist: Client) -> None:
    transcript = received(statement("<img src=x onerror=alert(1)> {{ 7 }}", "Ms. <b>Okafor</b>"))
    page = archivist.get(url("transcript_review", transcript.pk)).content.decode()
    assert "<img src=x" not in page
    assert "<b>Okafor" not in page


@pytest.mark.parametrize("typed", ["NGA", "Nigeria", "nigeria", "Federal Republic of Nigeria"])
def test_a_country_is_chosen_by_any_of_its_names(archivist: Client, typed: str) -> None:
    transcript = received(statement(line="Ms. Okafor (Nigerria)"))
    answer = archivist.post(
        url("transcript_review", transcript.pk), values(transcript, s1__country=typed)
    )
    assert answer.status_code == 302
    draft = draft_of(transcript)
    assert draft.speeches[0].country == "NGA"
    assert draft.speeches[0].affiliation == "Nigerria"
    assert not [item for item in draft.problems if item["code"] == "unknown-affiliation"]


def test_no_country_is_guessed_from_a_wrong_name(archivist: Client) -> None:
    transcript = received()
    answer = archivist.post(
        url("transcript_review", transcript.pk),
        values(transcript, s1__country="Atlantis", s1__role="Rapporteur"),
    )
    page = answer.content.decode()
    assert "no country or body named “Atlantis”" in page
    assert 'value="Rapporteur"' in page
    assert draft_of(transcript).speeches[0].country == "NGA"


def test_every_field_can_be_corrected(archivist: Client) -> None:
    transcript = received(HOUSE, "house.txt")
    archivist.post(
        url("transcript_review", transcript.pk),
        values(
            transcript,
            record__date="2025-03-04",
            record__symbol="rc/pv.13",
            record__first_position="7",
            record__organ="Rivers Council",
            record__agenda_items="Low water\r\n\r\nLow  water\r\nDams",
            record__topics="Gauges",
            s2__honorific="Mrs.",
            s2__speaker="Okafor-Lund",
            s2__role="Rapporteur",
            s2__language="en",
            s2__on_behalf_of="the riparian States",
        ),
    )
    draft = draft_of(transcript)
    assert draft.date is not None
    assert draft.date.isoformat() == "2025-03-04"
    assert (draft.symbol, draft.number, draft.first_position) == ("RC/PV.13", 13, 7)
    assert not {"no-date", "no-symbol"} & {item["code"] for item in draft.problems}
    assert draft.agenda_items == ["Low water", "Dams"]
    assert draft.topics == ["Gauges"]
    speech = draft.speeches[1]
    assert (speech.honorific, speech.speaker, speech.role) == ("Mrs.", "Okafor-Lund", "Rapporteur")
    assert (speech.language, speech.on_behalf_of) == ("en", "the riparian States")
    assert speech.speaker_line == "Ms. Okafor (Nigeria)"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("one", ["x", "", "", ""]), ("line", ["x", "", "x", ""]), ("all", ["x", "x", "x", "x"])],
)
def test_a_correction_goes_as_far_as_it_is_told(
    archivist: Client, scope: str, expected: list[str]
) -> None:
    lines = [
        "The Chair: One.",
        "Ms. Okafor (Nigeria): Two.",
        "The Chair: Three.",
        "Mr. Lind: Four.",
    ]
    transcript = received("\n\n".join(lines).encode())
    archivist.post(
        url("transcript_review", transcript.pk),
        values(transcript, s1__on_behalf_of="x", s1__scope=scope),
    )
    assert [speech.on_behalf_of for speech in draft_of(transcript).speeches] == expected


def test_a_correction_of_a_speech_itself_counts_before_a_wide_one(archivist: Client) -> None:
    transcript = received(HOUSE)
    archivist.post(
        url("transcript_review", transcript.pk),
        values(transcript, s1__role="Chair", s1__scope="all", s2__role="Rapporteur"),
    )
    roles = [speech.role for speech in draft_of(transcript).speeches]
    assert roles == ["Chair", "Rapporteur", "Chair"]


def test_a_stale_form_changes_nothing_and_shows_both(archivist: Client, second: Client) -> None:
    transcript = received()
    address = url("transcript_review", transcript.pk)
    mine = values(transcript, s1__speaker="Okafor-Mine") | {"initial-s1-speaker": "Okafor"}
    theirs = values(transcript, s1__speaker="Okafor-Theirs", s1__role="Rapporteur")
    assert second.post(address, theirs).status_code == 302
    answer = archivist.post(address, mine)
    page = re.sub(r">\s+<", "><", answer.content.decode())
    assert answer.status_code == 409
    assert "<td>Okafor</td><td>Okafor-Theirs</td><td>Okafor-Mine</td>" in page
    assert draft_of(transcript).speeches[0].speaker == "Okafor-Theirs"

    again = values(transcript, s1__speaker="Okafor-Mine") | {"initial-s1-speaker": "Okafor-Theirs"}
    assert archivist.post(address, again).status_code == 302
    speech = draft_of(transcript).speeches[0]
    assert (speech.speaker, speech.role) == ("Okafor-Mine", "Rapporteur")


def test_a_stale_publish_or_discard_changes_nothing(archivist: Client, second: Client) -> None:
    transcript = received()
    stale = values(transcript)
    second.post(url("transcript_review", transcript.pk), values(transcript, s1__role="Rapporteur"))
    for action in ("transcript_publish", "transcript_discard"):
        assert archivist.post(url(action, transcript.pk), stale).status_code == 409
    transcript.refresh_from_db()
    assert transcript.state == Transcript.State.RECEIVED
    assert not Speech.objects.exists()


def test_what_was_typed_is_shown_where_somebody_published_meanwhile(
    archivist: Client, second: Client
) -> None:
    transcript = received()
    mine = values(transcript, s1__role="Rapporteur-Mine") | {"initial-s1-role": ""}
    second.post(url("transcript_publish", transcript.pk), values(transcript))
    for action in ("transcript_review", "transcript_publish"):
        answer = archivist.post(url(action, transcript.pk), mine)
        assert answer.status_code == 409
        assert "Rapporteur-Mine" in answer.content.decode()


def test_nothing_is_public_before_publishing(archivist: Client, client: Client) -> None:
    transcript = received(symbol="RC/PV.12")
    assert client.get(transcript.get_absolute_url()).status_code == 404
    assert not Speech.objects.exists()
    assert not Meeting.objects.filter(symbol="RC/PV.12").exists()
    answer = archivist.post(url("transcript_publish", transcript.pk), values(transcript))
    assert answer.status_code == 302
    speech = Speech.objects.get()
    assert client.get(speech.get_absolute_url()).status_code == 200
    assert client.get(transcript.get_absolute_url()).status_code == 200


def test_publishing_keeps_what_was_typed_on_the_page(archivist: Client) -> None:
    transcript = received()
    archivist.post(
        url("transcript_publish", transcript.pk),
        values(transcript, record__date="2025-03-04", s1__role="Rapporteur"),
    )
    speech = Speech.objects.get()
    assert speech.role == "Rapporteur"
    assert speech.date is not None
    assert speech.date.isoformat() == "2025-03-04"


@pytest.mark.parametrize("typed", [{}, {"s1__role": "Rapporteur"}])
def test_publishing_twice_is_publishing_once(archivist: Client, typed: dict[str, str]) -> None:
    transcript = received()
    sent = values(transcript, **typed) | {"initial-s1-role": ""}
    answers = [archivist.post(url("transcript_publish", transcript.pk), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Speech.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_publishes_once(archivist: Client) -> None:
    transcript = received()
    sent = values(transcript)
    codes = []

    def click() -> None:
        client = Client()
        client.cookies = archivist.cookies
        codes.append(client.post(url("transcript_publish", transcript.pk), sent).status_code)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [302] * 4
    assert Speech.objects.count() == 1


@pytest.mark.parametrize(
    ("word", "stored", "words"),
    [
        ("refuse", 1, "It was high."),
        ("skip", 1, "It was high."),
        ("replace", 1, "The water was low this year."),
        ("nonsense", 1, "It was high."),
    ],
)
def test_a_taken_place_is_shown_and_dealt_with_as_told(
    archivist: Client, word: str, stored: int, words: str
) -> None:
    first = received(statement("It was high."), "first.txt", symbol="RC/PV.12", position=3)
    archivist.post(url("transcript_publish", first.pk), values(first))
    public_id = Speech.objects.get().public_id
    later = received(statement(), "later.txt", symbol="RC/PV.12", position=3)
    page = archivist.get(url("transcript_review", later.pk)).content.decode()
    assert re.search(r'In the archive</h4>\s*<p class="text">It was high\.', page)
    archivist.post(url("transcript_publish", later.pk), values(later) | {"on_collision": word})
    speech = Speech.objects.get()
    assert Speech.objects.count() == stored
    assert speech.public_id == public_id
    assert speech.paragraphs.first().text == words


def test_a_refused_publish_keeps_what_was_typed_in_sight(archivist: Client) -> None:
    first = received(statement("It was high."), "first.txt", symbol="RC/PV.12", position=3)
    archivist.post(url("transcript_publish", first.pk), values(first))
    later = received(statement(), "later.txt", symbol="RC/PV.12", position=3)
    answer = archivist.post(
        url("transcript_publish", later.pk), values(later, s1__role="Rapporteur")
    )
    page = answer.content.decode()
    assert "Nothing was published." in page
    assert 'value="Rapporteur"' in page
    assert draft_of(later).speeches[0].role == ""


def test_a_discarded_file_is_kept_and_not_public(archivist: Client, client: Client) -> None:
    transcript = received()
    archivist.post(url("transcript_discard", transcript.pk), values(transcript))
    transcript.refresh_from_db()
    assert transcript.state == Transcript.State.DISCARDED
    assert client.get(transcript.get_absolute_url()).status_code == 404
    page = archivist.get(url("transcript_review", transcript.pk)).content.decode()
    assert "Its text is kept with all corrections" in page


def test_discarding_corrections_asks_first(archivist: Client) -> None:
    transcript = received()
    address = url("transcript_review", transcript.pk)
    discarding = url("transcript_discard", transcript.pk)
    # not saved yet
    typed = fields_of(archivist.get(address).text) | {"s1-role": "Rapporteur"}
    asked = archivist.post(discarding, typed).text
    assert "Discard this transcript?" in asked
    assert draft_of(transcript).speeches[0].role == ""
    unsaved = UnsavedInput.objects.get().get_absolute_url()
    assert f'href="{unsaved}"' in asked
    cancelled = archivist.get(unsaved).text
    assert fields_of(cancelled)["s1-role"] == ["Rapporteur"]
    # saved
    archivist.post(address, fields_of(cancelled))
    assert draft_of(transcript).speeches[0].role == "Rapporteur"
    asked = archivist.post(discarding, fields_of(archivist.get(address).text)).text
    assert f'href="{address}"' in asked
    assert draft_of(transcript).speeches[0].role == "Rapporteur"
    archivist.post(discarding, fields_of(asked))
    transcript.refresh_from_db()
    assert transcript.state == Transcript.State.DISCARDED
    assert not UnsavedInput.objects.exists()
    # with its corrections, and once
    reopening = url("transcript_reopen", transcript.pk)
    assert "waiting for review again" in archivist.post(reopening, follow=True).text
    assert draft_of(transcript).speeches[0].role == "Rapporteur"
    assert "cannot be reopened" in archivist.post(reopening, follow=True).text


def test_a_record_of_many_speeches_is_corrected_page_by_page(archivist: Client) -> None:
    lines = [
        f"Mr. Speaker{number} (Nigeria): Words of number {number}." for number in range(1, 261)
    ]
    transcript = received("\n\n".join(lines).encode(), "long.txt")
    address = url("transcript_review", transcript.pk)
    last = archivist.get(f"{address}?page=11").content.decode()
    assert "Mr. Speaker260 (Nigeria)" in last
    assert "Mr. Speaker250 (Nigeria)" not in last
    assert last.count('name="') < 1000
    answer = archivist.post(address, values(transcript, s260__role="Rapporteur") | {"page": "11"})
    assert answer.headers["Location"] == f"{address}?page=11"
    archivist.post(url("transcript_publish", transcript.pk), values(transcript))
    assert Speech.objects.count() == 260
    assert Speech.objects.get(transcript_position=260).role == "Rapporteur"


def test_several_are_published_and_discarded_from_the_list(
    archivist: Client, second: Client
) -> None:
    one, two, stale, left = (
        received(statement(f"Words {name}."), f"{name}.txt") for name in ("a", "b", "c", "d")
    )
    page = archivist.get(url("transcript_waiting")).content.decode()
    assert all(item.name in page for item in (one, two, stale, left))
    sent = {"transcript": [f"{item.pk}:{item.revision}" for item in (one, two, stale)]}
    second.post(url("transcript_review", stale.pk), values(stale, s1__role="Rapporteur"))
    answer = archivist.post(url("transcript_publish_many"), sent)
    assert answer.status_code == 303
    assert Speech.objects.count() == 0
    jobs.run_jobs()
    said = archivist.get(answer.headers["Location"]).content.decode()
    assert "Published: 2 of 3" in said
    assert "Someone else has corrected “c.txt”" in said
    assert Speech.objects.count() == 2
    again = archivist.post(url("transcript_publish_many"), sent, follow=True)
    jobs.run_jobs()
    assert Speech.objects.count() == 2
    assert again.status_code == 200
    chosen = {"transcript": [f"{left.pk}:{left.revision}", "x:y", "1", f"{9**25}:0"]}
    asked = archivist.post(url("transcript_discard_many"), chosen).content.decode()
    assert "Discard these transcripts?" in asked
    assert f'value="{left.pk}:{left.revision}"' in asked
    assert not Transcript.objects.filter(state="discarded").exists()
    archivist.post(url("transcript_discard_many"), chosen | {"confirmed": "yes"})
    jobs.run_jobs()
    states = {item.name: item.state for item in Transcript.objects.all()}
    assert states == {
        "a.txt": "published",
        "b.txt": "published",
        "c.txt": "received",
        "d.txt": "discarded",
    }


ACTIONS = ["transcript_publish", "transcript_discard", "transcript_reopen"]
BULK = ["transcript_publish_many", "transcript_discard_many"]


def test_every_step_asks_for_its_permission(person: Person, client: Client) -> None:
    transcript = received()
    pages = [url("transcript_review", transcript.pk), url("transcript_original", transcript.pk)]
    pages.append(url("transcript_waiting"))
    actions = [url(name, transcript.pk) for name in ACTIONS] + [url(name) for name in BULK]
    sent = values(transcript, s1__role="Forged")
    nobody = person(name="nobody")
    reader = person("view_transcript", name="reader")
    uploader = person("upload_transcript", name="uploader")
    publisher = person("publish_transcript", name="publisher")
    for address in pages:
        assert "/login/" in client.get(address).headers["Location"]
        assert nobody.get(address).status_code == 403
        for allowed in (reader, uploader, publisher):
            assert allowed.get(address).status_code == 200
    for address in [*actions, pages[0]]:
        assert "/login/" in client.post(address, sent).headers["Location"]
        assert nobody.post(address, sent).status_code == 403
        assert reader.post(address, sent).status_code == 403
    for address in actions:
        assert uploader.post(address, sent).status_code == 403
        assert publisher.get(address).status_code == 302
    assert publisher.post(pages[0], sent).status_code == 403
    assert draft_of(transcript).speeches[0].role == ""
    assert publisher.post(actions[0], sent).status_code == 302
    assert Speech.objects.get().role == ""  # who may only publish corrects nothing


def test_a_forged_action_is_refused(archivist: Client) -> None:
    transcript = received()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = archivist.cookies
    for name in ["transcript_review", *ACTIONS]:
        assert strict.post(url(name, transcript.pk), values(transcript)).status_code == 403
    for name in BULK:
        assert strict.post(url(name), {"transcript": str(transcript.pk)}).status_code == 403
    assert not Speech.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"s1-role": "a\x00b"},
        {"s1-role": "x" * 5000},
        {"record-first_position": "0"},
        {"record-first_position": "9" * 40},
        {"record-date": "0000-00-00"},
        {"record-symbol": "S/PV.1\u202e"},
        {"speech": ["1", "99", "-1", "x"], "s99-role": "y"},
        {"revision": "x"},
        {"page": "999999"},
        {"s1-scope": "everything", "s1-role": "x"},
        {"s1-language": "tlh"},
    ],
)
def test_nonsense_is_answered_and_not_kept(archivist: Client, sent: dict[str, Any]) -> None:
    transcript = received()
    before = draft_of(transcript)
    fields = {"revision": "0", "speech": ["1"]} | sent
    for name in ("transcript_review", "transcript_publish"):
        answer = archivist.post(url(name, transcript.pk), fields)
        assert answer.status_code in (200, 302, 409)
        if answer.status_code != 302:
            assert draft_of(transcript) == before


def test_the_original_is_given_out_as_it_came(archivist: Client) -> None:
    transcript = received(name='a"b;é.txt')
    answer = archivist.get(url("transcript_original", transcript.pk))
    assert answer.content == statement()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert archivist.get(url("transcript_original", 10**9)).status_code == 404
    assert Country.objects.filter(code="NGA").exists()
