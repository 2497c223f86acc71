"""Lays out speeches as in the record: narrative, headings, tables of votes, and links.

The text of a paragraph is cut into pieces but never changed: joined, they are the text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from statements.addresses import page_address
from statements.exports.texts import (
    FullSpeech,
    ListedVote,
    MarkedLanguage,
    MarkedParagraph,
    MarkedReference,
)
from statements.models import Paragraph, Speech, Topic
from statements.transcripts.record.headings import find_headings, title_form
from statements.transcripts.record.vote_lists import Ballot, read_votes


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


@dataclass(frozen=True, slots=True)
class Item:
    """One paragraph as shown on a page."""

    paragraph: MarkedParagraph
    pieces: tuple[Piece, ...]
    is_heading: bool
    topic: Topic | None  # the agenda item that a heading opens
    vote: tuple[Count, ...]  # the table of a vote whose last list this paragraph is


@dataclass(frozen=True, slots=True)
class Turn:
    """A speech, with the narrative before and after it."""

    speech: Speech
    before: tuple[Item, ...]
    speech_items: tuple[Item, ...]  # from the first spoken paragraph to the last
    after: tuple[Item, ...]


def turns(speeches: Iterable[FullSpeech], agenda: Iterable[Topic] = ()) -> list[Turn]:
    """Return the layout of speeches; headings link to the items of an agenda."""
    items = {title_form(topic.title): topic for topic in agenda}
    return [_turn(speech, items) for speech in speeches]


def _turn(full: FullSpeech, agenda: dict[str, Topic]) -> Turn:
    speech, paragraphs = full
    narrative = [
        paragraph.text if paragraph.kind == Paragraph.Kind.NARRATIVE else ""
        for paragraph in paragraphs
    ]
    if not any(narrative):
        items = tuple(
            Item(paragraph, _pieces(paragraph), False, None, ()) for paragraph in paragraphs
        )
        return Turn(speech, (), items, ())
    headings = find_headings(narrative)
    votes = dict(_votes(paragraphs, narrative))
    items = tuple(
        Item(
            paragraph=paragraph,
            pieces=_pieces(paragraph),
            is_heading=place in headings,
            topic=agenda.get(title_form(paragraph.text)) if place in headings else None,
            vote=votes.get(place, ()),
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


def _votes(
    paragraphs: Sequence[MarkedParagraph], narrative: Sequence[str]
) -> Iterator[tuple[int, tuple[Count, ...]]]:
    """Yield the table of each vote, with the index of the paragraph that ends its lists."""
    rows: dict[str, list[ListedVote]] = {}
    last = -1
    for place, (paragraph, text) in enumerate(zip(paragraphs, narrative, strict=True)):
        printed = [listed.ballot.value for listed in read_votes(text)]
        votes = paragraph.votes if text else []
        ballots = [*printed, *(vote.ballot for vote in votes)]
        # only headings separate the lists of one vote; a repeated ballot begins another vote
        if rows and (
            (not ballots and text.strip(" .") != "None") or (printed and printed[0] in rows)
        ):
            yield last, _table(rows)
            rows = {}
        for ballot in ballots:
            rows.setdefault(ballot, [])
        for vote in votes:
            rows[vote.ballot].append(vote)
        if rows:
            last = place
    if rows:
        yield last, _table(rows)


def _table(rows: dict[str, list[ListedVote]]) -> tuple[Count, ...]:
    order = {ballot.value: place for place, ballot in enumerate(Ballot)}
    return tuple(
        Count(ballot, tuple(votes))
        for ballot, votes in sorted(rows.items(), key=lambda row: order[row[0]])
    )
