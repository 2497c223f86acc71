"""Arrays and strings in a mapped file read as they were written, or not at all."""

from bisect import bisect_left
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.factories import make_speech

from statements.search.fields import TEXT_FIELD
from statements.search.index.formats import mapped_file
from statements.search.index.formats.mapped_file import PIECE, File
from statements.search.index.generations import IndexDamaged
from statements.search.index.snapshot import current

MARK = b"of tests"

# of few letters, so that many begin with the same eight
words = st.text("abé", min_size=1, max_size=12).map(str.encode)


def written(path: Path, strings: list[bytes], numbers: int = 0) -> File:
    with path.open("w+b") as file:
        index = {
            "numbers": mapped_file.put(file, np.arange(numbers, dtype="<u4")),
            "strings": mapped_file.put_strings(file, strings),
        }
        mapped_file.finish(file, index, MARK)
    return File(path, MARK)


@settings(deadline=None)  # it writes files, which takes long on a busy disk
@given(st.sets(words, max_size=60), st.lists(words, min_size=1))
def test_strings_are_found_where_they_stand(tmp_path_factory, strings, sought):
    ordered = sorted(strings)
    file = written(tmp_path_factory.getbasetemp() / "strings", ordered)
    found = file.strings(file.index["strings"])
    assert list(found) == ordered
    for one in [*sought, *ordered, b"", b"\xff"]:
        assert found.bisect(one) == bisect_left(ordered, one)
        assert (found.find(one) is not None) == (one in strings)


def test_strings_are_found_among_more_than_one_sample(tmp_path):
    ordered = sorted(f"{number % 7}-the-same-{number}".encode() for number in range(20_000))
    file = written(tmp_path / "many", ordered)
    found = file.strings(file.index["strings"])
    assert len(file.index["strings"]["sample"]) > 3
    for place in range(0, len(ordered), 61):
        assert found.find(ordered[place]) == place
        assert found.bisect(ordered[place] + b"0") == bisect_left(ordered, ordered[place] + b"0")


def test_only_what_is_asked_for_is_compared(tmp_path):
    path = tmp_path / "numbers"
    file = written(path, [b"a"], numbers=PIECE)
    data = bytearray(path.read_bytes())
    data[PIECE] ^= 1
    path.write_bytes(data)
    array = file.array(file.index["numbers"])
    half = PIECE // 4
    assert array.part(0, half).tolist() == list(range(half))
    assert array.item(3 * half) == 3 * half
    with pytest.raises(IndexDamaged):
        array.item(half)
    with pytest.raises(IndexDamaged):
        array.part(half - 1, half + 1)


@pytest.mark.parametrize("place", [-1, -20, -60])
def test_a_spoilt_end_is_noticed_on_opening(tmp_path, place):
    path = tmp_path / "end"
    written(path, [b"a", b"b"])
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamaged):
        File(path, MARK)


@pytest.mark.django_db
def test_the_most_frequent_terms_come_first(archive_index):
    make_speech(["River, rivers and riverbeds.", "The river.", "Rivers rise."])
    archive_index()
    (segment,) = current().segments
    assert segment.most_frequent(TEXT_FIELD, "riv", 2) == [("river", 2), ("rivers", 2)]
    assert segment.most_frequent(TEXT_FIELD, "rivet", 2) == []
