"""How the record reads: what nobody spoke stands before and after a speech, headings stand as
headings, each vote has its table, and references lead to where they are held.

The text of a paragraph is cut into pieces and never changed: joined, they are the text.
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
from statements.transcripts.record.votes import Ballot, read_votes


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paragraph's text, and what is to be said of it."""

    text: str
    kind: str = ""  # "reference", "language"
    href: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """One row of a vote: who cast which ballot."""

    ballot: str
    votes: tuple[ListedVote, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One paragraph as it is to be shown."""

    paragraph: MarkedParagraph
    pieces: tuple[Piece, ...]
    is_heading: bool
    topic: Topic | None  # the agenda item that a heading opens
    vote: tuple[Count, ...]  # the table of the vote whose last list this is


@dataclass(frozen=True, slots=True)
class Turn:
    """A speech, with the record's own voice before and after it."""

    speech: Speech
    before: tuple[Item, ...]
    spoken: tuple[Item, ...]  # from the first spoken paragraph to the last
    after: tuple[Item, ...]


def turns(speeches: Iterable[FullSpeech], agenda: Iterable[Topic] = ()) -> list[Turn]:
    """The speeches laid out; headings among them lead to the items of an agenda."""
    items = {title_form(topic.title): topic for topic in agenda}
    return [_turn(speech, items) for speech in speeches]


def _turn(full: FullSpeech, agenda: dict[str, Topic]) -> Turn:
    speech, paragraphs = full
    narrative = [each.text if each.kind == Paragraph.Kind.NARRATIVE else "" for each in paragraphs]
    if not any(narrative):
        items = tuple(Item(each, _pieces(each), False, None, ()) for each in paragraphs)
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
    spoken = [place for place, text in enumerate(narrative) if not text]
    if not spoken:
        return Turn(speech, items, (), ())
    first, last = spoken[0], spoken[-1] + 1
    return Turn(speech, items[:first], items[first:last], items[last:])


def _pieces(paragraph: MarkedParagraph) -> tuple[Piece, ...]:
    if paragraph.references or paragraph.language_changes:
        return tuple(_marked_pieces(paragraph))
    return (Piece(paragraph.text),)


def _marked_pieces(paragraph: MarkedParagraph) -> Iterator[Piece]:
    """The text in pieces. A span that does not fit the text, or another span, is passed over."""
    text = paragraph.text
    marks: list[MarkedReference | MarkedLanguage] = [
        *paragraph.references,
        *paragraph.language_changes,
    ]
    at = 0
    for mark in sorted(marks, key=attrgetter("start")):
        if not at <= mark.start < mark.end <= len(text):
            continue
        if mark.start > at:
            yield Piece(text[at : mark.start])
        printed = text[mark.start : mark.end]
        if isinstance(mark, MarkedReference):
            yield _reference(mark, printed)
        else:
            yield Piece(printed, "language")
        at = mark.end
    if at < len(text):
        yield Piece(text[at:])


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
    """Each vote's table, with the place of the paragraph that ends its lists."""
    rows: dict[str, list[ListedVote]] = {}
    last = -1
    for place, (paragraph, text) in enumerate(zip(paragraphs, narrative, strict=True)):
        printed = [listed.ballot.value for listed in read_votes(text)]
        votes = paragraph.votes if text else []
        ballots = [*printed, *(vote.ballot for vote in votes)]
        # between two lists only their own heads stand; a ballot called again is another vote
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
