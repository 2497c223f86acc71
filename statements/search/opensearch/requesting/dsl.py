"""Parts of requests in the query language of OpenSearch."""

from collections.abc import Iterable, Sequence
from typing import Any

from statements.search.opensearch.schema import PARAGRAPHS

Part = dict[str, Any]
NOTHING: Part = {"match_none": {}}
EVERYTHING: Part = {"match_all": {}}


def any_of(parts: Iterable[Part]) -> Part:
    possible = [part for part in parts if part != NOTHING]
    if not possible:
        return NOTHING
    if len(possible) == 1:
        return possible[0]
    return {"bool": {"should": possible, "minimum_should_match": 1}}


def all_of(parts: Iterable[Part]) -> Part:
    """Return a condition that needs every part, without a score."""
    needed = [part for part in parts if part != EVERYTHING]
    if NOTHING in needed:
        return NOTHING
    return {"bool": {"filter": needed}} if needed else EVERYTHING


def none_of(part: Part) -> Part:
    if part == NOTHING:
        return EVERYTHING
    return {"bool": {"must_not": [part]}}


def has_paragraph(part: Part, score_mode: str = "none") -> Part:
    """Return the condition on speeches that any paragraph meets a condition."""
    if part == NOTHING:
        return NOTHING
    return {"nested": {"path": PARAGRAPHS, "query": part, "score_mode": score_mode}}


def terms(field: str, values: Iterable[str | int]) -> Part:
    listed = list(values)
    return {"terms": {field: listed}} if listed else NOTHING


def best_of(parts: Sequence[Part]) -> Part | None:
    """Return a part that scores as the best of several; None for none."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"dis_max": {"queries": list(parts)}}


# -- spans: where terms stand in a text ------------------------------------------------------------


def span_term(field: str, term: str) -> Part:
    return {"span_term": {field: term}}


def span_sequence(parts: Sequence[Part]) -> Part:
    """Return spans that follow each other."""
    if len(parts) == 1:
        return parts[0]
    return {"span_near": {"clauses": list(parts), "slop": 0, "in_order": True}}


def span_window(parts: Sequence[Part], distance: int) -> Part:
    """Return spans in any order with at most so many other words between them."""
    if len(parts) == 1:
        return parts[0]
    return {"span_near": {"clauses": list(parts), "slop": distance, "in_order": False}}


def span_any_of(parts: Sequence[Part]) -> Part:
    return parts[0] if len(parts) == 1 else {"span_or": {"clauses": list(parts)}}


def span_with_gap(first: Part, second: Part, gap: int, field: str, either: Sequence[Part]) -> Part:
    """Return one span and another with exactly so many words between them, none of which is either
    of them, so that each pair of neighbours is one occurrence."""
    if not gap:
        return span_sequence([first, second])
    apart = span_sequence([first, {"span_gap": {field: gap}}, second])
    word = span_any_of(either)
    three = {"span_near": {"clauses": [word] * 3, "slop": gap, "in_order": True}}
    return {
        "span_not": {
            "include": apart,
            "exclude": {"span_containing": {"big": apart, "little": three}},
        }
    }


def boosted_span(span: Part, boost: float) -> Part:
    ((kind, content),) = span.items()
    if kind == "span_term":
        ((field, term),) = content.items()
        return {kind: {field: {"value": term, "boost": boost}}}
    return {kind: content | {"boost": boost}}
