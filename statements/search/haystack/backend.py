"""Our Haystack engine: what ``SearchQuerySet`` asks, answered by the evaluator over the index.

A query set's conditions become a tree, never a string to be parsed again; strings that people
typed are read by ``statements.search.query`` alone. Results are speeches; facets count speeches.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

import numpy as np
from django.db.models import Model
from haystack.backends import BaseEngine, BaseSearchBackend, BaseSearchQuery, log_query
from haystack.constants import DEFAULT_ALIAS
from haystack.exceptions import SearchBackendError
from haystack.inputs import Exact
from haystack.models import SearchResult
from haystack.utils import get_identifier

from statements.models import Speech
from statements.search import query, rows
from statements.search.features.did_you_mean import suggestion
from statements.search.features.highlighting import BestParagraphs, Marker, best_paragraphs
from statements.search.features.more_like_this import similar_to
from statements.search.fields import FACET_FIELDS, MANY_VALUED, TEXT_FIELD
from statements.search.haystack import dates
from statements.search.haystack.filters import (
    FACETS,
    Conditions,
    condition_on,
    narrowed,
    tree_of,
    typed_in,
)
from statements.search.index.generations import IndexDamaged
from statements.search.index.schema import SCHEMA
from statements.search.index.snapshot import Mask, Snapshot, current
from statements.search.indexing import sync
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.matching.facets import Found, count_values
from statements.search.matching.ranking import ranked, scores_of
from statements.search.parameters import Sort
from statements.search.query import And, Every, Node, Sought, wanted_words

MOST_SIMILAR = 100
# parameters of Haystack's that change nothing here: every field of a result is at hand
_NOTHING_TO_DO = {"fields", "spelling_query", "limit_to_registered_models"}


class Query(BaseSearchQuery):  # type: ignore[misc]
    def __init__(self, using: str = DEFAULT_ALIAS) -> None:
        super().__init__(using)
        self.query_filter = Conditions()

    def build_query(self) -> Node:
        if self.boost:
            raise SearchBackendError("This engine does not boost single words.")
        if self.stats:
            raise SearchBackendError("This engine has no statistics of fields.")
        return tree_of(self.query_filter) if self.query_filter else Every()

    def __str__(self) -> str:
        return str(self.build_query())

    def get_spelling_suggestion(self, preferred_query: str | None = None) -> str | None:
        """Computed when asked for, and only where next to nothing is found."""
        typed = preferred_query or self.spelling_query or " ".join(typed_in(self.query_filter))
        better = suggestion(current(), typed, self.get_count())
        return better.q if better else None

    def run_mlt(self, **kwargs: Any) -> None:
        offsets = {"start_offset": self.start_offset, "end_offset": self.end_offset}
        super().run_mlt(**offsets, **kwargs)

    def build_query_fragment(self, field: str, filter_type: str, value: Any) -> str:
        """For ``narrow(SQ(...))``, which Haystack turns into a string that ``narrowed`` reads."""
        kind = getattr(value, "input_type_name", "exact")
        if kind not in ("exact", "clean") or isinstance(value, list | tuple | set):
            raise SearchBackendError("Narrow by one value, and filter by all else.")
        lookup = "exact" if isinstance(value, Exact) else filter_type
        return f'{field}__{lookup}:"{value}"'

    def clean(self, query_fragment: str) -> str:
        return query_fragment  # nothing typed is ever parsed as syntax


class Backend(BaseSearchBackend):  # type: ignore[misc]
    def build_schema(self, fields: Mapping[str, Any]) -> tuple[str, Any]:
        return TEXT_FIELD, SCHEMA

    def setup(self) -> None:
        """Nothing: the index is made by ``rebuild_index``, or by the worker itself."""

    # -- writing ------------------------------------------------------------------------------

    def update(self, index: Any, iterable: Iterable[Speech], commit: bool = True) -> None:
        try:
            sync.update([speech.pk for speech in iterable])
        except IndexDamaged:  # of a first run, or cleared: as Haystack's users expect
            sync.rebuild()

    def remove(self, obj_or_string: Model | str, commit: bool = True) -> None:
        sync.remove(int(get_identifier(obj_or_string).rpartition(".")[2]))

    def clear(self, models: Collection[type[Model]] | None = None, commit: bool = True) -> None:
        if models is None or Speech in models:
            sync.clear()

    # -- reading ------------------------------------------------------------------------------

    @log_query  # type: ignore[untyped-decorator]
    def search(
        self,
        query_string: Node | str,
        *,
        sort_by: Sequence[str] | None = None,
        start_offset: int = 0,
        end_offset: int | None = None,
        facets: Mapping[str, Any] | None = None,
        date_facets: Mapping[str, Any] | None = None,
        query_facets: Sequence[tuple[str, str]] = (),
        highlight: bool | Mapping[str, Any] = False,
        narrow_queries: Collection[str] = (),
        models: Collection[type[Model]] = (),
        result_class: Callable[..., SearchResult] | None = None,
        **unsupported: Any,
    ) -> dict[str, Any]:
        """Results from ``start_offset`` to ``end_offset``, exactly these, of an exact total."""
        for option in unsupported.keys() - _NOTHING_TO_DO:
            if unsupported[option]:
                raise SearchBackendError(f"This engine does not offer “{option}”.")
        tree = query.asked(query_string) if isinstance(query_string, str) else query_string
        snapshot = current()
        evaluator = Evaluator(snapshot)
        match = evaluator.match(And((tree, *map(narrowed, narrow_queries))))
        found = match.matched
        if models and Speech not in models:
            found = np.zeros_like(found)
        speeches = np.flatnonzero(found)
        total = len(speeches)
        stop = total if end_offset is None else min(end_offset, total)
        order = _ordered(snapshot, match, found, sort_by, start_offset, stop, tree)
        return {
            "results": _results(
                result_class or SearchResult,
                evaluator,
                scores_of(match, order),
                order,
                wanted_words(tree),
                highlight,
            ),
            "hits": total,
            "facets": {
                "fields": {
                    name: _facet(snapshot, name, speeches, options)
                    for name, options in (facets or {}).items()
                },
                "dates": {
                    name: dates.counts(snapshot, name, speeches, **options)
                    for name, options in (date_facets or {}).items()
                },
                "queries": {
                    f"{field}:{value}": _count(evaluator, found, field, value)
                    for field, value in query_facets
                },
            },
            "spelling_suggestion": None,
        }

    def more_like_this(
        self,
        model_instance: Speech,
        additional_query_string: Node | None = None,
        *,
        start_offset: int = 0,
        end_offset: int | None = None,
        models: Collection[type[Model]] = (),
        result_class: Callable[..., SearchResult] | None = None,
    ) -> dict[str, Any]:
        """The ``MOST_SIMILAR`` speeches most like one, of those for which conditions hold."""
        snapshot = current()
        evaluator = Evaluator(snapshot)
        match = evaluator.match(additional_query_string or Every())
        number = snapshot.number_of(model_instance.pk)
        alike = [] if number is None else similar_to(snapshot, number, most=MOST_SIMILAR)
        order = [found.number for found in alike if match.matched[found.number]]
        if models and Speech not in models:
            order = []
        make = result_class or SearchResult
        shown = order[start_offset:end_offset]
        score_of = {found.number: found.score for found in alike}
        scores = [score_of[one] for one in shown]
        return {"results": _results(make, evaluator, scores, shown, [], False), "hits": len(order)}


def _ordered(
    snapshot: Snapshot,
    match: Match,
    found: Mask,
    sort_by: Sequence[str] | None,
    start: int,
    stop: int,
    tree: Node,
) -> list[int]:
    orders = {"-date": Sort.NEWEST, "date": Sort.OLDEST, "-score": Sort.RELEVANCE}
    sort = Sort.RELEVANCE if wanted_words(tree) else Sort.NEWEST
    if sort_by:
        if sort_by[0] not in orders or len(sort_by) > 1:
            raise SearchBackendError("Order by date, -date or -score, and by one of them.")
        sort = orders[sort_by[0]]
    order: list[int] = ranked(snapshot, match, found, sort, start, stop).tolist()
    return order


def _results(
    make: Callable[..., SearchResult],
    evaluator: Evaluator,
    scores: Sequence[float],
    order: Sequence[int],
    leaves: Sequence[Sought],
    highlight: bool | Mapping[str, Any],
) -> list[SearchResult]:
    """What the index knows of each speech: no row is read, except for texts to be marked."""
    snapshot = evaluator.snapshot
    chosen = np.asarray(order, np.int64)
    numbers = {name: column[chosen].tolist() for name, column in snapshot.numbers.items()}
    values = {
        name: [column.values[ordinal] for ordinal in column.ordinals[chosen].tolist()]
        for name, column in snapshot.facets.items()
    }
    best = cache(partial(best_paragraphs, evaluator, order, leaves))
    marked = _marked(numbers["speech"], best(), leaves) if highlight else {}
    label, name = Speech._meta.app_label, Speech._meta.model_name
    return [
        make(
            label,
            name,
            str(pk),
            score,
            id=sync.identifier(pk),
            topic=values[MANY_VALUED][place].split(),
            year=numbers["year"][place] or None,
            date=date.fromordinal(day) if (day := numbers["date"][place]) else None,
            position=numbers["position"][place],
            paragraphs=BestParagraphs(best, place),
            **{field: values[field][place] or None for field in FACET_FIELDS},
            **({"highlighted": {TEXT_FIELD: marked[pk]}} if highlight else {}),
        )
        for place, (pk, score) in enumerate(zip(numbers["speech"], scores, strict=True))
    ]


def _marked(
    ids: Sequence[int], best: Sequence[Sequence[int]], leaves: Sequence[Sought]
) -> dict[int, list[str]]:
    """Of each speech the best paragraphs, escaped, with what matched in ``<mark>``."""
    places = [(pk, position) for pk, found in zip(ids, best, strict=True) for position in found]
    texts, marker = rows.texts(places), Marker(leaves)
    marked: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, position in places:
        if text := texts.get(pk, {}).get(position):
            marked[pk].append(marker.extract(text))
    return marked


def _facet(
    snapshot: Snapshot, name: str, speeches: Found, options: Mapping[str, Any]
) -> list[tuple[str, int]]:
    name = name.removesuffix("_exact")
    if name not in FACETS:
        raise SearchBackendError(f"“{name}” is not a facet.")
    if unknown := options.keys() - {"limit"}:
        raise SearchBackendError(f"A facet has no option “{min(unknown)}” here.")
    return count_values(snapshot, name, speeches).top(options.get("limit"))


def _count(evaluator: Evaluator, found: Mask, field: str, value: str) -> int:
    """How many of the speeches found a condition holds for as well."""
    condition = condition_on(field.removesuffix("_exact"), "exact", value)
    return int(np.count_nonzero(found & evaluator.match(condition).matched))


class Engine(BaseEngine):  # type: ignore[misc]
    backend = Backend
    query = Query
