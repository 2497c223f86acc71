"""An uploaded ZIP: its files are read one by one, within limits, even if it is malicious."""

import io
import struct
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from support.uploads import file_of, hand_in, statement, url

from statements.models import DeliveredFile, Transcript

OUTCOME = DeliveredFile.Outcome


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def records(count: int) -> dict[str, bytes]:
    return {f"meeting/{at:03}.txt": statement(f"Gauge {at} is low.") for at in range(count)}


def sent(data: bytes, name: str = "records.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/zip")


def outcomes() -> dict[str, str]:
    return dict(DeliveredFile.objects.values_list("name", "outcome"))


def test_every_file_of_a_zip_waits_for_review(archivist: Client) -> None:
    page = hand_in(archivist, [sent(zipped(records(3)))]).content.decode()
    assert outcomes() == {f"records.zip / 00{at}.txt": OUTCOME.READ for at in range(3)}
    assert "002.txt" in page
    assert Transcript.objects.waiting().count() == 3


def test_the_table_names_files_of_a_zip(archivist: Client) -> None:
    table = SimpleUploadedFile("known.csv", b"file,date\nmeeting/001.txt,2025-03-04\n")
    hand_in(archivist, [sent(zipped(records(2)))], metadata=table)
    drafts = {each.name: each.draft for each in Transcript.objects.defer(None)}
    assert [drafts[name]["date"] for name in ("000.txt", "001.txt")] == [None, "2025-03-04"]


def test_word_documents_in_a_zip_are_read(archivist: Client) -> None:
    from support.hostile_files import word

    inner = word("<w:p><w:r><w:t>Mr. Abel (Malta): We sail.</w:t></w:r></w:p>")
    hand_in(archivist, [sent(zipped({"a.docx": inner}, zipfile.ZIP_STORED))])
    assert Transcript.objects.get().name == "a.docx"


def test_one_bad_file_in_a_zip_stops_no_other(archivist: Client) -> None:
    files = {"bad.txt": b"\x89PNG\r\n\x1a\n" * 9, "empty.txt": b"", **records(2)}
    hand_in(archivist, [sent(zipped(files)), file_of(statement())])
    assert outcomes() == {
        "records.zip / bad.txt": OUTCOME.REFUSED,
        "records.zip / empty.txt": OUTCOME.REFUSED,
        "records.zip / 000.txt": OUTCOME.READ,
        "records.zip / 001.txt": OUTCOME.READ,
        "okafor.txt": OUTCOME.READ,
    }


def bomb() -> bytes:
    return zipped({"zeros.txt": b"\0" * 24_000_000, **records(2)})


def ten_thousand() -> bytes:
    return zipped({f"{at}.txt": b"x" for at in range(10_001)})


def a_million_names() -> bytes:
    """A directory far longer than the files it lists: names without files."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *(0,) * 6, 0, 0, 0, 1, *(0,) * 4, 0, 0) + b"a"
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65535, 65535, len(entry) * 400_000, 4, 0)
    return b"PK\x03\x04" + entry * 400_000 + end


def overlapping() -> bytes:
    """Two entries that share the same bytes, as bombs of the better sort do."""
    data = bytearray(zipped({"a.txt": b"a" * 5000, "b.txt": b"b" * 5000}, zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(data)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (bomb, "more than 100 times"),
        (ten_thousand, "more than 500 files"),
        (a_million_names, "more than 500 files"),
        (lambda: zipped(records(3))[:-30], "damaged"),
        (lambda: zipped({"folder/": b""}), "contains no files"),
    ],
    ids=["bomb", "ten thousand files", "a list without end", "cut", "only folders"],
)
def test_a_hostile_zip_is_refused_as_a_whole(archivist: Client, build: Any, said: str) -> None:
    hand_in(archivist, [sent(build()), file_of(statement())])
    refused = DeliveredFile.objects.get(outcome=OUTCOME.REFUSED)
    assert refused.name == "records.zip"
    assert said in refused.message
    assert [each.name for each in Transcript.objects.all()] == ["okafor.txt"]


def test_a_zip_that_is_too_much_unpacked_is_refused_with_the_limit(
    archivist: Client, settings: Any
) -> None:
    settings.UPLOAD_MAX_UNPACKED_BYTES = 3 * 1024 * 1024
    flat = {f"{at}.txt": statement("Low water. ") * 20_000 for at in range(4)}
    hand_in(archivist, [sent(zipped(flat, zipfile.ZIP_STORED)), file_of(statement())])
    assert "the 3 MB that" in DeliveredFile.objects.get(outcome=OUTCOME.REFUSED).message
    assert Transcript.objects.count() == 1


def lying_size() -> bytes:
    """An entry that says it is small, and is not."""
    data = bytearray(zipped({"liar.txt": b"low water " * 90_000, **records(1)}))
    first = data.index(b"PK\x01\x02")
    data[first + 24 : first + 28] = struct.pack("<I", 10)
    return bytes(data)


def locked() -> bytes:
    data = bytearray(zipped({"locked.txt": statement(), **records(1)}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    return bytes(data)


def linked() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
        archive.writestr("meeting/000.txt", statement("Gauge 0 is low."))
    return data.getvalue()


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: zipped({"../../x.txt": statement(), **records(1)}), "points outside"),
        (lambda: zipped({"/etc/x.txt": statement(), **records(1)}), "points outside"),
        (lambda: zipped({"C:\\x.txt": statement(), **records(1)}), "points outside"),
        (lambda: zipped({"inner.zip": zipped(records(2)), **records(1)}), "inside an archive"),
        (locked, "encrypted"),
        (linked, "link"),
        (lying_size, "damaged"),
    ],
    ids=["up", "absolute", "drive", "nested", "encrypted", "symbolic link", "lying size"],
)
def test_a_hostile_member_is_refused_and_the_others_go_on(
    archivist: Client, build: Any, said: str
) -> None:
    hand_in(archivist, [sent(build())])
    refused = DeliveredFile.objects.get(outcome=OUTCOME.REFUSED)
    assert said in refused.message
    assert [each.name for each in Transcript.objects.all()] == ["000.txt"]


def test_entries_that_share_bytes_are_not_read_twice(archivist: Client) -> None:
    hand_in(archivist, [sent(overlapping())])
    assert OUTCOME.REFUSED in outcomes().values()
    assert Transcript.objects.count() <= 1


def test_files_of_one_name_are_all_kept(archivist: Client) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a/same.txt", statement("One."))
        archive.writestr("b/same.txt", statement("Two."))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("b/same.txt", statement("Three."))
    hand_in(archivist, [sent(data.getvalue())])
    assert Transcript.objects.filter(name="same.txt").count() == 3


def test_a_name_in_no_known_encoding_is_shown_as_well_as_can_be(archivist: Client) -> None:
    data = zipped({"aXb.txt": statement()}).replace(b"aXb.txt", b"a\xffb.txt")
    page = hand_in(archivist, [sent(data), file_of(b"")]).content.decode()
    assert Transcript.objects.get().name.endswith("b.txt")
    assert "1</strong> waiting for review" in page


def test_a_zip64_archive_is_read(archivist: Client) -> None:
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w") as archive,
        archive.open("a.txt", "w", force_zip64=True) as entry,
    ):
        entry.write(statement())
    hand_in(archivist, [sent(data.getvalue())])
    assert Transcript.objects.get().name == "a.txt"


def test_the_same_zip_again_adds_nothing_and_says_so(archivist: Client) -> None:
    hand_in(archivist, [sent(zipped(records(3)))])
    page = hand_in(archivist, [sent(zipped(records(3)))]).content.decode()
    assert Transcript.objects.count() == 3
    assert page.count("This file is already waiting for review") == 3


def test_three_hundred_records_in_one_zip_all_have_an_outcome(archivist: Client) -> None:
    files = records(300) | {"meeting/150.txt": b"\0\1" * 50}
    page = hand_in(archivist, [sent(zipped(files))]).content.decode()
    assert "299</strong> waiting for review" in page
    assert "1</strong> rejected" in page
    assert Transcript.objects.waiting().count() == 299


def test_who_may_not_upload_sees_no_delivery(archivist: Client, client: Client) -> None:
    hand_in(archivist, [sent(zipped(records(2)))])
    pk = DeliveredFile.objects.values_list("delivery", flat=True)[0]
    assert "/login/" in client.get(url("transcript_delivery", pk)).headers["Location"]
    assert archivist.get(url("transcript_delivery", pk)).status_code == 200
    assert archivist.get(url("transcript_delivery", 10**9)).status_code == 404
    assert archivist.post(url("transcript_delivery", pk)).status_code == 405


def test_the_quota_is_said_before_a_body_is_read(archivist: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_WAITING_FILES = 1
    hand_in(archivist, [file_of(statement())])
    answer = hand_in(archivist, [file_of(statement("More."))])
    assert answer.status_code == 429
    assert "publish or discard" in answer.content.decode()
    assert Transcript.objects.count() == 1
