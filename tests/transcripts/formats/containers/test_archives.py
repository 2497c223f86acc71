"""Folders, tar and zip files as streams of members, and malicious content in them."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from statements.transcripts import UnreadableTranscript
from statements.transcripts.formats.containers.archives import (
    Limits,
    is_archive,
    members,
    zip_members,
)

FILES = {"a/one.txt": b"One.", "two.txt": b"Two."}


def folder(path: Path) -> Path:
    for name, data in FILES.items():
        (path / "f" / name).parent.mkdir(parents=True, exist_ok=True)
        (path / "f" / name).write_bytes(data)
    return path / "f"


def tar(path: Path, mode: str = "w", files: dict[str, bytes] = FILES) -> Path:
    file = path / "a.bin"
    with tarfile.open(file, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file


def zipped(path: Path, files: dict[str, bytes] = FILES) -> Path:
    file = path / "b.bin"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file


@pytest.mark.parametrize(
    "make",
    [
        folder,
        tar,
        lambda path: tar(path, "w:xz"),
        lambda path: tar(path, "w:gz"),
        lambda path: tar(path, "w:bz2"),
        zipped,
    ],
    ids=["folder", "tar", "tar.xz", "tar.gz", "tar.bz2", "zip"],
)
def test_the_same_files_come_out_of_every_kind(make: object, tmp_path: Path) -> None:
    path: Path = make(tmp_path)  # type: ignore[operator]
    assert is_archive(path)
    assert {member.name: member.data for member in members(path)} == FILES


def test_a_text_and_a_word_document_are_no_archives(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The weir holds.")
    assert not is_archive(tmp_path / "a.txt")
    assert not is_archive(zipped(tmp_path, {"[Content_Types].xml": b"<x/>"}))


@pytest.mark.parametrize("name", ["../x.txt", "/x.txt", "C:\\x.txt", "a\\..\\..\\x.txt"])
def test_a_name_that_climbs_out_is_refused_and_the_rest_is_read(name: str, tmp_path: Path) -> None:
    for path in (
        zipped(tmp_path, {name: b"x", **FILES}),
        tar(tmp_path, files={name: b"x", **FILES}),
    ):
        entries = list(members(path))
        assert [member.refused != "" for member in entries] == [True, False, False]
        assert entries[0].data == b""


def test_links_are_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "l.tar", "w") as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    (member,) = members(tmp_path / "l.tar")
    assert member.refused == "It is a link, not a file."
    real = folder(tmp_path)
    (real / "link.txt").symlink_to("/etc/hostname")
    assert {member.name for member in members(real)} == set(FILES)


def test_a_bomb_is_refused_while_it_is_inflated(tmp_path: Path) -> None:
    bomb = zipped(tmp_path, {"zeros.txt": b"\0" * 20_000_000})
    assert bomb.stat().st_size < 40_000
    with pytest.raises(UnreadableTranscript) as raised:
        list(members(bomb))
    assert raised.value.code == "too-large"


@pytest.mark.parametrize("limits", [Limits(files=1), Limits(total=5)])
def test_more_than_the_limits_is_refused(limits: Limits, tmp_path: Path) -> None:
    with pytest.raises(UnreadableTranscript):
        list(members(zipped(tmp_path), limits))


def test_one_large_file_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tar(tmp_path, files={"large.txt": b"x" * 3000, **FILES})
    entries = list(members(path, Limits(per_file=2000)))
    assert [bool(member.refused) for member in entries] == [True, False, False]


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path)
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    path.write_bytes(data)
    assert next(member.refused for member in members(path)) == "It is encrypted."


def test_a_damaged_archive_is_refused_by_name(tmp_path: Path) -> None:
    path = tar(tmp_path, "w:xz", {"a.txt": os.urandom(90_000)})
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(UnreadableTranscript) as raised:
        list(members(path))
    assert raised.value.code == "broken-archive"


class _OneWay(io.BytesIO):
    """Like a pipe: a ZIP written to it states sizes after the data, in data descriptors."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


_DESCRIPTOR = b"PK\x07\x08"  # then CRC, compressed size, size
_ENTRY_SIZES = {"crc": 16, "compressed": 20, "size": 24}  # offsets in the directory
_LONG = b"The weir holds. " * 500


def streamed(path: Path) -> tuple[Path, bytearray]:
    """Return a ZIP written to a stream; tests falsify the sizes of its first file."""
    flow = _OneWay()
    with zipfile.ZipFile(flow, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"lied.txt": _LONG, **FILES}.items():
            archive.writestr(name, data)
    data = bytearray(flow.getvalue())
    assert data.count(_DESCRIPTOR) == 3
    return path / "flow.zip", data


def lie(data: bytearray, offset: int, value: int) -> None:
    data[offset : offset + 4] = value.to_bytes(4, "little")


@pytest.mark.parametrize("size", [0, 5, 2**32 - 1])
def test_what_a_data_descriptor_says_is_not_believed(size: int, tmp_path: Path) -> None:
    path, data = streamed(tmp_path)
    for offset in (4, 8, 12):
        lie(data, data.find(_DESCRIPTOR) + offset, size)
    path.write_bytes(data)
    with path.open("rb") as stream:
        contents = {member.name: member.data for member in zip_members(stream, Limits())}
    assert contents == {"lied.txt": _LONG, **FILES}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("size", 5, "damaged"),
        ("size", 2**31, "more than the"),
        ("compressed", 2**20, "damaged"),
        ("compressed", 9, "damaged"),
        ("crc", 1, "damaged"),
    ],
    ids=["too short", "too long", "over the next file", "cut", "another checksum"],
)
def test_where_descriptor_and_list_lie_together_the_file_is_refused_alone(
    field: str, value: int, reason: str, tmp_path: Path
) -> None:
    path, data = streamed(tmp_path)
    lie(data, data.find(b"PK\x01\x02") + _ENTRY_SIZES[field], value)
    lie(data, data.find(_DESCRIPTOR) + _ENTRY_SIZES[field] - 12, value)
    path.write_bytes(data)
    with path.open("rb") as stream:
        refused_member, *intact = zip_members(stream, Limits())
    assert refused_member.data == b""
    assert reason in refused_member.refused
    assert {member.name: member.data for member in intact} == FILES
