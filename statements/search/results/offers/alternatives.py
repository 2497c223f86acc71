"""Searches that find something, where a search finds nothing: without a filter, in the nearest
years, without quotation marks, or for a word of nearly the same spelling. Each has the number of
speeches that it finds.

All are counted in one call of the search backend, and none is run silently.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext

from archive.languages import date_format
from statements.search.backends import search_backend
from statements.search.parameters import SearchParameters
from statements.search.protocol import Question
from statements.search.query import ParsedQuery, parse_query, plain_words, without_quotes

MAX_WORDS = 3  # of a query, for each of which the nearest spelling is offered
MIN_LETTERS = 4  # of a word that may be misspelt
MIN_LETTERS_TWICE = 6  # of a word that may be misspelt twice


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another search."""

    label: str
    parameters: SearchParameters
    total: int  # speeches that it finds; if none, it still has partial matches


def alternative_searches(
    parameters: SearchParameters,
    query: ParsedQuery,
    labels: Mapping[str, Mapping[str, str]],
    *,
    is_corrected: bool,
) -> list[Alternative]:
    """Return searches that find speeches where this one finds none. ``labels`` are those of the
    values of each facet; words are only looked up if the query is not ``is_corrected`` as a whole.
    """
    first_page = replace(parameters, page=1)
    unquoted = list(_without_quotes(first_page))
    offered = [*unquoted, *_without_filters(first_page, labels)]
    if not is_corrected:
        offered += _spellings(first_page, query)
    questions = [
        Question(tree=parse_query(other.q).boosted_tree, filters=other.filters, size=0)
        for _, other in offered
    ]
    timeless = replace(first_page, year=(), date_from=None, date_to=None)
    if timeless != first_page:
        by_year = {"year": None}
        questions.append(
            Question(tree=query.boosted_tree, filters=timeless.filters, size=0, facets=by_year)
        )
    if not questions:
        return []
    answers = search_backend().search(questions)
    found = [
        Alternative(label, other, answer.total)
        for (label, other), answer in zip(offered, answers, strict=False)
        if answer.total or (label, other) in unquoted
    ]
    if timeless != first_page:
        found += _nearest_years(parameters, timeless, answers[-1].facets["year"].values)
    return found


_Offer = tuple[str, SearchParameters]


def _without_quotes(parameters: SearchParameters) -> Iterator[_Offer]:
    if q := without_quotes(parameters.q):
        label = gettext("The same words without quotation marks")
        yield label, replace(parameters, q=q)


def _without_filters(
    parameters: SearchParameters, labels: Mapping[str, Mapping[str, str]]
) -> list[_Offer]:
    offered = []
    for name, values in parameters.filters.values.items():
        facet = str(SearchParameters.FACETS_BY_NAME[name].label)
        selected = [labels.get(name, {}).get(value, value) for value in values]
        changes: dict[str, Any] = {name: ()}
        label = _without(facet, get_text_list(selected, gettext("or")))
        offered.append((label, replace(parameters, **changes)))
    if day := parameters.date_from:
        label = _without(gettext("From"), date_format(day, "j F Y"))
        offered.append((label, replace(parameters, date_from=None)))
    if day := parameters.date_to:
        label = _without(gettext("To"), date_format(day, "j F Y"))
        offered.append((label, replace(parameters, date_to=None)))
    if len(offered) > 1:
        none: dict[str, Any] = dict.fromkeys(SearchParameters.FILTERS, ())
        none |= {"date_from": None, "date_to": None}
        offered.append((gettext("Without all filters"), replace(parameters, **none)))
    return offered


def _without(name: str, value: str) -> str:
    return gettext("Without the filter %(name)s: %(value)s") % {"name": name, "value": value}


def _spellings(parameters: SearchParameters, query: ParsedQuery) -> Iterator[_Offer]:
    """Yield for each word that no speech has a search for the nearest word alone."""
    words = [word.term for word in plain_words(query.tree)]
    counts = search_backend().paragraph_counts(words) if words else ()
    unknown = [word for word, count in zip(words, counts, strict=True) if not count]
    for word in [word for word in unknown if word.isalpha()][:MAX_WORDS]:
        if len(word) < MIN_LETTERS or search_backend().forms(word):
            continue
        edits = 2 if len(word) >= MIN_LETTERS_TWICE else 1
        near = search_backend().similar_terms(word, edits)
        if near:
            nearest = min(near, key=lambda term: (term[2], term[0][:1] != word[:1], -term[1]))[0]
            label = gettext("“%(nearest)s”, the nearest spelling to “%(word)s”")
            yield label % {"nearest": nearest, "word": word}, replace(parameters, q=nearest)


def _nearest_years(
    parameters: SearchParameters, timeless: SearchParameters, counts: Sequence[tuple[str, int]]
) -> list[Alternative]:
    """Return the searches of the last year with speeches before the years or days selected, and of
    the first after them."""
    selected = [int(year) for year in parameters.year if year.isdigit()]
    selected += [day.year for day in (parameters.date_from, parameters.date_to) if day]
    years = {int(year): count for year, count in counts if year.isdigit() and count}
    if not selected:
        return []
    earlier = max((year for year in years if year < min(selected)), default=None)
    later = min((year for year in years if year > max(selected)), default=None)
    label = gettext("In the nearest year, %(year)s")
    return [
        Alternative(label % {"year": year}, replace(timeless, year=(str(year),)), years[year])
        for year in (earlier, later)
        if year is not None
    ]
