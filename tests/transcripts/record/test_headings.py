"""Headings among narrative."""

import pytest

from statements.transcripts.record.headings import find_headings, title_form


@pytest.mark.parametrize(
    "heading",
    [
        "Adoption of the agenda",
        "AGENDA ITEM 14 (continued)",
        "(b) DRAFT RESOLUTION (A/48/L.13 and Corr.1)",
        "The situation in Chad",
    ],
)
def test_narrative_that_is_no_event_is_a_heading(heading: str) -> None:
    assert find_headings(["The meeting was called to order at 10 a.m.", heading]) == {1}


@pytest.mark.parametrize(
    "event",
    [
        "The meeting rose at 1 p.m.",
        "The agenda was adopted.",
        "In favour: Chad, Peru",
        "The river was seen from the window.",
        "It was so decided (decision 76/423).",
        "",
    ],
)
def test_events_sentences_and_spoken_words_are_none(event: str) -> None:
    assert find_headings([event]) == set()


def test_names_below_a_head_of_votes_are_none_and_elsewhere_may_be_one() -> None:
    assert find_headings(["Against:", "Chad", "Peru"]) == set()
    assert find_headings(["Chad"]) == {0}


def test_continued_is_no_part_of_a_title() -> None:
    assert title_form("The Situation in Chad (continued)") == title_form("the situation in Chad")
    assert title_form("The situation in Chad") != title_form("The situation in Mali")
