"""Uploads of hostile and broken files: each is refused with a sentence, and good files are kept."""

import resource
from typing import Any

import pytest
from django.test import Client
from support.hostile_files import CASES, SENTENCE, Hostile
from support.uploads import file_of, hand_in, statement

from statements import ingest
from statements.models import DeliveredFile, Transcript
from statements.transcripts.sandbox import client as sandbox

pytestmark = pytest.mark.long

OUTCOME = DeliveredFile.Outcome


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_it_is_refused_in_a_sentence_and_the_good_file_goes_on(
    archivist: Client, case: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "PROCESSOR_SECONDS", 5)  # a quarter of what the archive permits
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = hand_in(archivist, [file_of(case.build(), case.file), file_of(statement())])
    assert answer.status_code == 200
    refused = DeliveredFile.objects.get(outcome__in=[OUTCOME.REFUSED, OUTCOME.SCAN])
    assert refused.name == case.file
    assert (refused.outcome == OUTCOME.SCAN) == case.is_scan
    assert case.said in refused.message
    assert refused.message.endswith(".")
    assert "Traceback" not in refused.message
    assert f"<dt>{case.file}</dt>" in answer.content.decode().replace("<wbr>", "")
    assert [each.name for each in Transcript.objects.waiting()] == ["okafor.txt"]
    assert Transcript.objects.count() == (2 if case.is_scan else 1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_what_is_sure_of_an_encoding_is_read_right(archivist: Client, encoding: str) -> None:
    words = "The café’s gauge — read twice — stood at zero."
    hand_in(archivist, [file_of(statement(words).decode().encode(encoding))])
    draft = ingest.draft_waiting(Transcript.objects.defer(None).get())
    assert draft.speeches[0].paragraphs[0].text == words


@pytest.mark.parametrize("encoding", ["gb18030", "cp850", "cp1251"])
def test_an_encoding_that_is_named_is_used(archivist: Client, encoding: str) -> None:
    words = {"gb18030": "我们感谢主席。", "cp1251": "Мы благодарим его."}.get(
        encoding, "L'été fini."
    )
    hand_in(archivist, [file_of(statement(words).decode().encode(encoding))], encoding=encoding)
    draft = ingest.draft_waiting(Transcript.objects.defer(None).get())
    assert draft.speeches[0].paragraphs[0].text == words


def test_letters_that_turn_the_text_around_are_pointed_out(archivist: Client) -> None:
    hand_in(archivist, [file_of(statement("We agree\u202e on nothing."))])
    problems = Transcript.objects.get().problems
    assert "bidi-control" in {each["code"] for each in problems}


@pytest.mark.parametrize(
    "data",
    [
        SENTENCE.encode() + b"harbour " * 125_000,
        SENTENCE.encode() + b"\n" * 1_000_000 + b"He thanked nobody.\n",
        SENTENCE.encode() * 13_000,
    ],
    ids=["a single line of a megabyte", "a million empty lines", "a megabyte of speeches"],
)
def test_a_long_text_is_read_or_refused_and_never_an_error(archivist: Client, data: bytes) -> None:
    answer = hand_in(archivist, [file_of(data, "long.txt"), file_of(statement())])
    assert answer.status_code == 200
    file = DeliveredFile.objects.get(name="long.txt")
    assert file.outcome == OUTCOME.READ or file.message.endswith(".")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\records\\CON.txt", "CON.txt"),
        ("a\r\nSet-Cookie: b=c.txt", None),
        ('quo"ted.txt', None),
        ("record\u202etxt.exe", "recordtxt.exe"),
        ("-rf.txt", "-rf.txt"),
        ("🌊.txt", "🌊.txt"),
        ("x" * 300 + ".txt", None),
    ],
)
def test_a_name_is_shown_and_given_out_harmlessly(
    archivist: Client, sent: str, shown: str | None
) -> None:
    from django.urls import reverse

    transcript = Transcript.objects.get(
        pk=ingest.receive(sent, statement()).transcript.pk,
    )
    assert shown is None or transcript.name == shown
    assert 0 < len(transcript.name) <= 200
    answer = archivist.get(reverse("admin:statements_transcript_original", args=[transcript.pk]))
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment")
    assert not {"\r", "\n", "\u202e"} & set(said)
    assert "Set-Cookie" not in answer.headers


def test_a_hostile_file_does_not_keep_the_page_waiting(
    archivist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from support.uploads import url

    monkeypatch.setattr("statements.admin.upload_views.ANSWER_WITHIN_S", 1.0)
    slow = CASES["half a million operators in a PDF"]
    began = time.monotonic()
    answer: Any = archivist.post(
        url("transcript_upload"), {"transcripts": [file_of(slow.build(), slow.file)]}
    )
    assert time.monotonic() - began < 15
    page = archivist.get(answer.headers["Location"]).content.decode()
    assert "waiting to be read" in page
    assert "data-look-again" in page
    assert DeliveredFile.objects.get().outcome == OUTCOME.UNREAD
