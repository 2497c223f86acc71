"""The names that ``statements.search`` exports: what can be asked, the parameters of a search, what
it returns, and the state of the index.
"""

from contextlib import AbstractContextManager

from statements.search.backends import search_backend
from statements.search.fields import COLUMNS
from statements.search.parameters import (
    FACETS,
    FILTERS,
    GROUPS,
    PARAMETERS,
    InvalidParameters,
    SearchParameters,
    Sort,
)
from statements.search.protocol import (
    NO_INDEX,
    RETRY_AFTER_S,
    HistogramBar,
    IndexReport,
    LineOrder,
    Period,
    PinnedState,
    SearchUnavailable,
)
from statements.search.query import QueryError, limits, parse_query
from statements.search.results.analytics import concordance, crosstab, term_statistics, trends
from statements.search.results.autocomplete import autocomplete
from statements.search.results.page import FacetValue, Group, Hit, SearchPage, find
from statements.search.results.related import Related, related
from statements.search.results.warming import warm_up

__all__ = [
    "COLUMNS", "FACETS", "FILTERS", "GROUPS", "NO_INDEX", "PARAMETERS", "RETRY_AFTER_S",
    "FacetValue", "Group", "HistogramBar", "Hit", "IndexReport", "InvalidParameters", "LineOrder",
    "Period", "Related", "SearchPage", "SearchParameters", "SearchUnavailable", "Sort",
    "autocomplete", "concordance", "crosstab", "find", "index_report", "index_version",
    "is_valid_query", "limits", "pinned_index", "related", "search_backend", "term_statistics",
    "trends", "warm_up",
]  # fmt: skip


def is_valid_query(q: str) -> bool:
    """Tell whether a query can be parsed."""
    try:
        parse_query(q)
    except QueryError:
        return False
    return True


def index_report() -> IndexReport:
    """Describe the index for operators. Raises django.db.Error."""
    return search_backend().report()


def index_version() -> str:
    """Return a name of the index that would answer now; "" if none can be read."""
    return search_backend().version()


def pinned_index() -> AbstractContextManager[PinnedState]:
    """Have all searches within the context see one state of the database."""
    return search_backend().pin()
