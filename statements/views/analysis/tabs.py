"""The tabs of the search page. To add one, write a member of ``View``, the names of its options in
``presentation.OPTIONS``, a module with a function that returns what its template shows, and a row
here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from statements.search import SearchParameters, View, analytics
from statements.views import refinements
from statements.views.analysis import comparison, context, over_time, table, words
from statements.views.analysis.searches import AnalysedSearch, Analysis
from statements.views.analysis.series_choice import By, facet_of


@dataclass(frozen=True, slots=True)
class Tab:
    label: Promise
    template: str
    # raises InvalidParameters for options that have no meaning, and SearchUnavailable
    analyse: Callable[[AnalysedSearch], Analysis]
    options: tuple[str, ...]  # that it reads
    # the facet of which all values are read, "" for none
    complete_facet: Callable[[SearchParameters], str] = lambda asked: ""
    has_figure: bool = True  # a drawing, which is a file, too


TABS: Mapping[View, Tab] = {
    View.CONTEXT: Tab(
        _("In context"),
        "search/analysis/context.html",
        context.analyse,
        ("line_order", *analytics.LineParameters.PARAMETERS),
        has_figure=False,
    ),
    View.TIME: Tab(
        _("Over time"),
        "search/analysis/over_time.html",
        over_time.analyse,
        ("by", "series", "period", "measure"),
        partial(facet_of, default=By.QUERY),
    ),
    View.COMPARE: Tab(
        _("Compare"),
        "search/analysis/comparison.html",
        comparison.analyse,
        ("by", "series", "align"),
        partial(facet_of, default=comparison.DEFAULT),
    ),
    View.TABLE: Tab(
        _("Countries × years"),
        "search/analysis/table.html",
        table.analyse,
        ("rows", "columns"),
    ),
    View.WORDS: Tab(_("Words"), "search/analysis/words.html", words.analyse, words.OPTIONS),
}


def links(parameters: SearchParameters) -> list[refinements.Order]:
    """Return the tabs of a search. The options that two views share are kept."""
    labels = {View.SPEECHES: _("Speeches"), **{view: tab.label for view, tab in TABS.items()}}
    return [
        refinements.Order(
            str(label),
            refinements.address(_in_view(parameters, view)),
            view is parameters.view,
        )
        for view, label in labels.items()
    ]


def _in_view(parameters: SearchParameters, view: View) -> SearchParameters:
    names = TABS[view].options if view in TABS else ()
    options = tuple((name, value) for name, value in parameters.options if name in names)
    return parameters.in_view(view, options)
