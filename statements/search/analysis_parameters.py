"""Parameters of analyses that a search does not have: choices, and which words of a concordance are
lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from django.utils.text import get_text_list
from django.utils.translation import gettext

from statements.search.analysis import tokenizer
from statements.search.parameters import (
    MAX_QUERY_CHARACTERS,
    InvalidParameters,
    NumberParameter,
    Parameter,
    QueryParameter,
)
from statements.search.protocol import LineSelection
from statements.search.query import QueryError, parse
from statements.search.word_measures import MAX_WINDOW, WINDOW


@dataclass(frozen=True, slots=True)
class ChoiceParameter:
    """One of several values."""

    default: StrEnum

    def read(self, name: str, typed: Sequence[str]) -> StrEnum:
        choices = type(self.default)
        try:
            return choices(typed[-1]) if typed else self.default
        except ValueError:
            names = get_text_list(list(choices), gettext("or"))
            sentence = gettext("“%(name)s” must be %(choices)s.")
            raise ValueError(sentence % {"name": name, "choices": names}) from None

    @property
    def schema(self) -> dict[str, Any]:
        choices = [str(choice) for choice in type(self.default)]
        return {"type": "string", "enum": choices}


@dataclass(frozen=True, slots=True)
class LineParameters:
    """``words`` is a query, whose words are lines in place of those of the search; of these only
    those that ``beside``, a word, stands near."""

    PARAMETERS: ClassVar[Mapping[str, Parameter]] = {
        "words": QueryParameter(MAX_QUERY_CHARACTERS),
        "beside": QueryParameter(tokenizer.MAX_TERM),
        "window": NumberParameter(WINDOW, MAX_WINDOW),
    }

    words: str = ""
    beside: str = ""
    window: int = WINDOW

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read a query string. Raises InvalidParameters."""
        values = read_parameters(cls.PARAMETERS, query)
        terms = [word.term for word in tokenizer.words(values["beside"])]
        if len(terms) > 1 or (values["beside"] and not terms):
            raise InvalidParameters({"beside": gettext("“beside” must be one word.")})
        return cls(values["words"], "".join(terms), values["window"])

    def to_pairs(self) -> list[tuple[str, str]]:
        """Return the names and values of the address, without defaults."""
        pairs = [("words", self.words)] if self.words else []
        if self.beside:
            pairs.append(("beside", self.beside))
            if self.window != WINDOW:
                pairs.append(("window", str(self.window)))
        return pairs

    def selection(self) -> LineSelection:
        """Return what an engine is asked. Raises InvalidParameters."""
        try:
            words = parse(self.words) if self.words else None
        except QueryError as error:
            raise InvalidParameters({"words": str(error)}) from error
        return LineSelection(words, self.beside, self.window if self.beside else 0)


ALL_WORDS = LineParameters()


def read_parameters(
    parameters: Mapping[str, Parameter], query: Mapping[str, str]
) -> dict[str, Any]:
    """Return the values of parameters that may not be repeated; empty ones count as absent. Raises
    InvalidParameters with a sentence for each that cannot be used."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, parameter in parameters.items():
        typed = (query.get(name) or "").strip()
        try:
            values[name] = parameter.read(name, [typed] if typed else [])
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise InvalidParameters(errors)
    return values
