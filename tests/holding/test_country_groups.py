"""The table of groups of States is complete where it says it is, and never contradicts itself."""

from collections import Counter, defaultdict
from datetime import date
from importlib import import_module
from itertools import pairwise

import pytest
from django.apps import apps

from statements.models import Country, CountryGroup, GroupMembership
from statements.models.countries import groups_of

pytestmark = pytest.mark.django_db


def test_the_council_has_all_elected_members_of_each_year():
    seats = Counter(
        year
        for line in GroupMembership.objects.filter(group="E10", verified=True)
        for year in range(line.valid_from.year, (line.valid_to or line.valid_from).year + 1)
    )
    assert {year: seats[year] for year in range(1946, 2027)} == {
        year: 6 if year < 1966 else 10 for year in range(1946, 2027)
    }


def test_five_members_are_permanent_at_any_time():
    lines = GroupMembership.objects.filter(group="P5")
    for year in range(1946, 2027):
        days = date(year, 7, 1), date(year, 7, 1)
        assert sum(line.covers(*days) for line in lines) == 5


def test_periods_of_one_membership_do_not_overlap():
    periods = defaultdict(list)
    for line in GroupMembership.objects.order_by("valid_from"):
        periods[line.group_id, line.country_id].append((line.valid_from, line.valid_to))
    for key, lines in periods.items():
        for (_, ends), (begins, _) in pairwise(lines):
            assert ends is not None, key
            assert ends < begins, key


def test_what_is_verified_has_a_source_and_a_state_one_regional_group():
    assert not GroupMembership.objects.filter(verified=True, source="").exists()
    assert CountryGroup.objects.filter(memberships__isnull=True).count() == 0
    regional = ["AG", "APG", "EEG", "GRULAC", "WEOG"]
    lines = GroupMembership.objects.filter(group__in=regional, verified=True)
    counts = Counter(lines.values_list("country", flat=True))
    assert set(counts.values()) == {1}
    assert len(counts) == 193


@pytest.mark.parametrize(
    ("code", "day", "year", "groups"),
    [
        ("EST", date(2021, 12, 31), 2021, {"E10", "EEG", "EU"}),
        ("EST", None, 2004, {"EEG"}),  # a member of the Union in a part of the year
        ("EST", None, 2005, {"EEG", "EU"}),
        ("RUS", date(1992, 1, 1), 1992, {"EEG", "P5"}),
        ("SUN", None, 1975, {"P5"}),
        ("MAR", None, 1990, {"AG", "G77", "LAS", "NAM", "OIC"}),
        ("KAZ", None, 1996, {"APG", "OIC"}),
        ("KAZ", None, 2010, {"APG", "LLDC", "OIC"}),
        ("HTI", date(2002, 7, 1), 2002, {"G77", "GRULAC", "LDC", "SIDS"}),
        ("HTI", date(2006, 7, 2), 2006, {"CARICOM", "G77", "GRULAC", "LDC", "NAM", "SIDS"}),
        ("ARG", None, 1991, {"G77", "GRULAC", "NAM"}),
        ("ARG", None, 1992, {"G77", "GRULAC"}),
        ("NZL", None, 1970, {"WEOG"}),
        ("GBR", date(2020, 2, 1), 2020, {"P5", "WEOG"}),
        ("FJI", None, None, set()),
    ],
)
def test_a_state_belongs_to_the_groups_of_the_time(code, day, year, groups):
    assert set(groups_of(Country.objects.get(code=code), day, year)) == groups


def test_newer_groups_have_their_members_and_confirmed_lines_stay():
    sizes = Counter(
        line.group_id
        for line in GroupMembership.objects.filter(group__in=["NAM", "OIC", "LLDC", "CARICOM"])
        if line.verified and line.covers(date(2025, 1, 1), date(2025, 1, 1))
    )
    assert sizes == {"NAM": 121, "OIC": 57, "LLDC": 32, "CARICOM": 14}
    module = import_module("statements.migrations.0033_more_groups")
    fiji = GroupMembership.objects.filter(group="NAM", country="FJI")
    fiji.update(valid_from=date(2012, 1, 1), source="")  # confirmed by an archivist
    GroupMembership.objects.filter(group="OIC").delete()
    GroupMembership.objects.create(
        group_id="OIC", country_id="KAZ", valid_from=date(1990, 1, 1), source="", verified=False
    )
    module.add(apps, None)
    assert set(fiji.values_list("valid_from", flat=True)) == {date(2011, 1, 1), date(2012, 1, 1)}
    [kazakhstan] = GroupMembership.objects.filter(group="OIC", country="KAZ")
    assert (kazakhstan.valid_from, kazakhstan.verified) == (date(1995, 1, 1), True)
