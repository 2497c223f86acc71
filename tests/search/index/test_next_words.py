"""Which word follows which, against the texts themselves; phrases with and without knowing it; and
the order of the best against that of all."""

import random
from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from support.factories import make_speech
from support.search.random_archive import WORDS, Drawn, draw

from statements.search import query
from statements.search.fields import TEXT_FIELD
from statements.search.index.formats import next_words
from statements.search.index.snapshot import Snapshot, current
from statements.search.indexing import sync
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.positions import occurrences
from statements.search.matching.ranking import rank
from statements.search.parameters import Sort
from statements.search.query import Phrase

pytestmark = pytest.mark.django_db

QUERIES = 150


@pytest.fixture(params=["one segment", "several segments, some deleted"])
def drawn(request: pytest.FixtureRequest, archive_index) -> list[Drawn]:
    """Speeches that are indexed; two more have compounds."""
    found = draw(30)
    for text in ("The co-operation of dam-water harvests.", "Co operation, cooperation of water"):
        make_speech([text, "peace"])
    if request.param == "one segment":
        sync.rebuild()
        return found
    archive_index()
    found += draw(20, seed=8)
    archive_index()
    for one in found[3::7]:
        one.stored.delete()
    archive_index()
    return [one for number, one in enumerate(found) if number % 7 != 3]


def told(keys: np.ndarray, one: Snapshot) -> Counter[tuple[int, int, int]]:
    """Speech, paragraph and place of each occurrence."""
    documents = keys >> 32
    speeches = one.numbers["speech"][one.speech_of[documents]].tolist()
    places = (keys & 0xFFFF_FFFF).tolist()
    return Counter(zip(speeches, one.paragraph[documents].tolist(), places, strict=True))


def test_words_stand_before_others_as_in_the_texts(drawn):
    expected: dict[tuple[str, str], Counter[tuple[int, int, int]]] = {}
    for one in drawn:
        for number, terms in enumerate(one.terms, 1):
            for place, pair in enumerate(pairwise(terms)):
                expected.setdefault(pair, Counter())[one.stored.pk, number, place] += 1
    kept = current()
    ours = {one.stored.pk for one in drawn}
    for pair in product(dict.fromkeys(WORDS), repeat=2):
        keys = kept.bigram_keys(TEXT_FIELD, *pair)
        assert keys is not None
        assert (np.diff(keys) > 0).all()
        found = Counter({at: n for at, n in told(keys, kept).items() if at[0] in ours})
        assert found == expected.get(pair, Counter())


def test_a_compound_stands_where_its_first_part_does(drawn):
    kept = current()
    assert kept.terms(TEXT_FIELD, "co-operation", 9)
    assert len(kept.bigram_keys(TEXT_FIELD, "co-operation", "of")) == 0
    assert len(kept.bigram_keys(TEXT_FIELD, "co-operation", "operation")) == 1
    assert len(kept.bigram_keys(TEXT_FIELD, "the", "co-operation")) == 1
    assert len(kept.bigram_keys(TEXT_FIELD, "the", "co")) == 1
    assert len(kept.bigram_keys(TEXT_FIELD, "dam", "nowhere")) == 0


def phrases(drawn: list[Drawn]) -> list[Phrase]:
    chance = random.Random(4)  # noqa: S311
    found = [
        Phrase(("co-operation", "of")),
        Phrase(("cooperation", "of", "water")),
        Phrase(("the", "cooperation")),
        Phrase(("co", "operation")),
        Phrase(("dam", "water", "harvests")),
    ]
    for one in drawn:
        terms = chance.choice(one.terms)
        begin = chance.randrange(len(terms))
        found.append(Phrase(tuple(terms[begin : begin + chance.randint(2, 5)])))
        found.append(Phrase(tuple(chance.choices(WORDS, k=2))))
    return [one for one in found if len(one.terms) > 1]


def test_phrases_are_where_they_are_without_next_words(drawn, monkeypatch):
    kept = current()
    known = {one: occurrences(kept, TEXT_FIELD, one) for one in phrases(drawn)}
    assert sum(len(one.documents) for one in known.values()) > len(known)
    monkeypatch.setattr(Snapshot, "bigram_keys", lambda *_: None)
    for phrase, one in known.items():
        other = occurrences(kept, TEXT_FIELD, phrase)
        assert one.documents.tolist() == other.documents.tolist(), phrase
        assert one.frequencies.tolist() == other.frequencies.tolist(), phrase
        assert one.counts == other.counts, phrase


def test_words_beyond_the_codes_are_found_all_the_same(drawn, monkeypatch):
    pairs = list(product(dict.fromkeys(WORDS), repeat=2))
    kept = current()
    known = {pair: told(kept.bigram_keys(TEXT_FIELD, *pair), kept) for pair in pairs}
    assert any(known.values())
    monkeypatch.setattr(next_words, "MOST_CODES", 4)
    monkeypatch.setattr(next_words, "CHUNK", 10)
    sync.rebuild()
    built = current()
    assert {pair: told(built.bigram_keys(TEXT_FIELD, *pair), built) for pair in pairs} == known


def test_the_best_are_in_the_order_of_all(drawn):
    chance = random.Random(6)  # noqa: S311
    for _ in range(QUERIES):
        words = chance.choices(
            [*WORDS, "umarov", "security", '"river dam"'], k=chance.randint(1, 4)
        )
        words.insert(chance.randrange(2), chance.choice(["river", "vote", "peace"]))
        typed = chance.choice([" ", " ", " OR "]).join(words)
        sort = chance.choice([Sort.RELEVANCE, Sort.RECENT])
        tree = query.parse_query(typed).boosted_tree
        evaluator = Evaluator(current())
        everything = evaluator.match(tree)
        order = rank(evaluator.snapshot, everything, everything.matched, sort, 0, 10_000)
        for most in (1, 3):
            match = Evaluator(evaluator.snapshot).match(tree)
            best = rank(evaluator.snapshot, match, match.matched, sort, 0, most)
            assert best.tolist() == order[:most].tolist(), typed
