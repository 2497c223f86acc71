import itertools
from collections import Counter

import pytest
from support.search.random_archive import ask, draw

from statements.search.features.crosstab import crosstab
from statements.search.fields import AFFILIATION_FIELDS, CAPACITY_FIELD, GROUP_FIELD, SESSION_FIELD
from statements.search.fields import FACETS as ALL_FACETS

pytestmark = pytest.mark.django_db

# the speeches here have none, or they are derived; they have tests of their own
DERIVED = (CAPACITY_FIELD, GROUP_FIELD, SESSION_FIELD, *AFFILIATION_FIELDS)
FACETS = [facet for facet in ALL_FACETS if facet not in DERIVED]


def values(one, facet):
    speech = one.stored
    match facet:
        case "topic":
            return [topic.slug for topic in speech.topics.all()]
        case "speaker":
            return [speech.speaker.slug] if speech.speaker else []
        case "year":
            return [str(speech.year)] if speech.year else []
        case "meeting":
            return [one.meeting] if one.meeting else []
        case "organ":
            return [speech.organ] if speech.organ else []
        case "language":
            return [speech.language] if speech.language else []
        case _:
            return [one.country] if one.country else []


def test_every_cell_counts_what_a_reading_counts(archive_index):
    drawn = draw(25)
    archive_index()
    drawn += draw(15, seed=9)
    drawn.pop(2).stored.delete()
    archive_index()
    for typed in ("", "glacier", "absent"):
        asked = ask(typed)
        pks = set(asked.ids(asked.found.nonzero()[0]))
        read = [one for one in drawn if one.stored.pk in pks]
        assert len(read) == (len(drawn) if not typed else 0 if typed == "absent" else len(read))
        of = {facet: [values(one, facet) for one in read] for facet in FACETS}
        for down, across in itertools.product(FACETS, FACETS):
            table = crosstab(asked.snapshot, asked.found, down, across)
            cells = Counter(
                pair
                for rows, columns in zip(of[down], of[across], strict=True)
                for pair in itertools.product(rows, columns)
            )
            assert table.counts.shape == (len(table.rows), len(table.columns))
            counted = {
                (row, column): int(table.counts[i, j])
                for i, row in enumerate(table.rows)
                for j, column in enumerate(table.columns)
                if table.counts[i, j]
            }
            assert counted == cells
            assert dict(zip(table.rows, table.row_counts.tolist(), strict=True)) == Counter(
                itertools.chain.from_iterable(of[down])
            )
            assert dict(zip(table.columns, table.column_counts.tolist(), strict=True)) == Counter(
                itertools.chain.from_iterable(of[across])
            )


def test_only_the_most_frequent_values_are_kept(archive_index):
    draw(40)
    archive_index()
    asked = ask("")
    whole = crosstab(asked.snapshot, asked.found, "speaker", "year")
    part = crosstab(asked.snapshot, asked.found, "speaker", "year", limit=2)
    assert part.rows == whole.rows[:2]
    assert len(part.columns) == 2
    assert part.columns == sorted(part.columns)
    assert part.row_counts.tolist() == sorted(whole.row_counts.tolist(), reverse=True)[:2]
    chosen = [whole.columns.index(year) for year in part.columns]
    assert part.counts.tolist() == whole.counts[:2, chosen].tolist()
