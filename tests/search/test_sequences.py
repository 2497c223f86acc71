import random

import numpy as np
import pytest
from drawn import draw
from hypothesis import given
from hypothesis import strategies as st

from statements.search import indexing, upkeep
from statements.search.commits import segments_of
from statements.search.schema import TEXT_FIELD
from statements.search.segments import Segment
from statements.search.sequences import (
    SHINGLE,
    WINDOW,
    _read,
    discard_if_spoilt,
    exists,
    sequences,
    shingles,
    winnowed,
    write,
)
from statements.search.snapshot import current

NONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)

texts = st.lists(st.lists(st.integers(1, 3), max_size=40), min_size=1, max_size=6)


def laid_out(documents):
    words = np.array([word for one in documents for word in one], np.uint64)
    return words, np.append(0, np.cumsum([len(one) for one in documents]))


@given(texts)
def test_equal_shingles_have_equal_hashes_and_others_other_ones(documents):
    words, begins = laid_out(documents)
    found = shingles(words, begins)
    hashes = {}
    for number, document in enumerate(documents):
        for place in range(len(document)):
            shingle = tuple(document[place : place + SHINGLE])
            told = found[begins[number] + place]
            if len(shingle) < SHINGLE:
                assert told == NONE
            else:
                assert hashes.setdefault(shingle, told) == told
    assert NONE not in hashes.values()
    assert len(set(hashes.values())) == len(hashes)


@given(texts)
def test_fingerprints_are_the_least_of_each_window(documents):
    words, begins = laid_out(documents)
    found = shingles(words, begins)
    prints, where = winnowed(found, begins)
    for number in range(len(documents)):
        hashes = found[begins[number] : begins[number + 1]]
        hashes = hashes[hashes != NONE].tolist()
        windows = [
            hashes[place : place + WINDOW] for place in range(max(len(hashes) - WINDOW + 1, 1))
        ]
        expected = {min(window) >> 32 for window in windows if window}
        assert set(prints[where == number].tolist()) == expected


@given(st.integers(0, 10_000))
def test_texts_with_enough_words_in_common_have_a_fingerprint_in_common(seed):
    chance = random.Random(seed)  # noqa: S311
    common = [chance.randrange(9) for _ in range(SHINGLE + WINDOW - 1)]
    documents = [
        [chance.randrange(9) for _ in range(chance.randrange(30))]
        + common
        + [chance.randrange(9) for _ in range(chance.randrange(30))]
        for _ in range(2)
    ]
    words, begins = laid_out(documents)
    prints, where = winnowed(shingles(words, begins), begins)
    assert set(prints[where == 0].tolist()) & set(prints[where == 1].tolist())


@pytest.fixture
def segment(db, archive_index):
    drawn = draw(20)
    indexing.rebuild()  # into one segment
    snapshot = current()
    [listed] = segments_of(snapshot.generation.path, snapshot.commit)
    return drawn, Segment(snapshot.generation.path, listed)


def test_the_words_of_a_segment_stand_as_in_the_texts(segment):
    drawn, segment = segment
    vocabulary = [word.decode() for word in segment.words(TEXT_FIELD)]
    sequence = sequences(segment)
    speeches = segment.numbers["speech"].tolist()
    terms_of = {one.stored.pk: one.terms for one in drawn}
    seen = 0
    for document in range(segment.size):
        words = [vocabulary[number] for number in sequence.of(document)]
        paragraph = int(segment.paragraph[document])
        speech = speeches[segment.speech_of[document]]
        assert words == (terms_of[speech][paragraph - 1] if paragraph else [])
        seen += bool(paragraph)
        places = np.arange(-2, len(words) + 2)
        found = sequence.at(np.full(len(places), document), places)
        assert found.tolist() == [-1, -1, *sequence.of(document).tolist(), -1, -1]
    assert seen == sum(len(one.paragraphs) for one in drawn)


def test_a_file_tells_what_the_segment_does(segment):
    _, segment = segment
    assert not exists(segment.folder, segment.id)
    read = _read(segment)
    calls = []
    write(segment, lambda: calls.append(1))
    assert exists(segment.folder, segment.id)
    discard_if_spoilt(segment.folder, segment.id)
    mapped = sequences(segment)
    for name in read._fields:
        assert np.array_equal(getattr(mapped, name), getattr(read, name)), name
    assert [path.name for path in segment.folder.glob("*.part")] == []


def test_a_bulk_build_writes_what_would_be_made_of_its_segments(segment, monkeypatch):
    _, segment = segment
    read = _read(segment)
    monkeypatch.setattr("statements.search.sequences.SMALL", 0)
    monkeypatch.setattr("statements.search.bulk.CHUNK", 100)
    indexing.rebuild()
    built = current().segments[0]
    assert built.id != segment.id
    upkeep.verify()  # which removes what is not as it was written
    assert exists(built.folder, built.id)
    found = sequences(built)
    for name in read._fields:
        assert np.array_equal(getattr(found, name), getattr(read, name)), name
    assert len(read.words) > 100


def test_a_file_given_up_leaves_nothing(segment):
    _, segment = segment

    class Stop(Exception):
        pass

    def stop():
        raise Stop

    monkey = pytest.MonkeyPatch()
    monkey.setattr("statements.search.sequences._now_and_then", lambda meanwhile: meanwhile)
    with monkey.context(), pytest.raises(Stop):
        write(segment, stop)
    assert list(segment.folder.glob(f"{segment.id}.seq*")) == []


@pytest.mark.parametrize("damage", ["cut", "flip", "empty"])
def test_a_spoilt_file_is_not_believed(segment, damage):
    _, segment = segment
    write(segment, lambda: None)
    path = segment.folder / f"{segment.id}.seq"
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[8] ^= 1
    path.unlink()
    path.write_bytes({"cut": data[:-9], "flip": data, "empty": b""}[damage])
    discard_if_spoilt(segment.folder, segment.id)
    assert not path.exists()
    if damage != "flip":
        path.write_bytes({"cut": data[:-9], "empty": b""}[damage])
        assert np.array_equal(sequences(segment).words, _read(segment).words)


def test_the_worker_writes_the_files_of_large_segments(segment, monkeypatch):
    _, segment = segment
    upkeep.add_sequences(lambda: None)
    assert not exists(segment.folder, segment.id)  # a small one
    monkeypatch.setattr("statements.search.sequences.SMALL", 0)
    upkeep.add_sequences(lambda: None)
    assert exists(segment.folder, segment.id)
    written = (segment.folder / f"{segment.id}.seq").stat().st_mtime_ns
    upkeep.verify()
    upkeep.add_sequences(lambda: None)
    assert (segment.folder / f"{segment.id}.seq").stat().st_mtime_ns == written


def test_a_large_segment_has_no_sequences_until_they_are_written(segment, monkeypatch):
    _, segment = segment
    monkeypatch.setattr("statements.search.sequences.SMALL", 0)
    assert sequences(segment) is None
    upkeep.add_sequences(lambda: None)
    found = sequences(segment)
    assert found is not None
    with (segment.folder / f"{segment.id}.seq").open("r+b") as file:
        file.truncate(100)
    assert sequences(segment) is None
