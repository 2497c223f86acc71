"""Receiving a file: it is stored byte for byte, once, under a safe name; or refused."""

import hashlib
import threading
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from support.drafts import draft, draft_speech

from statements.ingest import (
    Metadata,
    NotWaiting,
    Received,
    UnreadableTranscript,
    discard,
    draft_waiting,
    preview,
    publish,
    receive,
    safe_name,
    update_draft,
)
from statements.ingest.errors import InvalidDraft
from statements.models import Speech, Transcript

pytestmark = pytest.mark.django_db

TEXT = """Ms. Okafor (Nigeria): Rivers join us. I thank the
delegation of Norway for its warm words.

My country will plant one tree for each kilometre of
the river.
"""
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


def test_file_waits_with_its_draft() -> None:
    uploader = User.objects.create_user("uploader")
    received = receive("okafor.txt", TEXT.encode(), uploader=uploader)
    transcript = Transcript.objects.get()
    assert (received.transcript, received.duplicate) == (transcript, False)
    assert (transcript.state, transcript.name, transcript.uploader) == (
        "received",
        "okafor.txt",
        uploader,
    )
    assert transcript.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert draft_waiting(transcript) == received.draft
    assert received.draft is not None
    assert received.draft.speeches[0].country == "NGA"
    assert {problem["code"] for problem in transcript.problems} >= {"no-date"}
    assert not Speech.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.replace("Okafor", "Ökafor").encode("cp1252"),
    ],
    ids=["plain", "crlf", "bom", "utf-16", "cp1252"],
)
def test_bytes_are_kept_as_they_came(data: bytes) -> None:
    receive("a.txt", data)
    transcript = Transcript.objects.get()
    assert bytes(transcript.content) == data
    assert transcript.size == len(data)
    assert draft_waiting(transcript).speeches[0].affiliation == "Nigeria"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (PNG, None),
        (b"\x00" * 500, None),
        (bytes(range(256)) * 20, None),
    ],
    ids=["empty", "blank", "png", "nul", "noise"],
)
def test_file_that_is_no_text_is_refused_with_nothing_stored(data: bytes, code: str | None) -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        receive("picture.txt", data)
    assert code is None or refused.value.code == code
    assert str(refused.value).endswith(".")
    assert not Transcript.objects.exists()


def test_file_over_the_limit_is_refused_before_it_is_read(settings: Any) -> None:
    data = b"Ms. Okafor (Nigeria): " + b"Rivers join us. " * (30 * 1024 * 1024 // 16)
    with pytest.raises(
        UnreadableTranscript, match=r"30\.0 MB; the limit is 25 MB per file"
    ) as refused:
        receive("long.txt", data)
    assert refused.value.code == "too-large"
    assert not Transcript.objects.exists()


def test_same_bytes_again_give_the_row_that_is_there() -> None:
    first = receive("first.txt", TEXT.encode())
    second = receive("second.txt", TEXT.encode())
    assert (second.transcript, second.duplicate) == (first.transcript, True)
    assert second.draft == first.draft
    assert Transcript.objects.get().name == "first.txt"


def test_same_bytes_again_do_not_undo_a_correction() -> None:
    first = receive("first.txt", TEXT.encode())
    update_draft(first.transcript, draft(draft_speech(text="Corrected.")), revision=0)
    again = receive("first.txt", TEXT.encode(), metadata=Metadata(symbol="S/PV.12"))
    assert again.draft is not None
    assert again.draft.speeches[0].paragraphs[0].text == "Corrected."


def test_published_bytes_again_wait_for_nothing() -> None:
    first = receive("first.txt", TEXT.encode())
    assert first.draft is not None
    publish(first.transcript, first.draft)
    again = receive("again.txt", TEXT.encode())
    assert (again.duplicate, again.draft, again.transcript.state) == (True, None, "published")
    with pytest.raises(NotWaiting):
        draft_waiting(again.transcript)


def test_discarded_bytes_again_are_reopened() -> None:
    first = receive("first.txt", TEXT.encode())
    discard(first.transcript)
    again = receive("again.txt", TEXT.encode(), metadata=Metadata(symbol="S/PV.12"))
    assert (again.duplicate, again.transcript.state) == (True, "received")
    assert draft_waiting(Transcript.objects.get()).symbol == "S/PV.12"
    assert again.transcript.revision == 1
    assert again.draft is not None
    publish(again.transcript, again.draft)


def test_corrections_of_a_discarded_file_are_there_when_it_is_received_again() -> None:
    first = receive("first.txt", TEXT.encode())
    assert first.draft is not None
    corrected = replace(first.draft, symbol="S/PV.13")
    first.transcript.revision = update_draft(first.transcript, corrected, revision=0)
    discard(first.transcript)
    again = receive("again.txt", TEXT.encode())
    assert (again.duplicate, again.transcript.state) == (True, "received")
    assert again.draft == corrected
    publish(again.transcript, corrected)


def test_draft_with_what_the_database_cannot_keep_is_refused() -> None:
    received = receive("a.txt", TEXT.encode())
    with pytest.raises(InvalidDraft, match="NUL"):
        update_draft(received.transcript, draft(draft_speech(text="a\x00b")), revision=0)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("speech.txt", "speech.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\speech.txt", "speech.txt"),
        ("/", "unnamed.txt"),
        ("", "unnamed.txt"),
        ("..", "unnamed.txt"),
        (" \t\n", "unnamed.txt"),
        ("a\r\nSet-Cookie: b.txt", "a Set-Cookie: b.txt"),
        ("nul\x00.txt", "nul.txt"),
        ("gpj.\u202etxt.exe", "gpj.txt.exe"),
        ("\u2066a\u2069\u200b.txt", "a.txt"),
        ("\ud800.txt", ".txt"),
        ("水😀.txt", "水😀.txt"),
        ("-rf.txt", "-rf.txt"),
        ("CON.txt", "CON.txt"),
        ("q\"uote'.txt", "q\"uote'.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("x" * 300, "x" * 200),
        ("." + "y" * 300, "." + "y" * 199),
    ],
)
def test_name_is_made_safe_for_display(name: str, shown: str) -> None:
    assert safe_name(name) == shown
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in shown)


def test_name_of_a_stored_file_is_the_safe_one() -> None:
    receive("../../etc/pass\u202ewd\n" + "x" * 300, TEXT.encode())
    assert 0 < len(Transcript.objects.get().name) <= 200


def test_preview_of_a_received_file_writes_nothing() -> None:
    received = receive("a.txt", TEXT.encode(), metadata=Metadata(symbol="S/PV.12"))
    assert received.draft is not None
    with connection.execute_wrapper(_only_selects):
        look = preview(received.draft, received.transcript)
    assert look.is_new_meeting


def _only_selects(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert sql.lstrip().upper().startswith("SELECT"), sql
    return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_the_same_file_at_once_share_one_row() -> None:
    gate = threading.Barrier(4)
    results: list[Received | BaseException] = []

    def bring(number: int) -> None:
        try:
            gate.wait(timeout=10)
            results.append(receive(f"{number}.txt", TEXT.encode()))
        except BaseException as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert all(isinstance(result, Received) for result in results), results
    assert sorted(result.duplicate for result in results if isinstance(result, Received)) == [
        False,
        True,
        True,
        True,
    ]
    assert Transcript.objects.count() == 1
