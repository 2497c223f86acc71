"""Input survives an ended session and a lost token, and nothing is saved automatically."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone
from support.html import fields_of
from support.uploads import Person, received, url

from statements import ingest
from statements.models import Speech, Transcript, UnsavedInput

RIGHTS = (
    *("view_speech", "change_speech", "withdraw_speech"),
    *("upload_transcript", "publish_transcript", "view_transcript"),
)
PASSWORD = "rivers run to the sea"
TYPED = "Hours of work.\n\n</textarea><script>alert(1)</script> & more."


@pytest.fixture
def speech(db: None) -> Speech:
    transcript = received(b"Ms. Okafor (Nigeria): The first.", symbol="RC/PV.12", position=1)
    ingest.publish(transcript, ingest.draft_waiting(transcript))
    return Speech.objects.get()


@pytest.fixture
def editor(person: Person) -> Client:
    return person(*RIGHTS, name="editor")


def typed_into(client: Client, speech: Speech) -> dict[str, Any]:
    page = client.get(url("speech_change", speech.pk)).content.decode()
    return fields_of(page) | {"text": TYPED, "role": "Rapporteur", "_save": "Save"}


def sign_in(client: Client, address: str, name: str = "editor") -> Any:
    answer = client.post(address, {"username": name, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client.get(answer["Location"])


def test_a_correction_survives_an_ended_session(editor: Client, speech: Speech) -> None:
    typed = typed_into(editor, speech)
    editor.logout()
    answer = editor.post(url("speech_change", speech.pk), typed)
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
    shown = sign_in(editor, answer["Location"])
    page = shown.content.decode()
    assert "has not been saved yet" in page
    assert shown.context["adminform"].form["text"].value() == TYPED
    assert "<script>alert(1)</script>" not in page
    assert not Speech.objects.filter(role="Rapporteur").exists()
    listed = editor.get(url("speech_changelist").replace("statements/speech/", "")).content.decode()
    assert "Unsaved input" in listed
    again = fields_of(page) | {"_save": "Save"}
    done = editor.post(url("speech_change", speech.pk), again)
    assert done.status_code == 302
    assert "saved_drafts" in done.cookies
    assert Speech.objects.get().role == "Rapporteur"
    assert "alert(1)" in Speech.objects.get().paragraphs.last().text
    assert not UnsavedInput.objects.exists()


def test_what_somebody_stored_meanwhile_is_shown_beside_it(
    editor: Client, person: Person, speech: Speech
) -> None:
    typed = typed_into(editor, speech)
    editor.logout()
    answer = editor.post(url("speech_change", speech.pk), typed)
    Speech.objects.update(role="Chair")
    shown = sign_in(editor, answer["Location"])
    assert shown.status_code == 409
    assert ("Role", "Chair", "Rapporteur") in shown.context["differences"]
    again = fields_of(shown.content.decode()) | {"_save": "1"}
    assert editor.post(url("speech_change", speech.pk), again).status_code == 302
    assert Speech.objects.get().role == "Rapporteur"
    assert not UnsavedInput.objects.exists()


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_correction_survives_a_lost_token(
    editor: Client, speech: Speech, signed_in: bool
) -> None:
    typed = typed_into(editor, speech)
    strict = Client(enforce_csrf_checks=True)
    if signed_in:
        strict.cookies["sessionid"] = editor.cookies["sessionid"].value
    answer = strict.post(url("speech_change", speech.pk), typed)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Your changes were not saved" in page
    assert "no-store" in answer["Cache-Control"]
    address = unescape(re.search(r'href="(/admin/[^"]*(?:kept)[^"]*)"', page)[1])  # type: ignore[index]
    relaxed = Client()
    relaxed.cookies = strict.cookies
    shown = relaxed.get(address) if signed_in else sign_in(relaxed, address)
    assert shown.context["adminform"].form["text"].value() == TYPED
    assert Speech.objects.get().role == ""


def test_without_the_note_nothing_is_kept(editor: Client, speech: Speech) -> None:
    typed = typed_into(editor, speech)
    stranger = Client()
    for note in ([], ["forged"], [typed["_form"][0] + "x"], [""]):
        fields = typed | {"_form": note}
        answer = stranger.post(url("speech_change", speech.pk), fields)
        assert answer.status_code == 302
        assert "kept" not in answer["Location"]
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(url("speech_change", speech.pk), {"text": "x"})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()
    assert not UnsavedInput.objects.exists()


def test_an_old_note_and_an_account_that_is_closed_keep_nothing(
    editor: Client, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = typed_into(editor, speech)
    User.objects.filter(username="editor").update(is_active=False)
    Client().post(url("speech_change", speech.pk), typed)
    assert not UnsavedInput.objects.exists()
    User.objects.filter(username="editor").update(is_active=True)
    monkeypatch.setattr("django.core.signing.time.time", lambda: 4_000_000_000.0)
    Client().post(url("speech_change", speech.pk), typed)
    assert not UnsavedInput.objects.exists()


def test_nobody_else_is_shown_it(editor: Client, person: Person, speech: Speech) -> None:
    typed = typed_into(editor, speech)
    Client().post(url("speech_change", speech.pk), typed)
    kept = UnsavedInput.objects.get()
    other = person(*RIGHTS, name="other")
    page = other.get(kept.get_absolute_url()).content.decode()
    assert "Hours of work" not in page
    assert "Unsaved input" not in other.get("/admin/").content.decode()
    other.post(f"/admin/statements/transcript/unsaved/{kept.key}/discard/")
    assert UnsavedInput.objects.exists()
    elsewhere = f"{url('speech_change', speech.pk + 1)}?kept={kept.key}"
    assert b"Hours of work" not in editor.get(elsewhere).content
    for wrong in ("x", "a" * 43, "'"):
        shown = editor.get(f"{url('speech_change', speech.pk)}?kept={wrong}")
        assert "This input is no longer stored." in shown.text
    page = editor.get("/admin/").content.decode()
    discarding = re.search(r'action="([^"]*/discard/)"', page)[1]  # type: ignore[index]
    assert editor.get(discarding).url == "/admin/"
    editor.post(discarding)
    assert not UnsavedInput.objects.exists()


def test_only_so_much_is_kept_for_so_long(editor: Client, speech: Speech) -> None:
    typed = typed_into(editor, speech)
    for _again in range(2):
        Client().post(url("speech_change", speech.pk), typed)
    assert dict(UnsavedInput.objects.get().fields)["text"] == [TYPED]
    selection = [{"_selected_action": str(number), "reason": "x"} for number in range(35)]
    for fields in selection:
        page = editor.post(
            url("speech_changelist"),
            {"action": "withdraw_selected", "_selected_action": speech.pk},
        ).content.decode()
        browser = Client()
        answer = browser.post(url("speech_changelist"), fields_of(page) | fields)
        is_said = "your oldest one was deleted" in browser.get(answer["Location"]).text
        assert is_said == (int(fields["_selected_action"]) > 28)
    assert UnsavedInput.objects.count() == 30
    UnsavedInput.objects.update(kept_at=timezone.now() - timedelta(days=15))
    assert "Unsaved input" not in editor.get("/admin/").content.decode()
    Client().post(url("speech_change", speech.pk), typed | {"text": "a\x00b"})
    assert dict(UnsavedInput.objects.get().fields)["text"] == ["ab"]


LONG = "Вода была низкой в этом году. " * 95_000  # 5.0 MB in UTF-8, 14 MB as a form sends it
URLENCODED = "application/x-www-form-urlencoded"


def test_a_long_speech_can_be_edited(editor: Client, speech: Speech) -> None:
    typed = typed_into(editor, speech) | {"text": LONG}
    body = urlencode(typed, doseq=True)
    assert len(body) > 13_000_000
    address = url("speech_change", speech.pk)
    editor.logout()
    answer = editor.post(address, body, content_type=URLENCODED)
    shown = sign_in(editor, answer["Location"])
    again = fields_of(shown.content.decode()) | {"_save": "Save"}
    assert again["text"] == [LONG]
    done = editor.post(address, urlencode(again, doseq=True), content_type=URLENCODED)
    assert done.status_code == 302
    assert Speech.objects.get().paragraphs.get().text == LONG.strip()


def test_a_speech_that_is_too_long_stays_in_the_form(editor: Client, speech: Speech) -> None:
    typed = typed_into(editor, speech) | {"text": "x" * (5 * 1024 * 1024 + 1)}
    answer = editor.post(url("speech_change", speech.pk), typed)
    assert "is longer than 5 MB" in str(answer.context["errors"])
    assert len(answer.context["adminform"].form["text"].value()) == 5 * 1024 * 1024 + 1


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("form", [URLENCODED, MULTIPART_CONTENT])
def test_a_form_that_is_too_large_says_so(
    editor: Client, speech: Speech, form: str, signed_in: bool
) -> None:
    """The user is not sent to the login page as if the input had been kept."""
    typed = typed_into(editor, speech) | {"text": "x" * 18_000_000}
    client = editor if signed_in else Client()
    body: Any = urlencode(typed, doseq=True) if form == URLENCODED else typed
    answer = client.post(url("speech_change", speech.pk), body, content_type=form)
    assert answer.status_code == 413
    page = answer.content.decode()
    assert "17.0\xa0MB" in page
    assert "Nothing was saved. Go back in your browser" in page
    assert not UnsavedInput.objects.exists()


def test_a_large_review_survives_an_ended_session(editor: Client) -> None:
    body = "\n".join(["The gauge was read aloud once more."] * 600)
    record = "\n\n".join(
        f"{'Mr. Lund (Denmark)' if number % 2 else 'Ms. Okafor (Nigeria)'}: {number}.\n\n{body}"
        for number in range(25)
    )
    transcript = received(record.encode(), "long.txt", symbol="RC/PV.20")
    address = url("transcript_review", transcript.pk)
    page = editor.get(address).content.decode()
    assert len(page) > 480_000
    typed = fields_of(page) | {"s7-speaker": "Okafor-Brook", "record-organ": "Rivers Council"}
    editor.logout()
    answer = editor.post(address, typed)
    shown = sign_in(editor, answer["Location"])
    page = shown.content.decode()
    assert "has not been saved yet" in page
    again = fields_of(page)
    assert again["s7-speaker"] == ["Okafor-Brook"]
    assert ingest.draft_waiting(Transcript.objects.defer(None).get()).organ != "Rivers Council"
    assert editor.post(address, again).status_code == 302
    draft = ingest.draft_waiting(Transcript.objects.defer(None).get())
    assert draft.organ == "Rivers Council"
    assert [each.speaker for each in draft.speeches if each.position == 7] == ["Okafor-Brook"]
    assert not UnsavedInput.objects.exists()


def test_corrections_sent_with_publish_survive_too(editor: Client) -> None:
    transcript = received(b"Ms. Okafor (Nigeria): The first.", "a.txt", symbol="RC/PV.21")
    page = editor.get(url("transcript_review", transcript.pk)).content.decode()
    typed = fields_of(page) | {"record-organ": "Rivers Council"}
    editor.logout()
    answer = editor.post(url("transcript_publish", transcript.pk), typed)
    assert not Speech.objects.exists()
    ingest.publish(transcript, ingest.draft_waiting(transcript))
    shown = sign_in(editor, answer["Location"])
    assert shown.status_code == 409
    assert "Rivers Council" in shown.content.decode()
    assert Speech.objects.get().organ != "Rivers Council"


def test_corrections_of_one_more_place_survive_an_ended_session(editor: Client) -> None:
    """A published file waits again where the same bytes came for one more place."""
    data = b"Ms. Okafor (Nigeria): The first."
    for number in (21, 22):
        given = ingest.Metadata(symbol=f"RC/PV.{number}", position=number)
        ingest.deliver([ingest.Incoming(f"{number}.txt", data, metadata=given)])
        ingest.read_delivered()
        transcript = Transcript.objects.defer(None).get()
        if number == 21:
            ingest.publish(transcript, ingest.draft_waiting(transcript))
    assert transcript.state == "another"
    address = url("transcript_review", transcript.pk)
    typed = fields_of(editor.get(address).content.decode()) | {"record-organ": "Rivers Council"}
    editor.logout()
    shown = sign_in(editor, editor.post(address, typed)["Location"])
    assert shown.status_code == 200
    assert "has not been saved yet" in shown.content.decode()
    assert editor.post(address, fields_of(shown.content.decode())).status_code == 302
    transcript = Transcript.objects.defer(None).get()
    assert ingest.draft_waiting(transcript).organ == "Rivers Council"


def test_a_reason_survives_an_ended_session(editor: Client, speech: Speech) -> None:
    page = editor.get(url("speech_withdraw", speech.pk)).content.decode()
    typed = fields_of(page) | {"reason": "A name was printed by mistake."}
    editor.logout()
    answer = editor.post(url("speech_withdraw", speech.pk), typed)
    page = sign_in(editor, answer["Location"]).content.decode()
    assert fields_of(page)["reason"] == ["A name was printed by mistake."]
    assert Speech.objects.exists()
    assert editor.post(url("speech_withdraw", speech.pk), fields_of(page)).status_code == 302
    assert not UnsavedInput.objects.exists()


def test_what_the_database_refuses_is_shown_again(
    editor: Client, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import IntegrityError

    def refuse(*_: Any) -> None:
        raise IntegrityError("speech_meeting_position")

    monkeypatch.setattr("statements.admin.paragraphs.save", refuse)
    answer = editor.post(url("speech_change", speech.pk), typed_into(editor, speech), follow=True)
    page = answer.content.decode()
    assert "Another speech in this meeting already has this position." in page
    assert "Hours of work." in page


def sent_again(page: str) -> tuple[str, dict[str, Any]]:
    """The address and the fields of the form that a page offers to send again."""
    form = re.search(r'<form method="post" action="([^"]*)".*?</form>', page, re.S)
    assert form is not None
    assert "Your input has been kept on this page." in form[0]
    return unescape(form[1]), fields_of(form[0])


@contextmanager
def full_disk(model: type[Model]) -> Iterator[None]:
    """Have the database refuse every change of a table."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'No space left' USING ERRCODE = '53100'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse()"
        )
        try:
            yield
        finally:
            cursor.execute(f"DROP TRIGGER refuse ON {table}")
            cursor.execute("DROP FUNCTION pg_temp.refuse()")


def send(client: Client, page: str, address: str, fields: dict[str, Any]) -> Any:
    """Send a form as a browser does, in the encoding that the page asks for."""
    form = re.search(
        r'<form method="post"[^>]*>|<form[^>]*method="post"[^>]*>',
        page[page.index('id="content"') :],
    )
    assert form is not None
    if "multipart/form-data" in form[0]:
        return client.post(address, fields)
    return client.post(address, urlencode(fields, doseq=True), content_type=URLENCODED)


@pytest.mark.django_db(transaction=True)
def test_a_review_survives_a_full_disk(editor: Client) -> None:
    transcript = received(b"Ms. Okafor (Nigeria): The first.", "a.txt", symbol="RC/PV.21")
    address = url("transcript_review", transcript.pk)
    page = editor.get(address).content.decode()
    typed = fields_of(page) | {"record-organ": "Rivers <Council>"}
    with full_disk(Transcript):
        answer = send(editor, page, address, typed)
        assert answer.status_code == 507
        answer = editor.post(*sent_again(answer.content.decode()))  # again too early
        assert answer.status_code == 507
    again, fields = sent_again(answer.content.decode())
    assert again == address
    assert editor.post(again, fields).status_code == 302
    organ = ingest.draft_waiting(Transcript.objects.defer(None).get()).organ
    assert organ == "Rivers <Council>"


@pytest.mark.django_db(transaction=True)
def test_a_conflict_survives_a_full_disk(editor: Client, speech: Speech) -> None:
    address = url("speech_change", speech.pk)
    typed = typed_into(editor, speech)
    Speech.objects.update(role="Chair")
    page = editor.post(address, typed).content.decode()
    with full_disk(Speech):
        answer = send(editor, page, address, fields_of(page) | {"_save": "1"})
        assert answer.status_code == 507
    assert editor.post(*sent_again(answer.content.decode())).status_code == 302
    assert Speech.objects.get().role == "Rapporteur"
    assert "alert(1)" in Speech.objects.get().paragraphs.last().text


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_not_sent_again_by_itself(editor: Client) -> None:
    with full_disk(Transcript):
        file = SimpleUploadedFile("a.txt", b"Ms. Okafor (Nigeria): The first.")
        answer = editor.post(url("transcript_upload"), {"transcripts": [file], "organ": "Council"})
    assert answer.status_code == 507
    assert "<form" not in answer.content.decode().partition("<main")[2].partition("</main>")[0]
