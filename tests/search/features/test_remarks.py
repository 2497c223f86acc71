"""Notices about a search."""

from datetime import date

import pytest
from support.factories import make_speech

from statements.models import Country
from statements.search.parameters import SearchParameters
from statements.search.query import parse, parse_query
from statements.search.results.page import find
from statements.transcripts.languages.country_codes import ALPHA_3_CODES

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(archive_index):
    """An archive of one speech of Kazakhstan's, in French, and one of the United Kingdom's."""
    make_speech(
        ["Whether the water is to be or not to be shared, lest it dry."],
        speaker="Umarov",
        country="KAZ",
        on=date(2018, 1, 18),
        meeting="S/PV.8162",
        organ="Security Council",
        topics=["Regional partnership"],
        language="fr",
    )
    make_speech(["The sea."], country="GBR")
    archive_index()


@pytest.mark.parametrize(
    ("q", "says", "label"),
    [
        # words that stand in nearly every speech
        ("to be or not to be", "“to”, “be”, “or”", '"to be or not to be"'),
        ("of the sea", "“of”, “the”", '"of the sea"'),
        ("is it of the sea -water", "Ignored common words", ""),
        ("water or sea", "in capitals", "water OR sea"),
        ("water Or sea", None, ""),
        ("the water", None, ""),
        ("water", None, ""),
        ("or water", None, ""),
        ('"water or sea"', None, ""),
        ("", None, ""),
        # dashes alone
        ("water - sea", "A dash was ignored", "water -sea"),
        ("water – sea", "A dash was ignored", "water -sea"),
        ('water − "the sea"', "A dash was ignored", 'water -"the sea"'),
        ("water – the sea", None, ""),  # as titles have it
        ("water –sea", None, ""),
        ("water –", None, ""),
        # codes and names
        ("country:KZ water", "Kazakhstan is KAZ", "country:KAZ water"),
        ("water -country:(KZ OR GBR)", "is KAZ", "water -country:(KAZ OR GBR)"),
        ("country:gb", "is GBR", "country:GBR"),
        ("country:UK", None, ""),  # a name of it
        ("country:kaz", None, ""),
        ("country:kazakh*", None, ""),
        ("country:USA", "no speeches by United States", ""),
        ('country:"United States"', "no speeches by United States", ""),
        ("country:US", "no speeches by United States", ""),
        ("country:ZZ", "“ZZ” is not the code or name", ""),
        ("country:Kazakhstam", "is not the code or name", ""),  # likeness is another's work
        ("lang:fr", None, ""),
        ("lang:Russian", "delivered in Russian", ""),
        ("lang:es", "delivered in Spanish", ""),
        ("lang:xx", "“xx” is not a known language code", ""),
        ("symbol:S/PV.8162", None, ""),
        ("symbol:s/pv.1", "There is no meeting S/PV.1.", ""),
        ("symbol:8163", None, ""),  # words of a symbol
    ],
)
def test_what_was_passed_over_or_is_not_held_is_said(held, q, says, label):
    page = find(SearchParameters(q=q, organ=("Security Council",), page=2))
    assert [(says or "") in one.sentence for one in page.notices] == [True] * bool(says)
    assert [one.label for one in page.notices] == [label] * bool(says)
    for one in page.notices:
        assert one.sentence.endswith(".")
        if label:
            meant = SearchParameters(q=label, organ=("Security Council",))
            assert one.alternative == meant
            assert find(meant).notices == []
            assert parse(label)


@pytest.mark.parametrize(
    ("name", "value", "says", "label"),
    [
        ("country", "KZ", "“KZ” is not a country code here. The code of Kazakhstan is KAZ", "KAZ"),
        ("country", "UK", "is GBR", "GBR"),
        ("country", "kaz", None, ""),
        ("country", "USA", "no speeches by United States", ""),
        ("country", "zz", "“ZZ” is not the code", ""),
        ("meeting", "s/pv.1", "There is no meeting S/PV.1", ""),
        ("meeting", "S/PV.8162", None, ""),
        ("organ", "Rivers Council", "organ “Rivers Council”", ""),
        ("topic", "rivers", "topic “rivers”", ""),
        ("speaker", "umarov", "speaker “umarov”", ""),
        ("year", "1899", None, ""),
    ],
)
def test_a_filter_of_what_is_not_held_says_so(held, name, value, says, label):
    asked = SearchParameters.from_query({"q": "water", name: value})
    page = find(asked)
    assert [(says or "") in one.sentence for one in page.notices] == [True] * bool(says)
    assert [one.label for one in page.notices] == [label] * bool(says)
    if label:
        [one] = page.notices
        assert one.alternative == SearchParameters(q="water", country=(label,))


def test_words_passed_over_are_those_without_a_sign():
    assert parse_query("the river of -the speaker:the NOT of (dam or the)").ignored_words == [
        "the", "of", "or", "the",
    ]  # fmt: skip


def test_codes_of_two_letters_cover_the_countries_that_are_known():
    assert len(set(ALPHA_3_CODES.values())) == len(ALPHA_3_CODES)
    assert all(len(code) == 2 and code.isupper() for code in ALPHA_3_CODES)
    # what has ended, or never had a code, alone has none of two letters
    states = Country.objects.filter(kind__in=["member", "observer"], valid_to=None)
    assert not states.exclude(code__in=ALPHA_3_CODES.values())
