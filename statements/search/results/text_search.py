"""Marks the matches of a search in the whole texts that its results lead to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from statements.addresses import passage_anchor
from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.query import QueryError, parse, positive_leaves
from statements.search.results.highlighting import Highlighter, Span


class Text(Protocol):
    """A paragraph of a speech."""

    @property
    def position(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def sentence_starts(self) -> Sequence[int]: ...


class Passage(NamedTuple):
    """A paragraph with matches, on a page that numbers all of them from 1."""

    number: int
    anchor: str
    spans: Sequence[Span]  # of the matches in its text, in characters
    previous: str = ""  # anchor of the passage before, if there is one
    next: str = ""


@dataclass(frozen=True, slots=True)
class Passages:
    """The paragraphs of a page that have matches, in order."""

    anchors: Sequence[str]
    by_speech: Mapping[int, Mapping[int, Passage]]  # by primary key and position

    def of(self, speech: int) -> Mapping[int, Passage]:
        return self.by_speech.get(speech, {})

    def __len__(self) -> int:
        return len(self.anchors)


NO_PASSAGES = Passages((), {})


class Landing(NamedTuple):
    """Query strings that have the pages to which results lead mark what a search matches; empty if
    it searches no words."""

    of_speech: str = ""
    of_meeting: str = ""  # without the page of results, since a record has pages of its own

    @classmethod
    def of(cls, parameters: SearchParameters) -> Self:
        if not parameters.q:
            return cls()
        return cls(parameters.to_query(), parameters.on_page(1).to_query())


NO_LANDING = Landing()


@dataclass(frozen=True, slots=True)
class TextSearch:
    """The search from whose results a reader has come to a text."""

    parameters: SearchParameters
    highlighter: Highlighter

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self | None:
        """Read a query string like that of the search page; None without a query that can be
        run."""
        if not query.get("q", "").strip():
            return None
        try:
            parameters = SearchParameters.from_query(query)
            leaves = positive_leaves(parse(parameters.q))
        except (InvalidParameters, QueryError):
            return None
        return cls(parameters, Highlighter(leaves))

    @property
    def landing(self) -> Landing:
        return Landing.of(self.parameters)

    def passages(
        self, speeches: Iterable[tuple[int, Iterable[Text]]], *, numbered: bool = False
    ) -> Passages:
        """Return the paragraphs that have matches, of speeches given by their primary keys.

        Their anchors are those of the sentences with the first match, or ``numbered`` ("hit-1") for
        a page on which paragraphs of several speeches have no anchors of their own.
        """
        matches = [
            (speech, text, spans)
            for speech, texts in speeches
            for text in texts
            if (spans := self.highlighter.marks(text.text))
        ]
        anchors = [
            f"hit-{number}"
            if numbered
            else passage_anchor(text.position, text.sentence_starts, spans[0].start)
            for number, (_, text, spans) in enumerate(matches, start=1)
        ]
        by_speech: dict[int, dict[int, Passage]] = {}
        neighbours = zip(["", *anchors], anchors, [*anchors[1:], ""], strict=False)
        for number, ((speech, text, spans), (previous, anchor, following)) in enumerate(
            zip(matches, neighbours, strict=True), start=1
        ):
            passage = Passage(number, anchor, spans, previous, following)
            by_speech.setdefault(speech, {})[text.position] = passage
        return Passages(anchors, by_speech)
