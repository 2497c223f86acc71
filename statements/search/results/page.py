"""A search as a page of results: speeches with the paragraphs that match, facets, totals, and the
state of the index.

``find`` asks the search backend one question, reads the rows of the hits, and assembles the page.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from statements.models import Speech, revision
from statements.search.backends import search_backend
from statements.search.parameters import (
    MAX_PAGE,
    InvalidParameters,
    SearchParameters,
    Sort,
)
from statements.search.protocol import (
    Answer,
    Histogram,
    IndexState,
    Listing,
    Period,
    Question,
    Suggestion,
)
from statements.search.query import (
    ParsedQuery,
    QueryError,
    TooManyExpansions,
    parse,
    parse_query,
    patterns,
    without_pattern,
)
from statements.search.results import rows
from statements.search.results.facet_values import (
    FacetValue,
    Group,
    Pages,
    label_facets,
    label_groups,
    without_divided,
)
from statements.search.results.highlighting import MAX_EXTRACTS
from statements.search.results.hits import AnswerHits, Hit, make_hits
from statements.search.results.notices import Notice, notices
from statements.search.results.offers.alternatives import Alternative, alternative_searches
from statements.search.results.offers.other_matches import (
    PartialMatches,
    RelatedForms,
    partial_matches,
    related_forms,
)


@dataclass(frozen=True, slots=True)
class SearchPage:
    parameters: SearchParameters  # with filter values as the index spells them
    query: ParsedQuery  # what was typed
    total: int  # speeches, exact
    hits: Sequence[Hit]  # none if they are grouped
    groups: Sequence[Group]  # largest first, years newest first
    ungrouped: int  # speeches that are in no group
    listed: int  # speeches or groups on all pages
    facets: Mapping[str, Sequence[FacetValue]]  # by name, in the order of SearchParameters.FACETS
    facet_sizes: Mapping[str, int]  # number of values of each facet, listed or not
    histogram: Histogram  # by month if a year or a short time is selected, else by year
    suggestion: Suggestion | None  # if next to nothing is found
    notices: Sequence[Notice]  # ignored words, values that no speech has, unknown days
    related_forms: RelatedForms | None  # shown above the list, on the first page by relevance
    related_terms: Sequence[str]  # of the archive, most related first, on the first page
    partial_matches: PartialMatches | None  # shown below the list, on the first page
    alternatives: Sequence[Alternative]  # searches that find something, if this one does not
    index: IndexState

    @property
    def page_size(self) -> int:
        return GROUPS_ON_A_PAGE if self.parameters.group else self.parameters.page_size

    @property
    def shown(self) -> int:
        """The number of speeches or groups that pages show; the rest is reached by narrowing."""
        return min(self.listed, MAX_PAGE * self.page_size)

    @property
    def pages(self) -> int:
        """The number of pages that can be asked for."""
        return -(-self.shown // self.page_size)

    @property
    def previous_parameters(self) -> SearchParameters | None:
        """The parameters of the page before."""
        number = self.parameters.page
        return self.parameters.on_page(number - 1) if number > 1 else None

    @property
    def next_parameters(self) -> SearchParameters | None:
        """The parameters of the page after."""
        number = self.parameters.page
        return self.parameters.on_page(number + 1) if number < self.pages else None


# -- finding ---------------------------------------------------------------------------------

MAX_FACET_VALUES = 200
GROUPS_ON_A_PAGE = 10
HITS_OF_A_GROUP = 3
MAX_RELATED = 3
MAX_PARTIAL = 10
MAX_RELATED_TERMS = 6
MAX_DAYS_BY_MONTH = 3 * 366  # longer times are counted by year


def find(
    parameters: SearchParameters,
    *,
    alternatives: bool = True,
    values: int = MAX_FACET_VALUES,
    complete_facets: Collection[str] = (),
    people: bool = False,
) -> SearchPage:
    """Run a search and return a page of its results.

    If ``alternatives``, other speeches are offered beside the list: with related word forms where
    no paragraph has all words, and with some of the words where few speeches have all; and other
    searches if this one finds nothing. Each facet lists so many ``values``, and those
    of ``complete_facets`` all of them. If ``people``, pages that are perhaps of one person are
    counted and grouped together, unless only some of them are selected. Raises InvalidParameters
    for a query that cannot be run, and SearchUnavailable if no index can be read.
    """
    with query_errors_as_invalid_parameters(parameters.q), revision.use_current():
        parameters = with_current_speakers(parameters)
        query = parse_query(parameters.q)
        question = _question(parameters, query, alternatives, values, complete_facets)
        pages_of = rows.proposed_people()
        if people:
            pages_of = without_divided(pages_of, parameters.speaker)
            question = replace(
                question, counted_together={"speaker": list(dict.fromkeys(pages_of.values()))}
            )
        answer, speeches = search_and_read(question)
        filters: dict[str, Any] = {**answer.filters.values}
        hits = make_hits(query, answer, speeches)
        page = _assemble(replace(parameters, **filters), query, answer, hits, pages_of)
        if page.total or not alternatives:
            return page
        return replace(page, alternatives=_alternatives(page, query))


def find_all(parameters: SearchParameters) -> tuple[SearchParameters, Listing]:
    """Return all speeches that a search finds, in its order, and its parameters with the filter
    values as the index spells them. Raises as ``find`` does.

    Read their rows afterwards: speeches may be withdrawn meanwhile.
    """
    with query_errors_as_invalid_parameters(parameters.q), revision.use_current():
        parameters = with_current_speakers(parameters)
        question = Question(
            tree=parse_query(parameters.q).boosted_tree,
            filters=parameters.filters,
            sort=parameters.sort,
        )
        listing = search_backend().listing(question)
        filters: dict[str, Any] = {**listing.filters.values}
        return replace(parameters, **filters), listing


def with_current_speakers(parameters: SearchParameters) -> SearchParameters:
    """Return a search for the people to whom the addresses of its speakers lead now."""
    if not parameters.speaker:
        return parameters
    current = rows.current_speakers(parameters.speaker)
    slugs = dict.fromkeys(current.get(slug, slug) for slug in parameters.speaker)
    return replace(parameters, speaker=tuple(slugs))


@contextmanager
def query_errors_as_invalid_parameters(*queries: str) -> Iterator[None]:
    """Raise InvalidParameters for a query that cannot be run, with the query repaired."""
    try:
        yield
    except TooManyExpansions as error:
        repaired = (
            without_pattern(q, error.pattern)
            for q in queries
            if error.pattern in [pattern for pattern, _ in patterns(parse(q))]
        )
        raise InvalidParameters({"q": str(error)}, next(repaired, None)) from error
    except QueryError as error:
        raise InvalidParameters({"q": str(error)}, error.repaired) from error


def _question(
    parameters: SearchParameters,
    query: ParsedQuery,
    alternatives: bool,
    values: int,
    complete_facets: Collection[str],
) -> Question:
    size = GROUPS_ON_A_PAGE if parameters.group else parameters.page_size
    return Question(
        tree=query.boosted_tree,
        filters=parameters.filters,
        sort=parameters.sort,
        start=(parameters.page - 1) * size,
        size=size,
        group=parameters.group,
        group_size=HITS_OF_A_GROUP,
        paragraphs=MAX_EXTRACTS,
        facets={
            name: None if name in complete_facets else values for name in SearchParameters.FACETS
        },
        histogram=_period(parameters),
        partial=MAX_PARTIAL if alternatives and parameters.page == 1 else 0,
        related=MAX_RELATED if alternatives and _is_first_page_by_relevance(parameters) else 0,
        related_terms=MAX_RELATED_TERMS if alternatives and parameters.page == 1 else 0,
        spelling=query,
    )


def _is_first_page_by_relevance(parameters: SearchParameters) -> bool:
    by_score = parameters.sort in (Sort.RELEVANCE, Sort.RECENT)
    return by_score and parameters.page == 1 and not parameters.group


def _period(parameters: SearchParameters) -> Period:
    first, last = parameters.date_from, parameters.date_to
    if len(parameters.year) == 1 and parameters.year[0].isdigit():
        return Period.MONTH
    is_short = first is not None and last is not None and (last - first).days <= MAX_DAYS_BY_MONTH
    return Period.MONTH if is_short else Period.YEAR


def search_and_read(question: Question) -> tuple[Answer, Mapping[int, Speech]]:
    """Return the answer and the rows of its speeches. If some were deleted meanwhile, ask again
    without them, so that they are not counted either."""
    while True:
        [answer] = search_backend().search([question])
        ids = [hit.speech for hit in answer.all_hits]
        speeches = rows.speeches(ids)
        if not (missing := set(ids) - speeches.keys()):
            return answer, speeches
        question = replace(question, excluded_ids=question.excluded_ids | missing)


# -- assembly ---------------------------------------------------------------------------------


def _assemble(
    parameters: SearchParameters,
    query: ParsedQuery,
    answer: Answer,
    hits: AnswerHits,
    pages_of: Pages,
) -> SearchPage:
    assert answer.histogram is not None  # noqa: S101 - the question asks for one
    groups, labels = answer.groups, _labels(parameters.group, answer)
    return SearchPage(
        parameters=parameters,
        query=query,
        total=answer.total,
        hits=hits.listed,
        groups=label_groups(groups, hits.groups, labels[parameters.group], pages_of)
        if groups
        else [],
        ungrouped=groups.ungrouped if groups else 0,
        listed=groups.total if groups else answer.total,
        facets=label_facets(parameters, answer, labels, pages_of),
        facet_sizes={name: answer.facets[name].size for name in SearchParameters.FACETS},
        histogram=answer.histogram,
        suggestion=answer.suggestion,
        related_forms=related_forms(answer.related, hits.related) if answer.related else None,
        related_terms=answer.related_terms,
        partial_matches=partial_matches(answer.partial, hits.partial) if answer.partial else None,
        alternatives=(),
        notices=notices(parameters, query, answer),
        index=answer.index,
    )


def _alternatives(page: SearchPage, query: ParsedQuery) -> list[Alternative]:
    labels = {
        name: {value.value: value.label for value in values} for name, values in page.facets.items()
    }
    is_corrected = page.suggestion is not None
    return alternative_searches(page.parameters, query, labels, is_corrected=is_corrected)


def _labels(group: str, answer: Answer) -> Mapping[str, Mapping[str, str]]:
    """Read the labels of the values that the page shows, by facet."""
    values = {name: [value for value, _ in answer.facets[name].values] for name in answer.facets}
    if answer.groups:
        values[group] = [*values.get(group, ()), *(each.value for each in answer.groups.shown)]
    labels = rows.labels(values)
    return {name: labels.get(name, {}) for name in values}
