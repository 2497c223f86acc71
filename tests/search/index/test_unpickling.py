"""Files of the index that were changed so that reading them as Whoosh does would run a command."""

import json
import os
import pickle
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import whoosh.codec.whoosh3
import whoosh.columns
import whoosh.filedb.structfile
import whoosh.formats
from support.factories import make_speech
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from statements.search.index import commits, generations, snapshot
from statements.search.index.formats.unpickling import loads
from statements.search.index.generations import IndexDamaged
from statements.search.indexing import consistency, maintenance, sync
from statements.search.parameters import SearchParameters
from statements.search.protocol import SearchUnavailable
from statements.search.results.page import find

ran: list[str] = []


def run(name: str) -> dict[str, Any]:
    ran.append(name)
    return {}


class Command:
    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return run, (self.name,)


@pytest.fixture(autouse=True)
def nothing_ran():
    ran.clear()
    yield
    assert not ran


READERS = {
    "ours": loads,
    "posting lists": whoosh.codec.whoosh3.loads,
    "stored fields": whoosh.columns.loads,
    "places": whoosh.formats.loads,
    "tables": lambda data: whoosh.filedb.structfile.StructFile(BytesIO(data)).read_pickle(),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_names_a_function_is_refused(read, protocol):
    for value in (Command("a"), [1, {"b": Command("b")}], os.system, Path):
        with pytest.raises(pickle.UnpicklingError, match="a file of the index names"):
            read(pickle.dumps(value, protocol))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_values_are_read(protocol):
    value = [1, -1, 1 << 70, 0.5, None, True, "Ünï", {"a": (1, [2])}, b"", bytes(range(256))]
    assert loads(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize(
    "data",
    [
        b"c_codecs\nencode\n(S'a'\nS'rot13'\ntR.",
        b"c_codecs\nencode\n(I1\nS'latin1'\ntR.",
        b"c__builtin__\nbytes\n(I1000000000000\ntR.",
        b"c_codecs\ndecode\n(S'a'\nS'rot13'\ntR.",
        b"c__builtin__\neval\n(S'1'\ntR.",
    ],
)
def test_what_bytes_are_made_with_makes_nothing_else(data):
    with pytest.raises((pickle.UnpicklingError, TypeError)):
        loads(data)


@pytest.mark.parametrize(
    "data", [b"", b".", b"\x80\x04", b"garbage" * 40, b"cos\nsystem\n(S'true'\ntR.", b"\x82\x01."]
)
def test_what_is_no_pickle_of_plain_values_is_an_error(data):
    with pytest.raises((pickle.UnpicklingError, EOFError, ValueError, IndexError)):
        loads(data)


# -- a whole index, with sums that agree --------------------------------------------------------


def reseal(folder: Path) -> None:
    """Write new checksums, as an attacker with write access to the folder would."""
    for path in folder.glob("*.sums"):
        sealed = json.loads(path.read_text())
        for name in sealed:
            data = (folder / name).read_bytes()
            sealed[name] = [len(data), zlib.crc32(data)]
        path.write_text(json.dumps(sealed))


def plant(path: Path, command: bytes) -> None:
    """Replace every pickle of a file that is large enough with another pickle, and pad the rest."""
    data = path.read_bytes()
    room = max(len(data), len(command))
    if path.suffix == ".trm":  # the last is the length of the pickle before
        begin = len(data) - 4 - struct.unpack(">i", data[-4:])[0]
        path.write_bytes(data[:begin] + command + struct.pack(">i", len(command)))
    elif path.suffix == ".pst":
        block = struct.pack(">i", -len(command)) + command
        whole = (b"W3Bl" + block) * -(-room // (4 + len(block)))
        path.write_bytes(whole[: max(len(data), 4 + len(block))])
    else:
        path.write_bytes((command * -(-room // len(command)))[:room])


@pytest.fixture
def index(archive_index):
    make_speech(["The river rises.", "We agree."], country="KAZ")
    make_speech(["The river falls."], country="CIV")
    sync.rebuild()
    make_speech(["The river, the river."], country="GIN")
    archive_index()
    snapshot.forget()
    return generations.in_use().path


FILES = ("*.trm", "*.pst", "*_stored.col", "*.col", "*.speeches", "*.side", "*.sums", "*.toc",
         "segments-*", "generation.json", "../current", "*")  # fmt: skip


# where reading fails, whoosh leaves its files to the garbage collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.django_db
@pytest.mark.parametrize("pattern", FILES)
def test_a_command_in_a_file_of_the_index_is_never_run(index, pattern):
    command = pickle.dumps(Command(pattern), 2)
    for path in index.glob(pattern):
        if path.is_file():
            plant(path, command)
    if pattern not in ("*", "*.sums"):
        reseal(index)
    # a reader
    for q in ("river", '"the river"', "riv*", "", "speaker:nobody"):
        try:
            find(SearchParameters(q=q))
        except SearchUnavailable:
            pass
    # the worker: commits, merges, forward indexes, sums, drift
    make_speech(["Another river."])
    for work in (
        sync.drain,
        lambda: maintenance.merge(lambda: None, max_documents=10),
        lambda: maintenance.add_forward_indexes(lambda: None),
        maintenance.verify,
        consistency.check,
    ):
        try:
            work()
        except (IndexDamaged, OSError):
            pass
    sync.rebuild()
    assert find(SearchParameters(q="river")).total == 4


@pytest.mark.django_db
def test_the_list_of_segments_of_whoosh_is_not_read(index, archive_index):
    """Reading it would raise, for its schema names classes."""
    for path in index.glob("*.toc"):
        path.write_bytes(b"not read")
    assert find(SearchParameters(q="river")).total == 3
    make_speech(["Another river."])
    archive_index()
    assert find(SearchParameters(q="river")).total == 4
    # it is written anew by each commit, for other programs
    commit = commits.latest_commit(generations.in_use())
    assert TOC.read(FileStorage(str(index)), commits.INDEX_NAME).generation == commit
