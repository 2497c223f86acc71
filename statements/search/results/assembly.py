"""What a search yields: speeches with the paragraphs that matched, facets, total, index state."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

import numpy as np
from django.utils.safestring import SafeString

from statements import revision
from statements.models import Speech
from statements.search import query, rows
from statements.search.features import query_relaxation
from statements.search.features.did_you_mean import Suggestion, suggestion
from statements.search.features.highlighting import Marker, best_paragraphs
from statements.search.features.matched_names import Name, Namer
from statements.search.features.notices import Notice, notices
from statements.search.features.query_relaxation import Relaxed
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.indexing import outbox
from statements.search.matching import session
from statements.search.matching.canonical_values import as_held
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.matching.facets import Counts, Selection
from statements.search.matching.grouping import Groups, grouped
from statements.search.matching.histogram import Histogram, Period, histogram
from statements.search.matching.ranking import ranked
from statements.search.matching.session import (
    IndexState,
    on_index,
    read_backlog,
    runnable,
    state,
    without,
)
from statements.search.parameters import (
    FACETS,
    MAX_PAGE,
    SearchParameters,
    Sort,
)


class Extract(NamedTuple):
    """A matching paragraph, its words in ``<mark>``; of a speech that matches by its head alone
    (its speaker, country, topic or symbol) or by filters, how it begins. The text is escaped."""

    paragraph: int  # position in the speech
    url: str  # the speech's address with the paragraph's anchor
    html: SafeString


@dataclass(frozen=True, slots=True)
class Hit:
    speech: Speech
    extracts: Sequence[Extract]
    missing: Sequence[str] = ()  # words of a relaxed query that it does not have
    names: Sequence[Name] = ()  # of its head that match, where the extracts do not tell


class FacetValue(NamedTuple):
    value: str  # what the address carries
    label: str  # what a reader sees
    # speeches found under every filter but this facet’s own
    count: int  # type: ignore[assignment]  # hides a method of tuples that nobody needs
    selected: bool


@dataclass(frozen=True, slots=True)
class Group:
    value: str  # what the address carries
    label: str
    count: int  # speeches found that have it
    hits: Sequence[Hit]  # the best of them


@dataclass(frozen=True, slots=True)
class RelatedForms:
    """Speeches that have all words in one paragraph, some of them as other words of the same stem.

    Offered where no speech found has all words in one paragraph; none of these speeches is in the
    list of results or in its counts.
    """

    words: Mapping[str, Sequence[str]]  # for each word typed, those that stand in its place
    total: int  # under the same filters
    hits: Sequence[Hit]  # the best of them
    q: str | None  # what asks for them outright


@dataclass(frozen=True, slots=True)
class SearchPage:
    parameters: SearchParameters
    total: int  # speeches, exact
    hits: Sequence[Hit]  # none where they stand in groups
    groups: Sequence[Group]  # largest first, years newest first
    ungrouped: int  # speeches that are in no group, where groups are asked for
    listed: int  # what stands on the pages: speeches, or groups
    facets: Mapping[str, Sequence[FacetValue]]  # by name, in the order of parameters.FACETS
    facet_sizes: Mapping[str, int]  # how many values each has, listed or not
    histogram: Histogram  # by month where a year or a short time is chosen, else by year
    suggestion: Suggestion | None  # where next to nothing is found
    relaxed: Relaxed | None  # where no speech has all words, what was sought in their place
    notices: Sequence[Notice]  # ignored words, and values that no speech has
    related_forms: RelatedForms | None  # shown above the list, on the first page by relevance
    index: IndexState

    @property
    def page_size(self) -> int:
        return GROUPS_ON_A_PAGE if self.parameters.group else self.parameters.page_size

    @property
    def shown(self) -> int:
        """Speeches or groups that stand on some page; the rest is reached by narrowing."""
        return min(self.listed, MAX_PAGE * self.page_size)

    @property
    def pages(self) -> int:
        """Pages that can be asked for."""
        return -(-self.shown // self.page_size)


# -- finding ---------------------------------------------------------------------------------

MAX_FACET_VALUES = 200
GROUPS_ON_A_PAGE = 10
HITS_OF_A_GROUP = 3
MOST_KINDRED = 3
DAYS_BY_MONTH = 3 * 366  # what is longer is counted by years


def find(
    parameters: SearchParameters,
    *,
    relax: bool = True,
    values: int = MAX_FACET_VALUES,
    whole: str = "",
) -> SearchPage:
    """Run a search. If ``relax``: where no speech has all of its words, whatever the filters, those
    that have the most of them are found; where none has all in one paragraph, ``related_forms`` are
    told of beside. Each facet lists so many ``values``, and all of them if it is the ``whole`` one.
    Raises InvalidParameters for a query that cannot be run, with a sentence for its reader, and
    SearchUnavailable where no index can be read."""
    most = {name: None if name == whole else values for name in FACETS}
    with runnable(parameters.q), revision.one():
        tree = query.asked(parameters.q)
        # before the index: what is not in the one is in the other
        backlog = read_backlog()
        return on_index(
            lambda snapshot: _find(parameters, tree, snapshot, backlog, most, relax=relax)
        )


def _find(
    parameters: SearchParameters,
    tree: query.Node,
    snapshot: Snapshot,
    backlog: outbox.Backlog,
    most: Mapping[str, int | None],
    *,
    relax: bool,
) -> SearchPage:
    parameters = as_held(snapshot, parameters)
    evaluator = Evaluator(snapshot)
    match = evaluator.match(tree)
    gone = session.gone(snapshot, backlog)
    instead = None
    while True:
        living = _without(snapshot, match, gone)
        if relax and instead is None and not living.matched.any():
            alive = _without(snapshot, evaluator.match(query.Every()), gone)
            if instead := query_relaxation.relaxed(evaluator, tree, alive.matched):
                match = evaluator.match(instead.tree)
                living = _without(snapshot, match, gone)
        leaves = query.wanted_words(instead.tree if instead else tree)
        selection = Selection(evaluator, living, parameters)
        drawn = _draw(selection, living, parameters, by_score=bool(leaves))
        others = None
        if relax and not instead and _is_first_of_best(parameters):
            others = _others(evaluator, tree, living, drawn.order, parameters, gone)
        numbers = [*drawn.order, *(others.order if others else ())]
        ids = snapshot.numbers["speech"][numbers].tolist()
        speeches = rows.speeches(ids)
        missing = set(ids) - speeches.keys()
        if not missing:
            break
        gone |= missing  # deleted since the backlog was read: count again without them
    namer = Namer(leaves, query.named_words(tree))
    hits = _hits(evaluator, drawn.order, speeches, leaves, namer)
    if instead:
        hits = _with_missing(evaluator, drawn.order, hits, instead)
    total = len(selection.speeches)
    groups = drawn.groups
    counts = {name: selection.counts(name) for name in FACETS}

    def under_filters(match: Match) -> int:
        return len(Selection(evaluator, _without(snapshot, match, gone), parameters).speeches)

    return SearchPage(
        parameters=parameters,
        total=total,
        hits=[] if groups else hits,
        groups=_groups(parameters.group, groups, hits) if groups else [],
        ungrouped=groups.without if groups else 0,
        listed=groups.total if groups else total,
        facets=_facets(counts, parameters, most),
        facet_sizes={name: len(counts[name]) for name in FACETS},
        histogram=_histogram(selection, parameters),
        suggestion=suggestion(snapshot, parameters.q, 0 if instead else total, under_filters)
        if leaves
        else None,
        relaxed=instead,
        notices=notices(snapshot, parameters),
        related_forms=_related_forms(evaluator, others, speeches) if others else None,
        index=state(snapshot, backlog),
    )


def _is_first_of_best(parameters: SearchParameters) -> bool:
    by_score = parameters.sort in (Sort.RELEVANCE, Sort.RECENT)
    return by_score and parameters.page == 1 and not parameters.group


@dataclass(frozen=True, slots=True)
class _Others:
    """Kindred speeches, as numbers in the snapshot."""

    found: query_relaxation.Kindred
    speeches: Mask  # bool[H]
    order: Sequence[int]  # the best of them


def _others(
    evaluator: Evaluator,
    tree: query.Node,
    living: Match,
    shown: Sequence[int],
    parameters: SearchParameters,
    gone: Collection[int],
) -> _Others | None:
    snapshot = evaluator.snapshot
    on_page = np.zeros_like(living.matched)
    on_page[shown] = True
    found = query_relaxation.kindred(evaluator, tree, living.matched, on_page)
    if found is None:
        return None
    match = replace(found.match, matched=found.match.matched & ~living.matched)
    speeches = Selection(evaluator, _without(snapshot, match, gone), parameters).found
    if not speeches.any():
        return None
    order = ranked(snapshot, found.match, speeches, parameters.sort, 0, MOST_KINDRED)
    return _Others(found, speeches, order.tolist())


def _related_forms(
    evaluator: Evaluator, others: _Others, speeches: Mapping[int, Speech]
) -> RelatedForms:
    words = query_relaxation.standing(evaluator, others.found, others.speeches)
    leaves = others.found.words
    hits = _hits(evaluator, others.order, speeches, leaves, Namer(leaves, ()))
    return RelatedForms(
        words,
        int(np.count_nonzero(others.speeches)),
        [replace(hit, extracts=hit.extracts[:1]) for hit in hits],  # the one with all words
        query_relaxation.outright(others.found.words, words),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What stands on a page, as numbers of speeches in the snapshot."""

    order: Sequence[int]
    groups: Groups | None = None


def _draw(
    selection: Selection, match: Match, parameters: SearchParameters, *, by_score: bool
) -> _Drawn:
    sort = parameters.sort
    if sort in (Sort.RELEVANCE, Sort.RECENT) and not by_score:
        sort = Sort.NEWEST
    snapshot, found = selection.snapshot, selection.found
    before = parameters.page - 1
    if parameters.group:
        start, size = before * GROUPS_ON_A_PAGE, GROUPS_ON_A_PAGE
        groups = grouped(
            snapshot, match, found, parameters.group, sort,
            start=start, groups=size, hits=HITS_OF_A_GROUP,
        )  # fmt: skip
        return _Drawn([number for one in groups.shown for number in one.speeches.tolist()], groups)
    start = before * parameters.page_size
    order = ranked(snapshot, match, found, sort, start, start + parameters.page_size)
    return _Drawn(order.tolist())


def _groups(facet: str, groups: Groups, hits: Sequence[Hit]) -> list[Group]:
    labels = rows.labels({facet: [group.value for group in groups.shown]}).get(facet, {})
    following = iter(hits)
    return [
        Group(
            group.value,
            labels.get(group.value, group.value),
            group.count,
            list(islice(following, len(group.speeches))),
        )
        for group in groups.shown
    ]


def _histogram(selection: Selection, parameters: SearchParameters) -> Histogram:
    """What was found over time; by years, those that were not chosen stand beside."""
    period = _period(parameters)
    speeches = selection.without_own("year") if period is Period.YEAR else selection.speeches
    found = np.zeros_like(selection.found)
    found[speeches] = True
    return histogram(selection.snapshot, found, period, parameters.date_from, parameters.date_to)


def _period(parameters: SearchParameters) -> Period:
    first, last = parameters.date_from, parameters.date_to
    if len(parameters.year) == 1 and parameters.year[0].isdigit():
        return Period.MONTH
    short = first is not None and last is not None and (last - first).days <= DAYS_BY_MONTH
    return Period.MONTH if short else Period.YEAR


def _without(snapshot: Snapshot, match: Match, gone: Collection[int]) -> Match:
    return replace(match, matched=without(snapshot, match.matched, gone))


def _hits(
    evaluator: Evaluator,
    order: Sequence[int],
    speeches: Mapping[int, Speech],
    leaves: Sequence[query.Sought],
    namer: Namer,
) -> list[Hit]:
    """Each speech with extracts from its text as it is in the database now."""
    best = best_paragraphs(evaluator, order, leaves)
    ids = evaluator.snapshot.numbers["speech"][order].tolist()
    wanted = list(zip(ids, best, strict=True))
    texts = rows.texts([(pk, position) for pk, positions in wanted for position in positions])
    texts |= rows.openings([pk for pk, positions in wanted if not positions])
    marker = Marker(leaves)
    hits = []
    for pk, positions in wanted:
        speech, of_speech = speeches[pk], texts.get(pk, {})
        address = speech.get_absolute_url()
        extracts = [
            Extract(position, f"{address}#p{position}", marker.extract(of_speech[position]))
            for position in positions or of_speech
            if position in of_speech
        ]
        by_text = any("<mark>" in one.html for one in extracts)
        hits.append(Hit(speech, extracts, names=namer.names(speech, by_text=by_text)))
    return hits


def _with_missing(
    evaluator: Evaluator, order: Sequence[int], hits: Sequence[Hit], instead: Relaxed
) -> list[Hit]:
    """Hits that say which words they do not have, in the order in which these were typed."""
    had = {leaf.term: evaluator.leaf(leaf).had for leaf in instead.known}
    return [
        replace(
            hit,
            missing=[word for word in instead.words if word not in had or not had[word][number]],
        )
        for number, hit in zip(order, hits, strict=True)
    ]


def _facets(
    counts: Mapping[str, Counts], parameters: SearchParameters, most: Mapping[str, int | None]
) -> dict[str, list[FacetValue]]:
    """The values of each facet, most frequent first (years: newest first); those chosen are always
    among them."""
    listed: dict[str, list[tuple[str, int]]] = {}
    for name in FACETS:
        of_facet, chosen = counts[name], getattr(parameters, name)
        values = (of_facet.newest if name == "year" else of_facet.top)(most[name])
        missing = set(chosen) - {value for value, _ in values}
        values += [(value, of_facet.of(value)) for value in chosen if value in missing]
        listed[name] = values
    labels = rows.labels({name: [value for value, _ in listed[name]] for name in FACETS})
    return {
        name: [
            FacetValue(
                value,
                labels.get(name, {}).get(value, value),
                count,
                value in getattr(parameters, name),
            )
            for value, count in listed[name]
        ]
        for name in FACETS
    }
