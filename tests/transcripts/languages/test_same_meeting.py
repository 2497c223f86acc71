"""One invented meeting in the six languages of the United Nations, each the others' truth."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from statements.transcripts import ParagraphKind, ParsedSpeech, ParsedTranscript, read
from statements.transcripts.checks.completeness import unaccounted_words
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import ENGLISH, PACKS, LanguagePack
from statements.transcripts.languages.states import code_of_state
from statements.transcripts.record.recorded_votes import find_recorded_votes
from statements.transcripts.record.vote_lists import Ballot
from statements.transcripts.speakers.chair import PRESIDING_OFFICES

FOLDER = Path(__file__).parent / "same_meeting"
ENGLISH_CODES = {fold(name): code for code, names in ENGLISH.states.items() for name in names}
SPOKEN = ["fr", "es", "en", "ru", "fr", "fr", "ar", "zh", "en", "en", "es", "fr"]
STATES = ["", "CHL", "NOR", "RUS", "TCD", "", "JOR", "CHN", "", "GBR", "CHL", ""]

every_language = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)


@cache
def meeting(pack: LanguagePack) -> ParsedTranscript:
    name = f"{pack.name.lower()}.txt"
    return read(name, (FOLDER / name).read_bytes())


def state(printed: str) -> str:
    return ENGLISH_CODES.get(fold(printed)) or code_of_state(printed)


def shape(speech: ParsedSpeech) -> list[ParagraphKind]:
    """Return the kinds of the paragraphs; narrative that goes on counts once, since the lines of
    vote lists may be joined."""
    kinds = [paragraph.kind for paragraph in speech.paragraphs]
    return [
        kind
        for before, kind in zip([None, *kinds], kinds, strict=False)
        if kind is ParagraphKind.SPEECH or before is not kind
    ]


@every_language
def test_the_first_page_is_read(pack: LanguagePack) -> None:
    page = meeting(pack).meeting
    assert (str(page.symbol), page.organ, page.number) == ("S/PV.9907", "Security Council", 9907)
    assert page.date == date(2015, 2, 23)
    assert [state(president.affiliation) for president in page.presidents] == ["FRA"]
    assert [state(member.affiliation) for member in page.members] == ["TCD", "CHL"]
    assert all(member.honorific and member.name for member in page.members)
    assert len(page.agenda_items) == 1
    assert page.place


@every_language
def test_every_turn_has_its_speaker_state_and_language(pack: LanguagePack) -> None:
    parsed = meeting(pack)
    assert parsed.form == "record"
    assert [state(speech.affiliation) for speech in parsed.speeches] == STATES
    # a record does not note its own language
    assert [speech.language or pack.code for speech in parsed.speeches] == SPOKEN
    chairs = {0, 5, 11}
    for index, speech in enumerate(parsed.speeches):
        assert (speech.role in PRESIDING_OFFICES) is (index in chairs)
        assert bool(speech.speaker and speech.honorific) is bool(STATES[index])
        assert bool(speech.role) is not bool(STATES[index])
    first, again = parsed.speeches[1], parsed.speeches[10]
    assert (first.honorific, first.speaker) == (again.honorific, again.speaker)


@every_language
def test_paragraphs_are_those_of_the_english_record(pack: LanguagePack) -> None:
    english, other = meeting(ENGLISH), meeting(pack)
    assert [shape(speech) for speech in other.speeches] == [
        shape(speech) for speech in english.speeches
    ]
    assert other.problems == ()
    assert all(speech.problems == () for speech in other.speeches)


@every_language
def test_the_vote_is_read(pack: LanguagePack) -> None:
    (vote,) = find_recorded_votes(meeting(pack).speeches[5].paragraphs)
    in_favour = sorted(map(state, vote.delegations(Ballot.IN_FAVOUR)))
    assert in_favour == ["CHL", "CHN", "GBR", "NOR", "RUS", "TCD"]
    assert vote.delegations(Ballot.AGAINST) == []
    assert list(map(state, vote.delegations(Ballot.ABSTAINING))) == ["JOR"]
    assert vote.subject.endswith("S/2015/990")
    assert vote.resolution == "2999 (2015)"
    assert vote.totals is not None
    assert (vote.totals.in_favour, vote.totals.against) == (6, 0)
    # the Arabic record writes this number as a word
    assert vote.totals.abstaining == (None if pack.code == "ar" else 1)


@every_language
def test_no_word_is_lost(pack: LanguagePack) -> None:
    text = (FOLDER / f"{pack.name.lower()}.txt").read_text("utf-8")
    assert unaccounted_words(text, meeting(pack)) == []
