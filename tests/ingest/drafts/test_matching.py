"""Printed names resolve exactly, in their time, or stay unknown."""

from datetime import date

import pytest

from statements.ingest import Matcher, match_country, match_speaker
from statements.ingest.namesakes import identify, speaker_key
from statements.models import Country, CountryName, Speaker, SpeakerName
from statements.transcripts.languages.names import fold

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("printed", "on", "code"),
    [
        ("Kazakhstan", None, "KAZ"),
        ("Guinea", None, "GIN"),
        ("Equatorial Guinea", None, "GNQ"),
        ("Guinea-Bissau", None, "GNB"),
        ("Papua New Guinea", None, "PNG"),
        ("the Islamic Republic of Iran", None, "IRN"),
        ("Iran (Islamic Republic of)", None, "IRN"),
        ("CÔTE D’IVOIRE", None, "CIV"),
        ("Cote d'Ivoire", None, "CIV"),
        ("Democratic People’s Republic of Korea", None, "PRK"),
        ("Republic of Korea", None, "KOR"),
        ("Korea", None, None),  # two states
        ("Zaire", date(1990, 1, 1), "COD"),
        ("Zaire", date(2020, 1, 1), "COD"),  # printed late, but only one country ever bore it
        ("Turkey", date(2020, 1, 9), "TUR"),
        ("Yugoslavia", date(1970, 1, 1), "YUG"),
        ("Yugoslavia", date(2002, 1, 1), "SCG"),
        ("Yugoslavia", None, None),  # two countries, and no date to tell them apart
        ("Yugoslavia", date(2010, 1, 1), None),  # nobody's name then, and more than one bore it
        ("Republic of the Congo", date(1960, 7, 10), "COD"),
        ("Republic of the Congo", date(2020, 1, 1), "COG"),
        ("European Union", None, "EU"),
        ("Kazakh", None, None),
        ("Kazakhstan and others", None, None),
        ("", None, None),
    ],
)
def test_country_is_matched_by_its_whole_name_in_its_time(
    printed: str, on: date | None, code: str | None
) -> None:
    found = match_country(printed, on)
    assert (found.code if found else None) == code


def test_first_and_last_day_of_a_name_count() -> None:
    for code, begins, ends in (
        ("ZZX", date(1950, 1, 1), date(1959, 12, 31)),
        ("ZZY", date(1960, 1, 1), None),
    ):
        country = Country.objects.create(code=code, short_name=f"Estuary {code}")
        CountryName.objects.create(
            country=country,
            name="Old Delta",
            folded=fold("Old Delta"),
            valid_from=begins,
            valid_to=ends,
        )
    matcher = Matcher()
    days = [(1949, 12, 31), (1950, 1, 1), (1959, 12, 31), (1960, 1, 1), (2020, 1, 1)]
    found = [matcher.country("Old Delta", date(*day)) for day in days]
    assert [country.code if country else None for country in found] == [
        None,
        "ZZX",
        "ZZX",
        "ZZY",
        "ZZY",
    ]


def test_every_seeded_country_is_found_by_its_short_name() -> None:
    matcher = Matcher()
    unfound = [
        country.code
        for country in Country.objects.filter(valid_to=None)
        if matcher.country(country.short_name, date(2024, 1, 1)) != country
    ]
    assert unfound == []
    assert Country.objects.filter(kind="member", valid_to=None).count() == 193


def test_seeded_successors_are_linked() -> None:
    soviet = Country.objects.get(code="CSK")
    assert set(soviet.successors.values_list("code", flat=True)) == {"CZE", "SVK"}


def make_speaker(name: str, code: str | None, slug: str) -> Speaker:
    return Speaker.objects.create(
        slug=slug, name=name, folded=fold(name), sort_name=name, country_id=code
    )


def test_speaker_is_matched_within_the_country_only() -> None:
    kazakh = make_speaker("Umarov", "KAZ", "umarov")
    uzbek = make_speaker("Umarov", "UZB", "umarov-2")
    nobodys = make_speaker("Umarov", None, "umarov-3")
    by_code = {country.code: country for country in Country.objects.all()}
    assert match_speaker("UMAROV", by_code["KAZ"]) == kazakh
    assert match_speaker("Umarov", by_code["UZB"]) == uzbek
    assert match_speaker("Umarov", None) == nobodys
    assert match_speaker("Umarov", by_code["TKM"]) is None
    assert match_speaker("Umar", by_code["KAZ"]) is None
    assert match_speaker("", None) is None


def test_alternate_name_finds_a_speaker_and_an_own_name_counts_before_it() -> None:
    country = Country.objects.get(code="KAZ")
    umarov = make_speaker("Umarov", "KAZ", "umarov")
    SpeakerName.objects.create(speaker=umarov, name="Oumarov", folded=fold("Oumarov"))
    SpeakerName.objects.create(speaker=umarov, name="Aliyev", folded=fold("Aliyev"))
    assert match_speaker("Oumarov", country) == umarov
    aliyev = make_speaker("Aliyev", "KAZ", "aliyev")
    assert match_speaker("Aliyev", country) == aliyev


def test_alternate_name_of_two_people_is_nobodys() -> None:
    country = Country.objects.get(code="KAZ")
    for slug, name in (("a", "Umarov"), ("b", "Aliyev")):
        speaker = make_speaker(name, "KAZ", slug)
        SpeakerName.objects.create(speaker=speaker, name="Bek", folded="bek")
    assert match_speaker("Bek", country) is None


def test_matching_many_costs_no_more_queries_than_matching_one(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    make_speaker("Umarov", "KAZ", "umarov")
    matcher = Matcher()
    with django_assert_num_queries(2):  # type: ignore[operator]
        for printed in ("Kazakhstan", "Guinea", "Norway") * 20:
            matcher.country(printed, None)
    with django_assert_num_queries(3):  # type: ignore[operator]
        people = [speaker_key("Umarov", "KAZ"), *(speaker_key(f"Name{n}", "") for n in range(99))]
        assert len(identify(people, in_meeting=True)) == 100


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Norvège", "NOR"),
        ("Federación de Rusia", "RUS"),
        ("Сирийская Арабская Республика", "SYR"),
        ("大韩民国", "KOR"),
        ("الاتحاد الروسي", "RUS"),
        ("Atlantide", None),
    ],
)
def test_names_of_states_in_other_languages(printed: str, code: str | None) -> None:
    country = Matcher().country(printed, date(2015, 2, 23))
    assert (country.code if country else None) == code
