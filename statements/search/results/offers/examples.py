"""How much an archive has on given subjects, to choose searches that find something as examples."""

from collections.abc import Sequence
from typing import NamedTuple

from statements.search.backends import search_backend
from statements.search.protocol import Question
from statements.search.query import QueryError, parse

COUNTRIES = 2  # that are compared


class CountedQuery(NamedTuple):
    q: str
    speeches: int  # that it finds
    countries: Sequence[str]  # codes of those with most of them


def count_queries(queries: Sequence[str]) -> tuple[int, list[CountedQuery]]:
    """Return the number of all speeches, and what each query finds; queries that cannot be run are
    left out. Raises SearchUnavailable."""
    questions = [Question(size=0)]
    runnable = []
    for q in queries:
        try:
            tree = parse(q)
        except QueryError:
            continue
        runnable.append(q)
        questions.append(Question(tree=tree, size=0, facets={"country": COUNTRIES}))
    everything, *answers = search_backend().search(questions)
    counted = [
        CountedQuery(
            q,
            answer.total,
            [code for code, count in answer.facets["country"].values if count][:COUNTRIES],
        )
        for q, answer in zip(runnable, answers, strict=True)
    ]
    return everything.total, counted
