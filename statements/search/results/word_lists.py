"""Keyness and collocates, with their parameters and the addresses of the lines of each word."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Self

from django.utils.datastructures import MultiValueDict

from statements.search.analysis_parameters import (
    ChoiceParameter,
    LineParameters,
    read_parameters,
)
from statements.search.backends import search_backend
from statements.search.parameters import (
    InvalidParameters,
    NumberParameter,
    Parameter,
    SearchParameters,
)
from statements.search.protocol import (
    Collocate,
    Collocates,
    IndexState,
    Keyness,
    KeyWord,
    Question,
)
from statements.search.query import positive_leaves
from statements.search.results import rows
from statements.search.results.analytics import question_of
from statements.search.results.page import query_errors_as_invalid_parameters
from statements.search.word_measures import (
    MAX_LISTED,
    MAX_WINDOW,
    WINDOW,
    CollocateMeasure,
    KeynessMeasure,
)
from statements.transcripts.languages.names import sort_form

__all__ = [
    "MAX_LISTED", "REFERENCE", "WINDOW", "CollocateList", "CollocateMeasure",
    "CollocateParameters", "FunctionWords", "KeynessList", "KeynessMeasure",
    "KeynessParameters", "Side", "collocates", "countries", "keyness",
]  # fmt: skip

LISTED = 50
REFERENCE = "ref_"  # begins the name of each parameter of the reference


class Side(StrEnum):
    MORE = "more"  # words that the search uses more than the reference
    LESS = "less"


class FunctionWords(StrEnum):
    SHOW = "show"
    HIDE = "hide"


_LIST: dict[str, Parameter] = {
    "function_words": ChoiceParameter(FunctionWords.HIDE),
    "limit": NumberParameter(LISTED, MAX_LISTED),
}


# -- keyness ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class KeynessParameters:
    """A search, and the reference it is compared with: another search, of all speeches if nothing
    is said. Chairs' speeches are left out of both or of neither."""

    PARAMETERS: ClassVar[Mapping[str, Parameter]] = {
        "measure": ChoiceParameter(KeynessMeasure.LOG_LIKELIHOOD),
        "side": ChoiceParameter(Side.MORE),
        **_LIST,
    }
    # parameters of the search that the reference has, too
    REFERENCE: ClassVar = ("q", *SearchParameters.FILTERS, "from", "to")

    search: SearchParameters
    reference: SearchParameters
    measure: KeynessMeasure = KeynessMeasure.LOG_LIKELIHOOD
    side: Side = Side.MORE
    function_words: FunctionWords = FunctionWords.HIDE
    limit: int = LISTED

    @classmethod
    def from_query(
        cls, query: MultiValueDict[str, str], search: SearchParameters | None = None
    ) -> Self:
        """Read a query string, of which the search may have been read already. Raises
        InvalidParameters."""
        search = search or SearchParameters.from_query(query)
        typed = MultiValueDict({name: query.getlist(REFERENCE + name) for name in cls.REFERENCE})
        with _errors_of_reference():
            reference = SearchParameters.from_query(typed)
        values = read_parameters(cls.PARAMETERS, query)
        reference = replace(reference, procedure=search.procedure)
        return cls(search=search, reference=reference, **values)

    @property
    def is_of_all(self) -> bool:
        """Whether the search is compared with all other speeches."""
        return not self.reference.q and not self.reference.has_filters


@dataclass(frozen=True, slots=True)
class Row[Figures]:
    """A word with its figures, and its lines in the speeches of a search."""

    figures: Figures
    line_search: SearchParameters
    line_parameters: LineParameters

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The names and values of the address of its lines."""
        return [*self.line_search.on_page(1).to_pairs(), *self.line_parameters.to_pairs()]


@dataclass(frozen=True, slots=True)
class KeynessList:
    parameters: KeynessParameters
    answer: Keyness
    rows: Sequence[Row[KeyWord]]

    @property
    def index(self) -> IndexState:
        return self.answer.index


def keyness(parameters: KeynessParameters) -> KeynessList:
    """Return the words that a search uses more, or less, than its reference. Raises
    InvalidParameters or SearchUnavailable, as ``collocates`` does."""
    question = _question(parameters.search, parameters.limit)
    with _errors_of_reference():
        reference = _question(parameters.reference, parameters.limit)
    with query_errors_as_invalid_parameters(parameters.search.q, parameters.reference.q):
        answer = search_backend().keyness(
            question,
            reference,
            parameters.measure,
            is_reversed=parameters.side is Side.LESS,
            function_words=parameters.function_words is FunctionWords.SHOW,
        )
    speeches = parameters.reference if parameters.side is Side.LESS else parameters.search
    return KeynessList(
        parameters,
        answer,
        [
            Row(figures, speeches, LineParameters(words=f'"{figures.word}"'))
            for figures in answer.words
        ],
    )


def countries() -> list[tuple[str, str]]:
    """Return the code and name of each country that has speeches, in the order of their names."""
    counts = search_backend().value_counts(["country"])["country"]
    labels = rows.labels({"country": list(counts)})["country"]
    named = [(code, labels.get(code, code)) for code in counts]
    return sorted(named, key=lambda country: sort_form(country[1]))


# -- collocates ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CollocateParameters:
    PARAMETERS: ClassVar[Mapping[str, Parameter]] = {
        "measure": ChoiceParameter(CollocateMeasure.LOG_DICE),
        "window": NumberParameter(WINDOW, MAX_WINDOW),
        **_LIST,
    }

    search: SearchParameters
    measure: CollocateMeasure = CollocateMeasure.LOG_DICE
    window: int = WINDOW
    function_words: FunctionWords = FunctionWords.HIDE
    limit: int = LISTED

    @classmethod
    def from_query(
        cls, query: MultiValueDict[str, str], search: SearchParameters | None = None
    ) -> Self:
        """Read a query string, of which the search may have been read already. Raises
        InvalidParameters."""
        search = search or SearchParameters.from_query(query)
        values = read_parameters(cls.PARAMETERS, query)
        return cls(search=search, **values)


@dataclass(frozen=True, slots=True)
class CollocateList:
    parameters: CollocateParameters
    answer: Collocates
    has_words: bool  # whether the query has words that anything can stand beside
    rows: Sequence[Row[Collocate]]

    @property
    def index(self) -> IndexState:
        return self.answer.index


def collocates(parameters: CollocateParameters) -> CollocateList:
    """Return the words that stand beside those of a query."""
    question = _question(parameters.search, parameters.limit)
    with query_errors_as_invalid_parameters(parameters.search.q):
        answer = search_backend().collocates(
            question,
            parameters.measure,
            window=parameters.window,
            function_words=parameters.function_words is FunctionWords.SHOW,
        )
    return CollocateList(
        parameters,
        answer,
        bool(positive_leaves(question.tree)),
        [
            Row(
                figures,
                parameters.search,
                LineParameters(beside=figures.word, window=parameters.window),
            )
            for figures in answer.words
        ],
    )


# -- shared ----------------------------------------------------------------------------------------


def _question(parameters: SearchParameters, limit: int) -> Question:
    with query_errors_as_invalid_parameters(parameters.q):
        return replace(question_of(parameters), size=limit)


@contextmanager
def _errors_of_reference() -> Iterator[None]:
    """Name the parameters of errors as the reference has them."""
    try:
        yield
    except InvalidParameters as invalid:
        errors = {REFERENCE + name: sentence for name, sentence in invalid.errors.items()}
        raise InvalidParameters(errors) from None
