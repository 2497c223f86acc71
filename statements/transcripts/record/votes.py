"""Votes as data: who voted how, read from the lists that a record prints, what was voted on, and
the totals that the record gives.

"In favour: Chad, Iran (Islamic Republic of)" gives the names as printed. Matching them to
countries is the job of ``statements.ingest``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from statements.transcripts.record.narrative import (
    NO_DELEGATIONS,
    VOTE_HEAD,
    holds_votes,
    is_vote_list,
    names_states,
)
from statements.transcripts.values.parsed import ParagraphKind, ParsedParagraph


class Ballot(StrEnum):
    IN_FAVOUR = "in favour"
    AGAINST = "against"
    ABSTAINING = "abstaining"
    ABSENT = "absent"


_BALLOTS = {
    "in favour": Ballot.IN_FAVOUR,
    "in favor": Ballot.IN_FAVOUR,
    "against": Ballot.AGAINST,
    "abstaining": Ballot.ABSTAINING,
    "abstention": Ballot.ABSTAINING,
    "abstentions": Ballot.ABSTAINING,
    "absent": Ballot.ABSENT,
    "not voting": Ballot.ABSENT,
    "not participating": Ballot.ABSENT,
}
_LABEL = re.compile(rf"(?:^|(?<=[\s.;])){VOTE_HEAD}\s*")
_COMMA = re.compile(r"[,;()]")
_LONGEST_NAME = 90


@dataclass(frozen=True, slots=True)
class VoteList:
    """The delegations that cast one kind of vote, as printed."""

    ballot: Ballot
    delegations: tuple[str, ...]


def read_votes(text: str) -> tuple[VoteList, ...]:
    """Return the vote lists in a paragraph of narrative; empty if it holds none.

    >>> read_votes("In favour: Chad, Iran (Islamic Republic of) Against: None")[0].delegations
    ('Chad', 'Iran (Islamic Republic of)')
    """
    labels = list(_LABEL.finditer(text))
    if not labels or text[: labels[0].start()].strip() or not holds_votes(text.strip()):
        return ()
    ends = [label.start() for label in labels[1:]] + [len(text)]
    return tuple(
        VoteList(_BALLOTS[label["head"].lower()], _delegations(text[label.end() : end]))
        for label, end in zip(labels, ends, strict=True)
    )


def paragraph_votes(paragraph: ParsedParagraph) -> tuple[VoteList, ...]:
    """Return the vote lists in a paragraph; empty for spoken paragraphs."""
    return read_votes(paragraph.text) if paragraph.kind is ParagraphKind.NARRATIVE else ()


def find_votes(narrative: Iterable[str]) -> Iterator[tuple[int, VoteList]]:
    """Yield the vote lists in consecutive paragraphs, each with the index of the paragraph that
    names the delegations. After a label on its own, those are the next paragraphs.

    >>> list(find_votes(["Against:", "Chad, Peru"]))[0][1].delegations
    ('Chad', 'Peru')
    """
    above: VoteList | None = None  # a label on its own, whose list is still to come
    ballot: Ballot | None = None  # of the lists that may continue
    index = -1
    for index, text in enumerate(narrative):
        lists = read_votes(text)
        if not lists and ballot and _continues_list(text, below_head=above is not None):
            yield index, VoteList(ballot, _delegations(text))
            above = None
            continue
        if above:
            yield index - 1, above
        above = lists[-1] if lists and text.rstrip().endswith(":") else None
        ballot = lists[-1].ballot if lists else None
        for vote_list in lists[:-1] if above else lists:
            yield index, vote_list
    if above:
        yield index, above


def _continues_list(text: str, *, below_head: bool) -> bool:
    if not text:
        return False
    return is_vote_list(text, below_head=True) if below_head else names_states(text)


def _delegations(printed: str) -> tuple[str, ...]:
    names: list[str] = []
    start = depth = 0
    for mark in _COMMA.finditer(printed):
        if mark[0] == "(":
            depth += 1
        elif mark[0] == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            names.append(printed[start : mark.start()])
            start = mark.end()
    names.append(printed[start:])
    clean = [" ".join(name.split()).strip(" .") for name in names]
    return tuple(
        name
        for name in clean
        if name and name.casefold() not in NO_DELEGATIONS and len(name) <= _LONGEST_NAME
    )
