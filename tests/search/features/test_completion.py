import shutil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from support.factories import make_speech

from archive import serving
from statements.models import Country
from statements.search.index import generations
from statements.search.parameters import MAX_QUERY_CHARACTERS, SearchParameters
from statements.search.results.completion import autocomplete, names
from statements.search.results.completion.autocomplete import MAX_COMPLETIONS
from statements.search.results.page import find

UNITED_KINGDOM = "United Kingdom of Great Britain and Northern Ireland"

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(db, archive_index):
    for number in range(3):
        make_speech(
            ["The glacier and the glade.", "A glacier melts."],
            speaker="Umarov",
            country="KAZ",
            meeting=f"S/PV.81{number}",
            topics=["Water, rivers and seas"],
        )
    make_speech(
        ["Glaciologists met in Geneva."],
        speaker="Ñandú d’Aroa",
        country="CIV",
        meeting="S/PV.9052 (Resumption 1)",
        topics=["Peace and security in all the many regions of the world since the " + "a " * 20],
    )
    make_speech(["Une autre glace."], speaker="King", country="GBR")
    archive_index()


def offered(typed):
    return [(one.kind, one.label, one.q) for one in autocomplete.autocomplete(typed).completions]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("speaker:uma", [("speaker", "Umarov (Kazakhstan)", "speaker:Umarov")]),
        ("SPEAKER:UMA", [("speaker", "Umarov (Kazakhstan)", "speaker:Umarov")]),
        ('speaker:"uma', [("speaker", "Umarov (Kazakhstan)", "speaker:Umarov")]),
        ("dam -speaker:uma", [("speaker", "Umarov (Kazakhstan)", "dam -speaker:Umarov")]),
        ("dam –speaker:uma", [("speaker", "Umarov (Kazakhstan)", "dam –speaker:Umarov")]),
        ('–speaker:"uma', [("speaker", "Umarov (Kazakhstan)", "–speaker:Umarov")]),
        ("(dam OR speaker:uma", [("speaker", "Umarov (Kazakhstan)", "(dam OR speaker:Umarov")]),
        ("speaker:nand", [("speaker", "Ñandú d’Aroa (Côte d'Ivoire)", 'speaker:"Ñandú d’Aroa"')]),
        ("speaker:aroa", [("speaker", "Ñandú d’Aroa (Côte d'Ivoire)", 'speaker:"Ñandú d’Aroa"')]),
        ("cote d'iv", [("country", "Côte d'Ivoire", "country:CIV")]),
        ("peace Côte d’Iv", [("country", "Côte d'Ivoire", "peace country:CIV")]),
        ("country:ivo", [("country", "Côte d'Ivoire", "country:CIV")]),
        (
            "united king",
            [
                ("country", UNITED_KINGDOM, "country:GBR"),
                ("speaker", f"King ({UNITED_KINGDOM})", "united speaker:King"),
            ],
        ),
        (
            "topic:riv",
            [("topic", "Water, rivers and seas", 'topic:"Water, rivers and seas"')],
        ),
        (
            "symbol:S/PV.90",
            [("symbol", "S/PV.9052 (Resumption 1)", 'symbol:"S/PV.9052 (Resumption 1)"')],
        ),
        ("s/pv.811", [("symbol", "S/PV.811", "symbol:S/PV.811")]),
        ("", []),
        (" ", []),
        ("g", []),
        ("glaci* ", []),
        ("year:20", []),
        ("glacier", []),
        ("zzz", []),
    ],
)
def test_names_and_words_that_begin_so_are_offered(archive, typed, expected):
    found = offered(typed)
    assert [one for one in found if one[0] != "word"] == expected
    assert [one for one in found if one[0] == "word"] == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("gla", ["glacier", "glade"]),
        ("GLÂC", ["glacier"]),
        ("peace -gla", ["peace -glacier", "peace -glade"]),
        ('"the gla', ['"the glacier', '"the glade']),
        ("(dam OR gla", ["(dam OR glacier", "(dam OR glade"]),
    ],
)
def test_words_are_offered_the_most_frequent_first(archive, typed, words):
    found = [one.q for one in autocomplete.autocomplete(typed).completions if one.kind == "word"]
    assert [one for one in found if "glaci" in one or "glade" in one][: len(words)] == words


def test_what_is_offered_can_be_run_and_finds_something(archive):
    typed = ["gla", "uma", "dam uma", "unit", "topic:peace", "s/pv", "symbol:s/pv", "riv", "nan"]
    for one in typed:
        assert autocomplete.autocomplete(one).completions
        for each in autocomplete.autocomplete(one).completions:
            q = each.q.removeprefix("dam ")
            assert find(SearchParameters(q=q)).total > 0, each


def test_a_country_that_never_spoke_is_not_offered(archive):
    assert Country.objects.filter(short_name="France").exists()
    assert offered("franc") == []


def test_at_most_so_many_are_offered_and_none_that_is_too_long(archive, archive_index, monkeypatch):
    for number in range(MAX_COMPLETIONS + 5):
        make_speech([f"qu{chr(97 + number)}rtz"], speaker=f"Quartz {chr(97 + number)}")
    archive_index()
    monkeypatch.setattr(names, "NAMES_FOR_S", 0)
    assert len(offered("qu")) == MAX_COMPLETIONS
    long = "a" * (MAX_QUERY_CHARACTERS - 4)
    assert offered(f"{long} gl") == []


def test_names_are_read_once_for_many_completions(archive):
    autocomplete.autocomplete("uma")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert autocomplete.autocomplete("speaker:nan").completions
    assert len(captured) == 1  # the backlog of the index


def test_a_process_that_was_warmed_up_has_the_names_at_hand(archive):
    serving.warm_up()
    with CaptureQueriesContext(connection) as captured:
        assert offered("uma")
    assert len(captured) == 1  # the backlog of the index


def test_warming_up_without_an_index_harms_nothing(archive):
    shutil.rmtree(generations.root())
    serving.warm_up()
