"""Totals, facets, order and pages against a plain reading of the texts, for random archives."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.factories import make_speech

from statements.models import Country, Paragraph, Speech, Transcript
from statements.search.analysis import inflection, tokenizer
from statements.search.fields import AFFILIATION_FIELDS, CAPACITY_FIELD, GROUP_FIELD, SESSION_FIELD
from statements.search.indexing import sync
from statements.search.parameters import SearchParameters, Sort
from statements.search.results.page import SearchPage, find

pytestmark = pytest.mark.long

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
    role: str
    language: str


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
    role=st.sampled_from(["", "", "President", "Vice-President"]),
    language=st.sampled_from(["", "fr", "en"]),
)
words = st.sampled_from([*WORDS, *WORDS, "equatorial", "umarov", "azur", "pv"])
phrases = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(" ".join)


# -- questions: as typed, and as a tree of our own -------------------------------------------


@dataclass(frozen=True)
class Asked:
    typed: str
    means: tuple  # a name, and what it is about


def phrase(typed: str) -> Asked:
    return Asked(f'"{typed}"', ("near", typed.split(), None, ""))


def restrict_to_field(field: str, typed: str) -> Asked:
    return Asked(f"{field}:{typed}", ("near", [typed], None, field))


leaves = st.one_of(
    words.map(lambda word: Asked(word, ("near", [word], None, ""))),
    words.map(lambda word: Asked(word, ("near", [word], None, ""))),
    phrases.map(phrase),
    st.builds(
        lambda words, distance: Asked(
            f'"{words}"~{distance}', ("near", words.split(), distance, "")
        ),
        phrases,
        st.integers(0, 4),
    ),
    st.sampled_from(["riv", "gui", "uma", "equator", "pea"]).map(
        lambda letters: Asked(f"{letters}*", ("begins", letters, ""))
    ),
    st.builds(
        restrict_to_field,
        st.sampled_from(["speaker", "topic", "role", "country"]),
        st.sampled_from(["umarov", "guinea", "azur", "president", "ivoire"]),
    ),
    st.just(Asked("speaker:uma*", ("begins", "uma", "speaker"))),
    st.sampled_from(["KAZ", "gin"]).map(
        lambda code: Asked(f"country:{code}", ("country", code.upper()))
    ),
    st.sampled_from(["RIV/PV.9", "riv/pv.10"]).map(
        lambda symbol: Asked(f"symbol:{symbol}", ("symbol", symbol.upper()))
    ),
    st.sampled_from(["fr", "en"]).map(lambda code: Asked(f"lang:{code}", ("lang", code))),
    st.tuples(
        st.sampled_from(["", "1946", "2013"]), st.sampled_from(["2013", "2014"])
    ).map(lambda ends: Asked(f"year:{ends[0]}..{ends[1]}", ("year", *map(int_or_none, ends)))),
)  # fmt: skip


def int_or_none(printed: str) -> int | None:
    return int(printed) if printed else None


def joined_by(name: str, sign: str) -> Callable[[list[Asked]], Asked]:
    return lambda parts: Asked(
        f"({sign.join(part.typed for part in parts)})", (name, [part.means for part in parts])
    )


def without(part: Asked) -> Asked:
    sign = "NOT " if part.typed.startswith(("-", "NOT")) else "-"
    return Asked(sign + part.typed, ("not", part.means))


def larger(parts: st.SearchStrategy[Asked]) -> st.SearchStrategy[Asked]:
    some = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        some.map(joined_by("all", " ")),
        some.map(joined_by("all", " AND ")),
        some.map(joined_by("any", " OR ")),
        some.map(joined_by("any", " OR ")),
        parts.map(without),
        some.map(joined_by("all", " ")).map(
            lambda part: Asked(f"(same:paragraph {part.typed})", ("together", part.means))
        ),
    )


def unbracketed(parts: list[Asked]) -> Asked:
    return Asked(" ".join(part.typed for part in parts), ("all", [part.means for part in parts]))


queries = st.lists(st.recursive(leaves, larger, max_leaves=6), max_size=2).map(unbracketed)


def chosen(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    some = st.lists(st.sampled_from(values), unique=True, min_size=1, max_size=2).map(tuple)
    return st.one_of(st.just(()), st.just(()), some)


filters = st.builds(
    SearchParameters,
    country=chosen(COUNTRIES[:-1]),
    year=chosen(["1946", "2013", "2014", "1900", "undated"]),
    topic=chosen(["peace-security-and-disarmament", "guinea-fowl", "none-such"]),
    organ=chosen(ORGANS),
    date_from=st.sampled_from([None, None, date(2013, 6, 1)]),
    date_to=st.sampled_from([None, None, date(2014, 1, 1)]),
    sort=st.sampled_from(list(Sort)),
    page_size=st.integers(1, 7),
)
parameters = st.tuples(filters, queries)


# -- the plain reading -----------------------------------------------------------------------


def tokens(printed: str) -> list[str]:
    plain = tokenizer.fold(printed)
    return re.findall(r"\w+", plain)


def fields_of(speech: Speech) -> tuple[list[list[str]], dict[str, list[list[str]]]]:
    """Tokens of each spoken paragraph, and of each name that finds the whole speech, by field."""
    spoken = [tokens(one.text) for one in speech.paragraphs.all() if one.kind == "speech"]
    names = {
        "speaker": [speech.speaker_printed, speech.speaker.name if speech.speaker else ""],
        "topic": [topic.title for topic in speech.topics.all()],
        "symbol": [speech.meeting.symbol] if speech.meeting else [],
        "role": [speech.role],
        "country": [],
    }
    if country := speech.country:
        names["country"] = [country.short_name, country.formal_name]
        names["country"] += [other.name for other in country.names.all()]
    return spoken, {field: [tokens(name) for name in given] for field, given in names.items()}


def has(field: list[str], phrase: list[str], distance: int | None) -> bool:
    """Side by side; or, with a distance, every choice of places tried."""
    if distance is None:
        return any(
            field[place : place + len(phrase)] == phrase
            for place in range(len(field) - len(phrase) + 1)
        )
    return any(
        sorted(field[place] for place in places) == sorted(phrase)
        and places[-1] - places[0] + 1 - len(phrase) <= distance
        for places in itertools.combinations(range(len(field)), len(phrase))
    )


def is_true(speech: Speech, means: tuple, spoken: list[list[str]]) -> bool:
    """Return whether a speech with these paragraphs matches."""
    names = fields_of(speech)[1]
    match means:
        case "near", phrase, distance, field:
            searched = names[field] if field else [*spoken, *itertools.chain(*names.values())]
            code = field == "country" and speech.country_id == phrase[0].upper()
            return code or any(has(one, phrase, distance) for one in searched)
        case "begins", letters, field:
            searched = names[field] if field else [*spoken, *itertools.chain(*names.values())]
            return any(word.startswith(letters) for one in searched for word in one)
        case "country", code:
            named = any(has(name, [code.lower()], None) for name in names["country"])
            return named or speech.country_id == code
        case "symbol", symbol:
            return bool(speech.meeting) and speech.meeting.symbol == symbol
        case "lang", code:
            return speech.language == code
        case "year", first, last:
            year = speech.date.year if speech.date else None
            return year is not None and (first or 0) <= year <= last
        case "all", parts:
            return all(is_true(speech, part, spoken) for part in parts)
        case "any", parts:
            return any(is_true(speech, part, spoken) for part in parts)
        case "not", part:
            return not is_true(speech, part, spoken)
        case "together", part:
            return any(is_true(speech, part, [paragraph]) for paragraph in spoken)
    raise AssertionError(means)


def matches(speech: Speech, means: tuple) -> bool:
    return is_true(speech, means, fields_of(speech)[0])


# the speeches here have none, or they are derived; they have tests of their own
DERIVED = (CAPACITY_FIELD, GROUP_FIELD, SESSION_FIELD, *AFFILIATION_FIELDS)
READ_FACETS = [facet for facet in SearchParameters.FACETS if facet not in DERIVED]


def values_of(speech: Speech, facet: str) -> set[str]:
    return {
        "country": {speech.country_id} - {None},
        "speaker": {speech.speaker.slug} if speech.speaker else set(),
        "year": {str(speech.date.year) if speech.date else "undated"},
        "topic": {topic.slug for topic in speech.topics.all()},
        "organ": {speech.organ} - {""},
        "language": {speech.language} - {""},
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
        for facet in READ_FACETS
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


def store(archive: list[Invented], after: int = 0) -> None:
    """Store the speeches, in their meetings at positions after those taken before."""
    for number, one in enumerate(archive, after + 1):
        make_speech(
            one.paragraphs,
            speaker=one.speaker,
            country=one.country,
            on=one.on,
            meeting=one.meeting[0],
            organ=one.meeting[1],
            position=number,
            topics=one.topics,
            role=one.role,
            language=one.language,
        )


def exactly(asked: SearchParameters) -> SearchPage:
    return find(asked, alternatives=False)


def compare(asked: SearchParameters, means: tuple) -> None:
    everything = list(Speech.objects.for_indexing())
    expected = [one for one in everything if matches(one, means)]
    found = {one.pk for one in expected if is_under(one, asked)}
    page = exactly(asked)
    assert page.total == len(found)

    for facet in READ_FACETS:
        counts: dict[str, int] = {}
        for one in expected:
            if is_under(one, asked, but=facet):
                for value in values_of(one, facet):
                    counts[value] = counts.get(value, 0) + 1
        shown = {one.value: one for one in page.facets[facet]}
        assert {value: one.count for value, one in shown.items() if one.count} == counts
        assert {value for value, one in shown.items() if one.selected} == set(getattr(asked, facet))
        for value, count in counts.items():
            assert exactly(replace(asked, **{facet: (value,)})).total == count
    assert sum(one.count for one in page.facets["year"]) == exactly(replace(asked, year=())).total

    pages = [exactly(asked.on_page(number)) for number in range(1, page.pages + 1)]
    joined = [hit.speech.pk for one in pages for hit in one.hits]
    whole = [hit.speech.pk for hit in exactly(replace(asked, page_size=50)).hits]
    assert joined == whole
    assert set(joined) == found
    assert len(joined) == len(found)
    if asked.sort in (Sort.NEWEST, Sort.OLDEST):
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
    store(second, after=len(first))
    for one in Speech.objects.order_by("pk")[1 : 1 + removed]:
        one.delete()
    Paragraph.objects.filter(speech__in=Speech.objects.all()[:2]).update(text=edited)
    if anew:
        sync.rebuild()  # one segment instead of several with deletions
    else:
        archive_index()
    for asked, query in questions:
        compare(replace(asked, q=query.typed), query.means)


def test_the_words_of_these_tests_are_no_forms_of_one_another():
    keys = frozenset[str]().union(*map(inflection.stem_keys, WORDS))
    assert len(keys) == len(inflection.LANGUAGES) * len(WORDS)


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
def test_words_said_near_one_another_rank_before_words_of_one_paragraph(archive_index):
    for _ in range(40):  # so that "seal" is rare
        make_speech(["The harbour.", "We agree to all of it, and so do others here."])
    far = make_speech(["The harbour is where we do agree that nobody ever saw one seal."])
    near = make_speech(["The seal of the old harbour is where we do agree nobody ever saw."])
    beside = make_speech(["The harbour seal is where we do agree that nobody ever saw one."])
    archive_index()
    hits = find(SearchParameters(q="harbour seal")).hits
    assert [hit.speech for hit in hits] == [beside, near, far]


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
