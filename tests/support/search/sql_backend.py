"""A second search backend, small and real: it answers from PostgreSQL alone, by ILIKE and the ORM.

It has no relevance: the newest speeches come first. It shows that ``SearchBackend`` is all that an
engine must offer for pages, feeds and the API to work.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from statements.models import IndexOutbox, Paragraph, Speech, revision
from statements.search.operations import AlreadyRebuilding, Backlog, Drift, IndexReport, Rebuilt
from statements.search.parameters import UNDATED, Filters, Sort
from statements.search.protocol import (
    ALL_LINES,
    Answer,
    Breakdown,
    Collocate,
    Collocates,
    Concordance,
    Corpus,
    Crosstab,
    FacetCounts,
    GroupHits,
    Groups,
    Histogram,
    HistogramBar,
    IndexState,
    Keyness,
    KeyWord,
    Line,
    LineOrder,
    LineSelection,
    Listing,
    Period,
    PinnedState,
    PrefixTerms,
    Progress,
    Question,
    RelatedSpeeches,
    SpeechHit,
    TermStatistics,
    Trend,
    Trends,
    no_progress,
)
from statements.search.query import (
    And,
    Boost,
    FieldMatch,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Terms,
    Word,
    positive_leaves,
)
from statements.search.word_measures import CollocateMeasure, KeynessMeasure
from support.search import plain_word_lists

COLUMNS = {
    "country": "country__code",
    "speaker": "speaker__slug",
    "year": "year",
    "topic": "topics__slug",
    "organ": "meeting__organ",
    "meeting": "meeting__symbol",
    "language": "language",
}
STATE = IndexState("sql", 0.0, complete=True)


class SqlBackend:
    """See ``statements.search.protocol.SearchBackend``."""

    def __init__(self) -> None:
        self.missing: list[int] = []  # speeches to report as missing, for tests of repairs

    def search(self, questions: Sequence[Question]) -> Sequence[Answer]:
        return [self._answer(question) for question in questions]

    def _answer(self, question: Question) -> Answer:
        speeches = _speeches(question)
        unknown = {
            name: [value for value in values if self.canonical_value(name, value) is None]
            for name, values in question.filters.values.items()
        }
        hits: list[SpeechHit] = []
        groups = None
        if question.group:
            groups = self._groups(speeches, question)
        elif question.size:
            hits = self._hits(speeches, question, question.start, question.size)
        return Answer(
            index=STATE,
            total=speeches.count(),
            hits=hits,
            groups=groups,
            facets={
                name: self._facet(question, name, most) for name, most in question.facets.items()
            },
            histogram=_histogram(speeches, question.histogram) if question.histogram else None,
            filters=question.filters,
            unknown_values={name: values for name, values in unknown.items() if values},
        )

    def listing(self, question: Question) -> Listing:
        hits = self._hits(_speeches(question), question, 0, None)
        return Listing(STATE, [hit.speech for hit in hits], question.filters)

    def _hits(
        self, speeches: QuerySet[Speech], question: Question, start: int, size: int | None
    ) -> list[SpeechHit]:
        order = ("date", "pk") if question.sort is Sort.OLDEST else (F("date").desc(), "-pk")
        stop = start + size if size is not None else None
        ids = speeches.order_by(*order).values_list("pk", flat=True)[start:stop]
        return [SpeechHit(pk, self._best(pk, question)) for pk in ids]

    def _best(self, speech: int, question: Question) -> list[int]:
        conditions = [_paragraph(leaf) for leaf in positive_leaves(question.tree)]
        if not conditions:
            return []
        matching = Paragraph.objects.filter(reduce(or_, conditions), speech=speech)
        return list(matching.values_list("position", flat=True)[: question.paragraphs])

    def _groups(self, speeches: QuerySet[Speech], question: Question) -> Groups:
        column = COLUMNS[question.group]
        counts = _counts(speeches, question.group)
        shown = counts[question.start : question.start + question.size]
        return Groups(
            len(counts),
            speeches.filter(**{f"{column}__isnull": True}).count(),
            [
                GroupHits(
                    value,
                    count,
                    self._hits(
                        speeches.filter(**{column: value}), question, 0, question.group_size
                    ),
                )
                for value, count in shown
            ],
        )

    def _facet(self, question: Question, name: str, most: int | None) -> FacetCounts:
        counts = _counts(_speeches(question, without=name), name)
        chosen = [value for value, _ in counts[:most]]
        missing = [value for value in question.filters.of(name) if value not in chosen]
        values = counts[:most] + [(value, dict(counts).get(value, 0)) for value in missing]
        return FacetCounts(values, len(counts))

    def term_statistics(self, question: Question) -> TermStatistics:
        speeches = _speeches(question)
        paragraphs = _matching_paragraphs(question, speeches)
        rows = [Breakdown(value, n, n, n) for value, n in _counts(speeches, "country")]
        count = paragraphs.count()
        return TermStatistics(STATE, speeches.count(), count, count, {"country": rows, "year": []})

    def trends(self, questions: Sequence[Question], period: Period) -> Trends:
        periods = [value for value, _ in _counts(Speech.objects.all(), "year")]
        counts = [dict(_counts(_speeches(question), "year")) for question in questions]
        per_query = [[count.get(name, 0) for name in periods] for count in counts]
        return Trends(
            STATE,
            periods,
            [count for _, count in _counts(Speech.objects.all(), "year")],
            [0] * len(periods),
            [Trend(speeches, speeches, speeches, speeches) for speeches in per_query],
        )

    def crosstab(self, question: Question, rows: str, columns: str) -> Crosstab:
        speeches = _speeches(question)
        down, across = _counts(speeches, rows), _counts(speeches, columns)
        cells = [
            [
                speeches.filter(**{COLUMNS[rows]: row, COLUMNS[columns]: column}).count()
                for column, _ in across
            ]
            for row, _ in down
        ]
        return Crosstab(
            STATE,
            speeches.count(),
            [value for value, _ in down],
            [value for value, _ in across],
            [count for _, count in down],
            [count for _, count in across],
            cells,
        )

    def concordance(
        self,
        question: Question,
        order: LineOrder,
        values: Sequence[str] = (),
        lines: LineSelection = ALL_LINES,
    ) -> Concordance:
        words = question.tree if lines.words is None else lines.words
        speeches = _speeches(question)
        asked = replace(question, tree=words)
        paragraphs = _matching_paragraphs(asked, speeches).order_by("speech", "position")
        found = [
            Line(paragraph.speech_id, paragraph.position, place, 1)
            for paragraph in paragraphs
            for place, word in enumerate(paragraph.text.split())
            if any(_is_in(leaf, word) for leaf in positive_leaves(words))
        ]
        shown = found[question.start : question.start + question.size]
        return Concordance(STATE, len(found), len({line.speech for line in found}), shown)

    def keyness(
        self,
        question: Question,
        reference: Question,
        measure: KeynessMeasure,
        *,
        is_reversed: bool = False,
        function_words: bool = True,
    ) -> Keyness:
        search, others = _texts(question), _texts(reference)
        shared = search.keys() & others.keys()
        rest = [text for pk, text in others.items() if pk not in shared]
        figures = plain_word_lists.key_words(list(search.values()), rest)
        rows = [
            KeyWord(word, **vars(row))
            for word, row in figures.items()
            if (row.log_ratio < 0) == is_reversed
        ]
        rows.sort(key=lambda row: -abs(getattr(row, measure.name.lower())))
        return Keyness(
            index=STATE,
            search=_corpus(list(search.values())),
            reference=_corpus(rest),
            shared_speeches=len(shared),
            compared=len(figures),
            withheld=0,
            critical=0.0,
            total=len(rows),
            words=rows[: question.size],
        )

    def collocates(
        self,
        question: Question,
        measure: CollocateMeasure,
        *,
        window: int,
        function_words: bool = True,
    ) -> Collocates:
        leaves = positive_leaves(question.tree)
        found, filtered = _texts(question), _texts(replace(question, tree=MatchAll()))
        others = [text for pk, text in filtered.items() if pk not in found]

        def occurs(words: Sequence[str], place: int) -> int:
            return int(any(_is_in(leaf, words[place]) for leaf in leaves))

        beside = plain_word_lists.collocates(list(found.values()), others, occurs, window)
        rows = [Collocate(word, **vars(row)) for word, row in beside.words.items()]
        rows.sort(key=lambda row: -getattr(row, measure.name.lower()))
        return Collocates(
            index=STATE,
            search=_corpus(list(found.values())),
            occurrences=beside.occurrences,
            window_words=beside.window_words,
            filtered=_corpus(list(filtered.values())),
            compared=len(rows),
            withheld=0,
            critical=0.0,
            total=len(rows),
            words=rows[: question.size],
        )

    def related(self, speech: int, *, similar: int, passages: int) -> RelatedSpeeches:
        return RelatedSpeeches()

    def prefix_terms(self, prefix: str, size: int) -> PrefixTerms:
        words = self._vocabulary() if prefix else []
        terms = [word for word in words if word.startswith(prefix) and word != prefix]
        return PrefixTerms(STATE, terms[:size], revision.current())

    def forms(self, term: str) -> Sequence[str]:
        return [term] if term in self._vocabulary() else []

    def similar_terms(self, term: str, edits: int) -> Sequence[tuple[str, int, int]]:
        return []

    def paragraph_counts(self, terms: Sequence[str]) -> Sequence[int]:
        return [Paragraph.objects.filter(text__icontains=term).count() for term in terms]

    def word_count(self) -> int:
        spoken = Paragraph.objects.filter(kind=Paragraph.Kind.SPEECH)
        return sum(len(text.split()) for text in spoken.values_list("text", flat=True))

    def value_counts(self, facets: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        return {facet: dict(_counts(Speech.objects.all(), facet)) for facet in facets}

    def canonical_value(self, facet: str, value: str) -> str | None:
        if facet == "year":
            return value
        values = [one for one, _ in _counts(Speech.objects.all(), facet)]
        return next((one for one in values if one.lower() == value.lower()), None)

    def run_worker(self) -> None:
        IndexOutbox.objects.all().delete()

    def apply(self, speeches: Collection[int]) -> None:
        """There is no index to write."""

    def rebuild(self, progress: Progress = no_progress) -> Rebuilt:
        speeches = Speech.objects.count()
        progress(speeches, speeches)
        return Rebuilt("sql", speeches, Paragraph.objects.count(), 0.0)

    def clear(self) -> None:
        raise AlreadyRebuilding("The database cannot be emptied.")

    def check(self, progress: Progress = no_progress) -> Drift:
        speeches = Speech.objects.count()
        progress(speeches, speeches)
        return Drift("sql", speeches, speeches, missing=self.missing)

    def repair(self, drift: Drift) -> None:
        self.missing = [pk for pk in self.missing if pk not in drift.missing]

    def report(self) -> IndexReport:
        return IndexReport("sql", Speech.objects.count(), True, True, Backlog(0.0, 0, 0, ()))

    @contextmanager
    def pin(self) -> Iterator[PinnedState]:
        yield PinnedState(revision.read(), "")

    def version(self) -> str:
        return "sql"

    def _vocabulary(self) -> list[str]:
        texts = Paragraph.objects.values_list("text", flat=True)
        return sorted({word.strip(".,").lower() for text in texts for word in text.split()})


def _texts(question: Question) -> dict[int, list[list[str]]]:
    """Return the words of each speech, paragraph by paragraph."""
    texts: dict[int, list[list[str]]] = {}
    spoken = Paragraph.objects.filter(
        speech__in=_speeches(question), kind=Paragraph.Kind.SPEECH
    ).order_by("speech", "position")
    for pk, text in spoken.values_list("speech", "text"):
        words = [word.strip(".,").lower() for word in text.split()]
        texts.setdefault(pk, []).append(words)
    return texts


def _corpus(texts: Collection[Sequence[Sequence[str]]]) -> Corpus:
    return Corpus(len(texts), plain_word_lists.count(texts).total())


def _speeches(question: Question, without: str = "") -> QuerySet[Speech]:
    speeches = Speech.objects.filter(_condition(question.tree))
    speeches = speeches.exclude(pk__in=question.excluded_ids)
    return _filtered(speeches, question.filters, without)


def _filtered(speeches: QuerySet[Speech], filters: Filters, without: str) -> QuerySet[Speech]:
    for name, values in filters.values.items():
        if name != without:
            condition = Q(**{f"{COLUMNS[name]}__in": [v for v in values if v != UNDATED]})
            if UNDATED in values:
                condition |= Q(year__isnull=True)
            speeches = speeches.filter(pk__in=Speech.objects.filter(condition).values("pk"))
    if filters.date_from:
        speeches = speeches.filter(date__gte=filters.date_from)
    if filters.date_to:
        speeches = speeches.filter(date__lte=filters.date_to)
    return speeches


def _condition(node: Node) -> Q:
    match node:
        case Word() | Phrase() | Prefix():
            having = Paragraph.objects.filter(_paragraph(node), speech=OuterRef("pk"))
            return Q(Exists(having))
        case FieldMatch(_, leaf):
            return Q(speaker_printed__icontains=_text(leaf))
        case And(parts):
            return reduce(and_, map(_condition, parts))
        case Or(parts):
            return reduce(or_, map(_condition, parts))
        case Not(part):
            return ~_condition(part)
        case Terms(field, values):
            return Q(**{f"{COLUMNS[field]}__in": values})
        case Range(field, low, high):
            return Q(**{f"{field}__gte": low or 1, f"{field}__lte": high or 9999})
        case MatchAll() | Boost():
            return Q(pk__isnull=False)
    raise ValueError(f"This backend does not know {node}.")


def _text(leaf: Any) -> str:
    match leaf:
        case Word(term):
            return term
        case Phrase(terms):
            return " ".join(terms)
        case Prefix(letters):
            return letters
    raise ValueError(f"This backend does not know {leaf}.")


def _paragraph(leaf: Any) -> Q:
    return Q(text__icontains=_text(leaf), kind=Paragraph.Kind.SPEECH)


def _is_in(leaf: Any, word: str) -> bool:
    return _text(leaf) == word.strip(".,").lower()


def _matching_paragraphs(question: Question, speeches: QuerySet[Speech]) -> QuerySet[Paragraph]:
    conditions = [_paragraph(leaf) for leaf in positive_leaves(question.tree)]
    if not conditions:
        return Paragraph.objects.none()
    return Paragraph.objects.filter(reduce(or_, conditions), speech__in=speeches)


def _counts(speeches: QuerySet[Speech], facet: str) -> list[tuple[str, int]]:
    if facet not in COLUMNS:  # an engine may not have every facet
        return []
    column = COLUMNS[facet]
    rows = (
        Speech.objects.filter(pk__in=speeches.values("pk"))
        .exclude(**{f"{column}__isnull": True})
        .values_list(column)
        .annotate(count=Count("pk"))
        .order_by(*(["-" + column] if facet == "year" else ["-count", column]))
    )
    return [(str(value), count) for value, count in rows if value]


def _histogram(speeches: QuerySet[Speech], period: Period) -> Histogram:
    bars = [
        HistogramBar(date(int(year), 1, 1), date(int(year), 12, 31), count)
        for year, count in reversed(_counts(speeches, "year"))
    ]
    undated = speeches.filter(year__isnull=True).count()
    return Histogram(Period.YEAR, bars, undated)
