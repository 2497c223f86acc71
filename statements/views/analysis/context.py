"""The view *In context*: a line for each occurrence of the words, aligned on them."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from statements.search import analytics
from statements.views import refinements
from statements.views.analysis.searches import AnalysedSearch, Analysis

LINES_ON_A_PAGE = 50
ORDERS: dict[analytics.LineOrder, Promise] = {
    analytics.LineOrder.RIGHT: _("Words after"),
    analytics.LineOrder.LEFT: _("Words before"),
    analytics.LineOrder.NEWEST: _("Newest first"),
    analytics.LineOrder.OLDEST: _("Oldest first"),
    analytics.LineOrder.COUNTRY: _("Country"),
    analytics.LineOrder.SPEAKER: _("Speaker"),
}


@dataclass(frozen=True)
class Context(Analysis):
    search: AnalysedSearch
    page: analytics.ConcordancePage

    @property
    def lines_of(self) -> analytics.LineParameters:
        """Which words are lines, if not all of those of the query."""
        return self.page.line_parameters

    @property
    def all_lines_url(self) -> str:
        parameters = self.search.parameters
        for name in analytics.LineParameters.PARAMETERS:
            parameters = parameters.with_option(name)
        return refinements.address(parameters)

    @property
    def is_beyond(self) -> bool:
        return self.page.page > max(self.page.pages, 1)

    @cached_property
    def orders(self) -> list[refinements.Order]:
        return self.search.orders("line_order", ORDERS, self.page.order, analytics.LineOrder.RIGHT)

    @property
    def number_of_first(self) -> int:
        """The number of the first line on the page, from 1 on the first page."""
        return (self.page.page - 1) * self.page.page_size + 1

    @property
    def previous_url(self) -> str:
        return self.search.page_address(self.page.page - 1) if self.page.page > 1 else ""

    @property
    def next_url(self) -> str:
        if self.page.page >= self.page.pages:
            return ""
        return self.search.page_address(self.page.page + 1)

    @property
    def shown(self) -> int:
        """The number of lines that pages show; the rest is reached by narrowing."""
        return min(self.page.total, self.page.pages * self.page.page_size)


def analyse(search: AnalysedSearch) -> Context:
    """Return a page of lines. Raises InvalidParameters and SearchUnavailable."""
    order = search.choice("line_order", ORDERS, analytics.LineOrder.RIGHT)
    asked = replace(search.counted, page_size=LINES_ON_A_PAGE)
    lines_of = analytics.LineParameters.from_query(dict(search.parameters.options))
    return Context(search, analytics.concordance(asked, order, lines_of))
