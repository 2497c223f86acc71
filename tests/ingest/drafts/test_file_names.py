"""Names of files fill the gaps of a statement."""

import datetime

import pytest

from statements.ingest import Metadata, build_draft
from statements.ingest.drafts.draft import Draft
from statements.transcripts import read

pytestmark = pytest.mark.django_db

WORDS = "The weirs stand open and the river is low.\n\nWe ask for patience from all of you.\n"


def draft_of(name: str, text: str = WORDS, metadata: Metadata | None = None) -> Draft:
    return build_draft(read(name, text.encode()), metadata)


def codes(draft: Draft) -> set[str]:
    return {problem["code"] for problem in draft.problems}


def test_what_nothing_else_says_is_taken_from_the_name_and_told() -> None:
    draft = draft_of("2021-05-06_Odile_Rill_Norway.txt")
    [speech] = draft.speeches
    assert (speech.speaker, speech.affiliation, speech.country) == ("Odile Rill", "Norway", "NOR")
    assert draft.date == datetime.date(2021, 5, 6)
    assert "read-from-file-name" in codes(draft)
    assert codes(draft).isdisjoint({"no-speaker", "no-date"})


def test_codes_name_a_country() -> None:
    [speech] = draft_of("no_en.txt").speeches
    assert (speech.affiliation, speech.country) == ("", "NOR")


@pytest.mark.parametrize(
    ("text", "metadata"),
    [(f"Mr. Weir (Chad): {WORDS}", None), (WORDS, Metadata(speaker="Weir", affiliation="Chad"))],
    ids=["the text", "metadata"],
)
def test_text_and_metadata_come_first(text: str, metadata: Metadata | None) -> None:
    draft = draft_of("2021-05-06_Odile_Rill_Norway.txt", text, metadata)
    assert (draft.speeches[0].speaker, draft.speeches[0].affiliation) == ("Weir", "Chad")


def test_several_speeches_have_no_name_in_common() -> None:
    draft = draft_of("2021-05-06_Odile_Rill_Norway.txt", f"{WORDS}\nMr. Weir (Chad): {WORDS}")
    assert {speech.affiliation for speech in draft.speeches} == {"", "Chad"}
