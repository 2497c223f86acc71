"""Vote lists: which delegations voted how, read from the lists that a record prints.

"In favour: Chad, Iran (Islamic Republic of)" gives the names as printed. Matching them to
countries is the job of ``statements.ingest``. ``recorded_votes`` adds what was voted on and the
printed totals.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import PACKS
from statements.transcripts.languages.states import is_state
from statements.transcripts.values.parsed import ParagraphKind, ParsedParagraph


class Ballot(StrEnum):
    IN_FAVOUR = "in favour"
    AGAINST = "against"
    ABSTAINING = "abstaining"
    ABSENT = "absent"


_BALLOTS = {
    fold(head): ballot
    for pack in PACKS
    for ballot, heads in (
        (Ballot.IN_FAVOUR, pack.votes.in_favour),
        (Ballot.AGAINST, pack.votes.against),
        (Ballot.ABSTAINING, pack.votes.abstaining),
        (Ballot.ABSENT, pack.votes.absent),
    )
    for head in heads
}
_PRINTED_HEADS = sorted(
    {
        form
        for pack in PACKS
        for votes in (pack.votes,)
        for head in (*votes.in_favour, *votes.against, *votes.abstaining, *votes.absent)
        for form in (head, head.upper())
    },
    key=len,
    reverse=True,
)
# "In favour:", "AGAINST (3):", "S’abstiennent :", "赞成："
_HEAD = (
    rf"(?P<head>{'|'.join(map(re.escape, _PRINTED_HEADS))})".replace("'", "['’]")
    + r"(?:\s?[(（]\d{1,3}[)）])?\s?[:：]"
)
_LIST_HEAD = re.compile(_HEAD)
_LABEL = re.compile(rf"(?:^|(?<=[\s.;。；])){_HEAD}\s*")
_LABELS = re.compile(_LABEL.pattern.replace("?P<head>", "?:"))  # to split at
_ITEM_WORD = r"(?:[A-ZÀ-ÝА-ЯЁ][\w.'’‘-]*+|of|the|d['’]\w++)"
_LIST_ITEM = re.compile(
    rf"{_ITEM_WORD}(?: {_ITEM_WORD}){{0,9}}"
    r"(?: ?\([^()]{1,40}\)?|[^()]{1,40}\))?"
)
_COUNT = re.compile(r"\d{1,3}(?: votes?)?")
_BETWEEN_ITEMS = re.compile(r"[,;，；、،؛]|\band\b")
_COMMAS = re.compile(r"[,;，；、،؛]")
# " and "; in Arabic, "و" is a part of the next word
_AND = re.compile(
    "|".join(
        {"han": "{0}", "arabic": r"\s{0}(?=\w)"}.get(pack.script, r"\s{0}\s").format(
            pack.votes.conjunction
        )
        for pack in PACKS
    )
)
_STOPS = " .;。"
_NO_DELEGATIONS = frozenset({"-", "–", "—"}.union(*(pack.votes.none for pack in PACKS)))
# words of a sentence, which are in no name of a delegation
_SENTENCE_WORDS = re.compile(
    r"\b(?:I|we|you|he|she|they|is|are|was|were|be|have|has|had|will|shall|would|thank|thanks|"
    r"our|my|their|your|this|these|that|please|now|not)\b",
    re.IGNORECASE,
)
_LONGEST_ITEM = 10  # words
_LONGEST_LIST = 6000  # characters
_COMMA = re.compile(r"[,;()（），；、،؛]")
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
        VoteList(_BALLOTS[fold(label["head"])], _delegations(text[label.end() : end]))
        for label, end in zip(labels, ends, strict=True)
    )


def heads_vote_list(line: str) -> bool:
    """Return whether a line begins with "In favour:", "Against:" or a similar label."""
    return _LIST_HEAD.match(line.lstrip()) is not None


def holds_votes(text: str) -> bool:
    """Return whether a paragraph consists of labelled vote lists, which may be empty.

    "Against: those who deny us, we say no" does not.

    >>> holds_votes("In favour: Chad, Peru Against: None")
    True
    """
    if _LIST_HEAD.match(text) is None:
        return False
    lists = [part.strip(_STOPS) for part in _LABELS.split(text)[1:]]
    if all(not part or is_vote_list(part) for part in lists):
        return True
    items = [item.strip(_STOPS) for part in lists for item in _BETWEEN_ITEMS.split(part)]
    # the lists may be damaged, or have a sentence attached
    return 2 * sum(map(is_state, items)) >= len(items)


def is_vote_list(text: str, *, below_head: bool = False) -> bool:
    """Return whether the text is a list of delegations, as after "Against:", or "None".

    The list may be cut off at the end of a page. It may end in a full stop if its names are known,
    or if it is ``below_head``, that is, below a label on its own. An unknown name never turns a
    list into speech.
    """
    if text.strip(_STOPS).casefold() in _NO_DELEGATIONS or _COUNT.fullmatch(text.rstrip(" .。")):
        return True
    if len(text) > _LONGEST_LIST or text.endswith(("?", "!", ":", "？", "！", "：")):
        return False
    if below_head or not text.endswith("."):
        items = [item.strip(" .。") for item in _BETWEEN_ITEMS.split(text)]
        if all(_LIST_ITEM.fullmatch(item) for item in items if item):
            return True
    return names_states(text)


def names_states(text: str) -> bool:
    """Return whether a text is a list of which at least half of the items are States.

    >>> names_states("Chad, eSwatini; Norw@y."), names_states("Chad, Peru and we are glad.")
    (True, False)
    """
    items = list_items(text)
    others = [item for item in items if not is_state(item)]
    if len(items) < 2 * len(others) or not items:
        return False
    return not any(
        len(item.split()) > _LONGEST_ITEM or _SENTENCE_WORDS.search(item) for item in others
    )


def list_items(text: str) -> list[str]:
    """Return the names in a list; an "and" divides them only where it is not in a State's name."""
    items: list[str] = []
    for part in _COMMAS.split(text):
        name = part.strip(" .。").removeprefix("and ").strip()
        if not name or is_state(name) or _AND.search(name) is None:
            items += [name] if name else []
            continue
        splits = [
            (name[: match.start()].strip(), name[match.end() :].strip())
            for match in _AND.finditer(name)
        ]
        known = next((split for split in splits if all(map(is_state, split))), None)
        items += known or splits[-1]
    return items


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
        above = lists[-1] if lists and text.rstrip().endswith((":", "：")) else None
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
        if mark[0] in "(（":
            depth += 1
        elif mark[0] in ")）":
            depth = max(0, depth - 1)
        elif depth == 0:
            names.append(printed[start : mark.start()])
            start = mark.end()
    names.append(printed[start:])
    clean = [" ".join(name.split()).strip(" .。") for name in names]
    return tuple(
        name
        for name in clean
        if name and name.casefold() not in _NO_DELEGATIONS and len(name) <= _LONGEST_NAME
    )
