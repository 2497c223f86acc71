"""Rostrum's engine through three interfaces: Haystack's query set, the evaluator behind it, and the
whole ``find()`` of the search page. It finds and counts speeches."""

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import debates
from benchmarks.searching.engines import FACET_VALUES, FACETS, TOP, Engine, Page
from benchmarks.searching.questions import Question


class _Ours(Engine):
    unit = "speeches"

    def prepare(self) -> None:
        debates.open_archive(self.corpus.state)
        for module in (
            "haystack.query",
            "statements.search.results.page",
            "statements.search.haystack.backend",
        ):
            import_module(module)  # so that the first question does not pay for it
        import_module("haystack").connections["default"].get_unified_index().build()

    def build(self) -> None:
        self.prepare()
        from statements.models import Speech
        from statements.search.indexing import sync

        assert Speech.objects.exists()  # noqa: S101
        sync.rebuild()

    def is_built(self) -> bool:
        """Whether this version of the code reads it."""
        self.prepare()
        from statements.search.index.generations import IndexDamaged
        from statements.search.indexing import sync

        try:
            sync.writable()
        except IndexDamaged:
            return False
        return True

    def open(self) -> None:
        self.prepare()
        from statements.search.index.snapshot import current

        current()

    def size(self) -> int:
        self.prepare()
        from statements.search.index import generations

        used = generations.in_use()
        assert used is not None  # noqa: S101
        return sum(path.stat().st_size for path in Path(used.path).iterdir())

    def relevant(self, words: Sequence[str], count: int, *, every: bool) -> list[int]:
        """Through the function of the search page, in the order of the page: the speeches offered
        before the list, the list, in which each speech has every bare word, and those with some of
        them. A refused query finds nothing, even if a repaired query is offered."""
        from statements.search.parameters import InvalidParameters, SearchParameters
        from statements.search.results.page import find

        typed = (" " if every else " OR ").join(words)
        try:
            found = find(SearchParameters(q=typed, page_size=count))
        except InvalidParameters:
            return []
        first = found.related_forms.hits if found.related_forms else []
        last = found.partial_matches.hits if found.partial_matches else []
        return [hit.speech.pk for hit in (*first, *found.hits, *last)][:count]


def parameters_of(question: Question) -> Any:
    from statements.search.parameters import SearchParameters

    first, last = question.years or (None, None)
    return SearchParameters(
        q=question.typed,
        country=(question.country,) if question.country else (),
        date_from=date(first, 1, 1) if first else None,
        date_to=date(last, 12, 31) if last else None,
    )


class ThroughHaystack(_Ours):
    def page(self, question: Question, *, facets: bool) -> Page:
        from haystack.query import SearchQuerySet

        asked = SearchQuerySet()
        if question.words:
            asked = asked.raw_search(question.typed)
        if question.country:
            asked = asked.filter(country=question.country)
        if question.years:
            asked = asked.filter(year__range=question.years)
        for name in FACETS if facets else ():
            asked = asked.facet(name, limit=FACET_VALUES)
        hits = asked[:TOP]
        counted = asked.facet_counts() if facets else {}
        return Page(
            len(asked),
            [int(hit.pk) for hit in hits],
            {name: dict(values) for name, values in counted.get("fields", {}).items()},
        )


class Alone(_Ours):
    def page(self, question: Question, *, facets: bool) -> Page:
        import numpy as np

        from statements.search import query
        from statements.search.index.snapshot import current
        from statements.search.matching.evaluator import Evaluator
        from statements.search.matching.facet_counts import count_facet
        from statements.search.matching.ranking import rank
        from statements.search.matching.selection import Selection
        from statements.search.parameters import Sort
        from statements.search.protocol import Question as IndexQuestion

        parameters = parameters_of(question)
        tree = query.parse_query(parameters.q).boosted_tree
        evaluator = Evaluator(current())
        selection = Selection(evaluator, IndexQuestion(tree=tree, filters=parameters.filters))
        mask = selection.mask
        sort = Sort.RELEVANCE if query.positive_leaves(tree) else Sort.NEWEST
        order = rank(evaluator.snapshot, selection.match, mask, sort, 0, TOP)
        counted = {
            name: dict(count_facet(selection, name, FACET_VALUES, ()).values)
            for name in (FACETS if facets else ())
        }
        return Page(
            int(np.count_nonzero(mask)),
            evaluator.snapshot.numbers["speech"][order].tolist(),
            counted,
        )


class WholeFind(_Ours):
    def page(self, question: Question, *, facets: bool) -> Page:
        from statements.search.results.page import find

        found = find(parameters_of(question))
        return Page(
            found.total,
            [hit.speech.pk for hit in found.hits],
            {name: {one.value: one.count for one in found.facets[name]} for name in FACETS},
        )
