"""The parameters of a search, declared once for the page, the feed and the API.

``SearchParameters.from_query(request.GET)`` reads the public query string; ``to_query()`` writes
it back, so that every state of the search page has one address.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self

from django.utils.text import get_text_list
from django.utils.translation import gettext

from statements.addresses import query_string
from statements.search.facets import PUBLIC_FACETS
from statements.search.presentation import Options, View, ViewParameter, read_options
from statements.transcripts.record.speaking_capacity import Capacity
from statements.transcripts.values.symbols import Symbol

MAX_QUERY_CHARACTERS = 512
MAX_PAGE = 100
PAGE_SIZE = 20
MAX_PAGE_SIZE = 50
MAX_VALUES_PER_FACET = 50
MAX_VALUE_CHARACTERS = 200
UNDATED = "undated"  # the year of speeches without one
_YEAR = re.compile("[0-9]{4}")
_MAX_DIGITS = 20  # of a number, with leading zeros; more take long to convert


class Procedure(StrEnum):
    """Whether speeches by which a chair conducts a meeting are left out."""

    SHOW = "show"
    HIDE = "hide"


class Sort(StrEnum):
    RELEVANCE = "relevance"
    RECENT = "recent"  # relevance, reduced by age
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Filters:
    """Facet values and dates that speeches must have: one of the values of each facet."""

    # by name, see SearchParameters.FILTERS
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: date | None = None
    date_to: date | None = None
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # values left out

    def of(self, facet: str) -> tuple[str, ...]:
        return self.values.get(facet, ())


NO_FILTERS = Filters()


class InvalidParameters(ValueError):
    """A search that cannot be run. ``errors`` has one sentence for each parameter; ``repaired`` is
    the query as it could be run, if that is known."""

    def __init__(self, errors: Mapping[str, str], repaired: str | None = None) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)
        self.repaired = repaired


# -- kinds of parameters ----------------------------------------------------------------------
#
# ``from_query``, the OpenAPI description and the forms are made from these. They are plain values
# instead of a pydantic model: every error has a sentence of its own, which would need a validator
# for each field, and ``from_query`` runs for every search page, in some 40 µs.


class Parameter(Protocol):
    def read(self, name: str, typed: Sequence[str]) -> Any:
        """Return the value of the strings typed; the default if there are none. Raises ValueError
        with a sentence for the reader."""

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the value."""


@dataclass(frozen=True, slots=True)
class QueryParameter:
    max_length: int

    def read(self, name: str, typed: Sequence[str]) -> str:
        text = typed[-1] if typed else ""  # its length is checked when it is parsed
        if "\x00" in text:
            raise ValueError(gettext("The query contains a NUL character. Please type it again."))
        return text

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max_length, "pattern": _WITHOUT_NUL}


@dataclass(frozen=True, slots=True)
class ValuesParameter:
    """Any of several values."""

    max_values: int
    max_length: int

    def read(self, name: str, typed: Sequence[str]) -> tuple[str, ...]:
        values = tuple(dict.fromkeys(typed))
        if len(values) > self.max_values:
            sentence = gettext("Select at most %(limit)s values of “%(name)s”.")
            raise ValueError(sentence % {"limit": self.max_values, "name": name})
        if any("\x00" in value or len(value) > self.max_length for value in values):
            raise ValueError(gettext("A value of “%(name)s” is not valid.") % {"name": name})
        return values

    @property
    def schema(self) -> dict[str, Any]:
        items = {"type": "string", "maxLength": self.max_length, "pattern": _WITHOUT_NUL}
        return {"type": "array", "items": items, "maxItems": self.max_values}


@dataclass(frozen=True, slots=True)
class YearsParameter(ValuesParameter):
    def read(self, name: str, typed: Sequence[str]) -> tuple[str, ...]:
        # not super(): with slots, the class is created again
        years = ValuesParameter.read(self, name, typed)
        if wrong := [year for year in years if not _is_year(year)]:
            sentence = gettext("“%(text)s” is not a year such as 2014.")
            raise ValueError(sentence % {"text": wrong[0][:20]})
        return years

    @property
    def schema(self) -> dict[str, Any]:
        items = {"type": "string", "pattern": f"^([0-9]{{4}}|{UNDATED})$"}
        return {"type": "array", "items": items, "maxItems": self.max_values}


@dataclass(frozen=True, slots=True)
class DateParameter:
    """A day, or a year, which stands for its first or its last day."""

    month: int  # of that day
    day: int

    def read(self, name: str, typed: Sequence[str]) -> date | None:
        if not typed:
            return None
        try:
            if _YEAR.fullmatch(typed[-1]):
                return date(int(typed[-1]), self.month, self.day)
            return date.fromisoformat(typed[-1])
        except ValueError:
            sentence = gettext(
                "Enter the date of “%(name)s” as YYYY-MM-DD, such as 2014-12-16, or as a year, "
                "such as 2014."
            ) % {"name": name}
            raise ValueError(sentence) from None

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "anyOf": [{"format": "date"}, {"pattern": "^[1-9][0-9]{3}$"}]}


@dataclass(frozen=True, slots=True)
class SortParameter:
    def read(self, name: str, typed: Sequence[str]) -> Sort:
        try:
            return Sort(typed[-1]) if typed else Sort.RELEVANCE
        except ValueError:
            raise ValueError(gettext("Sort by relevance, recent, newest or oldest.")) from None

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [str(sort) for sort in Sort]}


@dataclass(frozen=True, slots=True)
class ProcedureParameter:
    def read(self, name: str, typed: Sequence[str]) -> Procedure | None:
        try:
            return Procedure(typed[-1]) if typed else None
        except ValueError:
            raise ValueError(gettext("“%(name)s” must be show or hide.") % {"name": name}) from None

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [str(choice) for choice in Procedure]}


@dataclass(frozen=True, slots=True)
class GroupParameter:
    facets: Sequence[str]

    def read(self, name: str, typed: Sequence[str]) -> str:
        if typed and typed[-1] not in self.facets:
            names = get_text_list(list(self.facets), gettext("or"))
            raise ValueError(gettext("Group by %(names)s.") % {"names": names})
        return typed[-1] if typed else ""

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.facets)}


@dataclass(frozen=True, slots=True)
class NumberParameter:
    default: int
    maximum: int

    def read(self, name: str, typed: Sequence[str]) -> int:
        if not typed:
            return self.default
        digits = typed[-1]
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS
        if is_number and 1 <= int(digits) <= self.maximum:
            return int(digits)
        sentence = gettext("“%(name)s” must be a whole number from 1 to %(limit)s.")
        raise ValueError(sentence % {"name": name, "limit": self.maximum})

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": self.maximum}


_WITHOUT_NUL = "^[^\\u0000]*$"
_VALUES = ValuesParameter(MAX_VALUES_PER_FACET, MAX_VALUE_CHARACTERS)
_YEARS = YearsParameter(MAX_VALUES_PER_FACET, MAX_VALUE_CHARACTERS)


# -- the search --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParameters:
    FACETS: ClassVar = tuple(facet.name for facet in PUBLIC_FACETS if facet.is_listed)
    FILTERS: ClassVar = tuple(facet.name for facet in PUBLIC_FACETS)  # can be selected
    FACETS_BY_NAME: ClassVar = {facet.name: facet for facet in PUBLIC_FACETS}
    GROUPS: ClassVar = ("speaker", "country", "meeting", "year")  # facets to group hits by
    # by name in the address
    PARAMETERS: ClassVar[Mapping[str, Parameter]] = {
        "q": QueryParameter(MAX_QUERY_CHARACTERS),
        **{name: _YEARS if name == "year" else _VALUES for name in FILTERS},
        "from": DateParameter(1, 1),
        "to": DateParameter(12, 31),
        "procedure": ProcedureParameter(),
        "sort": SortParameter(),
        "group": GroupParameter(GROUPS),
        "view": ViewParameter(),
        "page": NumberParameter(1, MAX_PAGE),
        "page_size": NumberParameter(PAGE_SIZE, MAX_PAGE_SIZE),
    }

    q: str = ""
    country: tuple[str, ...] = ()  # codes
    party: tuple[str, ...] = ()  # slugs
    ward: tuple[str, ...] = ()  # slugs
    body: tuple[str, ...] = ()  # slugs, also of ministries
    speaker: tuple[str, ...] = ()  # slugs
    year: tuple[str, ...] = ()  # "2014"; "undated" for speeches without a date
    topic: tuple[str, ...] = ()  # slugs
    member_of: tuple[str, ...] = ()  # codes of groups of States
    capacity: tuple[str, ...] = ()  # ``Capacity``
    language: tuple[str, ...] = ()  # ISO 639 codes
    organ: tuple[str, ...] = ()  # as the meeting names it
    session: tuple[str, ...] = ()  # slugs
    meeting: tuple[str, ...] = ()  # symbols
    date_from: date | None = None  # "from" in the address
    date_to: date | None = None  # "to" in the address
    procedure: Procedure | None = None  # shown where nothing is said
    sort: Sort = Sort.RELEVANCE
    group: str = ""  # one of GROUPS: the best hits of each value, not one list
    view: View = View.SPEECHES  # of the search page
    options: Options = ()  # of that view
    page: int = 1
    page_size: int = PAGE_SIZE

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read a query string (a QueryDict, or any mapping with ``getlist``).

        Unknown parameters are ignored, and empty ones count as absent. Of repeated ``q``, ``sort``,
        ``group``, ``page``, ``from`` and ``to`` the last counts, as in Django. Raises
        InvalidParameters with a sentence for each parameter that cannot be used.
        """
        errors: dict[str, str] = {}
        values: dict[str, Any] = {}
        for name, parameter in cls.PARAMETERS.items():
            try:
                values[_ATTRIBUTES.get(name, name)] = parameter.read(
                    name, _typed_values(query, name)
                )
            except ValueError as error:
                errors[name] = str(error)
        date_from, date_to = values.get("date_from"), values.get("date_to")
        if date_from and date_to and date_from > date_to:
            errors["from"] = gettext("“From” is after “to”. Please swap the dates.")
        if values.get("view", View.SPEECHES) is not View.SPEECHES:
            values["options"], errors_of_options = read_options(query)
            errors |= errors_of_options
        if errors:
            raise InvalidParameters(errors)
        values["country"] = tuple(code.upper() for code in values["country"])
        values["meeting"] = tuple(dict.fromkeys(map(_symbol, values["meeting"])))
        return cls(**values)

    def to_pairs(self) -> list[tuple[str, str]]:
        """Return the names and values of the address, without defaults."""
        pairs = [("q", self.q)] if self.q else []
        for name in self.FILTERS:
            pairs += [(name, value) for value in getattr(self, name)]
        if self.date_from:
            pairs.append(("from", self.date_from.isoformat()))
        if self.date_to:
            pairs.append(("to", self.date_to.isoformat()))
        if self.procedure:
            pairs.append(("procedure", self.procedure.value))
        if self.sort is not Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        if self.group:
            pairs.append(("group", self.group))
        if self.view is not View.SPEECHES:
            pairs += [("view", self.view.value), *self.options]
        if self.page_size != PAGE_SIZE:
            pairs.append(("page_size", str(self.page_size)))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def to_query(self) -> str:
        return query_string(self.to_pairs())

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)

    def with_value(self, facet: str, value: str) -> Self:
        """Return the search with one more value of a facet, from the first page."""
        selected = getattr(self, facet)
        if value in selected:
            return self
        changes: dict[str, Any] = {facet: (*selected, value)}
        return replace(self, page=1, **changes)

    def without_value(self, facet: str, *values: str) -> Self:
        """Return the search without some values of a facet, from the first page."""
        remaining = tuple(other for other in getattr(self, facet) if other not in values)
        changes: dict[str, Any] = {facet: remaining}
        return replace(self, page=1, **changes)

    def in_view(self, view: View, options: Options = ()) -> Self:
        """Return the search in a view, from the first page."""
        return replace(self, view=view, options=options, page=1)

    def option(self, name: str) -> tuple[str, ...]:
        """Return the values of an option of the view, none where it is not given."""
        return tuple(value for option, value in self.options if option == name)

    def with_option(self, name: str, *values: str) -> Self:
        """Return the search with other values of an option of its view, from the first page."""
        remaining = [(option, value) for option, value in self.options if option != name]
        return replace(
            self, page=1, options=(*remaining, *((name, value) for value in values if value))
        )

    def with_default_procedure(self) -> Self:
        """Return the search as its page shows it, without what chairs say to conduct a meeting
        unless it is asked for."""
        asks = self.procedure or self.capacity or "capacity:" in self.q.lower()
        return self if asks else replace(self, procedure=Procedure.HIDE)

    @property
    def has_filters(self) -> bool:
        return bool(
            self.date_from or self.date_to or any(getattr(self, name) for name in self.FILTERS)
        )

    @property
    def filters(self) -> Filters:
        values = {name: values for name in self.FILTERS if (values := getattr(self, name))}
        hidden = {"capacity": (Capacity.CHAIR,)} if self.procedure is Procedure.HIDE else {}
        return Filters(values, self.date_from, self.date_to, hidden)


_ATTRIBUTES = {"from": "date_from", "to": "date_to"}  # those with another name than the parameter


def _typed_values(query: Mapping[str, str], name: str) -> list[str]:
    """Return the values of a parameter, of which those that may not be repeated have one."""
    if name in SearchParameters.FILTERS and hasattr(query, "getlist"):
        values = query.getlist(name)
    else:
        values = [query.get(name) or ""]
    return [value for value in map(str.strip, values) if value]


def _symbol(printed: str) -> str:
    try:
        return str(Symbol.parse(printed))
    except ValueError:
        return printed


def _is_year(value: str) -> bool:
    return value == UNDATED or _YEAR.fullmatch(value) is not None
