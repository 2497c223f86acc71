"""Merged segments against those that Whoosh's own writer makes of the same documents."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.factories import make_speech
from test_bulk import archives, assert_beside, documents_of, prepared, speech_of, told, written
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from statements.models import Paragraph, Speech
from statements.search.index import generations, merging, snapshot
from statements.search.index.bulk_writer import BulkWriter
from statements.search.index.commits import latest_commit, segments_of
from statements.search.index.generations import Generation, IndexDamaged
from statements.search.index.schema import SCHEMA
from statements.search.index.writer import IndexWriter, create
from statements.search.indexing import consistency, maintenance, sync
from statements.search.parameters import SearchParameters
from statements.search.results.page import find

pytestmark = pytest.mark.long

COMMITS = 20 * maintenance.FEW_SEGMENTS


def commit(
    generation: Generation,
    *,
    append: Sequence[tuple[int, Any]] = (),
    remove: Sequence[int] = (),
) -> None:
    writer = BulkWriter(generation)
    for speech, content in append:
        writer.append(prepared(speech, content))
    for speech in remove:
        writer.remove(f"statements.speech.{speech}")
    writer.commit()


def the_segments(generation: Generation) -> list[Any]:
    return segments_of(generation.path, latest_commit(generation))


def assert_same(
    folder: Path,
    archive: Sequence[Any],
    *,
    cuts: Sequence[int],
    gone: set[int],
    gone_meanwhile: set[int],
) -> None:
    """An archive written in parts, of which some speeches are deleted, before and during a merge
    of all parts, is as one written at once without the first, with the second deleted."""
    generation = Generation(folder / "merged")
    generation.path.mkdir()
    create(generation)
    numbered = list(enumerate(archive, 1))
    bounds = [0, *sorted(cuts), len(numbered)]
    for low, high in pairwise(bounds):
        if numbered[low:high]:
            commit(generation, append=numbered[low:high])
    commit(generation, remove=sorted(gone))
    chosen = the_segments(generation)
    if not chosen:
        return  # nothing is left
    with merging.merged(generation.path, chosen, lambda: None) as found:
        commit(generation, remove=sorted(gone_meanwhile))
        IndexWriter(generation).adopt(found)

    living = [(number, content) for number, content in numbered if number not in gone]
    expected_deleted = [
        document
        for document, speech in enumerate(
            number for number, content in living for _ in range(1 + paragraphs_of(content))
        )
        if speech in gone_meanwhile
    ]
    segments = the_segments(generation)
    if len(living) == len(gone_meanwhile - gone):
        assert segments == []
        return
    (segment,) = segments
    assert sorted(segment.deleted_docs()) == expected_deleted
    expected = written(folder / "once", IndexWriter, archive, of=living)
    segment._deleted = None  # Whoosh would not tell what it has of these
    with expected, SegmentReader(FileStorage(str(generation.path)), SCHEMA, segment) as ours:
        assert told(ours) == told(expected)
        assert documents_of(ours) == documents_of(expected)
        for name in SCHEMA.names():
            assert ours.field_length(name) == expected.field_length(name)
        assert_beside(generation.path, ours)
    assert not list(generation.path.glob(f"{merging.FOLDER}*"))


def paragraphs_of(content: dict[str, Any]) -> int:
    return len(content["text"]) + len(content["narrative"])


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    archive=archives,
    cuts=st.sets(st.integers(1, 5), max_size=3),
    gone=st.sets(st.integers(1, 6), max_size=3),
    gone_meanwhile=st.sets(st.integers(1, 6), max_size=2),
)
def test_a_merged_segment_is_as_whoosh_writes_it(
    archive: list[Any],
    cuts: set[int],
    gone: set[int],
    gone_meanwhile: set[int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    every = range(1, len(archive) + 1)
    assert_same(
        tmp_path_factory.mktemp("index"),
        archive,
        cuts=[cut for cut in cuts if cut < len(archive)],
        gone=gone & set(every),
        gone_meanwhile=gone_meanwhile & set(every),
    )


def test_many_terms_and_long_lists_are_merged_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "CHUNK", 500)
    archive = [
        speech_of(*(" ".join(f"w{(speech * 7 + n * n) % 900} the" for n in range(40)),) * 9)
        for speech in range(40)
    ]
    assert_same(
        tmp_path,
        archive,
        cuts=[13, 20],
        gone={2, 14, 15, 40},
        gone_meanwhile={7, 30},
    )


def test_spoilt_postings_are_not_merged(tmp_path: Path) -> None:
    generation = Generation(tmp_path / "index")
    generation.path.mkdir()
    create(generation)
    for speech in (1, 2):
        commit(generation, append=[(speech, speech_of("The river rises.", "It falls."))])
    spoilt = next(generation.path.glob("*.pst"))
    data = bytearray(spoilt.read_bytes())
    data[-1] ^= 1
    spoilt.write_bytes(data)
    with (
        pytest.raises(IndexDamaged, match="has changed"),
        merging.merged(generation.path, the_segments(generation), lambda: None),
    ):
        pass


# -- which are merged ---------------------------------------------------------------------------


def described(size: int) -> W3Segment:
    segment = W3Segment(W3Codec(), "MAIN")
    segment.set_doc_count(size)
    return segment


@settings(deadline=None, max_examples=60)
@given(
    first=st.integers(0, 900_000),
    sizes=st.lists(st.sampled_from([1, 30, 600, 2_100, 3_000, 9_000, 60_000]), max_size=400),
)
def test_whatever_is_committed_segments_stay_few(first, sizes):
    """The worker merges while it always has another batch to apply."""
    segments = [described(first)]
    for size in sizes:
        segments.append(described(size))
        chosen = maintenance.to_merge(segments, maintenance.QUICK_MERGE)
        if not chosen and len(segments) > maintenance.MANY_SEGMENTS:
            chosen = maintenance.to_merge(segments)
        if chosen:
            merged_size = sum(one.doc_count_all() for one in chosen)
            assert merged_size <= maintenance.LARGEST_MERGE
            segments = [one for one in segments if one not in chosen]
            segments.append(described(merged_size))
        # of the largest that may be, any two together are too large to be merged
        largest = sum(one.doc_count_all() for one in segments) // (maintenance.LARGEST_MERGE // 2)
        assert len(segments) <= maintenance.MANY_SEGMENTS + largest


def test_each_document_is_merged_a_few_times_only():
    """However small the commits: so many times as its segment becomes half as large again."""
    segments: list[W3Segment] = []
    written = 0
    for _ in range(20_000):
        segments.append(described(10))
        if chosen := maintenance.to_merge(segments):
            size = sum(one.doc_count_all() for one in chosen)
            written += size
            segments = [one for one in segments if one not in chosen]
            segments.append(described(size))
    # until it is of SMALL_MERGE, it may be written with every eighth commit
    by_small = maintenance.SMALL_MERGE / (maintenance.FEW_SEGMENTS - 1) / 10
    assert written / 200_000 < by_small + 13


# -- in the life of an archive ----------------------------------------------------------------


def merge_all() -> None:
    while maintenance.merge(lambda: None):
        pass


@pytest.mark.django_db
def test_small_segments_are_merged_and_nothing_else_changes(archive_index):
    speeches = []
    for number in range(15):
        speeches.append(make_speech([f"river {number}", "dam"], country="KAZ", topics=["Tolls"]))
        archive_index()
    for speech in speeches[::4]:
        speech.delete()
    archive_index()
    before = find(SearchParameters(q="river dam", page_size=50))
    segments = len(snapshot.current().segments)
    merge_all()
    assert len(snapshot.current().segments) <= maintenance.FEW_SEGMENTS < segments
    after = find(SearchParameters(q="river dam", page_size=50))
    assert [hit.speech.pk for hit in after.hits] == [hit.speech.pk for hit in before.hits]
    assert [hit.extracts for hit in after.hits] == [hit.extracts for hit in before.hits]
    assert after.facets == before.facets
    assert not consistency.check()


@pytest.mark.django_db
def test_many_commits_leave_few_segments(archive_index):
    speeches = [make_speech([f"river {number}", "dam"]) for number in range(20)]
    archive_index()
    for number in range(COMMITS):
        Paragraph.objects.filter(speech=speeches[number % 20], position=1).update(
            text=f"river edited{number}"
        )
        assert sync.apply_batch() == 1
        maintenance.merge(lambda: None, max_documents=maintenance.QUICK_MERGE)
        assert len(the_segments(generations.in_use())) <= maintenance.FEW_SEGMENTS
    assert find(SearchParameters(q=f"edited{COMMITS - 1}")).total == 1
    assert not consistency.check()


@pytest.mark.django_db
def test_what_is_deleted_is_reclaimed_however_large_the_segment(archive_index, monkeypatch):
    monkeypatch.setattr(maintenance, "SMALL_MERGE", 5)
    monkeypatch.setattr(maintenance, "LARGEST_MERGE", 5)
    speeches = [make_speech([f"river {number}", "dam"]) for number in range(10)]
    sync.rebuild()
    for speech in speeches[:2]:  # six documents of thirty
        speech.delete()
    archive_index()
    assert snapshot.current().size == 30
    merge_all()
    assert snapshot.current().size == 24
    speeches[2].delete()
    archive_index()
    assert not maintenance.merge(lambda: None)  # not worth it yet
    assert not consistency.check()


@pytest.mark.django_db
def test_edits_are_applied_while_a_merge_goes_on(archive_index, monkeypatch):
    monkeypatch.setattr(merging, "EVERY_S", 0.0)
    speeches = [make_speech([f"river {number}", "dam"]) for number in range(12)]
    for speech in speeches:
        speech.paragraphs.filter(position=2).update(text="weir")
        archive_index()
    edits = iter(range(12))

    def meanwhile() -> None:
        if (number := next(edits, None)) is None:
            return
        if number % 3 == 0:
            speeches[number].delete()
        else:
            speeches[number].paragraphs.filter(position=2).update(text=f"lock {number}")
        archive_index()
        assert find(SearchParameters(q=f'"lock {number}"')).total == (number % 3 != 0)
        assert find(SearchParameters(q="river")).total == 12 - (number // 3 + 1)

    assert maintenance.merge(meanwhile)
    assert next(edits, None) is None
    assert find(SearchParameters(q="lock")).total == 8
    assert find(SearchParameters(q="weir")).total == 0
    assert not consistency.check()
    merge_all()
    assert not consistency.check()


@pytest.mark.django_db
def test_a_merge_of_what_is_gone_meanwhile_is_given_up(archive_index, monkeypatch):
    monkeypatch.setattr(merging, "EVERY_S", 0.0)
    monkeypatch.setattr(maintenance, "FEW_SEGMENTS", 1)
    speeches = []
    for number in range(3):
        speeches.append(make_speech([f"river {number}"]))
        archive_index()

    left = speeches[:2]

    def meanwhile() -> None:
        if left:
            left.pop().delete()
            archive_index()

    while maintenance.merge(meanwhile):
        assert not consistency.check()
    assert not left
    assert find(SearchParameters(q="river")).total == 1
    assert not consistency.check()


@pytest.mark.django_db
@pytest.mark.parametrize("calls", range(1, 12, 2))
def test_a_merge_of_which_nothing_is_left_leaves_nothing(archive_index, monkeypatch, calls):
    monkeypatch.setattr(merging, "EVERY_S", 0.0)
    monkeypatch.setattr(maintenance, "FEW_SEGMENTS", 1)
    for number in range(3):
        make_speech([f"river {number}"])
        archive_index()
    called = 0

    def meanwhile() -> None:
        nonlocal called
        called += 1
        if called == calls:
            Speech.objects.all().delete()
            archive_index()

    maintenance.merge(meanwhile)
    assert called >= calls
    assert snapshot.current().segments == []
    assert not consistency.check()


@pytest.mark.django_db
def test_a_merge_ends_with_its_generation(archive_index, monkeypatch):
    monkeypatch.setattr(merging, "EVERY_S", 0.0)
    monkeypatch.setattr(maintenance, "FEW_SEGMENTS", 1)
    for number in range(3):
        make_speech([f"river {number}"])
        archive_index()
    built = iter([sync.rebuild])

    def meanwhile() -> None:
        for rebuild in built:
            rebuild()

    maintenance.merge(meanwhile)
    assert len(snapshot.current().segments) == 1
    assert find(SearchParameters(q="river")).total == 3
    assert not consistency.check()


class Killed(BaseException):
    pass


@pytest.mark.django_db
def test_a_merge_that_dies_leaves_nothing_behind(archive_index, monkeypatch):
    monkeypatch.setattr(merging, "EVERY_S", 0.0)
    monkeypatch.setattr(maintenance, "FEW_SEGMENTS", 1)
    for number in range(3):
        make_speech([f"river {number}"])
        archive_index()
    folder = generations.in_use().path
    before = sorted(folder.iterdir())

    def meanwhile() -> None:
        raise Killed

    with pytest.raises(Killed):
        maintenance.merge(meanwhile)
    assert sorted(folder.iterdir()) == before
    left = folder / f"{merging.FOLDER}MAIN_half"  # what a killed process could not clean up
    left.mkdir()
    (left / "MAIN_half.trm").write_bytes(b"half")
    merge_all()
    maintenance.clean()
    assert not left.exists()
    assert not consistency.check()


@pytest.mark.django_db
def test_small_segments_do_not_pile_up_behind_a_large_merge(archive_index, monkeypatch):
    monkeypatch.setattr(merging, "EVERY_S", 0.0)
    speeches = [make_speech([f"river {number}"]) for number in range(40)]
    for speech in speeches[:9]:
        speech.paragraphs.update(text="weir")
        archive_index()
    left = speeches[9:39]
    before = most = len(snapshot.current().segments)

    def meanwhile() -> None:
        nonlocal most
        merges = list(generations.in_use().path.glob(f"{merging.FOLDER}*"))
        if left and len(merges) == 1:
            left.pop().paragraphs.update(text="lock")
            archive_index()
        most = max(most, len(snapshot.current().segments))

    assert maintenance.merge(meanwhile)
    assert not left
    # those of the merge, and those that wait for one in it
    assert most <= before + maintenance.FEW_SEGMENTS + 1
    assert find(SearchParameters(q="lock")).total == 30
    merge_all()
    assert not consistency.check()


@pytest.mark.django_db
def test_a_quick_merge_leaves_large_segments_alone(archive_index, monkeypatch):
    monkeypatch.setattr(maintenance, "SMALL_MERGE", 5)
    large = [make_speech([f"river {number}"] * 30) for number in range(2)]
    archive_index()
    for number in range(maintenance.FEW_SEGMENTS + 1):
        make_speech([f"dam {number}"])
        archive_index()
    large[0].delete()  # worth reclaiming, but not quickly
    archive_index()
    sizes = sorted(segment.size for segment in snapshot.current().segments)
    assert sizes == [2] * 9 + [62]
    while maintenance.merge(lambda: None, max_documents=20):
        pass
    assert sorted(segment.size for segment in snapshot.current().segments) == [18, 62]
    merge_all()
    assert sorted(segment.size for segment in snapshot.current().segments) == [18, 31]
    assert not consistency.check()
