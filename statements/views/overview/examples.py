"""Searches that show what can be asked, candidates among subjects that the archive speaks of."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count

from statements.addresses import page_address, query_string
from statements.models import Country, Topic
from statements.models.revision import cached_per_revision
from statements.search import SearchUnavailable, View, count_queries, search_backend

# subjects of debates in parliaments and between States; one that nobody spoke of is never shown
_SUBJECTS = (
    "climate change", "nuclear weapons", "human rights", "terrorism", "refugees", "apartheid",
    "pandemic", "migration", "education", "unemployment", "drinking water", "free trade",
    "artificial intelligence", "taxes", "housing", "floods", "outer space", "women", "peace",
    "changement climatique", "droits de l’homme", "logement", "cambio climático",
    "derechos humanos", "Klimawandel", "Menschenrechte", "изменение климата", "права человека",
)  # fmt: skip
_TOPICS = 10  # of the archive, that are subjects too
_TOPICS_READ = 100
_LONGEST_TOPIC = 3  # words
_FEWEST = 3  # speeches on a subject, if the archive has such
_COMMON = 0.5  # of all speeches; a subject of more tells little


class Example(NamedTuple):
    kind: str  # "first", "compare", "context"
    subject: str
    url: str
    names: Sequence[str] = ()  # of countries that are compared


def examples() -> Sequence[Example]:
    """Return searches for different subjects; none while no index can be read."""
    try:
        return _examples(search_backend().version())
    except SearchUnavailable:
        return ()


@cached_per_revision()
def _examples(index: str) -> Sequence[Example]:
    """Return examples for a version of the index, which may lag behind the archive."""
    subjects = list(dict.fromkeys((*_SUBJECTS, *_topics())))
    queries = {f'"{subject}"' if " " in subject else subject: subject for subject in subjects}
    total, counted = count_queries(list(queries))
    counted = sorted(
        (query for query in counted if query.speeches), key=lambda query: -query.speeches
    )
    ordinary = [query for query in counted if _FEWEST <= query.speeches <= _COMMON * total]
    candidates = [*ordinary, *(query for query in counted if query not in ordinary)]
    searches = []
    if comparison := next((query for query in candidates if len(query.countries) > 1), None):
        names = dict(
            Country.objects.filter(pk__in=comparison.countries).values_list("pk", "short_name")
        )
        pairs = [("series", code) for code in comparison.countries]
        searches.append(
            Example(
                "compare",
                queries[comparison.q],
                _address(comparison.q, View.COMPARE, ("by", "country"), *pairs),
                [names.get(code, code) for code in comparison.countries],
            )
        )
        candidates.remove(comparison)
    for kind, view in (("first", View.TIME), ("context", View.CONTEXT)):
        if candidates:
            query = candidates.pop(0)
            searches.append(Example(kind, queries[query.q], _address(query.q, view)))
    return searches


def _topics() -> list[str]:
    """Return short titles of topics, those of most speeches first."""
    heard = Topic.objects.filter(speeches__isnull=False, speeches__withdrawal=None)
    frequent = heard.annotate(count=Count("speeches")).order_by("-count", "title")
    titles = frequent.values_list("title", flat=True)[:_TOPICS_READ]
    return [title for title in titles if len(title.split()) <= _LONGEST_TOPIC][:_TOPICS]


def _address(q: str, view: View, *options: tuple[str, str]) -> str:
    return f"{page_address('search')}?{query_string([('q', q), ('view', view), *options])}"
