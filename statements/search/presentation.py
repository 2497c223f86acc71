"""The views of the search page, which its tabs lead to, and the options of these views.

A search is the same in every view. ``SearchParameters`` carries the options along as they were
typed; each view reads those that it knows, and the errors of their values are its own.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext

Options = tuple[tuple[str, str], ...]  # names and values, in the order of OPTIONS


class View(StrEnum):
    """How the speeches found are shown, in the order of the tabs."""

    SPEECHES = "speeches"  # a list
    CONTEXT = "context"  # a line for each occurrence
    TIME = "time"  # counts by year or decade
    COMPARE = "compare"  # two countries, groups or queries side by side
    TABLE = "table"  # one facet against another
    WORDS = "words"  # words that are particular to them


# options of views, by their names in the address
OPTIONS = (
    "line_order", "words", "beside", "window", "by", "series", "period", "measure", "align", "rows",
    "columns", "list", "ref_q", "ref_country", "ref_from", "ref_to", "key_measure",
    "beside_measure", "side", "function_words", "limit",
)  # fmt: skip
OPTIONS_OF_QUERY = ("words", "beside")  # which another query does not keep
MAX_SERIES = 6  # countries, groups or queries compared with one another
_MAX_CHARACTERS = 512  # of a value, which may be a query


class ViewParameter:
    def read(self, name: str, typed: Sequence[str]) -> View:
        try:
            return View(typed[-1]) if typed else View.SPEECHES
        except ValueError:
            views = get_text_list(list(View), gettext("or"))
            raise ValueError(gettext("“view” must be %(views)s.") % {"views": views}) from None

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [str(view) for view in View]}


def read_options(query: Mapping[str, str]) -> tuple[Options, dict[str, str]]:
    """Return the options in a query string, and a sentence for each that cannot be used."""
    options: list[tuple[str, str]] = []
    errors: dict[str, str] = {}
    for name in OPTIONS:
        typed = query.getlist(name) if hasattr(query, "getlist") else [query.get(name, "")]
        values = [value.strip() for value in typed if value.strip()]
        if len(values) > MAX_SERIES:
            sentence = gettext("Select at most %(limit)s values of “%(name)s”.")
            errors[name] = sentence % {"limit": MAX_SERIES, "name": name}
        elif any(len(value) > _MAX_CHARACTERS or "\x00" in value for value in values):
            errors[name] = gettext("A value of “%(name)s” is not valid.") % {"name": name}
        else:
            options += [(name, value) for value in dict.fromkeys(values)]
    return tuple(options), errors
