"""Lays out speeches as in the record: narrative, headings, tables of votes, and links.

The text of a paragraph is cut into pieces but never changed: joined, they are the text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import attrgetter

from statements.addresses import page_address
from statements.exports.values import (
    FullSpeech,
    ListedVote,
    MarkedLanguage,
    MarkedParagraph,
    MarkedReference,
)
from statements.models import Paragraph, Speech, Topic
from statements.transcripts.languages.identification import identify_language_by_pack
from statements.transcripts.record.headings import (
    find_headings,
    split_item_numbers,
    title_form,
)
from statements.transcripts.record.recorded_votes import group_vote_lists
from statements.transcripts.record.vote_lists import Ballot, VoteList

_SAMPLED = 8  # paragraphs, of which the language of a text is told
_SAMPLE = 1_000  # characters of these


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paragraph's text, with its markup."""

    text: str
    kind: str = ""  # "reference", "language"
    href: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """One row of a table of votes: the votes for one ballot."""

    ballot: str
    votes: tuple[ListedVote, ...]
    printed: int | None = None  # the total that the record prints

    @property
    def differs(self) -> bool:
        """Whether the printed total is not the number of delegations in the list."""
        return self.printed is not None and self.printed != len(self.votes)


@dataclass(frozen=True, slots=True)
class VoteTable:
    """A recorded vote as a table, with one row for each list."""

    rows: tuple[Count, ...]
    subject: str = ""  # as printed
    resolution: str = ""  # number of the resolution adopted


@dataclass(frozen=True, slots=True)
class Item:
    """One paragraph as shown on a page."""

    paragraph: MarkedParagraph
    pieces: tuple[Piece, ...]
    is_heading: bool
    topic: Topic | None  # the agenda item that a heading opens
    vote: VoteTable | None  # of the vote whose last list this paragraph is


@dataclass(frozen=True, slots=True)
class Turn:
    """A speech, with the narrative before and after it."""

    speech: Speech
    before: tuple[Item, ...]
    speech_items: tuple[Item, ...]  # from the first spoken paragraph to the last
    after: tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All paragraphs, in order."""
        return (*self.before, *self.speech_items, *self.after)

    @property
    def sample(self) -> str:
        """The beginning of what was spoken, enough to tell its language."""
        spoken = (item.paragraph.text for item in self.speech_items if not item.is_heading)
        return " ".join(islice(spoken, _SAMPLED))[:_SAMPLE]

    @property
    def language(self) -> str:
        """The code of the language of the text, not of its delivery; "" if it is not known."""
        return identify_language_by_pack(self.sample)


def turns(speeches: Iterable[FullSpeech], agenda: Iterable[Topic] = ()) -> list[Turn]:
    """Return the layout of speeches; headings link to the items of an agenda."""
    items = {title_form(topic.title): topic for topic in agenda}
    return [_turn(speech, items) for speech in speeches]


def _item_of(heading: str, agenda: Mapping[str, Topic]) -> Topic | None:
    """Return the agenda item that a heading names, with or without its number."""
    ((_number, title),) = split_item_numbers([heading])
    return agenda.get(title_form(heading)) or agenda.get(title_form(title))


def _turn(full: FullSpeech, agenda: dict[str, Topic]) -> Turn:
    speech, paragraphs = full
    narrative = [
        paragraph.text if paragraph.kind == Paragraph.Kind.NARRATIVE else ""
        for paragraph in paragraphs
    ]
    if not any(narrative):
        items = tuple(
            Item(paragraph, _pieces(paragraph), False, None, None) for paragraph in paragraphs
        )
        return Turn(speech, (), items, ())
    headings = find_headings(narrative)
    votes = dict(_votes(paragraphs, narrative))
    items = tuple(
        Item(
            paragraph=paragraph,
            pieces=_pieces(paragraph),
            is_heading=place in headings,
            topic=_item_of(paragraph.text, agenda) if place in headings else None,
            vote=votes.get(place),
        )
        for place, paragraph in enumerate(paragraphs)
    )
    spoken_indexes = [index for index, text in enumerate(narrative) if not text]
    if not spoken_indexes:
        return Turn(speech, items, (), ())
    start, end = spoken_indexes[0], spoken_indexes[-1] + 1
    return Turn(speech, items[:start], items[start:end], items[end:])


def _pieces(paragraph: MarkedParagraph) -> tuple[Piece, ...]:
    if paragraph.references or paragraph.language_changes:
        return tuple(_marked_pieces(paragraph))
    return (Piece(paragraph.text),)


def _marked_pieces(paragraph: MarkedParagraph) -> Iterator[Piece]:
    """Yield the pieces of a text. Spans outside the text or inside another one are ignored."""
    text = paragraph.text
    marks: list[MarkedReference | MarkedLanguage] = [
        *paragraph.references,
        *paragraph.language_changes,
    ]
    offset = 0
    for mark in sorted(marks, key=attrgetter("start")):
        if not offset <= mark.start < mark.end <= len(text):
            continue
        if mark.start > offset:
            yield Piece(text[offset : mark.start])
        printed = text[mark.start : mark.end]
        if isinstance(mark, MarkedReference):
            yield _reference(mark, printed)
        else:
            yield Piece(printed, "language")
        offset = mark.end
    if offset < len(text):
        yield Piece(text[offset:])


def _reference(mark: MarkedReference, printed: str) -> Piece:
    bare = printed.removesuffix(mark.page).rstrip(", ") if mark.page else printed
    return Piece(
        printed,
        "reference",
        href=page_address("meeting", mark.slug) if mark.slug else "",
        title="" if bare == mark.symbol else mark.symbol,
    )


def cut_pieces(pieces: Sequence[Piece], starts: Sequence[int]) -> list[list[Piece]]:
    """Divide the pieces of a text into its sentences, given where they begin, in characters. A
    piece of two sentences is cut; places outside the text are ignored."""
    sentences: list[list[Piece]] = [[]]
    borders = [*starts[1:]]
    place = 0
    for piece in pieces:
        text = piece.text
        while borders and borders[0] <= place + len(text):
            cut = borders.pop(0) - place
            if cut > 0:
                sentences[-1].append(replace(piece, text=text[:cut]))
            sentences.append([])
            text, place = text[cut:], place + cut
        if text:
            sentences[-1].append(piece if text is piece.text else replace(piece, text=text))
            place += len(text)
    return [sentence for sentence in sentences if sentence]


def _votes(
    paragraphs: Sequence[MarkedParagraph], narrative: Sequence[str]
) -> Iterator[tuple[int, VoteTable]]:
    """Yield the table of each vote, with the index of the paragraph that ends its lists."""
    for group in group_vote_lists(narrative):
        first, last = group[0][0], group[-1][0]
        yield last, _table(paragraphs[first : last + 1], [vote_list for _, vote_list in group])


def _table(paragraphs: Sequence[MarkedParagraph], lists: Iterable[VoteList]) -> VoteTable:
    """Return the table of a vote. ``lists`` are as printed, also those without delegations."""
    votes: dict[str, list[ListedVote]] = {vote_list.ballot.value: [] for vote_list in lists}
    for paragraph in paragraphs:
        for vote in paragraph.votes:
            votes.setdefault(vote.ballot, []).append(vote)
    recorded = next(iter(paragraphs[-1].recorded_votes), None)
    totals = recorded.totals if recorded else {}
    rows = tuple(
        Count(ballot.value, tuple(votes[ballot.value]), totals.get(ballot.value))
        for ballot in Ballot
        if ballot.value in votes
    )
    if recorded is None:
        return VoteTable(rows)
    return VoteTable(rows, recorded.subject, recorded.resolution)
