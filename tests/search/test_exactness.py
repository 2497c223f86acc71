"""Totals, facets, order and pages against a plain reading of the texts, for random archives."""

import itertools
import re
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import make_speech

from statements.models import Country, Paragraph, Speech, Transcript
from statements.search import analysis, indexing
from statements.search.parameters import FACETS, SearchParameters, Sort
from statements.search.results import find

WORDS = ["river", "dam", "peace", "guinea"]  # few, so that most questions find something
COUNTRIES = ["GIN", "GNQ", "KAZ", "CIV", "KOR", ""]
SPEAKERS = ["Umarov", "Ñandú d’Aroa", "O'Brien, Jr.", ""]
TOPICS = ["Peace, security and disarmament", "Côte d’Azur's waters", "Guinea fowl", "Other matters"]
ORGANS = ["Rivers Council", "Committee on Dams, Locks and “Weirs”"]
DATES = [date(1946, 1, 17), date(2013, 12, 31), date(2014, 1, 1), date(2014, 7, 1), None]

text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


@dataclass(frozen=True)
class Invented:
    paragraphs: tuple[tuple[str, str], ...]
    speaker: str
    country: str
    on: date | None
    meeting: tuple[str, str]  # symbol and organ
    topics: tuple[str, ...]


speeches = st.builds(
    Invented,
    paragraphs=st.lists(
        st.tuples(st.sampled_from(["speech", "speech", "speech", "narrative"]), text),
        min_size=1,
        max_size=4,
    ).map(tuple),
    speaker=st.sampled_from(SPEAKERS),
    country=st.sampled_from(COUNTRIES),
    on=st.sampled_from(DATES),
    meeting=st.sampled_from(
        [("", ""), ("RIV/PV.9", ORGANS[0]), ("RIV/PV.10", ORGANS[0]), ("DAM/PV.1", ORGANS[1])]
    ),
    topics=st.lists(st.sampled_from(TOPICS), unique=True, max_size=3).map(tuple),
)
words = st.sampled_from([*WORDS, *WORDS, "equatorial", "umarov", "azur", "pv"])
clauses = st.one_of(
    words,
    words.map(lambda word: f"-{word}"),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(
        lambda phrase: f'"{" ".join(phrase)}"'
    ),
)


def chosen(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    some = st.lists(st.sampled_from(values), unique=True, min_size=1, max_size=2).map(tuple)
    return st.one_of(st.just(()), st.just(()), some)


parameters = st.builds(
    SearchParameters,
    q=st.lists(clauses, max_size=2).map(" ".join),
    country=chosen(COUNTRIES[:-1]),
    year=chosen(["1946", "2013", "2014", "1900", "undated"]),
    topic=chosen(["peace-security-and-disarmament", "guinea-fowl", "none-such"]),
    organ=chosen(ORGANS),
    date_from=st.sampled_from([None, None, date(2013, 6, 1)]),
    date_to=st.sampled_from([None, None, date(2014, 1, 1)]),
    sort=st.sampled_from(list(Sort)),
    page_size=st.integers(1, 7),
)


# -- the plain reading -----------------------------------------------------------------------


def tokens(printed: str) -> list[str]:
    plain = analysis.fold(printed)
    return re.findall(r"\w+", plain)


def fields_of(speech: Speech) -> tuple[list[list[str]], list[list[str]]]:
    """Tokens of each spoken paragraph, and of each name that finds the whole speech."""
    spoken = [tokens(one.text) for one in speech.paragraphs.all() if one.kind == "speech"]
    names = [speech.speaker_printed, *(topic.title for topic in speech.topics.all())]
    if speech.speaker:
        names.append(speech.speaker.name)
    if country := speech.country:
        names += [country.short_name, country.formal_name]
        names += [other.name for other in country.names.all()]
    if speech.meeting:
        names.append(speech.meeting.symbol)
    return spoken, [tokens(name) for name in names]


def has(field: list[str], phrase: list[str]) -> bool:
    return any(
        field[place : place + len(phrase)] == phrase
        for place in range(len(field) - len(phrase) + 1)
    )


def matches(speech: Speech, q: str) -> bool:
    spoken, names = fields_of(speech)
    for clause in re.findall(r'-?"[^"]*"|\S+', q):
        phrase = clause.strip('-"').split()
        if any(has(field, phrase) for field in spoken + names) == clause.startswith("-"):
            return False
    return True


def values_of(speech: Speech, facet: str) -> set[str]:
    meeting = speech.meeting
    return {
        "country": {speech.country_id} - {None},
        "speaker": {speech.speaker.slug} if speech.speaker else set(),
        "year": {str(speech.date.year) if speech.date else "undated"},
        "topic": {topic.slug for topic in speech.topics.all()},
        "organ": {meeting.organ} if meeting else set(),
    }[facet]


def is_under(speech: Speech, asked: SearchParameters, *, but: str = "") -> bool:
    if (asked.date_from or asked.date_to) and not speech.date:
        return False
    if asked.date_from and speech.date < asked.date_from:
        return False
    if asked.date_to and speech.date > asked.date_to:
        return False
    return all(
        facet == but
        or not getattr(asked, facet)
        or values_of(speech, facet) & set(getattr(asked, facet))
        for facet in FACETS
    )


def order_of(speech: Speech, sort: Sort) -> tuple:
    day = speech.date.toordinal() if speech.date else None
    symbol = speech.meeting.symbol if speech.meeting else ""
    return (
        day is None,
        0 if day is None else (day if sort is Sort.OLDEST else -day),
        not symbol,
        [int(run) if run.isdecimal() else run for run in re.findall(r"\d+|\D+", symbol)],
        speech.position,
        speech.pk,
    )


# -- the comparison --------------------------------------------------------------------------


def store(archive: list[Invented]) -> None:
    for number, one in enumerate(archive, 1):
        make_speech(
            one.paragraphs,
            speaker=one.speaker,
            country=one.country,
            on=one.on,
            meeting=one.meeting[0],
            organ=one.meeting[1],
            position=number,
            topics=one.topics,
        )


def compare(asked: SearchParameters) -> None:
    everything = list(Speech.objects.for_indexing())
    expected = [one for one in everything if matches(one, asked.q)]
    found = {one.pk for one in expected if is_under(one, asked)}
    page = find(asked)
    assert page.total == len(found)

    for facet in FACETS:
        counts: dict[str, int] = {}
        for one in expected:
            if is_under(one, asked, but=facet):
                for value in values_of(one, facet):
                    counts[value] = counts.get(value, 0) + 1
        shown = {one.value: one for one in page.facets[facet]}
        assert {value: one.count for value, one in shown.items() if one.count} == counts
        assert {value for value, one in shown.items() if one.selected} == set(getattr(asked, facet))
        for value, count in counts.items():
            assert find(replace(asked, **{facet: (value,)})).total == count
    assert sum(one.count for one in page.facets["year"]) == find(replace(asked, year=())).total

    pages = [find(asked.on_page(number)) for number in range(1, page.pages + 1)]
    joined = [hit.speech.pk for one in pages for hit in one.hits]
    whole = [hit.speech.pk for hit in find(replace(asked, page_size=50)).hits]
    assert joined == whole
    assert set(joined) == found
    assert len(joined) == len(found)
    if asked.sort is not Sort.RELEVANCE:
        by_order = sorted(
            (one for one in expected if one.pk in found), key=lambda one: order_of(one, asked.sort)
        )
        assert joined == [one.pk for one in by_order]


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.lists(speeches, min_size=2, max_size=6),
    second=st.lists(speeches, min_size=1, max_size=4),
    removed=st.integers(0, 2),
    edited=text,
    anew=st.booleans(),
    questions=st.lists(parameters, min_size=4, max_size=8),
)
def test_search_is_a_plain_reading_of_the_texts(
    archive_index, first, second, removed, edited, anew, questions
):
    Speech.objects.all().delete()
    Transcript.objects.all().delete()
    store(first)
    archive_index()
    store(second)
    for one in Speech.objects.order_by("pk")[1 : 1 + removed]:
        one.delete()
    Paragraph.objects.filter(speech__in=Speech.objects.all()[:2]).update(text=edited)
    if anew:
        indexing.rebuild()  # one segment instead of several with deletions
    else:
        archive_index()
    for asked in questions:
        compare(asked)


def test_the_words_of_these_tests_stem_apart():
    assert len({analysis.normal(word) for word in WORDS}) == len(WORDS)


@pytest.mark.django_db
def test_guinea_does_not_count_equatorial_guinea(archive_index):
    make_speech(["We agree."], country="GIN")
    for _ in range(2):
        make_speech(["We agree."], country="GNQ")
    archive_index()
    page = find(SearchParameters(q="agree"))
    assert {value.value: (value.label, value.count) for value in page.facets["country"]} == {
        "GNQ": (Country.objects.get(code="GNQ").short_name, 2),
        "GIN": (Country.objects.get(code="GIN").short_name, 1),
    }
    assert find(SearchParameters(q="agree", country=("GIN",))).total == 1
    assert find(SearchParameters(q='"equatorial guinea"')).total == 2


@pytest.mark.django_db
def test_a_facet_is_counted_without_its_own_filter(archive_index):
    for country, topics in itertools.product(["KAZ", "CIV"], [TOPICS[:1], TOPICS[:2]]):
        make_speech(["We agree."], country=country, topics=topics)
    archive_index()
    page = find(SearchParameters(country=("KAZ",), topic=("cote-dazurs-waters",)))
    assert page.total == 1
    assert [(one.value, one.count, one.selected) for one in page.facets["country"]] == [
        ("CIV", 1, False),
        ("KAZ", 1, True),
    ]
    assert [(one.value, one.count) for one in page.facets["topic"]] == [
        ("peace-security-and-disarmament", 2),
        ("cote-dazurs-waters", 1),
    ]


@pytest.mark.django_db
def test_words_in_one_paragraph_rank_before_words_apart(archive_index):
    apart = make_speech(["Dam dam dam dam.", "Peace peace peace."])
    together = make_speech(["A long word on the dam, and then at last on the peace we hope for."])
    named = make_speech(["Peace."], speaker="Dam")
    archive_index()
    found = [hit.speech for hit in find(SearchParameters(q="dam peace")).hits]
    assert set(found[:2]) == {together, named}
    assert found[2:] == [apart]


@pytest.mark.django_db
def test_what_nobody_spoke_is_found_for_nobody(archive_index):
    make_speech(["I thank you.", ("narrative", "The meeting rose at noon.")], speaker="Umarov")
    archive_index()
    assert find(SearchParameters(q="thank")).total == 1
    assert find(SearchParameters(q="noon")).total == 0


@pytest.mark.django_db
def test_undated_speeches_come_last_in_either_order(archive_index):
    undated, late, early = (
        make_speech(["river"], on=day) for day in (None, date(2014, 1, 1), date(1946, 1, 1))
    )
    archive_index()
    by_order = {
        sort: [hit.speech for hit in find(SearchParameters(q="river", sort=sort)).hits]
        for sort in (Sort.NEWEST, Sort.OLDEST)
    }
    assert by_order == {Sort.NEWEST: [late, early, undated], Sort.OLDEST: [early, late, undated]}


@pytest.mark.django_db
def test_what_a_speech_said_before_an_edit_is_not_counted(archive_index):
    speeches = [make_speech(["river", "peace"], country="KAZ") for _ in range(4)]
    archive_index()
    speeches[0].paragraphs.filter(position=1).update(text="dam")
    archive_index()
    for q, count in (("river", 3), ("peace", 4), ("dam", 1), ('"river"', 3), ("", 4)):
        page = find(SearchParameters(q=q, page_size=1))
        assert page.total == count
        assert [one.count for one in page.facets["country"]] == [count]
