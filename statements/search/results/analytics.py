"""Term statistics, crosstabs and concordances, with labels and texts for readers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from statements.addresses import passage_anchor, query_string
from statements.models import Speech
from statements.search.analysis import tokenizer
from statements.search.analysis_parameters import ALL_WORDS, LineParameters
from statements.search.backends import search_backend
from statements.search.fields import FACETS
from statements.search.parameters import MAX_PAGE, SearchParameters
from statements.search.protocol import (
    MAX_LINES,
    Breakdown,
    Concordance,
    Crosstab,
    IndexState,
    Line,
    LineOrder,
    Question,
    SearchUnavailable,
)
from statements.search.query import parse
from statements.search.results import rows
from statements.search.results.page import (
    query_errors_as_invalid_parameters,
    with_current_speakers,
)

__all__ = [
    "CROSSTAB_FACETS", "DECADE", "MAX_LINES", "ConcordancePage", "ContextLine", "LabelledCrosstab",
    "LineListing", "LineOrder", "LineParameters", "all_lines", "concordance", "crosstab",
    "term_statistics",
]  # fmt: skip

DECADE = "decade"  # of the year
CROSSTAB_FACETS = (*FACETS, DECADE)
LINES_AT_ONCE = 250
CONTEXT_CHARACTERS = 60  # on either side of a match, approximately


def question_of(parameters: SearchParameters) -> Question:
    """Return the question of a search. Raises QueryError."""
    filters = with_current_speakers(parameters).filters
    return Question(tree=parse(parameters.q), filters=filters)


def labels(facet: str, values: Sequence[str]) -> list[str]:
    """Return what readers see of a facet's values."""
    names = rows.labels({facet: values}).get(facet, {})
    return [names.get(value, value) for value in values]


@dataclass(frozen=True, slots=True)
class LabelledBreakdown:
    value: str
    label: str
    speeches: int
    occurrences: int
    of: int


@dataclass(frozen=True, slots=True)
class TermUsage:
    """How often the words of a query occur, see ``protocol.TermStatistics``."""

    index: IndexState
    speeches: int
    paragraphs: int
    occurrences: int
    breakdowns: dict[str, list[LabelledBreakdown]]


def word_count() -> int | None:
    """Return how many words are spoken in the whole archive; None while no index can be read."""
    try:
        return search_backend().word_count()
    except SearchUnavailable:
        return None


def term_statistics(parameters: SearchParameters) -> TermUsage:
    """Count how often the words of a query occur. Raises InvalidParameters or
    SearchUnavailable, as all functions of this module do."""
    with query_errors_as_invalid_parameters(parameters.q):
        counts = search_backend().term_statistics(question_of(parameters))
    return TermUsage(
        counts.index,
        counts.speeches,
        counts.paragraphs,
        counts.occurrences,
        {name: _label_breakdown(name, breakdown) for name, breakdown in counts.breakdowns.items()},
    )


def _label_breakdown(facet: str, breakdown: Sequence[Breakdown]) -> list[LabelledBreakdown]:
    names = labels(facet, [row.value for row in breakdown])
    return [
        LabelledBreakdown(row.value, label, row.speeches, row.occurrences, row.of)
        for row, label in zip(breakdown, names, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class LabelledCrosstab:
    table: Crosstab
    row_labels: list[str]
    column_labels: list[str]

    @property
    def index(self) -> IndexState:
        return self.table.index


def crosstab(parameters: SearchParameters, row_facet: str, column_facet: str) -> LabelledCrosstab:
    """Cross two facets, or decades, over the speeches found."""
    facets = ["year" if name == DECADE else name for name in (row_facet, column_facet)]
    with query_errors_as_invalid_parameters(parameters.q):
        table = search_backend().crosstab(question_of(parameters), *facets)
    if row_facet == DECADE:
        table = _transpose(_sum_decades(_transpose(table)))
    if column_facet == DECADE:
        table = _sum_decades(table)
    return LabelledCrosstab(
        table, labels(row_facet, table.rows), labels(column_facet, table.columns)
    )


def _sum_decades(table: Crosstab) -> Crosstab:
    """Add up columns of years, of which a speech has one."""
    decades = [f"{int(year) // 10 * 10:04d}s" for year in table.columns]
    columns = list(dict.fromkeys(decades))

    def sums(counts: Sequence[int]) -> list[int]:
        by_decade = dict.fromkeys(columns, 0)
        for decade, count in zip(decades, counts, strict=True):
            by_decade[decade] += count
        return list(by_decade.values())

    return replace(
        table,
        columns=columns,
        column_counts=sums(table.column_counts),
        counts=[sums(row) for row in table.counts],
    )


def _transpose(table: Crosstab) -> Crosstab:
    return replace(
        table,
        rows=table.columns,
        columns=table.rows,
        row_counts=table.column_counts,
        column_counts=table.row_counts,
        counts=[list(column) for column in zip(*table.counts, strict=True)]
        or [[] for _ in table.columns],
    )


# -- key words in context ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContextLine:
    """A line of a concordance, with the text as it is in the database now; not escaped."""

    speech: Speech
    paragraph: int
    left: str
    word: str
    right: str
    anchor: str  # of the sentence

    @property
    def url(self) -> str:
        return f"{self.speech.get_absolute_url()}#{self.anchor}"


@dataclass(frozen=True, slots=True)
class ConcordancePage:
    parameters: SearchParameters
    line_parameters: LineParameters
    order: LineOrder
    index: IndexState
    total: int  # lines on all pages
    speeches: int  # that have lines
    lines: Sequence[ContextLine]

    @property
    def page(self) -> int:
        return self.parameters.page

    @property
    def page_size(self) -> int:
        return self.parameters.page_size

    @property
    def pages(self) -> int:
        """The number of pages that can be asked for."""
        return min(-(-self.total // self.page_size), MAX_PAGE)

    @property
    def previous_query(self) -> str | None:
        """The query string of the page before."""
        return self._query(self.page - 1) if self.page > 1 else None

    @property
    def next_query(self) -> str | None:
        """The query string of the page after."""
        return self._query(self.page + 1) if self.page < self.pages else None

    def _query(self, page: int) -> str:
        pairs = self.parameters.on_page(page).to_pairs()
        return query_string([*pairs, *self.line_parameters.to_pairs(), ("order", str(self.order))])


def concordance(
    parameters: SearchParameters, order: LineOrder, line_parameters: LineParameters = ALL_WORDS
) -> ConcordancePage:
    """Return the page of lines that the parameters ask for."""
    start = (parameters.page - 1) * parameters.page_size
    answer = _answer(parameters, order, line_parameters, start, parameters.page_size)
    return ConcordancePage(
        parameters,
        line_parameters,
        order,
        answer.index,
        answer.total,
        answer.speeches,
        list(context_lines(answer.lines)),
    )


def _answer(
    parameters: SearchParameters,
    order: LineOrder,
    line_parameters: LineParameters,
    start: int,
    size: int,
) -> Concordance:
    selection = line_parameters.selection()
    with query_errors_as_invalid_parameters(parameters.q):
        question = replace(question_of(parameters), start=start, size=size)
        is_by_name = order in (LineOrder.SPEAKER, LineOrder.COUNTRY)
        values = rows.values_by_name(order.value) if is_by_name else ()
        return search_backend().concordance(question, order, values, selection)


@dataclass(frozen=True, slots=True)
class LineListing:
    """The lines of a concordance, not a page of them alone."""

    index: IndexState
    total: int  # lines
    speeches: int  # that have lines
    places: Sequence[Line]  # of the first lines in the order, at most ``MAX_LINES``

    def lines(self) -> Iterator[ContextLine]:
        """Read the lines. Those whose speech or words are gone are left out."""
        for start in range(0, len(self.places), LINES_AT_ONCE):
            yield from context_lines(self.places[start : start + LINES_AT_ONCE])


def all_lines(
    parameters: SearchParameters, order: LineOrder, line_parameters: LineParameters = ALL_WORDS
) -> LineListing:
    """Return the lines of a search from the first to the last that an answer holds."""
    answer = _answer(parameters, order, line_parameters, 0, MAX_LINES)
    return LineListing(answer.index, answer.total, answer.speeches, answer.lines)


def context_lines(lines: Sequence[Line]) -> Iterator[ContextLine]:
    """Yield lines with their texts; those whose speech or words are gone are left out."""
    places = {(line.speech, line.paragraph) for line in lines}
    speeches = rows.speeches(sorted({line.speech for line in lines}))
    texts = rows.texts(sorted(places))
    for line in lines:
        passage = texts.get(line.speech, {}).get(line.paragraph)
        if passage is None or line.speech not in speeches:
            continue
        text = passage.text
        words = list(tokenizer.words(text))[line.place : line.place + line.length]
        if words:  # else the paragraph has become shorter
            start, end = words[0].start, words[-1].end
            yield ContextLine(
                speeches[line.speech],
                line.paragraph,
                _before(text, start),
                text[start:end],
                _after(text, end),
                passage_anchor(line.paragraph, passage.sentence_starts, start),
            )


def _before(text: str, end: int) -> str:
    start = end - CONTEXT_CHARACTERS
    return text[:end] if start <= 0 else text[max(text.find(" ", start, end), start) : end].lstrip()


def _after(text: str, start: int) -> str:
    end = start + CONTEXT_CHARACTERS
    if end >= len(text):
        return text[start:]
    border = text.rfind(" ", start, end)
    return text[start : border if border > start else end]
