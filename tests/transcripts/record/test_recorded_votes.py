"""Recorded votes: what was voted on, and totals that differ from the lists."""

import pytest

from statements.transcripts.record.motions import Outcome
from statements.transcripts.record.recorded_votes import (
    VoteTotals,
    check_vote_totals,
    find_recorded_votes,
)
from statements.transcripts.record.vote_lists import Ballot, is_vote_list, names_states
from statements.transcripts.values.parsed import ParagraphKind, ParsedParagraph


def narrative(*texts: str) -> list[ParsedParagraph]:
    return [
        ParsedParagraph(text, ParagraphKind.NARRATIVE, line)
        for line, text in enumerate(texts, start=1)
    ]


def spoken(text: str) -> ParsedParagraph:
    return ParsedParagraph(text, ParagraphKind.SPEECH)


LISTS = narrative("In favour:", "Chad, Kenya, Peru and Togo", "Against:", "Oman")


@pytest.mark.parametrize(
    ("result", "subject", "totals"),
    [
        (
            "Draft resolution A/70/L.9 was adopted by 4 votes to 1, with no abstentions.",
            "Draft resolution A/70/L.9",
            VoteTotals(4, 1, 0),
        ),
        (
            "Operative paragraph 7 was retained by 4 votes to 1.",
            "Operative paragraph 7",
            VoteTotals(4, 1),
        ),
        (
            "The eighth preambular paragraph of draft resolution II was retained by 4 votes to 1.",
            "The eighth preambular paragraph of draft resolution II",
            VoteTotals(4, 1),
        ),
        (
            "The twenty-first and last preambular paragraphs were retained by 4 votes to 1.",
            "The twenty-first and last preambular paragraphs",
            VoteTotals(4, 1),
        ),
        ("The motion was carried by a recorded vote of 4 to 1.", "", VoteTotals(4, 1)),
        (
            "The draft resolution received four votes in favour, one against and no abstentions.",
            "",
            VoteTotals(4, 1, 0),
        ),
    ],
)
def test_a_vote_keeps_its_subject_and_totals(result: str, subject: str, totals: VoteTotals) -> None:
    paragraphs = [*LISTS, spoken(result)]
    (vote,) = find_recorded_votes(paragraphs)
    assert (vote.subject, vote.totals) == (subject, totals)
    assert vote.delegations(Ballot.IN_FAVOUR) == ["Chad", "Kenya", "Peru", "Togo"]
    assert list(check_vote_totals(paragraphs)) == []


def test_the_subject_may_be_named_before_the_vote() -> None:
    paragraphs = [spoken("I put to the vote draft resolution II."), *LISTS]
    (vote,) = find_recorded_votes(paragraphs)
    assert (vote.subject, vote.first, vote.last) == ("draft resolution II", 2, 4)
    assert vote.totals is None


def test_each_of_several_votes_has_its_own_result() -> None:
    paragraphs = [
        *LISTS,
        spoken("Paragraph 2 was retained by 4 votes to 1."),
        *LISTS,
        spoken("The draft was adopted by 5 votes to 1 (resolution 70/12)."),
    ]
    first, second = find_recorded_votes(paragraphs)
    assert (first.subject, first.resolution) == ("Paragraph 2", "")
    assert (second.totals, second.resolution) == (VoteTotals(5, 1), "70/12")
    (problem,) = check_vote_totals(paragraphs)
    assert problem.code == "vote-total-differs"
    assert "5 in favour, but 4 are listed" in problem.message


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        (["In favour: Chad", "Against: Peru", "Absent: Oman"], [(0, 2)]),
        (["In favour:", "Chad", "Against:", "Peru", "Togo, Oman"], [(1, 4)]),
        (["In favour: Chad", "Against: Peru"] * 2, [(0, 1), (2, 3)]),
        (["In favour: Chad", "In favour: Peru"], [(0, 0), (1, 1)]),
        (["In favour:", "Chad", "In favour:", "Peru"], [(1, 1), (3, 3)]),
        (["In favour: Chad", "It was so decided.", "Against: Peru"], [(0, 0), (2, 2)]),
        (["In favour: Chad", "", "Against: Peru"], [(0, 0), (2, 2)]),  # somebody spoke
        (["In favour: Chad Against: Peru In favour: Oman"], [(0, 0)]),
    ],
)
def test_the_lists_of_one_vote_are_told_from_those_of_the_next(
    texts: list[str], places: list[tuple[int, int]]
) -> None:
    paragraphs = narrative(*texts)
    paragraphs = [paragraph if paragraph.text else spoken("So be it.") for paragraph in paragraphs]
    votes = find_recorded_votes(paragraphs)
    assert [(vote.first, vote.last) for vote in votes] == places


def test_the_result_of_one_vote_is_not_the_subject_of_the_next() -> None:
    paragraphs = [
        *LISTS,
        spoken("Paragraph 2 was retained by 4 votes to 1. I now put draft resolution III to vote."),
        *LISTS,
        spoken("Paragraph 9 was deleted by 4 votes to 1."),
        *LISTS,
    ]
    subjects = [vote.subject for vote in find_recorded_votes(paragraphs)]
    assert subjects == ["Paragraph 2", "Paragraph 9 of draft resolution III", ""]


def test_a_paragraph_is_told_with_the_draft_that_was_named_before() -> None:
    paragraphs = [
        spoken("We first vote on the sixth preambular paragraph of draft resolution A/70/L.9."),
        *LISTS,
        spoken("The sixth preambular paragraph was retained by 4 votes to 1."),
    ]
    (vote,) = find_recorded_votes(paragraphs)
    assert vote.subject == "the sixth preambular paragraph of draft resolution A/70/L.9"


def test_a_paragraph_is_one_of_the_only_draft_that_was_named() -> None:
    drafts = "We turn to draft resolution A/70/L.9 and Corr.1", "and to draft resolution A/70/L.10."
    vote_on = spoken("A separate vote was requested on operative paragraph 7.")
    (vote,) = find_recorded_votes([spoken(f"{drafts[0]}."), vote_on, *LISTS])
    assert vote.subject == "operative paragraph 7 of draft resolution A/70/L.9 and Corr.1"
    (vote,) = find_recorded_votes([spoken(" ".join(drafts)), vote_on, *LISTS])
    assert vote.subject == "operative paragraph 7"


def test_a_vote_has_the_title_of_its_draft() -> None:
    paragraphs = [
        spoken("Draft resolution I is entitled “Tides of the river Ebb”, draft resolution II is"),
        spoken("before us, too. Draft resolution II, as revised, is entitled\n“Weirs”."),
        spoken("I put draft resolution I to the vote."),
        *LISTS,
        spoken("Draft resolution I was adopted by 4 votes to 1."),
        spoken("I put paragraph 2 of draft resolution II to the vote."),
        *LISTS,
        spoken("Paragraph 2 was deleted by 4 votes to 1. I put draft resolution III to the vote."),
        *LISTS,
    ]
    titles = [vote.title for vote in find_recorded_votes(paragraphs)]
    assert titles == ["Tides of the river Ebb", "Weirs", ""]
    nameless = [spoken('We vote on the draft decision, entitled "Locks, and sluices".'), *LISTS]
    assert [vote.title for vote in find_recorded_votes(nameless)] == ["Locks, and sluices"]


def test_a_vote_has_the_sentence_that_asks_for_it() -> None:
    paragraphs = [
        spoken("We have heard both sides. I shall put the motion for adjournment to the vote now."),
        spoken("A recorded vote has been requested."),
        *LISTS,
        spoken("A vote has been requested on what is left."),
        *LISTS,
        spoken("We thank everybody."),
        *LISTS,
    ]
    motions = [vote.motion for vote in find_recorded_votes(paragraphs)]
    assert motions == [
        "I shall put the motion for adjournment to the vote now.",
        "A vote has been requested on what is left.",
        "",
    ]


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("It was adopted by 4 votes to 1.", Outcome.ADOPTED),
        ("The motion was carried by 4 votes to 1.", Outcome.ADOPTED),
        ("The words were retained by 4 votes to 1.", Outcome.RETAINED),
        ("The words were not retained, by 1 vote to 4.", Outcome.DELETED),
        ("Paragraph 3 was deleted by 4 votes to 1.", Outcome.DELETED),
        ("The amendment was rejected by 1 vote to 4.", Outcome.REJECTED),
        ("The draft has not been adopted, owing to a negative vote.", Outcome.REJECTED),
        ("The draft resolution was therefore not adopted.", Outcome.REJECTED),
        ("Le projet devient la résolution 2999 (2015).", Outcome.ADOPTED),
        ("We thank the members.", None),
    ],
)
def test_a_vote_has_the_outcome_that_is_reported(result: str, outcome: Outcome | None) -> None:
    (vote,) = find_recorded_votes([*LISTS, spoken(result)])
    assert vote.outcome is outcome


def test_a_list_that_is_missing_is_told() -> None:
    paragraphs = [*narrative("In favour: Chad, Peru"), spoken("It was adopted by 2 votes to 1.")]
    assert [problem.code for problem in check_vote_totals(paragraphs)] == ["vote-total-differs"]


def test_no_votes_give_no_recorded_vote() -> None:
    assert list(find_recorded_votes([])) == []
    assert list(find_recorded_votes([spoken("I voted in favour.")])) == []


@pytest.mark.parametrize(
    "text",
    ["Chad, Norw@y, Peru.", "the former Yugoslav Republic of Macedonia", "eSwatini; Chad.", "Nil."],
)
def test_an_unknown_name_makes_no_speech_of_a_list(text: str) -> None:
    assert is_vote_list(text)


@pytest.mark.parametrize("text", ["Chad and Peru thank you.", "I see Chad, Peru and we agree.", ""])
def test_a_sentence_that_names_states_is_no_list(text: str) -> None:
    assert not names_states(text)
