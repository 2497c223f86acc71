"""Results if no paragraph has all words of a query; and if newer speeches are favoured."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from support.factories import make_speech
from support.search.random_archive import draw

from statements.models import Speech
from statements.search.index.snapshot import current
from statements.search.matching.ranking import HALF_LIFE, freshness
from statements.search.parameters import SearchParameters, Sort
from statements.search.query import StemExpansion, Word
from statements.search.results.offers.other_matches import explicit_query
from statements.search.results.page import find

pytestmark = pytest.mark.django_db


def test_who_says_it_in_one_paragraph_by_another_word_is_told_of_beside_the_list(archive_index):
    strewn = make_speech(["The nations met.", "The pilot left.", "The river rose."])
    at_once = make_speech(["The nationality of the pilot, who saw the river."])
    make_speech(["The nationality.", "The pilot.", "The river."])
    archive_index()
    page = find(SearchParameters(q="nations pilot river"))
    assert [hit.speech for hit in page.hits] == [strewn]
    assert page.total == 1
    assert [hit.speech for hit in page.related_forms.hits] == [at_once]
    assert page.related_forms.total == 1
    assert page.related_forms.words == {"nations": ["nationality"]}
    assert "<mark>nationality</mark>" in page.related_forms.hits[0].extracts[0].html
    assert page.related_forms.q == '(nations OR "nationality") pilot river same:paragraph'


def test_where_a_speech_says_it_in_one_paragraph_as_typed_nobody_else_is_told_of(archive_index):
    make_speech(["The nationality of the pilot."])
    make_speech(["The nation of the pilot."])  # a form
    archive_index()
    assert find(SearchParameters(q="nations pilot")).related_forms is None


def test_a_word_of_the_head_stands_in_every_paragraph(archive_index):
    make_speech(["The nationality of the pilot."])
    make_speech(["The nations met."], speaker="Pilot")
    archive_index()
    assert find(SearchParameters(q="nations pilot")).related_forms is None
    assert find(SearchParameters(q="nationals pilot")).related_forms is None  # nobody has the word
    make_speech(["The nationals."], topics=["Pilot"], country="KAZ")
    make_speech(["Nationals.", "A river.", "A pilot."])
    archive_index()
    assert find(SearchParameters(q="nationals pilot")).related_forms is None
    page = find(SearchParameters(q="nationals river pilot"))
    assert page.total == 1
    assert page.related_forms is None


@pytest.mark.parametrize(
    "typed",
    [
        '"nations" pilot', "nations OR zeppelin pilot", "nations -zeppelin pilot", "nation* pilot",
        "nations pilot same:paragraph", "nations pilot year:1946..2100", "nations", "river pilot",
    ],
)  # fmt: skip
def test_only_several_bare_words_have_kindred_ones(archive_index, typed):
    make_speech(["The nations met.", "A river.", "The pilot left."], on=date(2014, 1, 1))
    make_speech(["The nationality of the pilot."], on=date(2014, 1, 1))
    archive_index()
    assert find(SearchParameters(q="nations pilot")).related_forms
    assert find(SearchParameters(q=typed)).related_forms is None


@pytest.mark.parametrize(
    "other",
    [{"page": 2, "page_size": 1}, {"sort": Sort.NEWEST}, {"sort": Sort.OLDEST}, {"group": "year"}],
)
def test_kindred_speeches_stand_before_the_best_alone(archive_index, other):
    for _ in range(2):
        make_speech(["The nations met.", "The pilot left."])
    make_speech(["The nationality of the pilot."])
    archive_index()
    asked = SearchParameters(q="nations pilot")
    assert find(replace(asked, sort=Sort.RECENT)).related_forms.total == 1
    assert find(replace(asked, **other)).related_forms is None
    assert find(asked, alternatives=False).related_forms is None


# words of one paragraph: never "nations" and "pilot" together, so that nobody says it as typed
POOLS = [
    ["nations", "river", "dam", "treaty"],
    ["pilot", "river", "dam", "treaty"],
    ["nationality", "nationals", "pilot", "river", "dam"],
]


def test_kindred_speeches_are_counted_nowhere_and_found_outright(archive_index):
    chance = random.Random(3)  # noqa: S311
    said = {}
    for _ in range(70):
        paragraphs = [
            " ".join(chance.choices(pool, k=chance.randint(2, 5)))
            for pool in chance.choices(POOLS, k=chance.randint(1, 4))
        ]
        speech = make_speech(
            paragraphs,
            country=chance.choice(["KAZ", "FRA", ""]),
            on=chance.choice([date(1999, 1, 1), date(2014, 5, 1), None]),
            topics=chance.choice([[], ["Peace"], ["Peace", "Water"]]),
        )
        said[speech.pk] = [set(text.split()) for text in paragraphs]
    archive_index()
    asked = SearchParameters(q="nations pilot river", page_size=50)
    listed = {pk for pk, many in said.items() if {"nations", "pilot", "river"} <= set.union(*many)}
    kin = {
        pk
        for pk, many in said.items()
        for one in many
        if {"pilot", "river"} <= one and one & {"nationality", "nationals"}
    }
    page = find(asked)
    assert {hit.speech.pk for hit in page.hits} == listed
    assert page.total == len(listed)
    assert listed & kin
    assert page.related_forms.total == len(kin - listed) > 3 == len(page.related_forms.hits)
    assert {hit.speech.pk for hit in page.related_forms.hits} <= kin - listed
    assert page.related_forms.words == {"nations": ["nationality", "nationals"]}
    found = find(replace(asked, q=page.related_forms.q))
    assert {hit.speech.pk for hit in found.hits} == kin
    clicked = 0
    for facet in SearchParameters.FACETS:
        for value in page.facets[facet]:
            narrowed = find(replace(asked, **{facet: (value.value,)}))
            assert narrowed.total == value.count
            beside = narrowed.related_forms.total if narrowed.related_forms else 0
            clicked += 1
            if facet == "country":
                of = set(Speech.objects.filter(country=value.value).values_list("pk", flat=True))
                assert beside == len((kin - listed) & of)
    assert clicked > 5


def test_kindred_words_too_many_for_a_query_are_not_offered_as_one():
    kin = StemExpansion(
        "nations", tuple(f"nation{letter}" for letter in "abcdefghijklmnopqrstuvwxyzabcdefgh")
    )
    assert explicit_query([kin, Word("dam")], {"nations": kin.variants[:2]}).startswith(
        "(nations OR"
    )
    assert explicit_query([kin, Word("dam")], {"nations": kin.variants}) is None


# -- the newest first ------------------------------------------------------------------------


def test_of_two_that_match_alike_the_newer_leads_and_loses_half_in_ten_years(archive_index):
    newest = date(2020, 1, 1)
    days = [newest, newest - timedelta(HALF_LIFE), newest - timedelta(2 * HALF_LIFE), None]
    speeches = [make_speech(["The river rose."], on=day) for day in days]
    archive_index()
    snapshot = current()
    numbers = snapshot.numbers["speech"].tolist()
    factors = freshness(snapshot)[[numbers.index(one.pk) for one in speeches]]
    assert np.allclose(factors, [1, 0.5, 0.25, 0.25], atol=1e-4)


def test_much_better_beats_a_little_newer(archive_index):
    better = make_speech(["The river dam."], on=date(2018, 1, 1))
    newer = make_speech(["The river.", "The dam."], on=date(2019, 1, 1))
    much_newer = make_speech(["The river.", "The dam."], on=date(2060, 1, 1))
    archive_index()
    found = find(SearchParameters(q="river dam", sort=Sort.RECENT)).hits
    assert [hit.speech for hit in found] == [much_newer, better, newer]


@pytest.mark.parametrize("typed", ["river", "river dam", "river OR treaty"])
def test_pages_where_newer_lead_are_the_whole_order(archive_index, typed):
    draw(60)
    archive_index()
    asked = SearchParameters(q=typed, sort=Sort.RECENT, page_size=50)
    whole = [hit.speech.pk for page in (1, 2) for hit in find(asked.on_page(page)).hits]
    small = replace(asked, page_size=7)
    pages = [find(small.on_page(page)) for page in range(1, find(small).pages + 1)]
    assert [hit.speech.pk for page in pages for hit in page.hits] == whole
    assert len(whole) > 7
    snapshot = current()
    assert len(set(freshness(snapshot).tolist())) > 3
    assert all(one != two for one, two in pairwise(whole))
