"""The names that ``statements.search`` exports: the parameters of a search, what can be asked, what
comes back, and the backend with its operations.
"""

from statements.search import operations
from statements.search.backends import search_backend
from statements.search.parameters import InvalidParameters, Procedure, SearchParameters, Sort
from statements.search.presentation import OPTIONS, OPTIONS_OF_QUERY, View
from statements.search.protocol import IndexState, Listing, Period, SearchUnavailable
from statements.search.query import limits
from statements.search.results import analytics, series, side_by_side, word_lists
from statements.search.results.completion.autocomplete import autocomplete
from statements.search.results.facet_values import FacetValue, Group
from statements.search.results.hits import Hit
from statements.search.results.offers.delegations import DelegationSearch, delegation_search
from statements.search.results.offers.examples import CountedQuery, count_queries
from statements.search.results.offers.offices import (
    OfficeSearch,
    office_searches,
    offices_of_speaker,
)
from statements.search.results.page import SearchPage, find, find_all
from statements.search.results.related import related
from statements.search.results.text_search import (
    NO_LANDING,
    NO_PASSAGES,
    Landing,
    Passage,
    Passages,
    TextSearch,
)

__all__ = [
    "NO_LANDING", "NO_PASSAGES", "OPTIONS", "OPTIONS_OF_QUERY", "CountedQuery", "DelegationSearch",
    "FacetValue", "Group", "Hit", "IndexState", "InvalidParameters", "Landing", "Listing",
    "OfficeSearch", "Passage", "Passages", "Period", "Procedure", "SearchPage", "SearchParameters",
    "SearchUnavailable", "Sort", "TextSearch", "View", "analytics", "autocomplete", "count_queries",
    "delegation_search", "find", "find_all", "limits", "office_searches", "offices_of_speaker",
    "operations", "related", "search_backend", "series", "side_by_side", "word_lists",
]  # fmt: skip
