"""The index through Haystack: query sets and commands."""

import inspect
from datetime import date, datetime
from importlib.metadata import version
from io import StringIO

import haystack.backends
import pytest
from django.core.management import call_command
from haystack import connections
from haystack.exceptions import SearchBackendError
from haystack.inputs import AutoQuery, Exact, Not
from haystack.query import SQ, SearchQuerySet
from support.factories import make_speech
from whoosh import query as wq
from whoosh.index import open_dir
from whoosh.qparser import QueryParser

from statements.models import IndexOutbox, Meeting, Speech
from statements.search.index import generations
from statements.search.indexing import consistency

pytestmark = pytest.mark.django_db


@pytest.fixture
def speeches(archive_index):
    made = [
        make_speech(
            ["The river rises."], country="KAZ", on=date(2014, 5, 6), topics=["Locks, gates"]
        ),
        make_speech(["The river falls."], country="CIV", on=date(2015, 5, 6)),
        make_speech(["A river, a dam."], country="KAZ", topics=["Locks, gates", "Tolls"]),
        make_speech(["Nothing of the kind."], country="GIN", on=date(2014, 1, 2)),
    ]
    archive_index()
    return made


def found(query: SearchQuerySet) -> set[Speech]:
    return {result.object for result in query.load_all()}


def test_a_query_set_finds_counts_and_narrows(speeches):
    query = SearchQuerySet().auto_query("river").facet("country").facet("topic").facet("year")
    assert query.count() == 3
    assert query.facet_counts()["fields"] == {
        "country": [("KAZ", 2), ("CIV", 1)],
        "topic": [("locks-gates", 2), ("tolls", 1)],
        "year": [("2014", 1), ("2015", 1), ("undated", 1)],
    }
    assert found(query.narrow('country:"KAZ"')) == {speeches[0], speeches[2]}
    assert found(query.narrow('country:"KAZ"').narrow("year:[2014 TO 2015]")) == {speeches[0]}
    assert found(query.narrow(SQ(country="CIV"))) == {speeches[1]}
    assert found(query.narrow('topic_exact:"tolls"')) == {speeches[2]}


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda all_: all_, {0, 1, 2, 3}),
        (lambda all_: all_.filter(content="river"), {0, 1, 2}),
        (lambda all_: all_.filter(content="river dam"), {2}),
        (lambda all_: all_.filter(text="river").exclude(content="dam"), {0, 1}),
        (lambda all_: all_.filter(content=Exact("river a dam")), {2}),
        (lambda all_: all_.filter(content=Not("river")), {3}),
        (lambda all_: all_.auto_query('"river rises" -dam'), {0}),
        (lambda all_: all_.raw_search("river dam"), {2}),
        (lambda all_: all_.filter(country="KAZ"), {0, 2}),
        (lambda all_: all_.filter(country__in=["KAZ", "GIN"]), {0, 2, 3}),
        (lambda all_: all_.filter(SQ(country="GIN") | SQ(content="dam")), {2, 3}),
        (lambda all_: all_.filter(country="GIN").filter_or(content="dam"), {2, 3}),
        (lambda all_: all_.filter(~SQ(country="KAZ")), {1, 3}),
        (lambda all_: all_.filter(year=2014), {0, 3}),
        (lambda all_: all_.filter(date__gte=date(2014, 5, 6)), {0, 1}),
        (lambda all_: all_.filter(date__range=[date(2014, 1, 1), date(2014, 12, 31)]), {0, 3}),
        (lambda all_: all_.filter(topic="tolls"), {2}),
        (lambda all_: all_.filter(country='KAZ" OR *:* OR "'), set()),
        (lambda all_: all_.models(Meeting), set()),
        (lambda all_: all_.models(Speech), {0, 1, 2, 3}),
        (lambda all_: all_.none(), set()),
    ],
)
@pytest.mark.filterwarnings("ignore:The model .* is not registered for search")
def test_conditions_of_query_sets(speeches, build, expected):
    query = build(SearchQuerySet())
    assert found(query) == {speeches[number] for number in expected}
    assert query.count() == len(expected)


@pytest.fixture
def named(archive_index):
    """Speeches of which one says what the names of another are."""
    made = [
        make_speech(
            ["Nothing of the kind."],
            speaker="Han",
            country="KAZ",
            affiliation="Kazakhstan",
            on=date(2014, 5, 6),
            meeting="S/PV.8162",
            organ="Security Council",
            topics=["Locks and canal dams"],
            role="Rapporteur",
        ),
        make_speech(["Hans of Kazakhstan, a rapporteur, spoke of river locks at S/PV.8162."]),
        make_speech(["Rivers."], speaker="Hans", topics=["Tolls"]),
    ]
    archive_index()
    return made


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda all_: all_.filter(content="kazakhstan"), {0, 1}),
        (lambda all_: all_.filter(country_words="kazakhstan"), {0}),
        (lambda all_: all_.filter(topic_words="lock"), {0}),
        (lambda all_: all_.filter(topic_words="lock dam"), {0}),
        (lambda all_: all_.filter(topic_words="lock tolls"), set()),
        (lambda all_: all_.filter(topic_words__exact="canal dams"), {0}),
        (lambda all_: all_.filter(topic_words__exact="canal dam"), set()),
        (lambda all_: all_.filter(topic_words=Exact("dams")), {0}),
        (lambda all_: all_.filter(topic_words=AutoQuery("tolls OR -lock*")), {1, 2}),
        (lambda all_: all_.filter(topic_words=Not("lock")), {1, 2}),
        (lambda all_: all_.exclude(topic_words="lock"), {1, 2}),
        (lambda all_: all_.filter(speaker_words="han"), {0}),  # a name has no other forms
        (lambda all_: all_.filter(meeting_words="pv"), {0}),
        (lambda all_: all_.filter(role_words="rapporteurs"), {0}),
        (lambda all_: all_.filter(SQ(speaker_words="han") | SQ(topic_words="toll")), {0, 2}),
        (lambda all_: all_.narrow("text:river"), {1, 2}),  # in all its forms
        (lambda all_: all_.narrow("text:(river)"), {1, 2}),
        (lambda all_: all_.narrow('text:"river"'), {1}),
        (lambda all_: all_.narrow('text:"river locks"'), {1}),
        (lambda all_: all_.narrow(SQ(text="river")), {1, 2}),
        (lambda all_: all_.narrow(SQ(text=Exact("river"))), {1}),
        (lambda all_: all_.narrow("topic_words:lock"), {0}),
        (lambda all_: all_.narrow("country:KAZ"), {0}),
        (lambda all_: all_.narrow("country:(KAZ)"), {0}),
        (lambda all_: all_.narrow("meeting:S/PV.8162"), {0}),
        (lambda all_: all_.narrow(SQ(year__gte=2013)), {0}),
        (lambda all_: all_.narrow(SQ(date__lt=date(2014, 5, 6))), set()),
        (lambda all_: all_.filter(meeting="s/pv.8162"), {0}),
        (lambda all_: all_.filter(organ="security council"), {0}),
        (lambda all_: all_.filter(topic="Tolls"), {2}),
    ],
)
def test_names_and_texts_are_sought_where_a_query_set_says(named, build, expected):
    query = build(SearchQuerySet())
    assert found(query) == {named[number] for number in expected}
    assert query.count() == len(expected)


def test_slices_joined_are_the_whole_result(archive_index):
    made = [make_speech(["river"], on=date(2000 + number, 1, 1)) for number in range(23)]
    archive_index()
    query = SearchQuerySet().auto_query("river").order_by("-date").load_all()
    slices = [query[start : start + 5] for start in range(0, 25, 5)]
    assert [one.object for part in slices for one in part] == made[::-1]
    assert query[22].object == made[0]
    assert [int(one.pk) for one in SearchQuerySet().auto_query("river").order_by("date")] == [
        one.pk for one in made
    ]


def test_results_carry_what_the_index_knows(speeches):
    [result] = SearchQuerySet().filter(content="rises")
    assert (result.country, result.topic, result.year) == ("KAZ", ["locks-gates"], 2014)
    assert (result.date, result.paragraphs) == (date(2014, 5, 6), [1])
    assert result.score > 0
    assert SearchQuerySet().filter(id=result.id).count() == 1
    assert SearchQuerySet().filter(django_id=result.pk).values_list("pk", flat=True)[0] == result.pk


@pytest.mark.parametrize(
    "build",
    [
        lambda all_: all_.filter(no_such_field="x"),
        lambda all_: all_.filter(content__startswith="x"),
        lambda all_: all_.filter(country__gt="x"),
        lambda all_: all_.facet("text"),
        lambda all_: all_.order_by("country"),
        lambda all_: all_.narrow("(country:a OR country:b)"),
        lambda all_: all_.narrow("country:KAZ OR country:CIV"),
        lambda all_: all_.narrow("country:(KAZ OR CIV)"),
        lambda all_: all_.narrow("text:river dam"),
        lambda all_: all_.narrow("text:riv*"),
        lambda all_: all_.narrow("text:-river"),
        lambda all_: all_.narrow("year:>2013"),
        lambda all_: all_.narrow("country:[CIV TO KAZ]"),
        lambda all_: all_.narrow("country__in:KAZ").narrow("country__startswith:K"),
        lambda all_: all_.narrow(SQ(country="KAZ") | SQ(country="CIV")),
        lambda all_: all_.narrow(~SQ(country="KAZ")),
        lambda all_: all_.narrow(SQ(country__in=["KAZ"])),
        lambda all_: all_.narrow(SQ(text=Not("river"))),
        lambda all_: all_.filter(topic_words__startswith="x"),
        lambda all_: all_.boost("river", 2.0),
        lambda all_: all_.stats_facet("year"),
        lambda all_: all_.order_by("date", "-score"),
        lambda all_: all_.facet("country", sort="index"),
        lambda all_: all_.date_facet("date", date(2000, 1, 1), date(2001, 1, 1), "hour"),
        lambda all_: all_.date_facet("date", date(2001, 1, 1), date(2000, 1, 1), "day"),
        lambda all_: all_.date_facet("date", date(1, 1, 1), date(9999, 1, 1), "day"),
        lambda all_: all_.query_facet("no_such_field", "x"),
    ],
)
def test_what_the_engine_does_not_offer_is_refused(speeches, build):
    with pytest.raises(SearchBackendError):
        build(SearchQuerySet()).count()


def test_date_facets_count_steps_that_have_something(speeches):
    query = SearchQuerySet().date_facet("date", date(2014, 1, 31), date(2015, 5, 6), "month")
    assert query.facet_counts()["dates"] == {"date": [(datetime(2014, 4, 30), 1)]}
    by_year = SearchQuerySet().date_facet("date", date(2014, 1, 1), date(9999, 12, 31), "year")
    assert by_year.facet_counts()["dates"] == {
        "date": [(datetime(2014, 1, 1), 2), (datetime(2015, 1, 1), 1)]
    }


def test_query_facets_count_what_narrowing_would_leave(speeches):
    query = SearchQuerySet().auto_query("river").query_facet("country", "KAZ")
    assert query.query_facet("year", "2014").facet_counts()["queries"] == {
        "country:KAZ": 2,
        "year:2014": 1,
    }
    assert query.narrow('country:"KAZ"').count() == 2


def test_highlights_are_escaped_paragraphs(speeches):
    speeches[2].paragraphs.update(text="A river & a dam.")
    [result] = SearchQuerySet().auto_query("dam").highlight()
    assert result.highlighted == {"text": ["A river &amp; a <mark>dam</mark>."]}
    assert SearchQuerySet().auto_query("dam")[0].highlighted is None


def test_more_like_this_finds_speeches_of_the_same_words(archive_index):
    made = [
        make_speech(["The lock, the sluice and the weir of the river."], country="KAZ"),
        make_speech(["A weir, a sluice, a lock."], country="KAZ"),
        make_speech(["The sluice and the lock and the weir."], country="CIV"),
        *(make_speech(["Nothing of the kind was said here."]) for _ in range(6)),
    ]
    archive_index()
    query = SearchQuerySet().more_like_this(made[0])
    assert {int(one.pk) for one in query} == {made[1].pk, made[2].pk}
    assert query.count() == 2
    assert [int(one.pk) for one in query.filter(country="CIV")] == [made[2].pk]
    assert {int(one[0].pk) for one in (query[:1], query[1:2])} == {made[1].pk, made[2].pk}


def test_spelling_suggestions_are_for_what_finds_next_to_nothing(archive_index):
    for _ in range(4):
        make_speech(["The river rises."])
    archive_index()
    assert SearchQuerySet().auto_query("rivar").spelling_suggestion() == "river"
    assert SearchQuerySet().filter(content="river").spelling_suggestion() is None
    assert SearchQuerySet().filter(content="river").spelling_suggestion("rivar") is None
    assert SearchQuerySet().filter(content="rivar").spelling_suggestion('speaker:"') is None


def test_results_read_no_row_until_asked_for(speeches, django_assert_num_queries):
    query = SearchQuerySet().auto_query("river").facet("country").facet("year").facet("speaker")
    with django_assert_num_queries(0):
        results = query[:20]
        assert {result.country for result in results} == {"KAZ", "CIV"}
        assert query.facet_counts()["fields"]["country"] == [("KAZ", 2), ("CIV", 1)]
    with django_assert_num_queries(1):
        assert results[0].object in speeches


def test_update_index_indexes_and_removes(speeches):
    Speech.objects.filter(pk=speeches[0].pk).delete()
    speeches[1].paragraphs.update(text="The zebra drinks.")
    IndexOutbox.objects.all().delete()  # as if the notice had been lost
    assert len(consistency.check().different) == 1
    call_command("update_index", "--remove", verbosity=0)
    assert not consistency.check()
    assert SearchQuerySet().filter(content="zebra").count() == 1


def test_update_index_fills_an_index_that_was_cleared(speeches):
    call_command("clear_index", "--noinput", stdout=StringIO())
    assert SearchQuerySet().count() == 0
    call_command("update_index", verbosity=0)
    assert SearchQuerySet().count() == len(speeches)
    assert not consistency.check()


def test_rebuild_index_tells_what_it_did(speeches):
    told = StringIO()
    call_command("rebuild_index", "--noinput", stdout=told)
    assert told.getvalue().startswith("Indexed 4 speeches (4 paragraphs) in ")
    assert SearchQuerySet().count() == 4


@pytest.mark.parametrize(
    "options",
    [
        ["-b", "100", "-k", "2", "-t", "3", "--nocommit"],
        ["--batch-size", "100", "--workers", "2", "--max-retries", "3", "--using", "default"],
    ],
)
def test_rebuild_index_takes_the_options_of_haystack(speeches, options):
    told = StringIO()
    call_command("rebuild_index", "--noinput", *options, stdout=told)
    assert told.getvalue().startswith("Indexed 4 speeches (4 paragraphs) in ")


def test_stock_whoosh_opens_and_searches_the_index(speeches):
    index = open_dir(generations.in_use().path)
    with index.searcher() as searcher:
        query = QueryParser("text", index.schema).parse("River NOT dam")
        assert len(searcher.search(query)) == 2
        heads = searcher.search(QueryParser("country", index.schema).parse("KAZ"))
        assert {int(hit["django_id"]) for hit in heads} == {speeches[0].pk, speeches[2].pk}
        index.reader().close()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (wq.Wildcard("text", "r?ver"), {0, 1, 2}),
        (wq.FuzzyTerm("text", "risess", maxdist=1), {0}),
        (wq.And([wq.Term("text", "river"), wq.Regex("text", "^f.*s$")]), {1}),
        (wq.Term("country", "GIN"), {3}),
        (wq.Term("text", "absent"), set()),
    ],
)
def test_what_only_whoosh_knows_is_answered_by_whoosh(speeches, asked, expected):
    backend = connections["default"].get_backend()
    found = backend.search(asked, facets={"country": {}})
    assert {int(one.pk) for one in found["results"]} == {speeches[one].pk for one in expected}
    assert found["hits"] == sum(count for _, count in found["facets"]["fields"]["country"])


def test_haystack_is_the_release_that_this_engine_was_written_for():
    assert version("django-haystack") == "3.4.0"
    assert version("whoosh") == "2.7.4"
    # what the engine overrides, and how Haystack calls it
    query = haystack.backends.BaseSearchQuery
    assert list(inspect.signature(query.build_query).parameters) == ["self"]
    assert "self.backend.search(final_query, **search_kwargs)" in inspect.getsource(query.run)
    assert "query_filter.as_query_string" in inspect.getsource(query.build_query)
