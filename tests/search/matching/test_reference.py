"""Hits, totals and order against Whoosh's own unlimited search, on queries drawn at random."""

import random

import pytest
from support.factories import make_speech
from support.search.random_archive import draw
from support.search.random_queries import differs, drawn_queries
from support.search.reference_engine import Reference

from statements.search.index import generations
from statements.search.index.snapshot import current
from statements.search.indexing import sync

pytestmark = pytest.mark.django_db

QUERIES = 150


@pytest.fixture(params=["one segment", "several segments, some deleted"])
def archive(request: pytest.FixtureRequest, archive_index) -> list[str]:
    """Return the texts of an archive that is indexed."""
    rarely = [
        a + b + c for a in "bdfgm" for b in ("ra", "ne", "lo") for c in ("k", "rt", "mb", "v")
    ]
    drawn = draw(40) + draw(15, seed=5, vocabulary=[*rarely, "the", "river", "dam"])
    make_speech(["The co-operation of organisations; cooperating nations, national treaties."])
    if request.param == "one segment":
        sync.rebuild()
    else:
        archive_index()
        drawn += draw(30, seed=8)
        archive_index()
        for one in drawn[5::9]:
            one.stored.delete()
        archive_index()
    return [text for one in drawn for text in one.paragraphs]


def test_what_is_found_and_how_it_is_ordered_is_as_whoosh_has_it(archive):
    generation = generations.in_use()
    assert generation is not None
    reference = Reference(generation.path)
    drawn = drawn_queries(reference.words, archive, random.Random(1))  # noqa: S311
    told = {
        typed: differs(current(), reference, typed)
        for typed, _ in zip(drawn, range(QUERIES), strict=False)
    }
    assert {typed: one for typed, one in told.items() if one not in ("", "refused")} == {}
    assert list(told.values()).count("refused") < QUERIES / 10
    reference.close()
