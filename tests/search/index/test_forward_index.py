import random
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.factories import make_speech
from support.search.random_archive import draw

from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.commits import segments_of
from statements.search.index.forward_index import (
    SHINGLE,
    WINDOW,
    ForwardIndex,
    discard_if_damaged,
    exists,
    layout,
    read_forward_index,
    shingles,
    winnow,
    write,
)
from statements.search.index.forward_index.reader import _opened
from statements.search.index.segments import Segment
from statements.search.index.snapshot import current
from statements.search.indexing import maintenance, sync

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
    prints, where = winnow(found, begins)
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
    prints, where = winnow(shingles(words, begins), begins)
    assert set(prints[where == 0].tolist()) & set(prints[where == 1].tolist())


@pytest.fixture
def segment(db, archive_index):
    drawn = draw(20)
    sync.rebuild()  # into one segment
    snapshot = current()
    [listed] = segments_of(snapshot.generation.path, snapshot.commit)
    return drawn, Segment(snapshot.generation.path, listed)


def test_the_words_of_a_segment_stand_as_in_the_texts(segment):
    drawn, segment = segment
    vocabulary = [word.decode() for word in segment.words(TEXT_FIELD)]
    sequence = read_forward_index(segment)
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


def arrays_of(sequence):
    return {name: getattr(sequence, name).copy() for name in sequence._fields}


def assert_equal(found, expected):
    for name, array in expected.items():
        assert np.array_equal(getattr(found, name), array), name


def written_from_postings(segment):
    """What the worker writes where the file is missing."""
    path = segment.folder / f"{segment.id}.seq"
    path.unlink(missing_ok=True)
    _opened.forget(segment)
    assert read_forward_index(segment) is None
    write(segment, lambda: None)
    return arrays_of(read_forward_index(segment))


def test_a_bulk_build_writes_what_is_made_of_its_postings(segment, monkeypatch):
    _, segment = segment
    written = arrays_of(read_forward_index(segment))
    assert len(written["codes"]) > 100
    assert_equal(read_forward_index(segment), written_from_postings(segment))
    monkeypatch.setattr("statements.search.index.bulk_writer.CHUNK", 100)
    sync.rebuild()
    built = current().segments[0]
    assert built.id != segment.id
    maintenance.verify()  # which removes what is not as it was written
    assert exists(built.folder, built.id)
    assert_equal(read_forward_index(built), written)
    assert [path.name for path in built.folder.glob("*.part")] == []


def test_every_commit_writes_the_file_of_its_segment(archive_index, db):
    for number in range(3):
        make_speech([f"the river and dam number{number} of the valley"])
        sync.drain()
    segments = current().segments
    assert len(segments) == 3
    for segment in segments:
        written = arrays_of(read_forward_index(segment))
        assert len(written["codes"]) == 8
        assert_equal(read_forward_index(segment), written_from_postings(segment))


@pytest.mark.parametrize("lacking", [False, True])
def test_a_merge_writes_the_file_of_its_segment(archive_index, db, monkeypatch, lacking):
    monkeypatch.setattr(maintenance, "FEW_SEGMENTS", 1)
    monkeypatch.setattr("statements.search.index.forward_index.writer._CHUNK", 3)
    drawn = draw(12)
    sync.drain()
    more = [
        make_speech([f"a word{n} of rivers " * 9, "known to the well-known few"]) for n in range(4)
    ]
    for speech in more:  # one segment each
        speech.paragraphs.filter(position=2).update(text="and of the well-known many")
        sync.drain()
    more[1].delete()
    drawn[3].stored.delete()
    sync.drain()
    before = current()
    assert len(before.segments) > 2
    if lacking:
        (before.segments[1].folder / f"{before.segments[1].id}.seq").unlink()
    while maintenance.merge(lambda: None):
        pass
    [segment] = current().segments
    assert segment.size < sum(one.size for one in before.segments)
    assert exists(segment.folder, segment.id)
    discard_if_damaged(segment.folder, segment.id)
    joined = read_forward_index(segment)
    assert_equal(joined, written_from_postings(segment))
    assert len(joined.prints)


def test_words_without_a_code_are_read_all_the_same(segment, monkeypatch):
    _, segment = segment
    expected = [
        read_forward_index(segment).of(document).tolist() for document in range(segment.size)
    ]
    monkeypatch.setattr("statements.search.index.formats.next_words.MOST_CODES", 4)
    sync.rebuild()
    built = current().segments[0]
    found = read_forward_index(built)
    assert len(found.rare_terms) > 100
    assert [found.of(document).tolist() for document in range(built.size)] == expected
    everywhere = np.arange(len(found.codes))
    assert found.take(everywhere[::-3]).tolist() == found.between(0, len(everywhere))[::-3].tolist()
    assert_equal(found, written_from_postings(built))


@pytest.mark.parametrize("bucket", [64, 1])
def test_fingerprints_are_found_in_their_buckets(monkeypatch, bucket):
    monkeypatch.setattr(layout, "_BUCKET", bucket)
    chance = np.random.default_rng(3)
    prints = np.sort(chance.integers(0, 1 << 32, 70_000, dtype=np.uint32))
    prints[1000:1005] = prints[1000]
    documents = chance.integers(0, 1 << 24, len(prints), dtype=np.int32)
    blank = np.empty(0, np.uint32)
    bucket_prints = layout.bucket_prints(prints, documents)
    assert bucket_prints[1].dtype == (np.uint16 if bucket == 1 else np.uint32)
    found = ForwardIndex(blank, blank, blank, blank, blank, blank, *bucket_prints)
    assert found.prints.tolist() == prints.tolist()
    assert found.documents.tolist() == documents.tolist()
    sought = np.concatenate([prints[990:1010:5], prints[-1:], prints[:1] + np.uint32(1)])
    at, having = found.find(sought)
    expected = [
        (number, document)
        for number, one in enumerate(sought.tolist())
        for document in documents[prints == one].tolist()
    ]
    assert list(zip(at.tolist(), having.tolist(), strict=True)) == expected


def test_a_file_given_up_leaves_nothing(segment):
    _, segment = segment
    (segment.folder / f"{segment.id}.seq").unlink()

    class Stop(Exception):
        pass

    def stop():
        raise Stop

    monkey = pytest.MonkeyPatch()
    monkey.setattr(
        "statements.search.index.forward_index.writer._now_and_then", lambda meanwhile: meanwhile
    )
    with monkey.context(), pytest.raises(Stop):
        write(segment, stop)
    assert list(segment.folder.glob(f"{segment.id}.seq*")) == []


@pytest.mark.parametrize("damage", ["cut", "flip", "empty"])
def test_a_spoilt_file_is_not_believed(segment, damage):
    _, segment = segment
    expected = arrays_of(read_forward_index(segment))
    _opened.forget(segment)
    path = segment.folder / f"{segment.id}.seq"
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[8] ^= 1
    path.unlink()
    path.write_bytes({"cut": data[:-9], "flip": data, "empty": b""}[damage])
    assert read_forward_index(segment) is None
    if damage != "flip":  # seen where not every byte is read
        assert not exists(segment.folder, segment.id)
    discard_if_damaged(segment.folder, segment.id)
    assert not path.exists()
    maintenance.add_forward_indexes(lambda: None)
    assert_equal(read_forward_index(segment), expected)


def test_bytes_that_change_in_an_open_file_are_not_believed(segment):
    _, segment = segment
    expected = arrays_of(read_forward_index(segment))
    path = segment.folder / f"{segment.id}.seq"
    with path.open("r+b") as file:
        file.write(b"\xff\xff")
    assert read_forward_index(segment) is None
    maintenance.verify()
    maintenance.add_forward_indexes(lambda: None)
    assert_equal(read_forward_index(segment), expected)


def test_nobody_waits_for_the_first_comparison(segment):
    _, segment = segment
    opened = _opened(segment)
    with opened._lock:  # another thread compares the file
        assert read_forward_index(segment) is None
    assert read_forward_index(segment) is not None


def test_the_worker_writes_missing_files_only(segment):
    _, segment = segment
    path = segment.folder / f"{segment.id}.seq"
    path.unlink()
    maintenance.add_forward_indexes(lambda: None)
    assert exists(segment.folder, segment.id)
    written = path.stat().st_mtime_ns
    maintenance.verify()
    maintenance.add_forward_indexes(lambda: None)
    assert path.stat().st_mtime_ns == written


def test_a_reader_does_without_a_file_until_it_is_written(segment):
    _, segment = segment
    path = segment.folder / f"{segment.id}.seq"
    path.unlink()
    assert read_forward_index(segment) is None
    assert not path.exists()  # no reader makes it
    maintenance.add_forward_indexes(lambda: None)
    assert read_forward_index(segment) is not None
    with path.open("r+b") as file:
        file.truncate(100)
    assert read_forward_index(segment) is None
    maintenance.add_forward_indexes(lambda: None)
    assert read_forward_index(segment) is not None


def test_who_asks_about_another_object_waits_for_nobody():
    class Asked:
        pass

    slow, quick = Asked(), Asked()
    begun, finish = threading.Event(), threading.Event()
    calls = []

    @cached_per_snapshot
    def work(of):
        calls.append(of)
        if of is slow:
            begun.set()
            assert finish.wait(30)
        return of is slow

    waiting = [threading.Thread(target=work, args=(slow,)) for _ in range(2)]
    for thread in waiting:
        thread.start()
    assert begun.wait(30)
    assert work(quick) is False
    assert calls == [slow, quick]
    finish.set()
    for thread in waiting:
        thread.join()
    assert work(slow) is True
    assert calls == [slow, quick]  # once for each
