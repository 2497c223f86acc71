"""Segments built in bulk against those of Whoosh's own writer, term by term."""

from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.factories import make_speech
from support.search.random_archive import WORDS as VOCABULARY
from support.search.random_archive import draw
from whoosh.filedb.filestore import FileStorage
from whoosh.index import open_dir
from whoosh.query import Phrase, Term
from whoosh.reading import SegmentReader
from whoosh.searching import Searcher

from statements.search import query
from statements.search.analysis.tokenizer import chunks, placed_terms
from statements.search.fields import (
    AFFILIATION_FIELDS,
    HEAD_FIELDS,
    MANY_VALUED,
    NARRATIVE_FIELD,
    TEXT_FIELD,
)
from statements.search.index import bulk_writer, generations, similarity
from statements.search.index.bulk_writer import BulkWriter
from statements.search.index.commits import latest_commit, segments_of
from statements.search.index.formats.sidecar import SideCar
from statements.search.index.generations import Generation
from statements.search.index.schema import SCHEMA
from statements.search.index.snapshot import current
from statements.search.index.writer import IndexWriter, create
from statements.search.indexing import consistency, quarantine, sync
from statements.search.matching.positions import occurrences
from statements.search.parameters import SearchParameters
from statements.search.results.page import find

TEXT_FIELDS = [TEXT_FIELD, NARRATIVE_FIELD, *HEAD_FIELDS]
# words of one term, of several ("和平" is two, and a pair), and of none (a mark alone)
WORDS = [
    "river",
    "Rivers",
    "the",
    "dam",
    "Ñandú",
    "d’Aroa",
    "和平",
    "Guinea-Dam",
    "a\u2010the-River",
    "and-or-of-so",
    "S/PV.12",
    "\u0301",
    "Straße",
]
text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


def prepared(speech: int, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"statements.speech.{speech}",
        "django_ct": "statements.speech",
        "django_id": str(speech),
        "speech": speech,
        **content,
    }


def positioned(texts: list[tuple[bool, str]]) -> dict[str, list[tuple[int, str]]]:
    numbered = list(enumerate(texts, 1))
    return {
        TEXT_FIELD: [(place, text) for place, (spoken, text) in numbered if spoken],
        NARRATIVE_FIELD: [(place, text) for place, (spoken, text) in numbered if not spoken],
    }


contents = st.fixed_dictionaries(
    {
        "country": st.sampled_from(["KAZ", "CIV", None]),
        "speaker": st.sampled_from(["umarov", None]),
        "organ": st.sampled_from(["Rivers Council", None]),
        "meeting": st.sampled_from(["RIV/PV.9", None]),
        "language": st.sampled_from(["fr", None]),
        "capacity": st.sampled_from(["chair", None]),
        "topic": st.lists(st.sampled_from(["peace", "dams"]), max_size=3),
        **{
            name: st.lists(st.sampled_from(["greens", "mill"]), max_size=2)
            for name in AFFILIATION_FIELDS
        },
        "session": st.sampled_from(["rivers-council-12", None]),
        "member_of": st.lists(st.sampled_from(["AU", "EU"]), max_size=3),
        "year": st.sampled_from([None, 1946, 2014]),
        "date": st.sampled_from([None, date(1946, 1, 17)]),
        "position": st.integers(1, 300),
        **{name: st.lists(text, max_size=3) for name in HEAD_FIELDS},
    }
)
spoken = st.lists(st.tuples(st.sampled_from([True, True, False]), text), min_size=1, max_size=6)
archives = st.lists(
    st.tuples(contents, spoken).map(lambda both: both[0] | positioned(both[1])),
    min_size=1,
    max_size=6,
)


def written(
    folder: Path,
    writer_class: type[IndexWriter],
    archive: Sequence[Any],
    of: Sequence[tuple[int, Any]] = (),
) -> SegmentReader:
    """Read what a writer made of an archive, or ``of`` some of its numbered speeches."""
    folder.mkdir()
    generation = Generation(folder)
    create(generation)
    writer = writer_class(generation)
    for speech, content in of or enumerate(archive, 1):
        writer.append(prepared(speech, content))
    writer.commit()
    (segment,) = segments_of(folder, latest_commit(generation))
    return SegmentReader(FileStorage(str(folder)), SCHEMA, segment)


def told(reader: SegmentReader) -> dict[tuple[str, bytes], Any]:
    """Everything that Whoosh reads for each term."""
    terms = {}
    for field, term in reader.all_terms():
        info = reader.term_info(field, term)
        matcher = reader.postings(field, term)
        postings = []
        while matcher.is_active():
            value = matcher.value()
            if matcher.supports("positions"):
                value = matcher.value_as("frequency"), matcher.value_as("positions")
            postings.append((matcher.id(), matcher.weight(), value))
            matcher.next()
        terms[field, term] = (
            (info.weight(), info.doc_frequency(), info.min_length(), info.max_length()),
            (info.max_weight(), info.min_id(), info.max_id()),
            postings,
            blocks_of(reader, field, term),
        )
    return terms


def blocks_of(reader: SegmentReader, field: str, term: bytes) -> list[tuple[Any, ...]]:
    """The summary of each block, by which Whoosh skips blocks."""
    matcher = reader.postings(field, term)
    told = []
    while True:
        lengths = (matcher.block_min_length(), matcher.block_max_length())
        told.append((matcher._blocklength, matcher._maxid, matcher.block_max_weight(), *lengths))
        if matcher._lastblock:
            return told
        matcher._next_block()


def documents_of(reader: SegmentReader) -> list[Any]:
    columns = {name: field.column_type for name, field in SCHEMA.items() if field.column_type}
    read = {
        name: reader.column_reader(name, column)
        for name, column in columns.items()
        if reader.has_column(name)
    }
    return [
        (
            reader.stored_fields(document),
            [reader.doc_field_length(document, name) for name in TEXT_FIELDS],
            {name: value for name, column in read.items() if (value := column[document])},
        )
        for document in range(reader.doc_count_all())
    ]


def plain_bm25(weight: float, length: float, field: str) -> float:
    usual = 90 if field == TEXT_FIELD else 6
    often = min(weight, 255)
    return often * 2.2 / (often + 1.2 * (0.25 + 0.75 * length / usual))


def assert_beside(folder: Path, reader: SegmentReader) -> None:
    """The side-car holds what Whoosh reads of every word, and nothing else."""
    side = SideCar(folder, reader.segment().segment_id())
    paragraph = reader.column_reader("paragraph")
    heads = np.array([one for one in range(reader.doc_count_all()) if paragraph[one] == 0])
    for field, term in reader.all_terms():
        if field not in TEXT_FIELDS:
            assert not side.terms(field)
            continue
        matcher = reader.postings(field, term)
        read = []
        while matcher.is_active():
            read.append((matcher.id(), matcher.weight(), matcher.value_as("positions")))
            matcher.next()
        arrays = side.entry(field, term)
        speeches = np.repeat(arrays.speeches, arrays.counts)
        documents = heads[speeches] + arrays.paragraphs
        assert documents.tolist() == [document for document, _, _ in read]
        assert arrays.frequencies.tolist() == [weight for _, weight, _ in read]
        assert arrays.places.tolist() == [place for *_, places in read for place in places]
        assert arrays.count == len(read)
        lengths = [reader.doc_field_length(document, field) for document, _, _ in read]
        impact = [
            plain_bm25(weight, length, field)
            for (_, weight, _), length in zip(read, lengths, strict=True)
        ]
        best = dict.fromkeys(speeches.tolist(), 0.0)
        for speech, one in zip(speeches.tolist(), impact, strict=True):
            best[speech] = max(best[speech], one)
        assert arrays.speeches.tolist() == list(best)
        assert similarity.score_table(field)[arrays.quantized_scores].tolist() == pytest.approx(
            list(best.values())
        )
        assert side.entry(field, term + b"\0") is None


def assert_same(folder: Path, archive: list[Any]) -> None:
    with (
        written(folder / "stock", IndexWriter, archive) as stock,
        written(folder / "ours", BulkWriter, archive) as ours,
    ):
        assert told(ours) == told(stock)
        assert documents_of(ours) == documents_of(stock)
        for name in SCHEMA.names():
            assert ours.field_length(name) == stock.field_length(name)
        assert_beside(folder / "ours", ours)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(archive=archives)
def test_every_term_and_document_is_as_whoosh_writes_it(
    archive: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_same(tmp_path_factory.mktemp("index"), archive)


@given(text=st.one_of(st.text(), st.text(alphabet=st.characters(max_codepoint=127))))
def test_printed_words_apart_have_the_terms_of_the_text(text: str) -> None:
    apart = [one.term for printed in chunks(text) for one in placed_terms(printed)]
    assert apart == [one.term for one in placed_terms(text)]


def speech_of(*texts: str) -> dict[str, Any]:
    blank = dict.fromkeys((*MANY_VALUED, *HEAD_FIELDS), ())
    return blank | {"position": 1} | positioned([(True, text) for text in texts])


def test_many_blocks_and_terms_are_as_whoosh_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_writer, "CHUNK", 1000)
    chance = np.random.default_rng(1)
    # few common words, many rare
    numbers = chance.zipf(1.3, size=(60, 20, 60)) % 5000
    archive = [
        speech_of(*(" ".join(f"w{number}" for number in paragraph) for paragraph in speech))
        for speech in numbers
    ]
    assert_same(tmp_path, archive)


@pytest.mark.parametrize(
    "paragraph",
    [
        "dam " * 1,
        "dam " * 119,  # the longest value of one kind, and the shortest of the next
        "dam " * 120,
        "dam " * 121,
        "dam " * 2500,  # a list that pickle cuts in three
        "river " + "dam " * 254 + "river",
        "river " + "dam " * 255 + "river",
        "river " + "dam " * 65_534 + "river",
        "river " + "dam " * 65_536 + "river",
        " ".join(f"w{number}" for number in range(7_000)),
    ],
    ids=lambda paragraph: f"{len(paragraph.split())} words of {len(set(paragraph.split()))}",
)
def test_long_paragraphs_are_as_whoosh_writes_them(paragraph: str, tmp_path: Path) -> None:
    assert_same(tmp_path, [speech_of("river and dam", paragraph, "dam"), speech_of(paragraph)])


def test_whoosh_searches_what_was_built_in_bulk(tmp_path: Path) -> None:
    archive = [speech_of("the dam", "a river dam"), speech_of("so")]
    written(tmp_path / "index", BulkWriter, archive).close()
    with open_dir(tmp_path / "index").searcher() as searcher:
        assert len(searcher.search(Term("text", "dam"))) == 2
        assert [hit.docnum for hit in searcher.search(Phrase("text", ["river", "dam"]))] == [2]


@pytest.mark.django_db
def test_plain_whoosh_finds_the_same_speeches(archive_index: object) -> None:
    draw(30)
    make_speech(["dam " * 300 + "of a river", " ".join(f"w{number}" for number in range(600))])
    sync.rebuild()
    snapshot = current()

    def by_whoosh(searcher: Searcher, asked: Term | Phrase) -> set[int]:
        documents = [hit.docnum for hit in searcher.search(asked, limit=None)]
        return set(snapshot.speech_of[documents].tolist())

    words = [*dict.fromkeys(VOCABULARY), "a", "w599"]
    with open_dir(snapshot.generation.path).searcher() as searcher:
        for word in words:
            here = snapshot.postings(TEXT_FIELD, word).documents
            expected = set(snapshot.speech_of[here].tolist())
            assert expected
            assert by_whoosh(searcher, Term(TEXT_FIELD, word)) == expected, word
        for pair in [*product(words, repeat=2), ("w598", "w599"), ("of", "a", "river")]:
            found = occurrences(snapshot, TEXT_FIELD, query.Phrase(pair))
            expected = set(snapshot.speech_of[found.documents].tolist())
            assert by_whoosh(searcher, Phrase(TEXT_FIELD, list(pair))) == expected, pair


@pytest.mark.django_db
def test_a_full_segment_is_followed_by_the_next(
    archive_index: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "SEGMENT_WORDS", 1)
    monkeypatch.setattr(quarantine, "_SMALLEST_SEGMENT", 1)
    monkeypatch.setattr(sync, "LOADED", 1)
    for number in range(5):
        make_speech([f"The river number {number} rises."], country="KAZ")
    sync.rebuild()
    generation = generations.in_use()
    assert generation is not None
    assert len(segments_of(generation.path, latest_commit(generation))) == 5
    page = find(SearchParameters(q='"the river"'))
    assert (page.total, page.facets["country"][0].count) == (5, 5)
    assert not consistency.check()
