"""Countries that a query names beside other words: the search for what they themselves said, and
for several of them the comparison of what each said.

A query of plain words finds every speech that has them, also those of others that name the country.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.languages import localized
from statements.models import Country, CountryName
from statements.models.revision import cached_per_revision
from statements.search.analysis import tokenizer
from statements.search.backends import search_backend
from statements.search.parameters import SearchParameters
from statements.search.presentation import MAX_SERIES, View
from statements.search.protocol import Question
from statements.search.query import ParsedQuery, QueryError, parse, plain_tokens
from statements.search.results.rows import labels
from statements.transcripts.languages.names import fold

LONGEST_NAME = 8  # words
FEWEST_LETTERS = 4  # of a name in small letters: "US" is a country, and "us" is none
SIDES = 2
_BETWEEN = {"and", "or", "vs", "versus", "et", ","}  # words between names of countries
_MARKS = ".,;:!?"


@dataclass(frozen=True, slots=True)
class DelegationSearch:
    """The search for what countries said with the other words of a query."""

    countries: Sequence[str]  # their names, in the language of the page
    q: str  # the other words; "" if there are none
    speeches: int
    parameters: SearchParameters  # of the list, of two sides, or of use over time


def delegation_search(parameters: SearchParameters, query: ParsedQuery) -> DelegationSearch | None:
    """Return the search for what the countries named in a query said with its other words.

    None if it names none, too many, or one and nothing else, if countries are selected already, and
    if nothing is found. Raises SearchUnavailable.
    """
    tokens = plain_tokens(query)
    if parameters.country or not tokens:
        return None
    codes, others = _split(tokens, _countries())
    codes = list(dict.fromkeys(codes))
    q = " ".join(_without_outer_stop_words(others))
    if not 0 < len(codes) <= MAX_SERIES or (len(codes) == 1 and not q):
        return None
    try:
        tree = parse(q)
    except QueryError:
        return None
    counted = replace(parameters, q=q, country=tuple(codes)).with_default_procedure()
    [answer] = search_backend().search([Question(tree=tree, filters=counted.filters, size=0)])
    if not answer.total:
        return None
    names = labels({"country": codes})["country"]
    countries = [names.get(code, code) for code in codes]
    return DelegationSearch(countries, q, answer.total, _search(replace(parameters, q=q), codes))


def _search(parameters: SearchParameters, codes: Sequence[str]) -> SearchParameters:
    if len(codes) == 1:
        return replace(parameters, country=tuple(codes), page=1)
    sides = tuple(("series", code) for code in codes)
    if len(codes) == SIDES:
        return parameters.in_view(View.COMPARE, sides)
    return parameters.in_view(View.TIME, (("by", "country"), *sides))


def _split(tokens: Sequence[str], countries: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the codes of the countries that tokens name, and the other tokens."""
    codes, others = list[str](), list[str]()
    place = 0
    while place < len(tokens):
        code, length = next(_names_at(tokens, place, countries), ("", 1))
        if code:
            codes.append(code)
        else:
            others.append(tokens[place])
        place += length
        is_named_next = place < len(tokens) - 1 and any(_names_at(tokens, place + 1, countries))
        if code and is_named_next and fold(tokens[place]) in _BETWEEN:
            place += 1
    return codes, others


def _without_outer_stop_words(tokens: Sequence[str]) -> Sequence[str]:
    """Return tokens without words such as "on" and "about", which led to the name of a country."""
    words = [place for place, token in enumerate(tokens) if not tokenizer.is_stop_word(token)]
    return tokens[words[0] : words[-1] + 1] if words else ()


def _names_at(
    tokens: Sequence[str], place: int, countries: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    """Yield the codes of countries named from a place on, longest names first, and how many tokens
    their names take."""
    for length in range(min(LONGEST_NAME, len(tokens) - place), 0, -1):
        name = " ".join(tokens[place : place + length])
        name = (name[1:-1] if name[0] == name[-1] == '"' else name).strip(_MARKS)
        if code := countries.get(fold(name)):
            if len(name) >= FEWEST_LETTERS or name.isupper():
                yield code, length


@cached_per_revision()
def _countries() -> Mapping[str, str]:
    """Return the codes of States and territories by their folded names, as records print them and
    in the language of the page."""
    printed = CountryName.objects.exclude(country__kind=Country.Kind.ORGANIZATION)
    names = Country.objects.exclude(kind=Country.Kind.ORGANIZATION).values_list("short_name", "pk")
    in_language = {fold(localized(name, "country")): code for name, code in names}
    return in_language | dict(printed.values_list("folded", "country_id"))
