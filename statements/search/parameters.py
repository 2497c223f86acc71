"""One search as a value: what every face of the archive builds from an address and passes on.

``SearchParameters.from_query(request.GET)`` reads the public query string; ``to_query()`` writes
it back, so that every state of the search page has one address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from statements.addresses import query_string
from statements.transcripts.symbols import Symbol

MAX_QUERY_CHARACTERS = 512
MAX_PAGE = 100
MAX_PAGE_SIZE = 50
MAX_VALUES_PER_FACET = 50
MAX_VALUE_CHARACTERS = 200
FACETS = ("country", "speaker", "year", "topic", "organ")
FILTERS = (*FACETS, "meeting")  # what can be chosen beside words and days
GROUPS = ("speaker", "country", "meeting", "year")


class Sort(StrEnum):
    RELEVANCE = "relevance"
    RECENT = "recent"  # relevance, of which the older have less
    NEWEST = "newest"
    OLDEST = "oldest"


class InvalidParameters(ValueError):
    """A search that cannot be run as asked. ``errors`` has one sentence for each parameter,
    ``repaired`` the words of the search as they could be run, where that can be told."""

    def __init__(self, errors: Mapping[str, str], repaired: str | None = None) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)
        self.repaired = repaired


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParameters:
    q: str = ""
    country: tuple[str, ...] = ()  # codes
    speaker: tuple[str, ...] = ()  # slugs
    year: tuple[str, ...] = ()  # "2014"; "undated" for speeches without a date
    topic: tuple[str, ...] = ()  # slugs
    organ: tuple[str, ...] = ()  # as the meeting names it
    meeting: tuple[str, ...] = ()  # symbols
    date_from: date | None = None  # "from" in the address
    date_to: date | None = None  # "to" in the address
    sort: Sort = Sort.RELEVANCE
    group: str = ""  # one of GROUPS: the best of each, not one list
    page: int = 1
    page_size: int = 20

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read a query string (a QueryDict, or any mapping with ``getlist``).

        Unknown parameters are ignored, empty ones are as if absent; of a repeated ``q``,
        ``sort``, ``group``, ``page``, ``from`` and ``to`` the last counts, as Django does. Raises
        InvalidParameters with a sentence for each parameter that cannot be used.
        """
        errors: dict[str, str] = {}

        def one(name: str) -> str:
            return (query.get(name) or "").strip()

        def many(name: str) -> tuple[str, ...]:
            values = query.getlist(name) if hasattr(query, "getlist") else [query.get(name, "")]
            chosen = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
            if len(chosen) > MAX_VALUES_PER_FACET:
                errors[name] = f"Choose at most {MAX_VALUES_PER_FACET} values of “{name}”."
            elif any("\x00" in value or len(value) > MAX_VALUE_CHARACTERS for value in chosen):
                errors[name] = f"A value of “{name}” is not one this archive can hold."
            return chosen

        def day(name: str) -> date | None:
            if not (printed := one(name)):
                return None
            try:
                return date.fromisoformat(printed)
            except ValueError:
                errors[name] = f"Write the date of “{name}” as YYYY-MM-DD, such as 2014-12-16."
                return None

        def number(name: str, *, default: int, most: int) -> int:
            if not (printed := one(name)):
                return default
            if printed.isascii() and printed.isdigit() and 1 <= int(printed[:9]) <= most:
                return int(printed[:9])
            errors[name] = f"“{name}” is a whole number from 1 to {most}."
            return default

        q = one("q")
        if len(q) > MAX_QUERY_CHARACTERS:
            errors["q"] = (
                f"A query may have {MAX_QUERY_CHARACTERS} characters; this one has {len(q)}."
            )
        elif "\x00" in q:
            errors["q"] = "The query has a NUL character; please type it anew."
        sort = one("sort") or Sort.RELEVANCE
        if sort not in list(Sort):
            errors["sort"] = "Sort by relevance, recent, newest or oldest."
            sort = Sort.RELEVANCE
        group = one("group")
        if group and group not in GROUPS:
            errors["group"] = f"Group by {', '.join(GROUPS[:-1])} or {GROUPS[-1]}."
        date_from, date_to = day("from"), day("to")
        if date_from and date_to and date_from > date_to:
            errors["from"] = "The first date lies after the last: swap “from” and “to”."
        year = many("year")
        if bad := [value for value in year if not _is_year(value)]:
            errors["year"] = f"“{bad[0][:20]}” is not a year such as 2014."
        parameters = cls(
            q=q,
            country=tuple(code.upper() for code in many("country")),
            speaker=many("speaker"),
            year=year,
            topic=many("topic"),
            organ=many("organ"),
            meeting=tuple(dict.fromkeys(map(_symbol, many("meeting")))),
            date_from=date_from,
            date_to=date_to,
            sort=Sort(sort),
            group=group,
            page=number("page", default=1, most=MAX_PAGE),
            page_size=number("page_size", default=20, most=MAX_PAGE_SIZE),
        )
        if errors:
            raise InvalidParameters(errors)
        return parameters

    def to_pairs(self) -> list[tuple[str, str]]:
        """Name and value pairs of the address, defaults left out."""
        pairs = [("q", self.q)] if self.q else []
        for name in FILTERS:
            pairs += [(name, value) for value in getattr(self, name)]
        if self.date_from:
            pairs.append(("from", self.date_from.isoformat()))
        if self.date_to:
            pairs.append(("to", self.date_to.isoformat()))
        if self.sort is not Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        if self.group:
            pairs.append(("group", self.group))
        if self.page_size != 20:
            pairs.append(("page_size", str(self.page_size)))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def to_query(self) -> str:
        return query_string(self.to_pairs())

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)

    def with_value(self, facet: str, value: str) -> Self:
        """With one more value of a facet chosen, from the first page."""
        chosen = getattr(self, facet)
        if value in chosen:
            return self
        changes: dict[str, Any] = {facet: (*chosen, value)}
        return replace(self, page=1, **changes)

    def without_value(self, facet: str, value: str) -> Self:
        """With one value of a facet no longer chosen, from the first page."""
        changes: dict[str, Any] = {
            facet: tuple(kept for kept in getattr(self, facet) if kept != value)
        }
        return replace(self, page=1, **changes)

    @property
    def has_filters(self) -> bool:
        return bool(self.date_from or self.date_to or any(getattr(self, name) for name in FILTERS))


def _symbol(printed: str) -> str:
    try:
        return str(Symbol.parse(printed))
    except ValueError:
        return printed


def _is_year(value: str) -> bool:
    return value == "undated" or (value.isascii() and value.isdigit() and len(value) == 4)
