"""The Haystack engine over the archive's own index: answers ``SearchQuerySet``.

The conditions of a query set become a tree, never a string that is parsed again; only strings typed
by people are parsed, by ``statements.search.query``. Results are speeches; facets count speeches.

Haystack has a setting of its own for engines, so this one uses the index directly. It reads no
database row, whereas a question to a search backend starts with one statement.
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
from statements.search import query
from statements.search.backends.spelling_index import SnapshotSpelling
from statements.search.features.did_you_mean import suggestion
from statements.search.features.more_like_this import similar_to
from statements.search.fields import FACET_FIELDS, FACETS, MANY_VALUED, TEXT_FIELD
from statements.search.haystack import dates
from statements.search.haystack.filters import (
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
from statements.search.matching.best_paragraphs import best_paragraphs
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.matching.facet_counts import count_values
from statements.search.matching.ranking import rank, scores_of
from statements.search.matching.selection import SpeechNumbers
from statements.search.parameters import Sort
from statements.search.query import And, Leaf, MatchAll, Node, positive_leaves
from statements.search.results import rows
from statements.search.results.highlighting import MAX_EXTRACTS, Highlighter

MAX_SIMILAR = 100
# parameters of Haystack that change nothing here: results have every field anyway
_NO_EFFECT = {"fields", "spelling_query", "limit_to_registered_models"}


class Query(BaseSearchQuery):  # type: ignore[misc]
    def __init__(self, using: str = DEFAULT_ALIAS) -> None:
        super().__init__(using)
        self.query_filter = Conditions()

    def build_query(self) -> Node:
        if self.boost:
            raise SearchBackendError("This engine does not boost single words.")
        if self.stats:
            raise SearchBackendError("This engine does not support field statistics.")
        return tree_of(self.query_filter) if self.query_filter else MatchAll()

    def __str__(self) -> str:
        return str(self.build_query())

    def get_spelling_suggestion(self, preferred_query: str | None = None) -> str | None:
        """Return a corrected query, if almost nothing is found; computed on demand."""
        typed = preferred_query or self.spelling_query or " ".join(typed_in(self.query_filter))
        try:
            corrected = suggestion(
                SnapshotSpelling(current()), query.parse_query(typed), self.get_count()
            )
        except query.QueryError:
            return None
        return corrected.q if corrected else None

    def run_mlt(self, **kwargs: Any) -> None:
        offsets = {"start_offset": self.start_offset, "end_offset": self.end_offset}
        super().run_mlt(**offsets, **kwargs)

    def build_query_fragment(self, field: str, filter_type: str, value: Any) -> str:
        """Return a string for ``narrow(SQ(...))``, which ``narrowed`` parses."""
        kind = getattr(value, "input_type_name", "exact")
        if kind not in ("exact", "clean") or isinstance(value, list | tuple | set):
            raise SearchBackendError("“narrow” takes one value; use “filter” for anything else.")
        lookup = "exact" if isinstance(value, Exact) else filter_type
        return f'{field}__{lookup}:"{value}"'

    def clean(self, query_fragment: str) -> str:
        return query_fragment  # nothing typed is parsed as syntax


class Backend(BaseSearchBackend):  # type: ignore[misc]
    def build_schema(self, fields: Mapping[str, Any]) -> tuple[str, Any]:
        return TEXT_FIELD, SCHEMA

    def setup(self) -> None:
        """Do nothing: the index is built by ``rebuild_index``, or by the worker."""

    # -- writing ------------------------------------------------------------------------------

    def update(self, index: Any, iterable: Iterable[Speech], commit: bool = True) -> None:
        try:
            sync.update([speech.pk for speech in iterable])
        except IndexDamaged:  # the first run, or cleared: Haystack's users expect a new index
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
        """Return exactly the results from ``start_offset`` to ``end_offset``, and the exact
        total."""
        for option in unsupported.keys() - _NO_EFFECT:
            if unsupported[option]:
                raise SearchBackendError(f"This engine does not offer “{option}”.")
        if isinstance(query_string, str):
            query_string = query.parse_query(query_string).boosted_tree
        tree: Node = query_string
        snapshot = current()
        evaluator = Evaluator(snapshot)
        match = evaluator.match(And((tree, *map(narrowed, narrow_queries))))
        mask = match.matched
        if models and Speech not in models:
            mask = np.zeros_like(mask)
        speeches = np.flatnonzero(mask)
        total = len(speeches)
        stop = total if end_offset is None else min(end_offset, total)
        order = _ordered(snapshot, match, mask, sort_by, start_offset, stop, tree)
        return {
            "results": _results(
                result_class or SearchResult,
                evaluator,
                scores_of(match, order),
                order,
                positive_leaves(tree),
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
                    f"{field}:{value}": _count(evaluator, mask, field, value)
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
        """Return the ``MAX_SIMILAR`` speeches most similar to one that meet the conditions."""
        snapshot = current()
        evaluator = Evaluator(snapshot)
        match = evaluator.match(additional_query_string or MatchAll())
        number = snapshot.number_of(model_instance.pk)
        alike = [] if number is None else similar_to(snapshot, number, limit=MAX_SIMILAR)
        order = [hit.number for hit in alike if match.matched[hit.number]]
        if models and Speech not in models:
            order = []
        make = result_class or SearchResult
        shown = order[start_offset:end_offset]
        score_of = {hit.number: hit.score for hit in alike}
        scores = [score_of[number] for number in shown]
        return {"results": _results(make, evaluator, scores, shown, [], False), "hits": len(order)}


def _ordered(
    snapshot: Snapshot,
    match: Match,
    mask: Mask,
    sort_by: Sequence[str] | None,
    start: int,
    stop: int,
    tree: Node,
) -> list[int]:
    orders = {"-date": Sort.NEWEST, "date": Sort.OLDEST, "-score": Sort.RELEVANCE}
    sort = Sort.RELEVANCE if positive_leaves(tree) else Sort.NEWEST
    if sort_by:
        if sort_by[0] not in orders or len(sort_by) > 1:
            raise SearchBackendError("Order by date, -date or -score, and only by one of them.")
        sort = orders[sort_by[0]]
    order: list[int] = rank(snapshot, match, mask, sort, start, stop).tolist()
    return order


def _results(
    make: Callable[..., SearchResult],
    evaluator: Evaluator,
    scores: Sequence[float],
    order: Sequence[int],
    leaves: Sequence[Leaf],
    highlight: bool | Mapping[str, Any],
) -> list[SearchResult]:
    """Make results of the stored fields; no row is read, except texts to highlight."""
    snapshot = evaluator.snapshot
    speeches = np.asarray(order, np.int64)
    numbers = {name: column[speeches].tolist() for name, column in snapshot.numbers.items()}
    values = {
        name: [column.values[ordinal] for ordinal in column.ordinals[speeches].tolist()]
        for name, column in snapshot.facets.items()
    }
    best = cache(partial(best_paragraphs, evaluator, order, leaves, MAX_EXTRACTS))
    highlights = _highlights(numbers["speech"], best(), leaves) if highlight else {}
    label, name = Speech._meta.app_label, Speech._meta.model_name
    return [
        make(
            label,
            name,
            str(pk),
            score,
            id=sync.identifier(pk),
            year=numbers["year"][place] or None,
            date=date.fromordinal(day) if (day := numbers["date"][place]) else None,
            position=numbers["position"][place],
            paragraphs=BestParagraphs(best, place),
            **{field: values[field][place] or None for field in FACET_FIELDS},
            **{field: values[field][place].split() for field in MANY_VALUED},
            **({"highlighted": {TEXT_FIELD: highlights[pk]}} if highlight else {}),
        )
        for place, (pk, score) in enumerate(zip(numbers["speech"], scores, strict=True))
    ]


def _highlights(
    ids: Sequence[int], best: Sequence[Sequence[int]], leaves: Sequence[Leaf]
) -> dict[int, list[str]]:
    """Return for each speech its best paragraphs, escaped, with matches in ``<mark>``."""
    pairs = zip(ids, best, strict=True)
    places = [(pk, position) for pk, positions in pairs for position in positions]
    texts, highlighter = rows.texts(places), Highlighter(leaves)
    highlights: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, position in places:
        if passage := texts.get(pk, {}).get(position):
            highlights[pk].append(highlighter.extract(passage.text))
    return highlights


def _facet(
    snapshot: Snapshot, name: str, speeches: SpeechNumbers, options: Mapping[str, Any]
) -> list[tuple[str, int]]:
    name = name.removesuffix("_exact")
    if name not in FACETS:
        raise SearchBackendError(f"“{name}” is not a facet.")
    if unknown := options.keys() - {"limit"}:
        raise SearchBackendError(f"Facets do not support the option “{min(unknown)}”.")
    return count_values(snapshot, name, speeches).top(options.get("limit"))


def _count(evaluator: Evaluator, mask: Mask, field: str, value: str) -> int:
    """Count the speeches of a mask that meet a condition as well."""
    condition = condition_on(field.removesuffix("_exact"), "exact", value)
    return int(np.count_nonzero(mask & evaluator.match(condition).matched))


class BestParagraphs(Sequence[int]):
    """The best paragraphs of one speech of a page, computed for the whole page on first use."""

    def __init__(self, of_page: Callable[[], list[list[int]]], place: int) -> None:
        self._of_page, self._place = of_page, place

    def __getitem__(self, number: Any) -> Any:
        return self._of_page()[self._place][number]

    def __len__(self) -> int:
        return len(self._of_page()[self._place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # like a list

    def __repr__(self) -> str:
        return repr(list(self))

    def __reduce__(self) -> tuple[type, tuple[list[int]]]:
        return list, (list(self),)


class Engine(BaseEngine):  # type: ignore[misc]
    backend = Backend
    query = Query
