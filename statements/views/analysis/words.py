"""The view *Words*: what is said more here than elsewhere, and what stands beside the words of the
query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from statements.search import SearchParameters, View, word_lists
from statements.views import refinements
from statements.views.analysis.searches import AnalysedSearch, Analysis

REFERENCE_OPTIONS = ("ref_q", "ref_country", "ref_from", "ref_to")
# each list has a measure of its own, by another name than that of its parameter
MEASURES = {"key_measure": "measure", "beside_measure": "measure"}
OPTIONS = (
    "list", *REFERENCE_OPTIONS, *MEASURES, "side", "window", "function_words", "limit",
)  # fmt: skip
WINDOWS = (1, 2, 3, 5, 10)


class List(StrEnum):
    KEY = "key"
    BESIDE = "beside"


LISTS: Mapping[List, Promise] = {
    List.KEY: _("Said more here than elsewhere"),
    List.BESIDE: _("Beside the words of the query"),
}
SIDES: Mapping[word_lists.Side, Promise] = {
    word_lists.Side.MORE: _("More here"),
    word_lists.Side.LESS: _("Less here"),
}
KEY_MEASURES: Mapping[word_lists.KeynessMeasure, Promise] = {
    word_lists.KeynessMeasure.LOG_LIKELIHOOD: _("Certainty"),
    word_lists.KeynessMeasure.LOG_RATIO: _("Size of the difference"),
}
BESIDE_MEASURES: Mapping[word_lists.CollocateMeasure, Promise] = {
    word_lists.CollocateMeasure.LOG_DICE: _("logDice"),
    word_lists.CollocateMeasure.LOG_LIKELIHOOD: _("Log-likelihood"),
    word_lists.CollocateMeasure.LOG_RATIO: _("Log ratio"),
    word_lists.CollocateMeasure.MUTUAL_INFORMATION: _("Mutual information"),
    word_lists.CollocateMeasure.T_SCORE: _("t-score"),
}
FUNCTION_WORDS: Mapping[word_lists.FunctionWords, Promise] = {
    word_lists.FunctionWords.HIDE: _("Left out"),
    word_lists.FunctionWords.SHOW: _("Listed"),
}


@dataclass(frozen=True)
class Words(Analysis):
    """What both lists have in common."""

    search: AnalysedSearch
    answer: word_lists.KeynessList | word_lists.CollocateList
    shown_list: List

    @cached_property
    def lists(self) -> list[refinements.Order]:
        return self.search.orders("list", LISTS, self.shown_list, List.KEY)

    @cached_property
    def function_words(self) -> list[refinements.Order]:
        shown = self.answer.parameters.function_words
        hidden = word_lists.FunctionWords.HIDE
        return self.search.orders("function_words", FUNCTION_WORDS, shown, hidden)

    @property
    def longer_url(self) -> str:
        """The address of a longer list; "" if this one is whole, or as long as can be."""
        is_cut = len(self.answer.rows) == self.answer.parameters.limit < word_lists.MAX_LISTED
        return self.search.address("limit", str(word_lists.MAX_LISTED)) if is_cut else ""

    @cached_property
    def line_urls(self) -> Sequence[str]:
        """The address of the lines of each word, in context."""
        searched = self.searched
        return [
            refinements.address(
                searched.in_view(View.CONTEXT, tuple(row.line_parameters.to_pairs()))
            )
            for row in self.answer.rows
        ]

    @property
    def searched(self) -> SearchParameters:
        """The search whose speeches have the lines."""
        return self.search.parameters


@dataclass(frozen=True)
class KeyWords(Words):
    answer: word_lists.KeynessList

    @cached_property
    def measures(self) -> list[refinements.Order]:
        shown = self.answer.parameters.measure
        default = word_lists.KeynessMeasure.LOG_LIKELIHOOD
        return self.search.orders("key_measure", KEY_MEASURES, shown, default)

    @cached_property
    def sides(self) -> list[refinements.Order]:
        shown = self.answer.parameters.side
        return self.search.orders("side", SIDES, shown, word_lists.Side.MORE)

    @property
    def is_of_everything(self) -> bool:
        """Whether the search finds all speeches, so that nothing is left to compare with."""
        return not self.search.parameters.q and not self.search.parameters.has_filters

    @cached_property
    def reference(self) -> refinements.FormValues:
        """What the form for the reference shows again; hidden is all else of the address."""
        typed = [" ".join(self.search.parameters.option(name)[-1:]) for name in REFERENCE_OPTIONS]
        q, _country, first, last = typed
        return refinements.FormValues(q, first, last, self.search.hidden(*REFERENCE_OPTIONS))

    @cached_property
    def countries(self) -> list[tuple[str, str, bool]]:
        """The code and name of each country that has speeches, and whether it is selected."""
        selected = self.answer.parameters.reference.country
        return [(code, name, code in selected) for code, name in word_lists.countries()]

    @property
    def without_reference_url(self) -> str:
        parameters = self.search.parameters
        for name in REFERENCE_OPTIONS:
            parameters = parameters.with_option(name)
        return refinements.address(parameters)

    @property
    def searched(self) -> SearchParameters:
        if self.answer.parameters.side is word_lists.Side.MORE:
            return self.search.parameters
        return self.search.linked(self.answer.parameters.reference)


@dataclass(frozen=True)
class Neighbours(Words):
    answer: word_lists.CollocateList

    @cached_property
    def measures(self) -> list[refinements.Order]:
        shown = self.answer.parameters.measure
        default = word_lists.CollocateMeasure.LOG_DICE
        return self.search.orders("beside_measure", BESIDE_MEASURES, shown, default)

    @cached_property
    def windows(self) -> list[refinements.Order]:
        shown = self.answer.parameters.window
        return [
            refinements.Order(
                str(window),
                self.search.address("window", "" if window == word_lists.WINDOW else str(window)),
                window == shown,
            )
            for window in sorted({*WINDOWS, shown})
        ]


def analyse(search: AnalysedSearch) -> Words:
    """Return a list of words. Raises InvalidParameters and SearchUnavailable."""
    shown_list = search.choice("list", List, List.KEY)
    options: MultiValueDict[str, str] = MultiValueDict()
    for name, value in search.parameters.options:
        if name not in MEASURES:
            options.appendlist(name, value)
        elif name.startswith(shown_list):
            options.appendlist(MEASURES[name], value)
    searched = search.counted.in_view(View.SPEECHES)
    if shown_list is List.KEY:
        parameters = word_lists.KeynessParameters.from_query(options, searched)
        return KeyWords(search, word_lists.keyness(parameters), shown_list)
    beside = word_lists.CollocateParameters.from_query(options, searched)
    return Neighbours(search, word_lists.collocates(beside), shown_list)
