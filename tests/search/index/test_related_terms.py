"""Terms that are related, learned from texts and stored beside the index."""

import random
from pathlib import Path

import numpy as np
import pytest
from support.factories import make_speech

from statements.search.index import generations, related_terms
from statements.search.index.related_terms import RelatedTerms, learning, vocabulary
from statements.search.index.snapshot import current
from statements.search.indexing import maintenance
from statements.search.parameters import SearchParameters
from statements.search.results.page import find

SUBJECTS = {
    "sea": ["harbour", "sailor", "anchor", "lighthouse", "tide"],
    "farm": ["harvest", "plough", "orchard", "tractor", "barley"],
}


@pytest.fixture
def learned_archive(archive_index, monkeypatch):
    """An archive of two subjects, whose related terms the worker has learned."""
    chance = random.Random(5)  # noqa: S311
    for number in range(60):
        words = SUBJECTS["sea" if number % 2 else "farm"]
        make_speech([" ".join(chance.sample(words, 4)) for _ in range(3)])
    archive_index()
    monkeypatch.setattr(learning, "MIN_WORDS", 100)
    monkeypatch.setattr(learning, "DIMENSIONS", 2)
    monkeypatch.setattr(vocabulary, "MIN_PARAGRAPHS", 5)
    monkeypatch.setattr(maintenance, "FEW_DOCUMENTS", 10)
    maintenance.learn_related_terms(lambda: None)


@pytest.mark.django_db
def test_terms_of_one_subject_are_related(learned_archive):
    for words in SUBJECTS.values():
        page = find(SearchParameters(q=words[0]))
        assert set(page.related_terms) == set(words[1:])
    assert set(find(SearchParameters(q='"harbour sailor"')).related_terms) <= set(SUBJECTS["sea"])
    assert find(SearchParameters(q="Harbour")).related_terms
    assert find(SearchParameters(q="harbour"), alternatives=False).related_terms == ()
    assert list(find(SearchParameters(q="a b c d e harbour")).related_terms) == []


@pytest.mark.django_db
def test_they_are_learned_again_only_after_much_has_changed(learned_archive, archive_index):
    folder = generations.in_use().path
    learned = related_terms.documents_learned(folder)
    written = (folder / "related.terms").stat().st_mtime_ns
    maintenance.learn_related_terms(lambda: None)
    assert (folder / "related.terms").stat().st_mtime_ns == written
    (folder / "related.terms").unlink()
    assert list(find(SearchParameters(q="harbour")).related_terms) == []
    maintenance.learn_related_terms(lambda: None)
    assert related_terms.documents_learned(folder) == learned == current().size


@pytest.mark.django_db
def test_nothing_is_learned_from_few_words(archive_index):
    make_speech(["The harbour.", "The sailor."])
    archive_index()
    assert related_terms.learn(current(), lambda: None).terms == ()


def test_those_near_several_words_lead_and_the_words_themselves_are_left_out(tmp_path: Path):
    neighbours = np.array([[1, 2], [2, 3], [0, 1], [1, 0]], np.uint16)
    similarities = np.array([[200, 150], [140, 100], [90, 80], [70, 0]], np.uint8)
    forms = {"sea": 0, "seas": 0, "tide": 1, "moon": 2, "wave": 3}
    related = RelatedTerms(["sea", "tide", "moon", "wave"], forms, neighbours, similarities, 9)
    assert related.near(["seas"], 9) == ["tide", "moon"]
    assert related.near(["sea", "tide", "unknown"], 9) == ["moon", "wave"]
    assert related.near(["wave"], 9) == ["tide"]  # 0 is no neighbour
    related_terms.save(tmp_path, related)
    stored = related_terms.read_related_terms(tmp_path)
    assert stored is not None
    assert (stored.terms, dict(stored.forms)) == (related.terms, forms)
    assert stored.near(["sea"], 1) == ["tide"]
    assert related_terms.documents_learned(tmp_path) == 9


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path):
    related_terms.save(tmp_path, RelatedTerms.empty(3))
    assert related_terms.read_related_terms(tmp_path).near(["sea"], 9) == []
    path = tmp_path / "related.terms"
    path.write_bytes(path.read_bytes()[:-40])
    assert related_terms.read_related_terms(tmp_path) is None
    assert related_terms.documents_learned(tmp_path) is None


def test_information_is_what_pairs_have_beyond_chance():
    # "0 1" in eight documents, "2 3" in two, and the first of them alone in many
    terms = np.array([*[0, 1] * 8, *[2, 3] * 2, *[0] * 50], np.uint16)
    documents = np.array([*np.repeat(np.arange(10), 2), *range(10, 60)], np.int32)
    texts = vocabulary.Texts(terms, documents, np.zeros(4, bool))
    [rows] = learning._mutual_information(texts, 4)
    assert rows.places.tolist() == [1, 4]  # two pairs are too few
    np.testing.assert_allclose(rows.values, np.log(8 / (8 * 8 / 20)), rtol=1e-5)
