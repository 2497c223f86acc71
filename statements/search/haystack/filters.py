"""Turns the filters of a query set, and the ``field:"value"`` of ``narrow``, into a tree."""

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
from statements.search.fields import FACETS, HEAD_FIELDS, TEXT_FIELD
from statements.search.query import MatchAll, Node, Not, Or, Range, Terms

_NUMBERS = ("year", "date", "position", "speech")
_KEYS = ("pk", DJANGO_ID, ID)
# country:"KAZ"   country:KAZ   year:[2010 TO 2014]   the argument of ``narrow``: one value, without
# the operators of other engines
_BARE = r"[^\s\"'()\[\]{}*?~^!+:<>|&-][^\s\"()\[\]{}*?~^<>|&]*"
_NARROW = re.compile(
    rf"""\s*(?P<field>[a-z_]+?)(?:__(?P<lookup>[a-z]+))?:
        (?:"(?P<quoted>[^"]*)"|'(?P<single>[^']*)'|\[(?P<low>\S+)\s+[Tt][Oo]\s+(?P<high>\S+)\]
          |(?P<bare>{_BARE})|\((?P<inner>{_BARE})\))\s*""",
    re.VERBOSE,
)


class Conditions(SearchNode):  # type: ignore[misc]
    """The conditions of a query set. Each step of a chain works on a copy; copies share the
    conditions themselves, which are never changed."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Conditions":
        copied = type(self)(connector=self.connector, negated=self.negated)
        copied.children = [
            deepcopy(child, memo) if isinstance(child, SearchNode) else child
            for child in self.children
        ]
        return copied


def typed_in(node: SearchNode) -> Iterator[str]:
    """Yield the words of conditions on texts."""
    for child in node.children:
        if isinstance(child, SearchNode):
            yield from typed_in(child)
        elif node.split_expression(child[0])[0] in ("content", TEXT_FIELD) and not node.negated:
            yield str(getattr(child[1], "query_string", child[1]))


def tree_of(node: SearchNode) -> Node:
    parts = [_part(node, child) for child in node.children]
    tree: Node = MatchAll()
    if parts:
        tree = Or(tuple(parts)) if node.connector == node.OR else query.conjunction(parts)
    return Not(tree) if node.negated else tree


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
        return query.restrict_to_field(_words(value, lookup, kind), field)
    if field == DJANGO_CT:
        return MatchAll() if str(value) == Speech._meta.label_lower else Not(MatchAll())
    if field in _KEYS:
        keys = value if lookup == "in" else [value]
        return Terms("speech", tuple(str(key).rpartition(".")[2] for key in keys))
    if field in _NUMBERS:
        return _number(field, lookup, value)
    if field in FACETS:
        if lookup not in ("content", "exact", "in"):
            raise SearchBackendError(f"“{field}” can be compared by exact and in, not {lookup}.")
        values = value if lookup == "in" else [value]
        terms: Node = Terms(field, tuple(map(str, values)))
        return Not(terms) if kind == "not" else terms
    raise SearchBackendError(f"The index has no field “{field}”.")


def _words(value: Any, lookup: str, kind: str) -> Node:
    if lookup not in ("content", "contains", "exact"):
        raise SearchBackendError(f"Text can be searched by words and phrases, not by {lookup}.")
    if lookup == "exact" or kind == "exact":
        return query.exact(str(value))
    if kind == "raw" and str(value) == "*":
        return MatchAll()
    is_typed = kind in ("raw", "auto_query")
    tree = query.parse_query(str(value)).boosted_tree if is_typed else query.literal(str(value))
    return Not(tree) if kind == "not" else tree


def _number(field: str, lookup: str, value: Any) -> Node:
    match lookup:
        case "content" | "exact":
            return Range(field, _as_number(value), _as_number(value))
        case "in":
            return Terms(field, tuple(str(_as_number(number)) for number in value))
        case "range":
            return Range(field, _as_number(value[0]), _as_number(value[1]))
        case "gte":
            return Range(field, _as_number(value), None)
        case "gt":
            return Range(field, _as_number(value) + 1, None)
        case "lte":
            return Range(field, None, _as_number(value))
        case "lt":
            return Range(field, None, _as_number(value) - 1)
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
            raise SearchBackendError(f"“{field}” has no order, so it cannot have a range.")
        ends = [None if end == "*" else _as_number(end) for end in (match["low"], match["high"])]
        return Range(field, *ends)
    groups = match.group("quoted", "single", "bare", "inner")
    value = next(group for group in groups if group is not None)
    # as in the query language: a bare word in all its forms, a quoted one exactly
    is_bare = match["bare"] is not None or match["inner"] is not None
    return condition_on(field, match["lookup"] or ("content" if is_bare else "exact"), value)
