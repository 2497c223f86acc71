"""Withdrawing, reinstating and erasing speeches: permissions, questions, and two people who do it
at once."""

import re
import threading
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection, transaction
from django.test import Client
from support.uploads import Person, file_of, hand_in, received, url

from statements import ingest
from statements.models import (
    DeletedSpeech,
    IndexOutbox,
    Reference,
    Speech,
    Transcript,
    UnsavedInput,
    Withdrawal,
)

RECORD = """\
Ms. Okafor (Nigeria): The first, as S/RES/1325 (2000) says.

The second.

Mr. Lund (Denmark): Another.
"""
REASON = "A name was printed by mistake."
RIGHTS = ("view_speech", "change_speech", "withdraw_speech")


@pytest.fixture
def speech(db: None) -> Speech:
    transcript = received(RECORD.encode(), symbol="RC/PV.12", position=1)
    ingest.publish(transcript, ingest.draft_waiting(transcript))
    return Speech.objects.get(position=1)


@pytest.fixture
def editor(person: Person) -> Client:
    return person(*RIGHTS, name="editor")


@pytest.fixture
def colleague(person: Person) -> Client:
    return person(*RIGHTS, name="colleague")


def asked(client: Client, speech: Speech, name: str = "withdraw") -> dict[str, str]:
    """The fields of the page that asks for a reason, with one."""
    page: Any = client.get(url(f"speech_{name}", speech.pk))
    assert page.status_code == 200
    return {
        "reason": REASON,
        "version": page.context["version"],
        "seen": page.context["seen"],
    }


def form_of(client: Client, speech: Speech) -> dict[str, Any]:
    answer: Any = client.get(url("speech_change", speech.pk))
    form = answer.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def test_a_speech_is_withdrawn_and_reinstated(editor: Client, speech: Speech) -> None:
    address = speech.get_absolute_url()
    IndexOutbox.objects.all().delete()
    answer = editor.post(url("speech_withdraw", speech.pk), asked(editor, speech), follow=True)
    assert "was withdrawn. Only archivists can see it." in answer.content.decode()
    assert f"Reason: {REASON}" in answer.content.decode()
    assert Client().get(address).status_code == 410
    assert not Reference.objects.exists()
    withdrawal = Withdrawal.objects.get()
    assert (withdrawal.reason, str(withdrawal.withdrawn_by)) == (REASON, "editor")
    assert IndexOutbox.objects.filter(speech_id=speech.pk).exists()
    IndexOutbox.objects.all().delete()
    answer = editor.post(url("speech_reinstate", speech.pk), follow=True)
    assert "is public again at the same address" in answer.content.decode()
    assert Client().get(address).status_code == 200
    assert Reference.objects.count() == 1
    assert IndexOutbox.objects.filter(speech_id=speech.pk).exists()
    told = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(told) == [f"Withdrawn: {REASON}", "Reinstated"]
    history = editor.get(url("speech_history", speech.pk)).content.decode()
    assert f"Withdrawn: {REASON}" in history


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_withdrawing_needs_a_reason(editor: Client, speech: Speech, reason: str) -> None:
    fields = asked(editor, speech) | {"reason": reason}
    answer = editor.post(url("speech_withdraw", speech.pk), fields)
    assert answer.status_code == 200
    assert Speech.objects.filter(pk=speech.pk).exists()
    assert 'class="errorlist"' in answer.content.decode()


def test_who_may_do_what(person: Person, admin_client: Client, speech: Speech) -> None:
    reader = person("view_speech", "change_speech", "delete_speech", name="reader")
    fields = asked(admin_client, speech)
    assert reader.get(url("speech_withdraw", speech.pk)).status_code == 403
    assert reader.post(url("speech_withdraw", speech.pk), fields).status_code == 403
    assert reader.post(url("speech_reinstate", speech.pk)).status_code == 403
    assert reader.get(url("speech_delete", speech.pk)).status_code == 403
    assert reader.post(url("speech_delete", speech.pk), fields).status_code == 403
    assert "Withdraw" not in reader.get(url("speech_change", speech.pk)).content.decode()
    editor = person(*RIGHTS, name="editor")
    assert editor.post(url("speech_delete", speech.pk), fields).status_code == 403
    page = editor.get(url("speech_change", speech.pk)).content.decode()
    assert "Withdraw" in page
    assert "Erase permanently" not in page
    back = editor.get(url("speech_reinstate", speech.pk))
    assert back.headers["Location"] == url("speech_change", speech.pk)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert strict.post(url("speech_withdraw", speech.pk), fields).status_code == 403
    assert Speech.objects.count() == 2


def test_archivists_may_withdraw_and_not_delete(db: None) -> None:
    names = Group.objects.get(name="Archivists").permissions.values_list("codename", flat=True)
    assert "withdraw_speech" in names
    assert "delete_speech" not in names
    assert Permission.objects.filter(codename="withdraw_speech").count() == 1


def test_an_administrator_erases_for_good(admin_client: Client, speech: Speech) -> None:
    question = admin_client.get(url("speech_delete", speech.pk)).content.decode()
    assert "This cannot be undone." in question
    fields = asked(admin_client, speech, "delete")
    answer = admin_client.post(url("speech_delete", speech.pk), fields | {"reason": ""})
    assert answer.status_code == 200
    answer = admin_client.post(url("speech_delete", speech.pk), fields)
    assert answer.status_code == 302
    assert not Speech.all_objects.filter(pk=speech.pk).exists()
    assert DeletedSpeech.objects.get().reason == REASON
    assert LogEntry.objects.get().change_message == f"Permanently erased: {REASON}"
    assert admin_client.get(url("speech_withdraw", speech.pk)).status_code == 404
    assert admin_client.post(url("speech_reinstate", speech.pk)).status_code == 404
    for wrong in ("abc", "99999999999999999999", "0"):
        assert admin_client.get(f"/admin/statements/speech/{wrong}/withdraw/").status_code in (
            400,
            404,
        )


def test_a_speech_changed_meanwhile_is_not_withdrawn(
    editor: Client, colleague: Client, admin_client: Client, speech: Speech
) -> None:
    withdrawing, erasing = asked(editor, speech), asked(admin_client, speech, "delete")
    mine = form_of(colleague, speech) | {"role": "Rapporteur", "text": "The first.\n\nNew words."}
    assert colleague.post(url("speech_change", speech.pk), mine).status_code == 302
    for client, name, fields in (
        (editor, "withdraw", withdrawing),
        (admin_client, "delete", erasing),
    ):
        answer: Any = client.post(url(f"speech_{name}", speech.pk), fields)
        assert answer.status_code == 409
        assert ("Role", "(empty)", "Rapporteur") in answer.context["rows"]
        [(before, now)] = answer.context["texts"]
        assert "The second." in before
        assert "New words." in now
        assert REASON in answer.content.decode()
        hostile = fields | {"seen": '{"fields": 3}'}
        assert client.post(url(f"speech_{name}", speech.pk), hostile).status_code == 409
        assert client.post(url(f"speech_{name}", speech.pk), {"reason": "x"}).status_code == 409
    assert Speech.objects.filter(pk=speech.pk, role="Rapporteur").exists()


def test_an_edit_of_a_speech_withdrawn_meanwhile_is_told(
    editor: Client, colleague: Client, speech: Speech
) -> None:
    mine = form_of(editor, speech) | {"text": "Hours of work."}
    colleague.post(url("speech_withdraw", speech.pk), asked(colleague, speech))
    answer: Any = editor.post(url("speech_change", speech.pk), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This speech is withdrawn." in page
    assert "Hours of work." in page
    again = mine | {"version": answer.context["version"]}
    assert editor.post(url("speech_change", speech.pk), again).status_code == 302
    assert Client().get(speech.get_absolute_url()).status_code == 410
    assert not Reference.objects.exists()
    editor.post(url("speech_reinstate", speech.pk))
    assert "Hours of work." in Client().get(speech.get_absolute_url()).content.decode()


def test_many_are_withdrawn_and_reinstated(editor: Client, speech: Speech) -> None:
    keys = list(Speech.objects.values_list("pk", flat=True))
    listing = url("speech_changelist")
    chosen = {"action": "withdraw_selected", "_selected_action": keys}
    question: Any = editor.post(listing, chosen)
    assert "Withdraw 2 speeches?" in question.content.decode()
    assert Speech.objects.count() == 2
    chosen["digest"] = question.context["digest"]
    assert editor.post(listing, chosen | {"reason": ""}).status_code == 200
    stale = editor.post(listing, chosen | {"digest": "9", "reason": REASON})
    assert "The selected speeches have changed" in stale.content.decode()
    assert REASON in stale.content.decode()
    assert Speech.objects.count() == 2
    done = editor.post(listing, chosen | {"reason": REASON}, follow=True)
    assert "Successfully withdrew 2 speeches." in done.content.decode()
    assert Withdrawal.objects.count() == 1
    assert not Speech.objects.exists()
    assert LogEntry.objects.count() == 2
    assert ">Public<" not in _rows(editor.get(f"{listing}?withdrawn=yes"))
    assert "Okafor" not in _rows(editor.get(f"{listing}?withdrawn=no"))
    again = editor.post(listing, chosen, follow=True)
    assert "All of these speeches are already withdrawn." in again.content.decode()
    back = {"action": "reinstate_selected", "_selected_action": keys}
    done = editor.post(listing, back, follow=True)
    assert "Successfully reinstated 2 speeches." in done.content.decode()
    assert Speech.objects.count() == 2
    actions = editor.get(listing).content.decode()
    assert 'value="delete_selected"' not in actions
    assert Client().get(speech.get_absolute_url()).status_code == 200


def question_for(client: Client, keys: list[int], query: str = "") -> tuple[str, dict[str, Any]]:
    """The address and the hidden fields of the page that asks for one reason for many."""
    fields = {"action": "withdraw_selected", "_selected_action": keys}
    answer: Any = client.post(url("speech_changelist") + query, fields)
    form = answer.content.decode().partition('id="content"')[2]
    hidden = re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', form)
    fields = {}
    for name, value in hidden:
        fields.setdefault(name, []).append(unescape(value))
    return unescape(re.search(r'<form method="post" action="([^"]+)"', form)[1]), fields  # type: ignore[index]


@pytest.mark.parametrize("query", ["", "?withdrawn=no", "?q=Okafor&withdrawn=no"])
def test_another_choice_of_the_same_size_is_not_withdrawn(
    editor: Client, speech: Speech, query: str
) -> None:
    other = Speech.objects.exclude(pk=speech.pk).get()
    address, fields = question_for(editor, [speech.pk])
    stale: Any = editor.post(address, fields | {"_selected_action": [other.pk], "reason": REASON})
    assert stale.status_code == 200
    assert Speech.objects.count() == 2


def test_a_speech_edited_meanwhile_is_not_withdrawn_with_others(
    editor: Client, colleague: Client, speech: Speech
) -> None:
    keys = list(Speech.objects.values_list("pk", flat=True))
    address, fields = question_for(editor, keys)
    typed = form_of(colleague, speech) | {"text": "Another text.", "_save": "1"}
    assert colleague.post(url("speech_change", speech.pk), typed).status_code == 302
    stale: Any = editor.post(address, fields | {"reason": REASON})
    assert (
        "The selected speeches have changed since you opened this page." in stale.content.decode()
    )
    assert Speech.objects.count() == 2
    address, fields = question_for(editor, keys)
    assert editor.post(address, fields | {"reason": REASON}).status_code == 302
    assert not Speech.objects.exists()


@pytest.mark.parametrize("query", ["", "?withdrawn=no&q=a"])
def test_a_reason_for_many_survives_an_ended_session(
    editor: Client, speech: Speech, query: str
) -> None:
    keys = list(Speech.objects.values_list("pk", flat=True))
    address, fields = question_for(editor, keys, query)
    assert address == url("speech_changelist") + query
    editor.logout()
    answer: Any = editor.post(address, fields | {"reason": REASON})
    assert answer.status_code == 302
    editor.force_login(User.objects.get(username="editor"))
    kept = UnsavedInput.objects.get()
    page: Any = editor.get(kept.get_absolute_url())
    assert "Withdraw 2 speeches?" in page.content.decode()
    assert page.context["form"]["reason"].value() == REASON
    assert Speech.objects.count() == 2
    again = fields | {"kept": kept.key, "reason": REASON, "digest": page.context["digest"]}
    assert editor.post(page.context["address"], again).status_code == 302
    assert not Speech.objects.exists()
    assert not UnsavedInput.objects.exists()


def _rows(answer: Any) -> str:
    page: str = answer.content.decode()
    return page.partition('id="result_list"')[2].partition("</table>")[0]


def test_who_may_not_withdraw_has_no_such_action(person: Person, speech: Speech) -> None:
    reader = person("view_speech", "change_speech", name="reader")
    chosen = {"action": "withdraw_selected", "_selected_action": [speech.pk]}
    reader.post(url("speech_changelist"), chosen | {"digest": "1", "reason": REASON})
    assert Speech.objects.count() == 2


def test_a_withdrawn_speech_keeps_its_place(editor: Client, speech: Speech) -> None:
    ingest.withdraw([speech.pk], REASON)
    other = received(b"Mr. Brook (Chad): Something else.", "b.txt", symbol="RC/PV.12", position=1)
    look = ingest.preview(ingest.draft_waiting(other))
    assert [each.outcome for each in look.speeches] == ["withdrawn"]
    assert not look.collisions
    for on_collision in ("refuse", "replace", "skip"):
        if other.state != Transcript.State.RECEIVED:
            break
        done = ingest.publish(other, ingest.draft_waiting(other), on_collision=on_collision)
        assert done.changed_nothing
    after = received(b"Mr. Brook (Chad): And then.", "c.txt", symbol="RC/PV.12")
    ingest.publish(after, ingest.draft_waiting(after))
    assert Speech.objects.get(transcript=after).position == 3
    fields = form_of(editor, Speech.objects.get(transcript=after)) | {"position": "1"}
    page = editor.post(url("speech_change", Speech.objects.get(transcript=after).pk), fields)
    assert "Position 1 of RC/PV.12 is taken by a withdrawn speech" in page.content.decode()
    ingest.reinstate([speech.pk])
    assert list(Speech.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]


def test_uploading_the_file_again_offers_to_reinstate(person: Person, speech: Speech) -> None:
    rights = ("upload_transcript", "publish_transcript", "view_transcript")
    archivist = person(*rights, "withdraw_speech", name="archivist")
    ingest.withdraw([speech.pk], REASON)
    page = hand_in(archivist, [file_of(RECORD.encode())]).content.decode()
    assert "This file is already published:" in page
    assert "1 speech of this file is withdrawn" in page
    address = url("transcript_reinstate", speech.transcript_id)
    assert f'action="{address}"' in page
    helper = person(*rights, name="helper")
    assert address not in hand_in(helper, [file_of(RECORD.encode())]).content.decode()
    assert helper.post(address).status_code == 403
    assert archivist.get(address).headers["Location"] == url(
        "transcript_review", speech.transcript_id
    )
    reviewed = archivist.get(url("transcript_review", speech.transcript_id)).content.decode()
    assert REASON in reviewed
    done = archivist.post(address, follow=True).content.decode()
    assert "1 speech was reinstated. It is public again at the same address." in done
    assert Client().get(speech.get_absolute_url()).status_code == 200
    again = archivist.post(address, follow=True).content.decode()
    assert "This file has no withdrawn speeches." in again
    ingest.erase(speech.pk, REASON)
    page = hand_in(archivist, [file_of(RECORD.encode())]).content.decode()
    assert "1 speech of this file was permanently erased" in page
    assert f'action="{address}"' not in page


# -- two at once: real transactions, in threads ----------------------------------------------------


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each returned, all begun together."""
    begin = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        begin.wait(10)
        try:
            results[place] = work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place, work]) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def twin(client: Client) -> Client:
    """A client of one's own for a thread, signed in as the same person."""
    other = Client()
    other.cookies = client.cookies
    return other


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["withdraw", "delete"])
def test_editing_and_withdrawing_at_once_loses_no_edit(
    editor: Client, admin_client: Client, speech: Speech, name: str
) -> None:
    other = Speech.objects.get(position=2)
    for each in (speech, other) * 3:
        each = Speech.all_objects.filter(pk=each.pk).first()
        if each is None:
            continue
        ingest.reinstate([each.pk])
        edit = form_of(editor, each) | {"text": "Hours of work.\n\nMore.", "role": "x"}
        question = asked(admin_client, each, name)
        address = each.pk
        saved, removed = at_once(
            lambda: twin(editor).post(url("speech_change", address), edit).status_code,  # noqa: B023
            lambda: twin(admin_client).post(url(f"speech_{name}", address), question).status_code,  # noqa: B023
        )
        assert sorted([saved, removed]) == [302, 409]
        there = Speech.all_objects.filter(pk=address).first()
        if saved == 302:
            assert there is not None
            assert there.paragraphs.first().text == "Hours of work."
            assert there.withdrawal is None
            Speech.objects.filter(pk=address).update(role="")
        ingest.reinstate([address])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["withdraw", "delete"])
def test_an_edit_stored_while_another_waits_is_not_removed_unseen(
    editor: Client, admin_client: Client, speech: Speech, name: str
) -> None:
    question = asked(admin_client, speech, name)
    codes: list[int] = []

    def remove() -> None:
        try:
            answer = twin(admin_client).post(url(f"speech_{name}", speech.pk), question)
            codes.append(answer.status_code)
        finally:
            connection.close()

    thread = threading.Thread(target=remove)
    with transaction.atomic():
        held = Speech.all_objects.locked().get(pk=speech.pk)
        thread.start()
        thread.join(1.0)
        assert not codes, "it does not wait for whoever edits"
        held.role = "Rapporteur"
        held.save()
        held.paragraphs.filter(position=2).update(text="Seen by nobody yet.")
    thread.join(30)
    assert codes == [409]
    assert Speech.objects.get(pk=speech.pk).role == "Rapporteur"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_withdraw_at_once_one_does(
    editor: Client, colleague: Client, speech: Speech
) -> None:
    questions = [asked(client, speech) for client in (editor, colleague)]
    codes = at_once(
        lambda: twin(editor).post(url("speech_withdraw", speech.pk), questions[0]).status_code,
        lambda: twin(colleague).post(url("speech_withdraw", speech.pk), questions[1]).status_code,
    )
    assert sorted(codes) == [302, 409]
    assert Withdrawal.objects.count() == 1
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_in_a_place_and_withdrawing_what_stands_there(speech: Speech) -> None:
    for turn in range(3):
        ingest.reinstate([speech.pk])
        words = f"Ms. Okafor (Nigeria): The first, corrected {turn}.".encode()
        newer = received(words, f"{turn}.txt", symbol="RC/PV.12", position=1)
        draft = ingest.draft_waiting(newer)
        published, withdrawn = at_once(
            lambda: ingest.publish(newer, draft, on_collision="replace"),  # noqa: B023
            lambda: ingest.withdraw([speech.pk], REASON),
        )
        assert published is not None
        assert len(withdrawn) == 1
        assert published.replaced in (0, 1)
        assert not Speech.objects.filter(pk=speech.pk).exists()
        assert not Reference.objects.filter(paragraph__speech=speech).exists()


@pytest.mark.django_db(transaction=True)
def test_many_withdrawn_in_opposite_orders_do_not_wait_in_a_ring(speech: Speech) -> None:
    keys = list(Speech.objects.values_list("pk", flat=True))
    for _ in range(5):
        ingest.reinstate(keys)
        one, other = at_once(
            lambda: ingest.withdraw(keys, REASON), lambda: ingest.withdraw(keys[::-1], REASON)
        )
        assert sorted([len(one), len(other)]) == [0, 2]
