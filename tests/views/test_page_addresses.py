from urllib.parse import urlencode

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from statements.addresses import page_address, query_string

NAMES_WITH_KEY = ["speech", "meeting", "speaker", "topic", "country", "facet"]


@pytest.fixture(params=["/", "/records/"])
def prefix(request: pytest.FixtureRequest) -> object:
    set_script_prefix(request.param)
    yield request.param
    set_script_prefix("/")


@pytest.mark.usefixtures("prefix")
@pytest.mark.parametrize("name", NAMES_WITH_KEY)
def test_addresses_are_those_of_django(name: str) -> None:
    for key in ("KAZ", "nga", name, "a-b-1", "speech"):
        for _ in range(2):
            assert page_address(name, key) == reverse(name, args=[key])


@pytest.mark.usefixtures("prefix")
def test_pages_without_a_key() -> None:
    for name in ("search", "home", "feed"):
        assert page_address(name) == reverse(name)


def test_a_key_that_needs_quoting_is_quoted() -> None:
    page_address("transcript", "0" * 64)
    for name, key in (("speech", "no such/key"), ("topic", "été")):
        page_address(name, "plain")
        with pytest.raises(NoReverseMatch):
            reverse(name, args=[key])
        with pytest.raises(NoReverseMatch):
            page_address(name, key)


def test_no_such_page() -> None:
    with pytest.raises(NoReverseMatch):
        page_address("no-such-page")
    with pytest.raises(NoReverseMatch):
        page_address("country", "")


def test_query_strings_are_those_of_the_standard_library() -> None:
    pairs = [("q", "a b&c=d"), ("country", "été"), ("q", ""), ("from", "2020-01-01"), ("x y", "+")]
    assert query_string(pairs) == urlencode(pairs)
    assert query_string([]) == ""
