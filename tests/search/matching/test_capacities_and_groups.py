"""Speeches by capacity, language of delivery and groups of States at the time."""

from datetime import date

import pytest
from support.factories import make_speech

from statements.models import GroupMembership, Speech
from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.results.page import SearchPage, find

pytestmark = pytest.mark.django_db


@pytest.fixture
def speeches(archive_index):
    """Five speeches on dams: by an elected member of the Council in and after its term, by a small
    island State in a year, by the chair, and by a guest."""
    make_speech(["A dam."], speaker="Lund", country="EST", on=date(2021, 12, 31), language="fr")
    make_speech(["A dam."], speaker="Lund", country="EST", on=date(2022, 1, 1))
    fiji = make_speech(["A dam."], speaker="Rasu", country="FJI")
    Speech.objects.filter(pk=fiji.pk).update(year_stated=1994)
    chair = make_speech(["A dam on the agenda."], role="President", on=date(2021, 5, 1))
    Speech.objects.filter(pk=chair.pk).update(speaker_printed="The President", country="EST")
    make_speech(["A dam."], speaker="Weir", role="Keeper of Weirs", on=date(2021, 5, 1))
    archive_index()


def counted(page: SearchPage, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in page.facets[facet]}


def total(q: str = "dam", **parameters: object) -> int:
    return find(SearchParameters(q=q, **parameters), alternatives=False).total


def test_each_facet_counts_its_values(speeches):
    page = find(SearchParameters(q="dam"))
    assert counted(page, "capacity") == {"national": 3, "chair": 1, "guest": 1}
    assert counted(page, "language") == {"fr": 1}
    assert counted(page, "member_of") == {
        "EEG": 3, "EU": 3, "E10": 2, "APG": 1, "SIDS": 1,
    }  # fmt: skip
    labels = {value.label for name in ("capacity", "language", "member_of")
              for value in page.facets[name]}  # fmt: skip
    assert {"National statement", "French", "Small island developing States"} <= labels


def test_filters_and_fields_find_the_same(speeches):
    for facet, field, value, expected in (
        ("capacity", "capacity", "guest", 1),
        ("member_of", "group", "E10", 2),
        ("member_of", "group", "sids", 1),
        ("language", "lang", "fr", 1),
    ):
        assert total(**{facet: (value,)}) == total(f"dam {field}:{value}") == expected
    assert total("dam -group:EU") == 2
    assert total("dam (group:SIDS OR capacity:chair)") == 2
    with pytest.raises(InvalidParameters, match="national, behalf, chair") as refused:
        total("dam capacity:king")
    assert refused.value.repaired == "dam king"


def test_the_procedure_is_left_out_when_asked_and_counted_all_the_same(speeches):
    hidden = SearchParameters.from_query({"q": "dam", "procedure": "hide"})
    page = find(hidden)
    assert (page.total, counted(page, "capacity")["chair"]) == (4, 1)
    assert SearchParameters.from_query({"procedure": "hide"}).to_query() == "procedure=hide"
    assert total(procedure=hidden.procedure, capacity=("chair",)) == 0
    with pytest.raises(InvalidParameters, match="show or hide"):
        SearchParameters.from_query({"procedure": "perhaps"})


def test_a_line_counts_once_an_archivist_confirms_it(speeches, archive_index):
    line = GroupMembership(group_id="CARICOM", country_id="FJI", valid_from=date(1990, 1, 1))
    line.save()
    archive_index()
    assert total(member_of=("CARICOM",)) == 0
    line.verified = True
    line.save()
    archive_index()
    assert total(member_of=("CARICOM",)) == 1


def test_the_states_before_and_after_are_offered(archive_index):
    make_speech(["A dam."], country="SUN", on=date(1975, 5, 1))
    make_speech(["A dam."], country="RUS", on=date(1995, 5, 1))
    archive_index()
    [notice] = find(SearchParameters(q="dam", country=("RUS",), year=("1975",))).notices
    assert notice.is_addition
    assert "Russian Federation" in notice.sentence
    assert "Soviet" in notice.label
    assert notice.alternative is not None
    assert find(notice.alternative).total == 1
    assert not find(SearchParameters(q="dam", country=("RUS",), year=("1995",))).notices
    [notice] = find(SearchParameters(country=("SUN",))).notices
    assert notice.alternative is not None
    assert (notice.alternative.country, find(notice.alternative).total) == (("SUN", "RUS"), 2)


@pytest.mark.parametrize(
    ("q", "offered"),
    [
        ("dam country:RUS year:1975", "dam country:(RUS OR SUN) year:1975"),
        ('dam country:"Russian Federation" year:1970..1980',
         'dam country:("Russian Federation" OR SUN) year:1970..1980'),
        ("dam country:(FRA OR RUS) year:..1980", "dam country:(FRA OR (RUS OR SUN)) year:..1980"),
        ("dam country:RUS year:1995", None),
        ("dam country:RUS country:SUN", None),
        ("dam -country:RUS", None),
        ("dam -country:(FRA OR RUS)", None),
        ("dam NOT country:RUS", None),
    ],
)  # fmt: skip
def test_states_in_the_query_are_offered_with_those_before_them(archive_index, q, offered):
    make_speech(["A dam."], country="SUN", on=date(1975, 5, 1))
    make_speech(["A dam."], country="RUS", on=date(1995, 5, 1))
    make_speech(["A dam."], country="FRA", on=date(1975, 5, 1))
    archive_index()
    found = find(SearchParameters(q=q), alternatives=False)
    alternatives = [notice.alternative for notice in found.notices if notice.is_addition]
    assert [alternative.q for alternative in alternatives] == ([offered] if offered else [])
    for alternative in alternatives:
        assert find(alternative).total > found.total
