"""Deciding on the review page which labels begin speeches."""

import re

from django.test import Client
from django.urls import reverse
from support.uploads import Person, received, url

from statements import ingest
from statements.models import LabelChoice, Transcript

DEBATE = b"""Mr. Lund (Norway): Will it open?

Mr. Speaker: Order.

Ms. Okafor (Nigeria): It will.

Erik Vasseur: I was invited.
"""


def draft_of(transcript: Transcript) -> ingest.Draft:
    return ingest.draft_waiting(Transcript.objects.defer(None).get(pk=transcript.pk))


def speakers(transcript: Transcript) -> list[str]:
    return [speech.speaker for speech in draft_of(transcript).speeches]


def choose(client: Client, transcript: Transcript, *uses: str) -> str:
    transcript.refresh_from_db(fields=["revision"])
    fields = {f"label-{number}": use for number, use in enumerate(uses, start=1)}
    response = client.post(
        url("transcript_labels", transcript.pk),
        {"revision": str(transcript.revision), **fields},
        follow=True,
    )
    return response.content.decode()


def test_labels_are_listed_with_their_counts(archivist: Client) -> None:
    transcript = received(DEBATE, "debate.txt")
    page = archivist.get(url("transcript_review", transcript.pk)).content.decode()
    assert speakers(transcript) == ["Lund", "", "Okafor", ""]
    assert page.index("Mr. Speaker") < page.index("Erik Vasseur") < page.index("Read again")
    assert len(re.findall(r'value="unread"\s+checked', page)) == 2


def test_a_label_is_accepted_or_rejected_with_one_tick(archivist: Client) -> None:
    transcript = received(DEBATE, "debate.txt")
    page = choose(archivist, transcript, "text", "speaker")
    assert "was read again" in page
    assert speakers(transcript) == ["Lund", "Okafor", "Erik Vasseur"]
    assert [label["use"] for label in draft_of(transcript).labels] == ["text", "speaker"]
    choose(archivist, transcript, "unread", "unread")
    assert speakers(transcript) == ["Lund", "", "Okafor", ""]


def test_corrections_stay_or_the_choice_is_refused(archivist: Client) -> None:
    transcript = received(DEBATE, "debate.txt")
    archivist.post(
        url("transcript_review", transcript.pk),
        {"revision": str(transcript.revision), "speech": ["1"], "s1-speaker": "Lunde"},
    )
    choose(archivist, transcript, "unread", "speaker")
    assert speakers(transcript) == ["Lunde", "", "Okafor", "Erik Vasseur"]
    page = choose(archivist, transcript, "text", "speaker")
    assert "The labels were not changed" in page
    assert speakers(transcript) == ["Lunde", "", "Okafor", "Erik Vasseur"]


def test_an_outdated_choice_changes_nothing(archivist: Client) -> None:
    transcript = received(DEBATE, "debate.txt")
    archivist.post(
        url("transcript_labels", transcript.pk), {"revision": "7", "label-1": "text"}, follow=True
    )
    assert len(draft_of(transcript).speeches) == 4


def test_readers_of_the_administration_decide_nothing(person: Person) -> None:
    transcript = received(DEBATE, "debate.txt")
    viewer = person("view_transcript", name="vi")
    response = viewer.post(url("transcript_labels", transcript.pk), {"label-1": "text"})
    assert response.status_code == 403
    assert len(draft_of(transcript).speeches) == 4


def test_what_was_decided_is_shown_at_the_next_file_and_can_be_forgotten(archivist: Client) -> None:
    first = received(DEBATE, "first.txt", organ="Harbour Board")
    choose(archivist, first, "text", "speaker")
    second = received(DEBATE + b"\nMs. Okafor (Nigeria): Now.", "second.txt", organ="Harbour Board")
    page = archivist.get(url("transcript_review", second.pk)).content.decode()
    assert page.count("remembered from “first.txt”") == 2
    assert "further files of “Harbour Board”" in page
    assert speakers(second)[:3] == ["Lund", "Okafor", "Erik Vasseur"]
    page = choose(archivist, second, "text", "unread")
    assert page.count("remembered from") == 1
    assert [choice.label for choice in LabelChoice.objects.all()] == ["Mr. Speaker"]


def test_remembered_labels_can_be_listed_and_deleted(archivist: Client, person: Person) -> None:
    choose(archivist, received(DEBATE, "first.txt", organ="Harbour Board"), "text", "speaker")
    page = archivist.get(reverse("admin:statements_labelchoice_changelist")).content.decode()
    assert "Mr. Speaker" in page
    choice = LabelChoice.objects.get(label="Mr. Speaker")
    delete = reverse("admin:statements_labelchoice_delete", args=[choice.pk])
    assert person("view_transcript", name="vi").post(delete, {"post": "yes"}).status_code == 403
    archivist.post(delete, {"post": "yes"})
    assert [choice.label for choice in LabelChoice.objects.all()] == ["Erik Vasseur"]
