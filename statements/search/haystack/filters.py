"""What a query set asks for, as a tree: its filters, and the ``field:"value"`` of ``narrow``."""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from haystack.backends import SearchNode
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SearchBackendError

from statements.models import Speech
from statements.search import query
from statements.search.fields import FACET_FIELDS, HEAD_FIELDS, MANY_VALUED, TEXT_FIELD
from statements.search.query import Among, Between, Every, Node, Not, Or

FACETS = (*FACET_FIELDS, MANY_VALUED, "year")
_NUMBERS = ("year", "date", "position", "speech")
_KEYS = ("pk", DJANGO_ID, ID)
# country:"KAZ"   country:KAZ   year:[2010 TO 2014]   what ``narrow`` is given: one value, without
# the signs by which other engines ask more
_BARE = r"[^\s\"'()\[\]{}*?~^!+:<>|&-][^\s\"()\[\]{}*?~^<>|&]*"
_NARROW = re.compile(
    rf"""\s*(?P<field>[a-z_]+?)(?:__(?P<lookup>[a-z]+))?:
        (?:"(?P<quoted>[^"]*)"|'(?P<single>[^']*)'|\[(?P<low>\S+)\s+[Tt][Oo]\s+(?P<high>\S+)\]
          |(?P<bare>{_BARE})|\((?P<inner>{_BARE})\))\s*""",
    re.VERBOSE,
)


class Conditions(SearchNode):  # type: ignore[misc]
    """What a query set was asked for. Each step of a chain works on a copy, and copies share the
    conditions themselves, which nobody changes."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Conditions":
        copied = type(self)(connector=self.connector, negated=self.negated)
        copied.children = [
            deepcopy(child, memo) if isinstance(child, SearchNode) else child
            for child in self.children
        ]
        return copied


def typed_in(node: SearchNode) -> Iterator[str]:
    """The words that conditions on texts ask for."""
    for child in node.children:
        if isinstance(child, SearchNode):
            yield from typed_in(child)
        elif node.split_expression(child[0])[0] in ("content", TEXT_FIELD) and not node.negated:
            yield str(getattr(child[1], "query_string", child[1]))


def tree_of(node: SearchNode) -> Node:
    parts = [_part(node, child) for child in node.children]
    joined: Node = Every()
    if parts:
        joined = Or(tuple(parts)) if node.connector == node.OR else query.conjunction(parts)
    return Not(joined) if node.negated else joined


def _part(node: SearchNode, child: Any) -> Node:
    if isinstance(child, SearchNode):
        return tree_of(child)
    expression, value = child
    field, lookup = node.split_expression(expression)
    return condition_on(field, lookup, value)


def condition_on(field: str, lookup: str, value: Any) -> Node:
    field = field.removesuffix("_exact")
    kind = getattr(value, "input_type_name", "")
    if kind:
        value = value.query_string
    if field in ("content", TEXT_FIELD):
        return _words(value, lookup, kind)
    if field in HEAD_FIELDS:
        return query.in_field(_words(value, lookup, kind), field)
    if field == DJANGO_CT:
        return Every() if str(value) == Speech._meta.label_lower else Not(Every())
    if field in _KEYS:
        chosen = value if lookup == "in" else [value]
        return Among("speech", tuple(str(one).rpartition(".")[2] for one in chosen))
    if field in _NUMBERS:
        return _number(field, lookup, value)
    if field in FACETS:
        if lookup not in ("content", "exact", "in"):
            raise SearchBackendError(f"“{field}” can be compared by exact and in, not {lookup}.")
        chosen = value if lookup == "in" else [value]
        found: Node = Among(field, tuple(str(one) for one in chosen))
        return Not(found) if kind == "not" else found
    raise SearchBackendError(f"The index has no field “{field}”.")


def _words(value: Any, lookup: str, kind: str) -> Node:
    if lookup not in ("content", "contains", "exact"):
        raise SearchBackendError(f"Text can be searched by words and phrases, not by {lookup}.")
    if lookup == "exact" or kind == "exact":
        return query.exact(str(value))
    if kind == "raw" and str(value) == "*":
        return Every()
    typed = kind in ("raw", "auto_query")
    found = query.asked(str(value)) if typed else query.literal(str(value))
    return Not(found) if kind == "not" else found


def _number(field: str, lookup: str, value: Any) -> Node:
    match lookup:
        case "content" | "exact":
            return Between(field, _as_number(value), _as_number(value))
        case "in":
            return Among(field, tuple(str(_as_number(one)) for one in value))
        case "range":
            return Between(field, _as_number(value[0]), _as_number(value[1]))
        case "gte":
            return Between(field, _as_number(value), None)
        case "gt":
            return Between(field, _as_number(value) + 1, None)
        case "lte":
            return Between(field, None, _as_number(value))
        case "lt":
            return Between(field, None, _as_number(value) - 1)
    raise SearchBackendError(f"“{field}” cannot be compared by {lookup}.")


def _as_number(value: Any) -> int:
    if isinstance(value, date):
        return value.toordinal()  # a datetime is a date too
    try:
        return int(value) if str(value).isdecimal() else date.fromisoformat(value).toordinal()
    except (TypeError, ValueError) as error:
        raise SearchBackendError(f"“{value}” is neither a number nor a date.") from error


def narrowed(condition: str) -> Node:
    match = _NARROW.fullmatch(condition)
    if match is None:
        raise SearchBackendError(f'“{condition}” is not of the form field:"value".')
    field = match["field"].removesuffix("_exact")
    if match["low"]:
        if field not in _NUMBERS:
            raise SearchBackendError(f"“{field}” has no order in which a range could be.")
        ends = [None if end == "*" else _as_number(end) for end in (match["low"], match["high"])]
        return Between(field, *ends)
    given = match.group("quoted", "single", "bare", "inner")
    value = next(one for one in given if one is not None)
    # as in the query language: a bare word in all its forms, in quotation marks exactly
    is_bare = match["bare"] is not None or match["inner"] is not None
    return condition_on(field, match["lookup"] or ("content" if is_bare else "exact"), value)
