"""What is typed survives an ended session and a lost token, and nothing is saved by itself."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from handing import Person, received, url

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


def fields_of(page: str, form: str = "") -> dict[str, Any]:
    """What a browser would send of the hidden and text fields of a page's form."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if attributes.get("type") in (None, "text", "hidden", "number", "date"):
            if "name" in attributes:
                value = unescape(attributes.get("value", ""))
                found.setdefault(attributes["name"], []).append(value)
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>\s?(.*?)</textarea>', page, re.S):
        found[name] = [unescape(text)]
    return found


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
    assert "Not saved yet" in page
    assert shown.context["adminform"].form["text"].value() == TYPED
    assert "<script>alert(1)</script>" not in page
    assert not Speech.objects.filter(role="Rapporteur").exists()
    listed = editor.get(url("speech_changelist").replace("statements/speech/", "")).content.decode()
    assert "Typed and not saved" in listed
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
    assert "This was not saved" in page
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
    assert "load the page again" in answer.content.decode()
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
    assert "Typed and not saved" not in other.get("/admin/").content.decode()
    other.post(f"/admin/statements/transcript/unsaved/{kept.key}/discard/")
    assert UnsavedInput.objects.exists()
    elsewhere = f"{url('speech_change', speech.pk + 1)}?kept={kept.key}"
    assert b"Hours of work" not in editor.get(elsewhere).content
    for wrong in ("x", "a" * 43, "'"):
        assert editor.get(f"{url('speech_change', speech.pk)}?kept={wrong}").status_code == 200
    page = editor.get("/admin/").content.decode()
    discarding = re.search(r'action="([^"]*/discard/)"', page)[1]  # type: ignore[index]
    assert editor.get(discarding).status_code == 405
    editor.post(discarding)
    assert not UnsavedInput.objects.exists()


def test_only_so_much_is_kept_for_so_long(editor: Client, speech: Speech) -> None:
    typed = typed_into(editor, speech)
    for number in range(35):
        Client().post(url("speech_change", speech.pk), typed | {"text": f"Words {number}"})
    Client().post(url("speech_change", speech.pk), typed | {"text": "Words 34"})
    assert UnsavedInput.objects.count() == 30
    UnsavedInput.objects.update(kept_at=timezone.now() - timedelta(days=15))
    assert "Typed and not saved" not in editor.get("/admin/").content.decode()
    Client().post(url("speech_change", speech.pk), typed | {"text": "a\x00b"})
    assert dict(UnsavedInput.objects.get().fields)["text"] == ["ab"]


def test_what_is_too_large_is_refused_as_ever(editor: Client, speech: Speech) -> None:
    typed = typed_into(editor, speech)
    answer = Client().post(url("speech_change", speech.pk), typed | {"text": "x" * 3_000_000})
    assert answer.status_code in (302, 400)
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
    assert "Not kept yet" in page
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
    assert Speech.objects.get().meeting.organ != "Rivers Council"  # type: ignore[union-attr]


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

    monkeypatch.setattr("statements.admin.paragraphs.store", refuse)
    answer = editor.post(url("speech_change", speech.pk), typed_into(editor, speech), follow=True)
    page = answer.content.decode()
    assert "Another speech of the meeting already has that position." in page
    assert "Hours of work." in page
