"""Votes as data, out of the lists that records print."""

import pytest

from statements.transcripts.parsed import ParagraphKind, ParsedParagraph
from statements.transcripts.votes import Ballot, VoteList, read_votes


def test_names_keep_their_parentheses_and_their_and() -> None:
    text = (
        "In favour: Bolivia (Plurinational State of), Bosnia and Herzegovina, Iran (Islamic "
        "Republic of), Trinidad and Tobago"
    )
    (votes,) = read_votes(text)
    assert votes == VoteList(
        Ballot.IN_FAVOUR,
        (
            "Bolivia (Plurinational State of)",
            "Bosnia and Herzegovina",
            "Iran (Islamic Republic of)",
            "Trinidad and Tobago",
        ),
    )


def test_several_lists_in_one_paragraph_are_parted() -> None:
    votes = read_votes("In favour: Chad, Peru Against: None Abstaining: Norway.")
    assert [(each.ballot, each.delegations) for each in votes] == [
        (Ballot.IN_FAVOUR, ("Chad", "Peru")),
        (Ballot.AGAINST, ()),
        (Ballot.ABSTAINING, ("Norway",)),
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "The draft resolution received 13 votes in favour, none against and 2 abstentions.",
        "I vote against: never shall it be.",
        "",
    ],
)
def test_prose_is_no_list(prose: str) -> None:
    assert read_votes(prose) == ()


def test_only_narrative_holds_votes() -> None:
    text = "Against: Norway"
    assert ParsedParagraph(text, ParagraphKind.NARRATIVE).votes
    assert ParsedParagraph(text, ParagraphKind.SPEECH).votes == ()
