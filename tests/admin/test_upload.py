"""Uploading files: each is kept or refused with a reason, and the others are processed."""

import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from support.uploads import Person, file_of, hand_in, received, statement, url

from statements.admin import upload_views
from statements.admin.upload_handlers import check_file_size
from statements.ingest.intake.metadata_table import MetadataTable
from statements.models import Delivery, ReviewTask, Speech, Transcript
from statements.transcripts.text.decoding import LARGEST_FILE

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def test_one_file_leads_to_its_review(archivist: Client) -> None:
    answer = hand_in(archivist, [file_of(statement())])
    transcript = Transcript.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == url("transcript_review", transcript.pk)
    assert transcript.state == Transcript.State.RECEIVED
    assert transcript.uploader is not None
    assert not Speech.objects.exists()


def test_several_files_are_listed_with_what_was_read(archivist: Client) -> None:
    files = [
        file_of(statement()),
        file_of(statement("Nobody measured it.", "Ms. Amadi"), "amadi.txt"),
    ]
    page = hand_in(archivist, files).content.decode()
    assert "Ms. Okafor (Nigeria)" in page
    assert "Ms. Amadi" in page
    assert "country unknown" in page
    assert "We thank the Secretariat for its tables." in page
    assert Transcript.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "empty"),
        ("picture.txt", PNG, "PNG"),
        ("nul.txt", b"Ms. Okafor (Nigeria): wa\x00ter\n\n" * 9, ""),
        ("dos.txt", "Ms. Okafor (Nigeria): l'été à Genève déjà passé\n".encode("cp850"), "ncoding"),
        ("cut.txt", "Ms. Okafor (Nigeria): Genève".encode()[:-3] + b"\xc3", ""),
        ("page.txt", b"<!doctype html><script>alert(1)</script>", "web page"),
    ],
)
def test_a_bad_file_is_named_and_the_others_go_on(
    archivist: Client, name: str, data: bytes, said: str
) -> None:
    answer = hand_in(archivist, [file_of(data, name), file_of(statement(), "good.txt")])
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f"<dt>{name}</dt>" in page.replace("<wbr>", "")
    assert said in page
    assert [item.name for item in Transcript.objects.all()] == ["good.txt"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_come_out_right(archivist: Client, encoding: str) -> None:
    words = "The Côte d’Ivoire gauge stood at zero — twice."
    hand_in(archivist, [file_of(statement(words).decode().encode(encoding))])
    draft = Transcript.objects.defer(None).get().draft
    assert draft is not None
    assert draft["speeches"][0]["paragraphs"][0]["text"] == words


def test_a_chosen_encoding_is_used(archivist: Client) -> None:
    data = "Ms. Okafor (Nigeria): l'été à Genève déjà passé\n".encode("cp850")
    hand_in(archivist, [file_of(data)], encoding="cp850")
    draft = Transcript.objects.defer(None).get().draft
    assert draft is not None
    assert "été à Genève" in draft["speeches"][0]["paragraphs"][0]["text"]


def test_a_huge_single_line_is_answered(archivist: Client) -> None:
    answer = hand_in(archivist, [file_of(statement("water " * 200_000))])
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("x" * 300 + ".txt", None),
        ("<b>bold</b>&.txt", "b>&.txt"),
    ],
)
def test_a_name_cannot_lead_anywhere(archivist: Client, sent: str, kept: str | None) -> None:
    answer = hand_in(archivist, [file_of(statement(), sent), file_of(b"", sent)])
    name = Transcript.objects.get().name
    assert answer.status_code == 200
    assert len(name) <= 200
    assert "/" not in name
    assert "\\" not in name
    assert kept is None or name == kept
    assert "<b>bold" not in answer.content.decode()


def test_the_same_file_twice_in_one_request_is_one(archivist: Client) -> None:
    answer = hand_in(archivist, [file_of(statement(), "a.txt"), file_of(statement(), "b.txt")])
    assert Transcript.objects.count() == 1
    assert "This file is already waiting for review" in answer.content.decode()


def test_the_same_file_again_says_where_it_is(archivist: Client) -> None:
    transcript = received()
    assert "waiting for review" in hand_in(archivist, [file_of(statement())]).content.decode()
    archivist.post(url("transcript_publish", transcript.pk), {"revision": 0})
    page = hand_in(archivist, [file_of(statement())]).content.decode()
    assert "already published:" in page
    assert url("transcript_review", transcript.pk) in page
    assert Transcript.objects.count() == 1


def test_file_names_say_what_is_in_the_files(archivist: Client) -> None:
    words = b"The water was low this year.\n\nWe thank the Secretariat.\n"
    files = [file_of(words, "2031-05-06_Odile_Rill_Norway.txt"), file_of(statement(), "notes.txt")]
    page = hand_in(archivist, files, names="{date}_{speaker}_{affiliation}").content.decode()
    assert "The name does not have the form" in page
    draft = Transcript.objects.defer(None).get().draft
    assert draft is not None
    [speech] = draft["speeches"]
    assert (speech["speaker"], speech["affiliation"]) == ("Odile Rill", "Norway")


def test_a_pattern_that_is_none_is_explained_and_nothing_stored(archivist: Client) -> None:
    answer = hand_in(archivist, [file_of(statement())], names="{colour}")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "“{colour}” is not a field" in page
    assert not Transcript.objects.exists()


def test_only_one_request_of_a_process_reads_files(archivist: Client) -> None:
    with upload_views._reading:
        answer = archivist.post(url("transcript_upload"), {"transcripts": [file_of(statement())]})
    assert answer.status_code == 302
    assert answer.headers["Location"] == url("transcript_delivery", Delivery.objects.get().pk)
    assert Transcript.objects.get().state == Transcript.State.UNREAD  # the worker reads it
    hand_in(archivist, [file_of(statement("Another day."), "other.txt")])
    assert Transcript.objects.get(name="other.txt").state == Transcript.State.RECEIVED


def test_no_file_is_said(archivist: Client) -> None:
    answer = archivist.post(url("transcript_upload"), {})
    assert answer.status_code == 400
    assert "Choose at least one file." in answer.content.decode()


def test_a_file_over_the_limit_is_left_out_while_others_go_on(
    archivist: Client, settings: Any
) -> None:
    settings.UPLOAD_MAX_FILE_BYTES = 1000
    big = statement("The water was low this year. " * 100)
    answer = hand_in(archivist, [file_of(big, "big.txt"), file_of(statement(), "small.txt")])
    page = answer.content.decode()
    assert "<dt>big.txt</dt>" in page.replace("<wbr>", "")
    assert "larger than" in page
    assert [item.name for item in Transcript.objects.all()] == ["small.txt"]


def test_a_table_over_the_limit_stores_nothing(archivist: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_FILE_BYTES = 1000
    table = file_of(b"file,symbol\n" + b"a.txt,RC/PV.7\n" * 100, "table.csv")
    for files in ([file_of(statement(), "a.txt")], []):
        answer = archivist.post(url("transcript_upload"), {"transcripts": files, "metadata": table})
        table.seek(0)
        assert answer.status_code == 400
        assert "“table.csv” is larger than 1000\xa0bytes. Send only the rows" in answer.text
        assert "Nothing was stored." in answer.text
    assert not Transcript.objects.exists()


def test_a_limit_beyond_what_can_be_read_is_reported(settings: Any) -> None:
    assert not check_file_size(None)
    settings.UPLOAD_MAX_FILE_BYTES = LARGEST_FILE + 1
    (error,) = check_file_size(None)
    assert error.id == "statements.E001"
    assert str(LARGEST_FILE) in str(error)


def test_thirty_megabytes_leave_nothing_behind(
    archivist: Client, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text = statement("The water was low this year. ") * 450_000
    answer = hand_in(archivist, [file_of(text[: 30 * 1024 * 1024], "big.txt")])
    assert answer.status_code == 200
    assert "larger than" in answer.content.decode()
    assert not Transcript.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_too_much_together_is_refused_before_it_is_read(archivist: Client, settings: Any) -> None:
    class Unread(io.BytesIO):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("the body was read")

    answer = archivist.generic(
        "POST",
        url("transcript_upload"),
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(settings.UPLOAD_MAX_REQUEST_BYTES + 1),
        **{"wsgi.input": Unread()},
    )
    assert answer.status_code == 413
    assert "in smaller batches" in answer.content.decode()


def test_as_many_files_as_may_come_can_be_published_at_once(
    archivist: Client, settings: Any
) -> None:
    files = [
        file_of(statement(f"Words {number}."), f"{number}.txt")
        for number in range(settings.UPLOAD_MAX_FILES)
    ]
    page = hand_in(archivist, files).content.decode()
    assert page.count('name="transcript"') == 50
    assert len(page) < 150_000
    form = page[page.index('action="' + url("transcript_publish_many")) :]
    assert form[: form.index("</form>")].count('name="') < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    shown = re.search(r'name="all" value="([^"]+)"', form)
    assert shown is not None
    sent = {"which": "all", "all": shown[1], "delivery": Delivery.objects.get().pk}
    assert archivist.post(url("transcript_publish_many"), sent).status_code == 303
    assert ReviewTask.objects.count() == settings.UPLOAD_MAX_FILES


def test_too_many_files_are_refused_kindly(archivist: Client, settings: Any) -> None:
    files = [file_of(b"x", f"{number}.txt") for number in range(settings.UPLOAD_MAX_FILES + 1)]
    answer = hand_in(archivist, files)
    assert answer.status_code == 400
    assert "You can upload up to 500 files at once" in answer.content.decode()
    assert not Transcript.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 411),
        (b"no multipart at all", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="transcripts"; filename="a"\r\n\r\ncut',
            400,
        ),
    ],
)
def test_a_damaged_body_is_answered(archivist: Client, body: bytes, status: int) -> None:
    answer = archivist.generic(
        "POST", url("transcript_upload"), body, "multipart/form-data; boundary=x"
    )
    assert answer.status_code == status
    assert not Transcript.objects.exists()


def test_shared_metadata_goes_to_every_file_and_the_table_before_it(archivist: Client) -> None:
    table = SimpleUploadedFile("known.csv", b"file,date,topic\nb.txt,2025-05-06,Dams; Fish\n")
    hand_in(
        archivist,
        [file_of(statement(), "a.txt"), file_of(statement("Else."), "b.txt")],
        metadata=table,
        date="2025-03-04",
        symbol="rc/pv.7",
        topics="Water",
    )
    drafts = {item.name: item.draft for item in Transcript.objects.defer(None)}
    a, b = drafts["a.txt"], drafts["b.txt"]
    assert a is not None
    assert b is not None
    assert (a["date"], a["symbol"], a["topics"]) == ("2025-03-04", "RC/PV.7", ["Water"])
    assert (b["date"], b["symbol"], b["topics"]) == ("2025-05-06", "RC/PV.7", ["Dams", "Fish"])


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("date", "yesterday", "valid date"),
        ("symbol", "no symbol", "is not a symbol"),
        ("encoding", "ebcdic", "valid choice"),
        ("metadata", SimpleUploadedFile("t.csv", b"name,date\na,b\n"), "column"),
        ("metadata", SimpleUploadedFile("t.csv", b"\xff\xfe\x00\xd8"), "UTF-8"),
    ],
)
def test_wrong_metadata_is_said_and_nothing_is_stored(
    archivist: Client, field: str, value: Any, said: str
) -> None:
    answer = hand_in(archivist, [file_of(statement())], **{field: value})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Transcript.objects.exists()


def test_a_bad_row_of_the_table_concerns_its_file_alone(archivist: Client) -> None:
    table = SimpleUploadedFile("known.csv", b"file,date\na.txt,someday\n")
    page = hand_in(
        archivist,
        [file_of(statement(), "a.txt"), file_of(statement("Else."), "b.txt")],
        metadata=table,
    ).content.decode()
    assert "someday" in page
    assert [item.name for item in Transcript.objects.all()] == ["b.txt"]


def test_what_of_the_table_was_of_no_use_is_said(archivist: Client) -> None:
    table = SimpleUploadedFile("known.csv", b"file,colour,date\nokafr.txt,blue,2025-03-04\n")
    answer = archivist.post(
        url("transcript_upload"),
        {"transcripts": [file_of(statement())], "metadata": table},
        follow=True,
    )
    page = answer.content.decode()
    assert "These columns of “known.csv” were ignored: “colour”." in page
    assert "No file was uploaded for these rows of “known.csv”: okafr.txt (line 2)." in page


def test_who_may_not_upload_is_turned_away(person: Person, client: Client) -> None:
    assert "/login/" in hand_in(client, [file_of(statement())]).headers["Location"]
    assert "/login/" in client.get(url("transcript_upload")).headers["Location"]
    reader = person("view_transcript", name="reader")
    assert hand_in(reader, [file_of(statement())]).status_code == 403
    assert reader.get(url("transcript_upload")).status_code == 403
    outsider = person(name="outsider", staff=False)
    assert "/login/" in hand_in(outsider, [file_of(statement())]).headers["Location"]
    assert not Transcript.objects.exists()


def test_a_forged_upload_is_refused(archivist: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = archivist.cookies
    assert hand_in(strict, [file_of(statement())]).status_code == 403
    assert not Transcript.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_only_get_and_post_are_served(archivist: Client, method: str) -> None:
    assert getattr(archivist, method)(url("transcript_upload")).status_code == 405


def test_staff_pages_are_kept_by_nobody(archivist: Client) -> None:
    transcript = received()
    for address in (
        url("transcript_upload"),
        url("transcript_waiting"),
        url("transcript_review", transcript.pk),
        url("transcript_original", transcript.pk),
        url("transcript_changelist"),
    ):
        cached = archivist.get(address).headers["Cache-Control"]
        assert "private" in cached
        assert "no-store" in cached


def test_the_table_is_read_before_other_uploads_have_to_wait(
    archivist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two deliveries take turns, so nothing is looked up while others wait for this one."""
    held = []
    look_up = MetadataTable.of

    def watch(table: MetadataTable, path: Path) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
                "AND pid = pg_backend_pid()"
            )
            held.append(cursor.fetchone()[0])
        return look_up(table, path)

    monkeypatch.setattr(MetadataTable, "of", watch)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a.txt", "b.txt"):
            archive.writestr(name, statement(f"Words {name}."))
    table = file_of(b"file,symbol\na.txt,RC/PV.7\nc.txt,RC/PV.8\n", "table.csv")
    sent = [file_of(packed.getvalue(), "records.zip"), file_of(statement("Words."), "c.txt")]
    hand_in(archivist, sent, metadata=table)
    assert held == [0, 0, 0]
    assert Transcript.objects.filter(state="received").count() == 3
