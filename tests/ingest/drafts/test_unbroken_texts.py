"""Long speeches of a source without paragraphs are divided, and the archive says so."""

import pytest
from django.core.management import call_command
from django.test import Client
from support.drafts import parsed_speech

from statements import ingest
from statements.admin import paragraphs as edited
from statements.ingest import Draft, Metadata, build_draft
from statements.models import Paragraph, Speech
from statements.transcripts.values.parsed import ParsedParagraph, ParsedTranscript

pytestmark = pytest.mark.django_db

PART = "The gauges on both banks were read each morning of that long spring. "
LEAK = "Secondly, the dam leaked at the sluice."
LONG = f"{PART * 8}{LEAK} {PART * 8}Finally, we thank you. {PART * 8}".strip()


def draft_of(*texts: tuple[ParsedParagraph, ...]) -> Draft:
    speeches = tuple(
        parsed_speech(position=position, paragraphs=paragraphs)
        for position, paragraphs in enumerate(texts, start=1)
    )
    return build_draft(
        ParsedTranscript(name="a.csv", form="record", encoding="utf-8", speeches=speeches)
    )


def begins(draft: Draft, speech: int = 0) -> list[tuple[str, bool]]:
    return [
        (paragraph.text.split()[0], paragraph.is_divided)
        for paragraph in draft.speeches[speech].paragraphs
    ]


def test_a_long_speech_without_paragraphs_is_divided() -> None:
    draft = draft_of((ParsedParagraph(LONG, line=7),), (ParsedParagraph("It was low."),))
    assert begins(draft) == [("The", False), ("Secondly,", True), ("Finally,", True)]
    assert begins(draft, 1) == [("It", False)]
    assert " ".join(part.text for part in draft.speeches[0].paragraphs) == LONG
    assert {part.line for part in draft.speeches[0].paragraphs} == {7}
    assert Draft.from_json(draft.to_json()) == draft


def test_a_source_with_paragraphs_is_left_as_it_is() -> None:
    two = (ParsedParagraph("It was low."), ParsedParagraph("It rose."))
    assert begins(draft_of((ParsedParagraph(LONG),), two)) == [("The", False)]


@pytest.mark.parametrize(
    "paragraph",
    [
        ParsedParagraph(LONG, time_s=3.0),
        ParsedParagraph(LONG, uncertain_words=(4,)),
        ParsedParagraph(PART.strip()),
    ],
    ids=["time", "uncertain words", "short"],
)
def test_what_cannot_be_divided_stays_whole(paragraph: ParsedParagraph) -> None:
    assert len(begins(draft_of((paragraph,)))) == 1


def published(name: str, text: str, metadata: Metadata | None = None) -> Speech:
    received = ingest.receive(name, text.encode(), metadata=metadata)
    assert received.draft is not None
    ingest.publish(received.transcript, received.draft)
    return Speech.objects.latest("pk")


def test_a_divided_speech_says_so_and_each_sentence_has_its_address(client: Client) -> None:
    speech = published("rill.txt", f"Ms. Rill (Norway): {LONG}")
    page = client.get(speech.get_absolute_url()).content.decode()
    assert "The source has no paragraphs." in page
    assert '<span id="p2s1">Secondly, the dam leaked at the sluice. </span>' in page
    stored = client.get(f"/api/v1/speeches/{speech.public_id}").json()["paragraphs"]
    assert [paragraph["is_divided"] for paragraph in stored] == [False, True, True]
    second = stored[1]
    assert second["text"][: second["sentence_starts"][1]].strip().endswith("at the sluice.")


def test_the_same_words_divided_or_not_are_the_same_speech() -> None:
    metadata = Metadata(symbol="RC/PV.3", position=1)
    speech = published("rill.txt", f"Ms. Rill (Norway): {LONG}", metadata)
    # as an earlier release stored it, which did not divide
    whole = " ".join(speech.paragraphs.order_by("position").values_list("text", flat=True))
    edited.save(speech, [edited.Piece(Paragraph.Kind.SPEECH, whole)])
    text = f"Ms. Rill (Norway): {LONG}\n"
    again = ingest.receive("again.txt", text.encode(), metadata=metadata)
    assert again.draft is not None
    assert len(again.draft.speeches[0].paragraphs) == 3
    (stored,) = ingest.preview(again.draft).speeches
    assert stored.outcome == "same"


def test_a_correction_keeps_the_addresses_of_the_other_sentences() -> None:
    speech = published("weir.txt", "Mr. Weir (Chile): It fell. It rose. We saw it. No one slept.")
    row = speech.paragraphs.get()
    # an earlier splitter had taken the first two for one
    row.sentence_starts = [0, 18, 29]
    row.save()
    (piece,) = edited.of_speech(speech)
    edited.save(speech, [piece._replace(text=piece.text.replace("saw it", "saw it all"))])
    row.refresh_from_db()
    assert row.sentence_starts == [0, 18, 33]


def test_a_correction_finds_all_sentences_where_they_are_not_known_yet() -> None:
    speech = published("weir.txt", "Mr. Weir (Chile): It fell. It rose. We saw it.")
    speech.paragraphs.update(sentence_starts=None)
    (piece,) = edited.of_speech(speech)
    edited.save(speech, [piece._replace(text=piece.text.replace("saw it", "saw it all"))])
    assert speech.paragraphs.get().sentence_starts == [0, 9, 18]


def test_an_archive_of_an_earlier_release_gets_its_sentences() -> None:
    speech = published("weir.txt", "Mr. Weir (Chile): It fell. It rose.")
    speech.paragraphs.update(sentence_starts=None)
    call_command("complete_holdings", verbosity=0)
    assert speech.paragraphs.get().sentence_starts == [0, 9]
    speech.paragraphs.update(sentence_starts=[0])
    call_command("complete_holdings", verbosity=0)
    assert speech.paragraphs.get().sentence_starts == [0]
