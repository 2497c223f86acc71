"""Damage to the files of the index: the search uses an earlier generation or says that it is
unavailable, and never gives an incomplete answer; the index is then rebuilt automatically."""

import json
import os
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError

import pytest
from django.core.management import call_command
from support.factories import make_speech
from whoosh.fields import TEXT, Schema
from whoosh.index import create_in

from statements.models import Speech
from statements.search.index import forward_index, generations, inspection, snapshot
from statements.search.index.generations import IndexDamaged
from statements.search.indexing import consistency, maintenance, sync
from statements.search.matching import session
from statements.search.matching.session import with_index_retry
from statements.search.parameters import SearchParameters
from statements.search.protocol import SearchUnavailable
from statements.search.results.page import find

pytestmark = pytest.mark.django_db


def newest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 4, len(data), max(1, len(data) // 16)):
        data[place] ^= 0x55
    path.write_bytes(data)


def truncate(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def garbage(path: Path) -> None:
    path.write_bytes(b"\x80\x04garbage" * 40)


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def foreign(folder: Path) -> None:
    empty(folder)
    writer = create_in(str(folder), Schema(text=TEXT)).writer()
    writer.add_document(text="river")
    writer.commit()


def flip_first(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 0x55]) + data[1:])


def garbage_of_same_size(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def other_version(path: Path) -> None:
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {"schema": "of another version"}))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "folder missing": shutil.rmtree,
    "folder empty": empty,
    "foreign index": foreign,
    "record missing": lambda folder: (folder / "generation.json").unlink(),
    "record garbage": lambda folder: garbage(folder / "generation.json"),
    "of another version": lambda folder: other_version(folder / "generation.json"),
    "list of segments missing": lambda folder: newest(folder, "segments-*").unlink(),
    "list of segments truncated": lambda folder: truncate(newest(folder, "segments-*")),
    "list of segments garbage": lambda folder: garbage(newest(folder, "segments-*")),
    "list of segments flipped": lambda folder: flip(newest(folder, "segments-*")),
    "sums missing": lambda folder: newest(folder, "*.sums").unlink(),
    "sums garbage": lambda folder: garbage(newest(folder, "*.sums")),
    **{
        f"{extension} {damage.__name__}": (
            lambda folder, damage=damage, extension=extension: damage(
                newest(folder, f"*{extension}")
            )
        )
        for extension in (".trm", ".pst", ".side", ".speeches", "country.col", "_text_len.col")
        for damage in (Path.unlink, truncate, garbage)
    },
    "speeches flipped": lambda folder: flip(newest(folder, "*.speeches")),
    "side-car flipped": lambda folder: flip(newest(folder, "*.side")),
}


@pytest.fixture(params=DAMAGES.values(), ids=DAMAGES.keys())
def damage(request, archive_index):
    """Return a function that damages the index in use, of three speeches in two segments."""
    make_speech(["The river rises.", "We agree."], country="KAZ")
    make_speech(["The river falls."], country="CIV")
    sync.rebuild()
    make_speech(["The river, the river."], country="GIN")
    archive_index()

    def do() -> None:
        snapshot.forget()
        request.param(generations.in_use().path)

    return do


def ask() -> list[int]:
    return [find(SearchParameters(q=q)).total for q in ("river", "agree", "", '"the river"')]


TRUTH = [3, 1, 3, 3]


def test_damage_is_answered_by_the_generation_before(damage, archive_index):
    sync.rebuild()
    damage()
    assert ask() == TRUTH
    page = find(SearchParameters(q="river"))
    assert not page.index.complete
    assert {value.value for value in page.facets["country"]} == {"KAZ", "CIV", "GIN"}


@pytest.mark.parametrize("extension", [".trm", ".pst", "country.col", "_text_len.col"])
def test_files_that_no_search_reads_are_verified(archive_index, extension):
    make_speech(["The river rises.", "We agree."], country="KAZ")
    sync.rebuild()
    snapshot.forget()
    flip(newest(generations.in_use().path, f"*{extension}"))
    assert find(SearchParameters(q="river", country=("KAZ",))).total == 1
    with pytest.raises(IndexDamaged):
        maintenance.verify()


@pytest.mark.parametrize("extension", ["trm", "pst", "side", "sums"])
def test_nothing_is_written_beside_a_segment_that_is_missing(archive_index, extension):
    make_speech(["The river rises."])
    archive_index()
    newest(generations.in_use().path, f"*.{extension}").unlink()
    make_speech(["Another river."])
    with pytest.raises(IndexDamaged):
        sync.drain()
    sync.rebuild()
    assert find(SearchParameters(q="river")).total == 2


@pytest.mark.parametrize("harm", [truncate, garbage, flip])
def test_nothing_is_written_to_a_spoilt_list_of_segments(archive_index, harm):
    make_speech(["The river rises."])
    archive_index()
    harm(newest(generations.in_use().path, "segments-*"))
    make_speech(["Another river."])
    with pytest.raises(IndexDamaged):
        sync.drain()
    sync.rebuild()
    assert find(SearchParameters(q="river")).total == 2


def test_the_generation_before_does_not_count_what_was_deleted_since(archive_index):
    speeches = [make_speech(["The river rises."], country="KAZ") for _ in range(30)]
    sync.rebuild()
    sync.rebuild()
    speeches[3].delete()
    archive_index()
    shutil.rmtree(generations.in_use().path)
    page = find(SearchParameters(q="river", page_size=5))
    assert (page.total, page.facets["country"][0].count) == (29, 29)
    assert not page.index.complete


def test_damage_without_another_generation_is_unavailable_and_mended(damage, archive_index):
    for other in generations.candidates():
        if other != generations.in_use():
            generations.discard(other)
    damage()
    with pytest.raises(SearchUnavailable, match="being built"):
        ask()
    drift = consistency.check()
    assert drift.damage
    consistency.repair(drift)
    assert not consistency.check()
    assert ask() == TRUTH
    assert find(SearchParameters()).index.complete


@pytest.mark.parametrize(
    "spoil",
    [Path.unlink, garbage, lambda pointer: pointer.write_bytes(b"")],
    ids=["lost", "garbage", "empty"],
)
def test_a_spoilt_pointer_hides_nothing(archive_index, spoil):
    make_speech(["The river rises."])
    archive_index()
    snapshot.forget()
    spoil(generations.root() / "current")
    assert find(SearchParameters(q="river")).total == 1
    with pytest.raises(IndexDamaged):
        sync.drain()
    sync.rebuild()
    assert find(SearchParameters(q="river")).index.complete


def test_a_folder_that_is_gone_is_unavailable_and_built_anew(archive_index):
    make_speech(["The river rises."])
    archive_index()
    before = find(SearchParameters(q="river")).total
    shutil.rmtree(generations.root())
    with pytest.raises(SearchUnavailable):
        find(SearchParameters(q="river"))
    make_speech(["Another river."])
    call_command("ensure_index")
    assert find(SearchParameters(q="river")).total == before + 1


def test_a_cleared_index_is_unavailable_not_empty(archive_index):
    make_speech(["The river rises."])
    archive_index()
    sync.clear()
    with pytest.raises(SearchUnavailable, match="cleared"):
        find(SearchParameters(q="river"))
    call_command("ensure_index")
    assert find(SearchParameters(q="river")).total == 1


def test_damage_that_is_met_only_while_searching_is_survived(archive_index):
    make_speech(["The river rises."])
    sync.rebuild()
    sync.rebuild()
    snapshot.forget()
    flip_first(newest(generations.in_use().path, "*.side"))
    snapshot.current()  # opens: postings are read when they are first needed
    assert find(SearchParameters(q="river")).total == 1
    with pytest.raises(IndexDamaged):
        maintenance.verify()


@pytest.mark.parametrize("opened", [False, True], ids=["before opening", "once open"])
@pytest.mark.parametrize("harm", [Path.unlink, cut, truncate, garbage, flip, flip_first])
def test_a_damaged_side_car_is_answered_by_the_generation_before(archive_index, harm, opened):
    make_speech(["The river rises.", "We agree."], country="KAZ")
    make_speech(["A river falls.", "The river, the river."], country="CIV")
    make_speech(["Such is the river."], country="GIN")
    sync.rebuild()
    sync.rebuild()
    snapshot.forget()
    (side,) = generations.in_use().path.glob("*.side")
    if opened:
        snapshot.current()
    harm(side)
    assert ask() == TRUTH
    # a file that was opened before it was removed can still be read
    is_readable = opened and harm is Path.unlink
    assert find(SearchParameters(q="river")).index.complete == is_readable
    with pytest.raises(IndexDamaged):
        maintenance.verify()
    consistency.repair(consistency.check())
    assert ask() == TRUTH
    assert find(SearchParameters(q="river")).index.complete


@pytest.mark.parametrize("has_earlier", [False, True])
def test_the_worker_is_told_of_a_commit_that_cannot_be_opened(
    archive_index, monkeypatch, has_earlier
):
    make_speech(["The river rises."])
    sync.rebuild()
    if has_earlier:
        sync.rebuild()
    else:
        for generation in generations.candidates():
            if generation != generations.in_use():
                generations.discard(generation)
    told: list[str] = []
    monkeypatch.setattr(session.outbox, "wake_worker", told.append)
    snapshot.forget()
    garbage_of_same_size(newest(generations.in_use().path, "*.side"))
    for _ in range(3):
        try:
            assert not find(SearchParameters(q="river")).index.complete
        except SearchUnavailable:
            assert not has_earlier
    assert told == ["damaged"]  # once, not at every request


def test_edits_are_applied_while_a_forward_index_is_written(archive_index, monkeypatch):
    speech = make_speech([" ".join(f"w{number}" for number in range(200))])
    archive_index()
    folder = generations.in_use().path
    (sequences,) = folder.glob("*.seq")
    sequences.unlink()
    monkeypatch.setattr(forward_index.writer, "_now_and_then", lambda meanwhile: meanwhile)

    def meanwhile() -> None:
        if list(folder.glob("*.seq.part")) and Speech.objects.filter(pk=speech.pk).exists():
            speech.delete()
            archive_index()

    maintenance.add_forward_indexes(meanwhile)  # of a segment that is gone when it is done
    assert not Speech.objects.filter(pk=speech.pk).exists()
    assert not list(folder.glob("*.seq*"))
    assert not consistency.check()


def test_want_of_memory_passes(archive_index, monkeypatch):
    """It looks like damage while decoding; an intact index is used again later."""
    whole = snapshot.current()
    snapshot.distrust(whole, "no memory was left")
    with pytest.raises(snapshot.NoReadableIndex, match="no memory was left"):
        snapshot.current()
    monkeypatch.setattr(snapshot, "TRIED_AGAIN_S", 0)
    snapshot.distrust(whole, "no memory was left")
    assert snapshot.current().identity == whole.identity


# -- errors while answering ---------------------------------------------------------------------


def test_an_error_of_the_code_is_not_taken_for_damage(archive_index):
    make_speech(["The river rises."])
    archive_index()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            with_index_retry(lambda _: 1 / 0)


ERRORS = [
    IndexError(), ValueError(), struct.error(), UnicodeDecodeError("utf-8", b"", 0, 1, ""),
    MemoryError(), OverflowError(), KeyError(), zlib.error(), TypeError(), AssertionError(),
    RecursionError(), EOFError(), OSError(5, "Input/output error"), UnpicklingError(),
]  # fmt: skip


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_of_any_kind_beside_damage_is_answered_by_the_generation_before(
    archive_index, error
):
    make_speech(["The river rises."])
    sync.rebuild()
    sync.rebuild()
    snapshot.forget()
    spoilt, before = generations.read_pointer()

    def answer(snapshot: snapshot.Snapshot) -> int:
        if snapshot.generation == spoilt:
            flip(newest(spoilt.path, "*.pst"))
            raise error
        return snapshot.generation.number

    assert with_index_retry(answer) == before.number
    assert snapshot.current().generation == before


@pytest.mark.parametrize("error", [MemoryError(), OSError(24, "Too many open files")])
def test_want_of_memory_or_of_descriptors_is_unavailable(archive_index, error):
    make_speech(["The river rises."])
    archive_index()

    def answer(_: object) -> None:
        raise error

    with pytest.raises(SearchUnavailable, match="busy"):
        with_index_retry(answer)
    assert find(SearchParameters(q="river")).total == 1


def test_what_cannot_be_verified_in_time_is_answered_by_the_generation_before(
    archive_index, monkeypatch
):
    make_speech(["The river rises."])
    sync.rebuild()
    sync.rebuild()
    snapshot.forget()
    in_use, before = generations.read_pointer()

    def answer(snapshot: snapshot.Snapshot) -> int:
        if snapshot.generation == in_use:
            raise KeyError("river")
        return snapshot.generation.number

    with monkeypatch.context() as patch:
        patch.setattr(inspection, "MOST_S", 0)
        assert with_index_retry(answer) == before.number
    snapshot.forget()
    with pytest.raises(KeyError):  # the files were verified: it is the code's
        with_index_retry(answer)


def test_damage_without_end_is_unavailable(archive_index):
    make_speech(["The river rises."])
    archive_index()
    asked = []

    def answer(snapshot: snapshot.Snapshot) -> None:
        asked.append(snapshot.name)
        distrusted.clear()
        raise IndexDamaged("again")

    distrusted = snapshot._distrusted  # nothing is distrusted for long
    with pytest.raises(SearchUnavailable):
        with_index_retry(answer)
    assert 1 <= len(asked) <= session.MAX_SNAPSHOTS


# -- what stands in the place of a folder or a file ---------------------------------------------


def replace_by_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_bytes(b"not a folder")


def replace_by_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    (path / "inner").mkdir(parents=True)


def replace_by_link_to_nothing(path: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to(path.with_name("nowhere"))


IN_THE_WAY: dict[str, Callable[[], None]] = {
    "a file for the index": lambda: replace_by_file(generations.root()),
    "a broken link for the index": lambda: replace_by_link_to_nothing(generations.root()),
    "a file for the generation": lambda: replace_by_file(generations.in_use().path),
    "a broken link for the generation": lambda: replace_by_link_to_nothing(
        generations.in_use().path
    ),
    "a folder for the pointer": lambda: replace_by_folder(generations.root() / "current"),
    "a folder for the note of a build": lambda: replace_by_folder(generations.root() / "building"),
    "a folder for the record": lambda: replace_by_folder(
        generations.in_use().path / "generation.json"
    ),
    "a folder for the list of segments": lambda: replace_by_folder(
        newest(generations.in_use().path, "segments-*")
    ),
    "a folder for the postings": lambda: replace_by_folder(
        newest(generations.in_use().path, "*.pst")
    ),
}


@pytest.mark.parametrize("put", IN_THE_WAY.values(), ids=IN_THE_WAY.keys())
def test_what_is_in_the_way_is_moved_aside(archive_index, put):
    make_speech(["The river rises."])
    archive_index()
    snapshot.forget()
    put()
    try:
        assert find(SearchParameters(q="river")).total == 1
    except SearchUnavailable:
        pass
    make_speech(["Another river."])
    sync.rebuild()
    page = find(SearchParameters(q="river"))
    assert (page.total, page.index.complete) == (2, True)
    assert not consistency.check()
    assert generations.root().stat().st_mode & 0o777 == 0o700


def test_a_file_in_place_of_the_index_is_kept(archive_index):
    shutil.rmtree(generations.root(), ignore_errors=True)
    generations.root().write_bytes(b"precious")
    sync.rebuild()
    sync.rebuild()
    aside = generations.root().with_name(f"{generations.root().name}.aside-1")
    assert aside.read_bytes() == b"precious"


def test_a_flipped_number_in_the_pointer_is_noticed(archive_index):
    make_speech(["The river rises."])
    sync.rebuild()
    sync.rebuild()
    pointer = generations.root() / "current"
    in_use, before, crc = pointer.read_text().split()
    pointer.write_text(f"{before}\n{in_use}\n{crc}\n")
    snapshot.forget()
    assert generations.in_use() is None
    page = find(SearchParameters(q="river"))
    assert (page.total, page.index.complete) == (1, False)


def test_an_error_beside_spoilt_sequences_is_answered_when_they_are_written_anew(archive_index):
    make_speech(["The river rises."])
    sync.rebuild()
    sync.rebuild()
    snapshot.forget()
    in_use, before = generations.read_pointer()
    spoilt = newest(in_use.path, "*.seq")

    def answer(snapshot: snapshot.Snapshot) -> int:
        if snapshot.generation == in_use and spoilt.exists():
            raise IndexError(7)
        return snapshot.generation.number

    flip(spoilt)
    assert with_index_retry(answer) == before.number
    maintenance.verify()
    assert not spoilt.exists()
    maintenance.add_forward_indexes(lambda: None)
    snapshot.forget()
    (segment,) = snapshot.current().segments
    assert forward_index.read_forward_index(segment) is not None
