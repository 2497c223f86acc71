"""Editing a stored speech: numbering follows the text, and two editors notice each other."""

import re
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from support import rows
from support.uploads import Person, received, url

from statements import ingest
from statements.admin import paragraphs
from statements.models import (
    IndexOutbox,
    LanguageChange,
    Paragraph,
    Reference,
    Speech,
    Transcript,
    Vote,
)

TEXT = """\
Ms. Okafor (Nigeria): The first.

The second.

The third.
"""
RIGHTS = ("view_speech", "change_speech", "withdraw_speech")


@pytest.fixture
def speech(db: None) -> Speech:
    transcript = received(TEXT.encode(), symbol="RC/PV.12", position=1)
    draft = ingest.draft_waiting(transcript)
    ingest.publish(transcript, draft)
    return Speech.objects.get()


@pytest.fixture
def editor(person: Person) -> Client:
    return person(*RIGHTS, name="editor")


@pytest.fixture
def colleague(person: Person) -> Client:
    return person(*RIGHTS, name="colleague")


def form_of(client: Client, speech: Speech) -> dict[str, Any]:
    """What the browser would send back of the form as it is shown."""
    answer: Any = client.get(url("speech_change", speech.pk))
    form = answer.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def change(client: Client, speech: Speech, **typed: Any) -> Any:
    return client.post(url("speech_change", speech.pk), form_of(client, speech) | typed)


def texts(speech: Speech) -> list[tuple[int, str, str]]:
    return list(speech.paragraphs.order_by("position").values_list("position", "kind", "text"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The first.\n\nThe third.", ["The first.", "The third."]),
        (
            "New.\n\nThe first.\n\nThe second.\n\nThe third.",
            ["New.", "The first.", "The second.", "The third."],
        ),
        (
            "The first. The second.\r\n\r\n \r\n\r\nThe third.  ",
            ["The first. The second.", "The third."],
        ),
        ("Only.", ["Only."]),
    ],
)
def test_paragraphs_keep_their_order_without_gaps(
    editor: Client, speech: Speech, text: str, expected: list[str]
) -> None:
    assert change(editor, speech, text=text).status_code == 302
    assert texts(speech) == [
        (position, "speech", words) for position, words in enumerate(expected, start=1)
    ]
    connection.check_constraints()


def test_what_nobody_spoke_is_marked(editor: Client, speech: Speech) -> None:
    change(editor, speech, text="The first.\n\n[narrative] The meeting rose at noon.")
    assert texts(speech)[1] == (2, "narrative", "The meeting rose at noon.")
    assert "[narrative] The meeting rose at noon." in form_of(editor, speech)["text"]


def test_saving_what_was_shown_touches_no_paragraph(editor: Client, speech: Speech) -> None:
    before = list(Paragraph.objects.values_list("pk", "text"))
    assert change(editor, speech, role="Rapporteur").status_code == 302
    assert list(Paragraph.objects.values_list("pk", "text")) == before
    speech.refresh_from_db()
    assert speech.role == "Rapporteur"


def test_an_edit_asks_for_indexing(editor: Client, speech: Speech) -> None:
    IndexOutbox.objects.all().delete()
    change(editor, speech, text="Other words.")
    assert IndexOutbox.objects.filter(speech_id=speech.pk).exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": " \n\n [narrative] "}, "at least one paragraph"),
        ({"text": ""}, "required"),
        ({"position": "0"}, "Positions start at 1."),
        ({"position": ""}, "required"),
        ({"date": "some day"}, "valid date"),
        ({"text": "a\x00b"}, "Null characters are not allowed"),
        ({"text": "a\n\n" * 10_001}, "at most 10,000 paragraphs; this text has 10,001"),
    ],
    ids=["narrative", "empty", "position 0", "no position", "date", "NUL", "paragraphs"],
)
def test_what_cannot_be_stored_is_said(
    editor: Client, speech: Speech, typed: dict[str, str], said: str
) -> None:
    answer = change(editor, speech, **typed)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert len(texts(speech)) == 3


def test_a_taken_position_is_said(editor: Client, speech: Speech) -> None:
    other = received(b"Mr. Lund (Denmark): Else.", "b.txt", symbol="RC/PV.12", position=2)
    ingest.publish(other, ingest.draft_waiting(other))
    answer = change(editor, speech, position="2")
    message = "Position 2 of RC/PV.12 is already taken by another speech: Mr. Lund (Denmark)."
    assert message in answer.content.decode()


def test_the_public_id_cannot_be_changed(editor: Client, speech: Speech) -> None:
    before = speech.public_id
    change(editor, speech, public_id="else", role="Rapporteur", transcript_position="9")
    speech.refresh_from_db()
    assert (speech.public_id, speech.transcript_position) == (before, 1)


def test_the_second_editor_sees_both_and_loses_nothing(
    editor: Client, colleague: Client, speech: Speech
) -> None:
    mine = form_of(editor, speech) | {"text": "The first.\n\nMine.\n\nThe third.", "role": "Mine"}
    change(colleague, speech, text="The first.\n\nTheirs.\n\nThe third.", role="Theirs")
    answer: Any = editor.post(url("speech_change", speech.pk), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert [words for _, _, words in texts(speech)] == ["The first.", "Theirs.", "The third."]
    assert answer.context["texts"] == [("Theirs.", "Mine.")]
    assert answer.context["differences"] == [("Role", "Theirs", "Mine")]
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    again.pop("csrfmiddlewaretoken")
    shown: Any = editor.post(url("speech_change", speech.pk), again | {"_look": "1"})
    assert "has not been saved yet" in shown.content.decode()
    assert "Mine." in shown.content.decode()
    assert editor.post(url("speech_change", speech.pk), again | {"_save": "1"}).status_code == 302
    assert [words for _, _, words in texts(speech)] == ["The first.", "Mine.", "The third."]


def test_an_edit_of_an_erased_speech_keeps_the_words_in_sight(
    editor: Client, speech: Speech
) -> None:
    mine = form_of(editor, speech) | {"text": "Hours of work."}
    ingest.erase(speech.pk, "A court ordered it.")
    answer = editor.post(url("speech_change", speech.pk), mine)
    assert answer.status_code == 409
    assert "Hours of work." in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told(editor: Client, speech: Speech) -> None:
    sent = form_of(editor, speech)
    codes = []

    def save(words: str) -> None:
        client = Client()
        client.cookies = editor.cookies
        fields = sent | {"text": words}
        codes.append(client.post(url("speech_change", speech.pk), fields).status_code)
        connection.close()

    threads = [threading.Thread(target=save, args=[f"Words {n}."]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [302, 409, 409, 409]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_of_the_database_is_a_sentence(
    editor: Client, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_gap(speech: Speech, pieces: Any) -> None:
        Paragraph.objects.create(speech=speech, position=9, text="Lost")

    monkeypatch.setattr(paragraphs, "save", with_a_gap)
    answer = editor.post(
        url("speech_change", speech.pk), form_of(editor, speech) | {"text": "x"}, follow=True
    )
    assert "Nothing was saved. Paragraphs must be numbered without gaps." in (
        answer.content.decode()
    )
    assert len(texts(speech)) == 3


def test_speeches_come_from_transcripts_alone(admin_client: Client, speech: Speech) -> None:
    assert admin_client.get(url("speech_add")).status_code == 403
    assert admin_client.get(url("transcript_add")).status_code == 403
    page = admin_client.get(url("transcript_delete", speech.transcript_id)).content.decode()
    assert "protected related objects" in page
    admin_client.post(url("transcript_delete", speech.transcript_id), {"post": "yes"})
    assert Transcript.objects.exists()


def test_what_needs_a_date_or_a_country_is_found(editor: Client, speech: Speech) -> None:
    page = editor.get(url("speech_changelist") + "?dated=no").content.decode()
    assert "Ms. Okafor (Nigeria)" in page
    assert "needs a date" in page
    page = editor.get(url("speech_changelist") + "?unknown=country").content.decode()
    assert "Ms. Okafor (Nigeria)" not in page


def test_who_may_only_look_changes_nothing(person: Person, speech: Speech) -> None:
    reader = person("view_speech", name="reader")
    assert reader.get(url("speech_change", speech.pk)).status_code == 200
    forged = {"text": "Forged.", "position": 1, "version": ""}
    assert reader.post(url("speech_change", speech.pk), forged).status_code == 403
    assert reader.post(url("speech_delete", speech.pk), {"post": "yes"}).status_code == 403
    assert len(texts(speech)) == 3


def test_what_follows_from_the_text_is_true_of_the_corrected_text(
    editor: Client, speech: Speech
) -> None:
    text = (
        "See resolution 1325 (2000).\n\n[narrative] In favour: Chad\n\n"
        "(spoke in French) Now in my national capacity. I speak in my national capacity."
    )
    change(editor, speech, text=text)
    assert [each.symbol for each in Reference.objects.all()] == ["S/RES/1325 (2000)"]
    assert [each.country_id for each in Vote.objects.all()] == ["TCD"]
    assert [each.language for each in LanguageChange.objects.all()] == ["fr"]
    speech.refresh_from_db()
    assert speech.is_national
    change(editor, speech, text="See resolution 1326 (2000).")
    assert [each.symbol for each in Reference.objects.all()] == ["S/RES/1326 (2000)"]
    assert not Vote.objects.exists()
    assert not LanguageChange.objects.exists()
    speech.refresh_from_db()
    assert not speech.is_national


def test_who_voted_is_known_by_the_names_of_the_corrected_day(
    editor: Client, speech: Speech
) -> None:
    estuary, delta = rows.country("EST"), rows.country("DEL")
    estuary.names.create(name="Reed", folded="reed", valid_to="1990-12-31")
    delta.names.create(name="Reed", folded="reed", valid_from="1991-01-01")
    change(editor, speech, text="So be it.\n\n[narrative] Against: Reed", date="1990-05-01")
    assert Vote.objects.get().country == estuary
    change(editor, speech, date="1991-05-01")
    assert Vote.objects.get().country == delta


def test_times_of_a_recording_are_shown_and_kept(editor: Client, speech: Speech) -> None:
    speech.paragraphs.filter(position=2).update(time_s=3662.5, number=7)
    shown = form_of(editor, speech)["text"]
    assert shown == "The first.\n\n[number 7] [time 1:01:02.5] The second.\n\nThe third."
    change(editor, speech, text=f"[narrative] [time 0:59.25] Before.\n\n{shown}")
    times = speech.paragraphs.order_by("position").values_list("time_s", flat=True)
    assert list(times) == [59.25, None, 3662.5, None]
    for mark in ("[time soon]", "[time 9999:59:59]"):
        change(editor, speech, text=f"{mark} The first.")
        assert texts(speech) == [(1, "speech", f"{mark} The first.")]


def test_a_printed_number_is_shown_moved_and_taken_away(editor: Client, speech: Speech) -> None:
    speech.paragraphs.filter(position=2).update(number=19)
    shown = form_of(editor, speech)["text"]
    assert shown == "The first.\n\n[number 19] The second.\n\nThe third."
    change(editor, speech, text=f"Before.\n\n{shown}\n\n[narrative] [number 20] It was so.")
    numbers = speech.paragraphs.order_by("position").values_list("number", flat=True)
    assert list(numbers) == [None, None, 19, None, 20]
    assert speech.paragraphs.get(position=5).text == "It was so."
    change(editor, speech, text="[number 1999999999] The first.")
    assert texts(speech) == [(1, "speech", "[number 1999999999] The first.")]


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("The President", "[turn: The President]"),
        ("Mr. Rask (Norway) [in Danish]", "[turn: Mr. Rask (Norway) [in Danish]]"),
        ("Mr. Rask] (Norway)", "[turn: Mr. Rask) (Norway)]"),
    ],
)
def test_the_speaker_line_of_a_joined_turn_is_shown_and_moved(
    editor: Client, speech: Speech, line: str, mark: str
) -> None:
    speech.paragraphs.filter(position=2).update(number=19, turn_line=line)
    shown = form_of(editor, speech)["text"]
    assert shown == f"The first.\n\n[number 19] {mark} The second.\n\nThe third."
    change(editor, speech, text=f"Before.\n\n{shown}")
    lines = speech.paragraphs.order_by("position").values_list("turn_line", flat=True)
    assert list(lines) == ["", "", mark.removeprefix("[turn: ").removesuffix("]"), ""]
    assert speech.paragraphs.get(position=3).text == "The second."
    change(editor, speech, text="The first.\n\nThe second.")
    assert not speech.paragraphs.exclude(turn_line="").exists()


def test_many_changed_paragraphs_are_written_in_few_statements(
    speech: Speech, django_assert_max_num_queries: Any
) -> None:
    pieces = [paragraphs.Piece(Paragraph.Kind.SPEECH.value, f"Line {n}.") for n in range(1_000)]
    paragraphs.save(speech, pieces)
    shifted = [paragraphs.Piece(Paragraph.Kind.NARRATIVE.value, "Inserted.", 7), *pieces]
    with django_assert_max_num_queries(20):
        paragraphs.save(speech, shifted)
    assert paragraphs.of_speech(speech) == shifted


def test_differences_are_passages_in_order() -> None:
    old = ["a", "b", "c", "d", "e"]
    assert paragraphs.differences(old, ["a", "B", "c", "d", "e", "f"]) == [("b", "B"), ("", "f")]
    assert paragraphs.differences(old, old) == []
    assert paragraphs.differences(["a", "a"], ["a"]) == [("a", "")]
    assert paragraphs.differences([], ["a"]) == [("", "a")]


def test_differences_of_thousands_of_paragraphs_are_one_passage() -> None:
    old = ["first", *(f"old {number}" for number in range(2_000)), "last"]
    new = ["first", *(f"new {number}" for number in range(2_000)), "last"]
    [(before, after)] = paragraphs.differences(old, new)
    assert before.startswith("old 0\n\nold 1\n\n")
    assert after.endswith("\n\nnew 1999")


def test_repeated_paragraphs_are_not_compared_with_each_other() -> None:
    comparisons = 0

    class Counting(str):
        __slots__ = ()

        def __hash__(self) -> int:
            nonlocal comparisons
            comparisons += 1
            return super().__hash__()

        def __eq__(self, other: object) -> bool:
            return super().__eq__(other)

    same = Counting("The same.")
    old = [same] * 900
    new = [same if number % 2 else Counting(number) for number in range(900)]
    assert paragraphs.differences([*old, "a"], [*new, "b"])
    assert comparisons < 100 * 900  # three times as many, and cubic time, without "autojunk"
