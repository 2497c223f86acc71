"""Recorded votes: what was voted on, the lists of delegations, and the printed totals.

The totals are in the sentence that reports the result, in the record's own voice ("was adopted by
143 votes to 1, with 20 abstentions") or in the President's ("received 13 votes in favour").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from statements.transcripts.languages.states import is_state
from statements.transcripts.record.motions import (
    Outcome,
    find_motion,
    find_outcome,
    find_title,
    names_proposal,
    only_proposal,
)
from statements.transcripts.record.pack_votes import (
    SYMBOL,
    find_resolution,
    find_subjects,
    find_totals,
)
from statements.transcripts.record.vote_lists import (
    Ballot,
    VoteList,
    find_votes,
    heads_vote_list,
    list_items,
)
from statements.transcripts.values.parsed import ParagraphKind, ParsedParagraph, Problem

_NUMBER_WORDS = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty".split()
)
_NUMBERS = {word: number for number, word in enumerate(_NUMBER_WORDS)} | {"none": 0, "nil": 0}
_N = rf"(?:\d{{1,3}}|none|nil|{'|'.join(_NUMBER_WORDS)})"
_RESULT = re.compile(
    rf"\bby (?:a (?:recorded |roll-call )?vote of )?(?P<favour>{_N})(?: votes?)? to"
    rf" (?P<against>{_N})\b(?:,? (?:with|and) (?P<abstaining>{_N}) abstentions?)?",
    re.IGNORECASE,
)
_SPOKEN_RESULT = re.compile(
    rf"\b(?P<favour>{_N}) (?:votes? )?in favou?r\b"
    rf"(?:,? (?:and )?(?:with )?(?P<against>{_N}) (?:votes? )?against\b)?"
    rf"(?:,? (?:and )?(?:with )?(?P<abstaining>{_N}) abstentions?\b)?",
    re.IGNORECASE,
)
_NUMERAL = r"(?:[IVX]{1,6}|[A-Z]|\d{1,3}(?:/\d{1,3})?)"
_DRAFT = (
    r"(?:the )?(?:(?:oral |proposed )?amendments? (?:contained in (?:document )?)?"
    r"|(?:draft )?(?:resolution|decision|amendment|proposal)s?"
    r"(?: (?:contained|set out) in (?:paragraph \d{1,3} of )?(?:document )?)?)\s?"
    rf"(?:{SYMBOL}(?:(?:,| and|, and) (?:Add|Corr|Rev)\.\d)*|{_NUMERAL}(?![\w/]))"
    r"(?:,? as (?:orally )?(?:amended|revised)(?: orally)?)?(?:,? as a whole)?"
)
_PARAGRAPH = (
    r"(?:(?:operative|preambular|sub|the \w{3,12} preambular|the \w{3,12} operative) ?)?"
    r"paragraphs? \d{1,3}(?:\s?\([a-z]{1,3}\))?(?:(?:,| and| to) \d{1,3}){0,4}"
)
_ORDINAL = r"(?:(?:twenty-)?(?:first|second|third)|(?:twenty-)?[a-z]{2,9}th|last|penultimate)"
_PREAMBULAR = (
    rf"(?:the )?{_ORDINAL}(?:(?:,|,? and)(?: the)? {_ORDINAL}){{0,4}}"
    r" (?:preambular|operative) paragraphs?"
)
_CONTAINED = rf"{SYMBOL}(?=,? (?:which )?contain(?:s|ing) (?:the text of )?(?:a|the) draft)"
_SUBJECT = re.compile(
    rf"\b(?:(?:{_PARAGRAPH}|{_PREAMBULAR})(?: of {_DRAFT})?|{_DRAFT}|{_CONTAINED})",
    re.IGNORECASE,
)
_RESOLUTION = re.compile(
    r"\(?\b(?:as )?resolution (?P<number>[\dES/-]{1,12}(?: [A-Z]\b)?(?: \(\d{4}\))?)"
)
_DECIDED = re.compile(
    r"\b(?:was|were|is|are|(?:has|have) been) (?:thus |therefore |not )?"
    r"(?:adopted|retained|rejected|approved|carried|deleted)\b",
    re.IGNORECASE,
)
_PARAGRAPHS_BEFORE = 12  # in which the subject is named before the vote
_PARAGRAPHS_AFTER = 3  # in which the result is reported after the lists


@dataclass(frozen=True, slots=True)
class VoteTotals:
    """The numbers that a record prints; None where it prints none."""

    in_favour: int
    against: int | None = None
    abstaining: int | None = None

    def of(self, ballot: Ballot) -> int | None:
        """Return the total of one kind of vote."""
        totals = {
            Ballot.IN_FAVOUR: self.in_favour,
            Ballot.AGAINST: self.against,
            Ballot.ABSTAINING: self.abstaining,
        }
        return totals.get(ballot)


@dataclass(frozen=True, slots=True)
class RecordedVote:
    """One vote with its lists of delegations."""

    first: int  # index of the first paragraph with a list
    last: int
    lists: tuple[VoteList, ...]
    # as printed: "draft resolution A/70/L.9", "operative paragraph 5 of draft resolution II"
    subject: str = ""
    title: str = ""  # of the proposal, as printed
    motion: str = ""  # the sentence that puts it to the vote
    outcome: Outcome | None = None
    resolution: str = ""  # number of the resolution adopted: "70/12", "2401 (2018)"
    totals: VoteTotals | None = None

    def delegations(self, ballot: Ballot) -> list[str]:
        """Return all delegations that cast one kind of vote."""
        names = (
            name for votes in self.lists if votes.ballot is ballot for name in votes.delegations
        )
        return [item for name in names for item in ([name] if is_state(name) else _split(name))]


def _split(name: str) -> list[str]:
    """Split the end of a list, "Peru and Togo", if both are States."""
    items = list_items(name)
    return items if len(items) > 1 and all(map(is_state, items)) else [name]


def find_recorded_votes(paragraphs: Sequence[ParsedParagraph]) -> Iterator[RecordedVote]:
    """Yield the recorded votes among the paragraphs of a speech, in order.

    >>> vote, = find_recorded_votes([
    ...     ParsedParagraph("In favour: Chad, Peru", ParagraphKind.NARRATIVE),
    ...     ParsedParagraph("Draft resolution A/70/L.9 was adopted by 2 votes to none.")])
    >>> vote.subject, vote.totals
    ('Draft resolution A/70/L.9', VoteTotals(in_favour=2, against=0, abstaining=None))
    """
    narrative = [
        paragraph.text if paragraph.kind is ParagraphKind.NARRATIVE else ""
        for paragraph in paragraphs
    ]
    groups = group_vote_lists(narrative)
    starts = [group[0][0] for group in groups] + [len(paragraphs)]
    end_before = 0
    for group, next_start in zip(groups, starts[1:], strict=True):
        yield _recorded_vote(paragraphs, group, end_before, next_start)
        end_before = group[-1][0] + 1


def group_vote_lists(narrative: Sequence[str]) -> list[list[tuple[int, VoteList]]]:
    """Return the lists of each vote among consecutive paragraphs, with the indices of the lists.

    Spoken paragraphs are "". Any text between two lists, or the head of a list that the vote
    already has, begins another vote.

    >>> [len(group) for group in group_vote_lists(["Against: Chad", "Against: Peru", "Absent:"])]
    [1, 2]
    """
    groups: list[list[tuple[int, VoteList]]] = []
    for index, vote_list in find_votes(narrative):
        if not groups or _begins_vote(groups[-1], index, vote_list, narrative):
            groups.append([])
        groups[-1].append((index, vote_list))
    return groups


def _begins_vote(
    group: Sequence[tuple[int, VoteList]], index: int, vote_list: VoteList, narrative: Sequence[str]
) -> bool:
    last = group[-1][0]
    if index == last:
        return False  # one paragraph is shown with one vote
    heads = [heads_vote_list(text) for text in narrative[last + 1 : index + 1]]
    if not all(heads[:-1]):
        return True
    return any(heads) and any(known.ballot is vote_list.ballot for _, known in group)


def _recorded_vote(
    paragraphs: Sequence[ParsedParagraph],
    group: Sequence[tuple[int, VoteList]],
    end_before: int,
    next_start: int,
) -> RecordedVote:
    first, last = group[0][0], group[-1][0]
    after = [paragraph.text for paragraph in paragraphs[last + 1 : next_start]][:_PARAGRAPHS_AFTER]
    before_from = max(end_before, first - _PARAGRAPHS_BEFORE)
    before = [paragraph.text for paragraph in paragraphs[before_from:first]]
    result, totals = _result(after)
    resolution = next(filter(None, map(_resolution, after)), "")
    subject = _subject(result, before)
    if subject and not names_proposal(subject):
        named = only_proposal(paragraph.text for paragraph in paragraphs[:first])
        subject = f"{subject} of {named}" if named else subject
    # a numeral, such as "draft resolution II", is explained anywhere in the speech
    of_title = [paragraph.text for paragraph in paragraphs] if subject else before
    outcome = find_outcome([result, *after])
    return RecordedVote(
        first=first,
        last=last,
        lists=tuple(vote_list for _, vote_list in group),
        subject=subject,
        title=find_title(subject, of_title),
        motion=find_motion(before),
        outcome=outcome or (Outcome.ADOPTED if resolution else None),
        resolution=resolution,
        totals=totals,
    )


def _subject(result: str, before: Sequence[str]) -> str:
    """Return what was voted on: the subject of the result, else the last one named before.

    The result may say "Paragraph 5" for what was named as "paragraph 5 of draft resolution II".
    """
    decided = _SUBJECT.search(result.split(" was ")[0].split(" received ")[0])
    named = [
        _plain(match[0])
        for text in before
        for match in (*_SUBJECT.finditer(_after_reports(text)), *find_subjects(text))
    ]
    if decided is None:
        return named[-1] if named else ""
    subject = _plain(decided[0])
    beginning = f"{_without_article(subject)} of "
    fuller = (name for name in reversed(named) if _without_article(name).startswith(beginning))
    return next(fuller, subject)


def _plain(name: str) -> str:
    """Return a name on one line, without the full stop that a symbol may seem to end in."""
    return " ".join(name.split()).rstrip(".-")


def _without_article(name: str) -> str:
    return name.casefold().removeprefix("the ")


def _after_reports(text: str) -> str:
    """Return what follows the last result in a paragraph: the result is that of the vote before."""
    reports = (_RESULT, _SPOKEN_RESULT, _DECIDED)
    ends = [match.end() for report in reports for match in report.finditer(text)]
    return text[max(ends, default=0) :]


def _resolution(text: str) -> str:
    match = _RESOLUTION.search(text)
    return match["number"] if match else find_resolution(text)


def _result(texts: Sequence[str]) -> tuple[str, VoteTotals | None]:
    """Return the paragraph that reports the result, and its totals."""
    for text in texts:
        match = _RESULT.search(text) or _SPOKEN_RESULT.search(text)
        numbers = (
            [_number(match[name]) for name in ("favour", "against", "abstaining")]
            if match
            else find_totals(text)
        )
        if numbers is not None:
            return text, VoteTotals(numbers[0] or 0, *numbers[1:])
    return "", None


def _number(printed: str | None) -> int | None:
    if not printed:
        return None
    return int(printed) if printed.isdigit() else _NUMBERS[printed.lower()]


def check_vote_totals(paragraphs: Sequence[ParsedParagraph]) -> Iterator[Problem]:
    """Report votes whose printed totals differ from the lists of delegations."""
    for vote in find_recorded_votes(paragraphs):
        if vote.totals is None:
            continue
        differences = [
            f"{total} {ballot.value}, but {count} {'is' if count == 1 else 'are'} listed"
            for ballot in (Ballot.IN_FAVOUR, Ballot.AGAINST, Ballot.ABSTAINING)
            if (total := vote.totals.of(ballot)) is not None
            and total != (count := len(vote.delegations(ballot)))
        ]
        if differences:
            yield Problem(
                "vote-total-differs",
                f"The record prints {'; '.join(differences)}. Please compare the lists of the vote "
                "with the page.",
                line=paragraphs[vote.first].line,
            )
