import itertools
from collections import defaultdict

import pytest
from support.search.random_archive import Drawn, ask, draw, those_with

from statements.search.indexing import sync
from statements.search.matching.ranking import group_speeches, rank
from statements.search.parameters import Sort

pytestmark = pytest.mark.django_db

VALUES = {
    "country": lambda one: [one.country] * bool(one.country),
    "speaker": lambda one: [one.stored.speaker.slug] if one.stored.speaker else [],
    "topic": lambda one: [topic.slug for topic in one.stored.topics.all()],
    "meeting": lambda one: [one.meeting] * bool(one.meeting),
    "year": lambda one: [str(one.on.year)] if one.on else [],
}


def by_reading(found: dict[int, Drawn], facet: str) -> dict[str, set[int]]:
    groups: dict[str, set[int]] = defaultdict(set)
    for pk, one in found.items():
        for value in VALUES[facet](one):
            groups[value].add(pk)
    return groups


@pytest.mark.parametrize("typed", ["", "river", "peace OR glacier", "absent"])
def test_groups_hold_what_a_reading_finds(archive_index, typed):
    drawn = draw(30)
    archive_index()
    drawn += draw(10, seed=8)  # a second segment
    drawn.pop(3).stored.delete()
    archive_index()
    wanted = {term for term in ("river", "peace", "glacier") if term in typed}
    found = those_with(
        drawn,
        lambda one: typed == "" or any(wanted & set(terms) for terms in [*one.terms, _topics(one)]),
    )
    asked = ask(typed)
    for facet, sort in itertools.product(VALUES, Sort):
        groups = group_speeches(
            asked.snapshot, asked.match, asked.found, facet, sort, groups=50, hits=9
        )
        expected = by_reading(found, facet)
        assert groups.total == len(expected)
        assert groups.ungrouped == len(found) - len(set().union(*expected.values()))
        assert {one.value: one.count for one in groups.shown} == {
            value: len(speeches) for value, speeches in expected.items()
        }
        order = rank(asked.snapshot, asked.match, asked.found, sort, 0, len(asked.found))
        everything = asked.ids(order)
        for group in groups.shown:
            best = [pk for pk in everything if pk in expected[group.value]][:9]
            assert asked.ids(group.speeches) == best


def _topics(one: Drawn) -> list[str]:
    return [word for topic in one.topics for word in ("peace", "river") if word in topic.lower()]


def test_pages_of_groups_are_all_groups_largest_first(archive_index):
    draw(30)
    sync.drain()
    asked = ask("")
    arguments = (asked.snapshot, asked.match, asked.found, "speaker", Sort.NEWEST)
    whole = group_speeches(*arguments, groups=50)
    starts = range(0, whole.total, 3)
    pages = [
        one for start in starts for one in group_speeches(*arguments, start=start, groups=3).shown
    ]
    assert [(one.value, one.count) for one in pages] == [
        (one.value, one.count) for one in whole.shown
    ]
    counts = [one.count for one in whole.shown]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) > 3


def test_years_are_grouped_newest_first(archive_index):
    draw(30)
    sync.drain()
    asked = ask("")
    groups = group_speeches(asked.snapshot, asked.match, asked.found, "year", Sort.OLDEST)
    assert [one.value for one in groups.shown] == ["2014", "1999", "1946"]
