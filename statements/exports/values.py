"""A speech with its paragraphs, and what is marked in them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from statements.addresses import passage_anchor
from statements.models import Country, Paragraph, Speech, Topic


class MarkedReference(NamedTuple):
    """A mention of a document in ``text[start:end]`` of a paragraph."""

    start: int
    end: int
    symbol: str
    page: str
    slug: str | None  # of the meeting, if the document is a record in the archive


class MarkedLanguage(NamedTuple):
    """A note that the language changes, in ``text[start:end]`` of a paragraph."""

    start: int
    end: int
    language: str
    language_printed: str


class ListedVote(NamedTuple):
    ballot: str
    delegation: str
    country: Country | None


class MarkedVote(NamedTuple):
    """What a record prints about one vote, apart from its lists. A text is "" if it has none."""

    first_position: int  # of the paragraph that begins the lists
    subject: str
    title: str  # of what was voted on
    motion: str  # the sentence that puts it to the vote
    outcome: str  # a value of ``Outcome``
    resolution: str
    totals: dict[str, int | None]  # printed, by ballot


class MarkedParagraph(NamedTuple):
    position: int
    kind: str  # ``Paragraph.Kind``
    number: int | None
    time_s: float | None  # seconds from the start of a recording
    text: str
    turn_line: str  # the speaker line above it, if a turn begins here that continues the speech
    page: int | None  # of the file on which it begins
    is_divided: bool  # began by the archive, because the source has no paragraphs
    sentence_starts: Sequence[int]  # ascending, in characters; empty if unknown
    references: list[MarkedReference]
    language_changes: list[MarkedLanguage]
    votes: list[ListedVote]
    recorded_votes: list[MarkedVote]  # at most one, whose lists end here

    @property
    def anchor(self) -> str:
        return passage_anchor(self.position)


class FullSpeech(NamedTuple):
    """A speech, with its related objects loaded, and its paragraphs."""

    speech: Speech
    paragraphs: list[MarkedParagraph]

    @property
    def spoken(self) -> list[MarkedParagraph]:
        """The paragraphs that were spoken, without the narrative between them."""
        spoken = Paragraph.Kind.SPEECH
        return [paragraph for paragraph in self.paragraphs if paragraph.kind == spoken]

    @property
    def topics(self) -> Iterable[Topic]:
        return self.speech.topics.all()
