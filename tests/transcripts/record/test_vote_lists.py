"""Vote lists, read as records print them."""

import pytest

from statements.transcripts.record.vote_lists import (
    Ballot,
    VoteList,
    find_votes,
    paragraph_votes,
    read_votes,
)
from statements.transcripts.values.parsed import ParagraphKind, ParsedParagraph


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
    assert [(vote_list.ballot, vote_list.delegations) for vote_list in votes] == [
        (Ballot.IN_FAVOUR, ("Chad", "Peru")),
        (Ballot.AGAINST, ()),
        (Ballot.ABSTAINING, ("Norway",)),
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "The draft resolution received 13 votes in favour, none against and 2 abstentions.",
        "I vote against: never shall it be.",
        "Against: those who would deny us, we say no and will go on.",
        "In favour: I speak for peace.",
        "",
    ],
)
def test_prose_is_no_list(prose: str) -> None:
    assert read_votes(prose) == ()


def test_only_narrative_holds_votes() -> None:
    text = "Against: Norway"
    assert paragraph_votes(ParsedParagraph(text, ParagraphKind.NARRATIVE))
    assert paragraph_votes(ParsedParagraph(text, ParagraphKind.SPEECH)) == ()


def test_a_list_below_a_bare_head_is_of_that_head() -> None:
    texts = ["A vote was taken.", "In favour:", "Chad, Peru", "Against:", "None", "Abstaining:", ""]
    votes = [
        (place, vote_list.ballot, vote_list.delegations) for place, vote_list in find_votes(texts)
    ]
    assert votes == [
        (2, Ballot.IN_FAVOUR, ("Chad", "Peru")),
        (4, Ballot.AGAINST, ()),
        (5, Ballot.ABSTAINING, ()),
    ]


def test_what_follows_a_bare_head_and_is_no_list_is_none() -> None:
    texts = ["Against:", "The draft resolution was adopted by 2 votes."]
    assert list(find_votes(texts)) == [(0, VoteList(Ballot.AGAINST, ()))]
    assert list(find_votes([])) == []
