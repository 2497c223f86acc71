"""Votes as data: who voted how, out of the lists that a record prints.

"In favour: Chad, Iran (Islamic Republic of)" becomes the names as printed; which countries they
are is accession's to find out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from statements.transcripts.record.narrative import holds_votes, is_vote_list


class Ballot(StrEnum):
    IN_FAVOUR = "in favour"
    AGAINST = "against"
    ABSTAINING = "abstaining"
    ABSENT = "absent"


_HEADS = {
    "in favour": Ballot.IN_FAVOUR,
    "against": Ballot.AGAINST,
    "abstaining": Ballot.ABSTAINING,
    "abstention": Ballot.ABSTAINING,
    "abstentions": Ballot.ABSTAINING,
    "absent": Ballot.ABSENT,
    "not voting": Ballot.ABSENT,
}
_HEAD = re.compile(
    r"(?:^|(?<=[\s.;]))(?P<head>In favour|Against|Abstaining|Abstentions?|Absent|Not voting)\s?:\s*"
)
_COMMA = re.compile(r"[,;()]")
_NOBODY = frozenset({"none", "nobody", "nil", "-", "–", ""})
_LONGEST_NAME = 90


@dataclass(frozen=True, slots=True)
class VoteList:
    """The delegations that cast one kind of vote, as printed."""

    ballot: Ballot
    delegations: tuple[str, ...]


def read_votes(text: str) -> tuple[VoteList, ...]:
    """The lists of votes in a paragraph of narrative; nothing where it is no such paragraph.

    >>> read_votes("In favour: Chad, Iran (Islamic Republic of) Against: None")[0].delegations
    ('Chad', 'Iran (Islamic Republic of)')
    """
    heads = list(_HEAD.finditer(text))
    if not heads or text[: heads[0].start()].strip() or not holds_votes(text.strip()):
        return ()
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return tuple(
        VoteList(_HEADS[head["head"].lower()], _delegations(text[head.end() : end]))
        for head, end in zip(heads, ends, strict=True)
    )


def find_votes(narrative: Iterable[str]) -> Iterator[tuple[int, VoteList]]:
    """The lists of votes in paragraphs that follow each other, each with the place of the
    paragraph that names the delegations: below a head that stands alone, that is the next one.

    >>> list(find_votes(["Against:", "Chad, Peru"]))[0][1].delegations
    ('Chad', 'Peru')
    """
    above: VoteList | None = None  # a head that nothing follows
    place = -1
    for place, text in enumerate(narrative):
        lists = read_votes(text)
        if above and text and not lists and is_vote_list(text):
            yield place, replace(above, delegations=_delegations(text))
        elif above:
            yield place - 1, above
        above = lists[-1] if lists and text.rstrip().endswith(":") else None
        for each in lists[:-1] if above else lists:
            yield place, each
    if above:
        yield place, above


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
        name for name in clean if name.casefold() not in _NOBODY and len(name) <= _LONGEST_NAME
    )
