"""One debate reads the same in every form of markup: speakers, words, notes, headings, dates."""

import cProfile
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import groupby

import pytest
from support import same_debate
from support.same_debate import PARAGRAPHS, paragraphs_of

from statements.transcripts import SourceMetadata, read
from statements.transcripts.formats.registry import FORMATS, format_of


@pytest.mark.usefixtures("new_interpreters")
@pytest.mark.parametrize("form", same_debate.FORMS)
def test_a_debate_reads_the_same_in_every_form(form: str) -> None:
    parsed = read("debate.xml", same_debate.FORMS[form].encode())
    assert paragraphs_of(parsed) == PARAGRAPHS
    assert parsed.meeting.date == date(2031, 5, 6)
    assert [problem.code for speech in parsed.speeches for problem in speech.problems] == []


@pytest.mark.usefixtures("new_interpreters")
@pytest.mark.parametrize("form", same_debate.PAGES)
def test_pages_read_like_debates_in_xml(form: str) -> None:
    parsed = read("debate", same_debate.PAGES[form].encode())
    assert paragraphs_of(parsed) == PARAGRAPHS
    assert parsed.meeting.date == date(2031, 5, 6)


@pytest.mark.parametrize("form", same_debate.FORMS)
def test_identifiers_and_topics_are_kept(form: str) -> None:
    parsed = read("debate.xml", same_debate.FORMS[form].encode())
    metadata = [speech.source_metadata or SourceMetadata() for speech in parsed.speeches]
    people = [person for person, _ in groupby(values.person for values in metadata)]
    assert people == ["p1", "p2"]
    identifiers = [values.identifier for values in metadata]
    assert [identifiers[0], identifiers[-1]] == ["u1", "u2"]
    assert {values.topics for values in metadata[1:]} <= {("Low water",), ()}


@pytest.mark.parametrize("form", same_debate.FORMS)
@pytest.mark.parametrize("change", ["no prolog", "a comment in front", "UTF-16", "a mark in front"])
def test_the_beginning_of_a_file_does_not_matter(form: str, change: str) -> None:
    text = same_debate.FORMS[form]
    bare = text[text.index(">") + 1 :].lstrip() if text.startswith("<?xml") else text
    data = {
        "no prolog": bare.encode(),
        "a comment in front": f"<!-- A note > here -->\n{bare}".encode(),
        "UTF-16": bare.encode("utf-16"),
        "a mark in front": b"\xef\xbb\xbf" + bare.encode(),
    }[change]
    assert format_of(data).key in {"akn", "tei", "debate"}
    assert paragraphs_of(read("debate.txt", data)) == PARAGRAPHS


def test_every_reader_can_be_loaded() -> None:
    for file_format in FORMATS:
        assert callable(file_format.load())
    assert len({file_format.key for file_format in FORMATS}) == len(FORMATS)


def count_calls(read: Callable[[], object]) -> int:
    """Return how many functions are called, those written in C among them."""
    profile = cProfile.Profile()
    profile.runcall(read)
    return sum(entry.callcount for entry in profile.getstats())


GROWING = same_debate.FORMS | same_debate.PAGES | same_debate.RECORDINGS


@pytest.mark.parametrize("form", GROWING)
def test_work_grows_with_the_size(form: str) -> None:
    words = next(
        words for words in ("falls &amp; falls.", "falls & falls.") if words in GROWING[form]
    )
    before, words, after = GROWING[form].partition(words)
    calls = []
    for count in (500, 4000):
        data = f"{before}{f'<i>{words}</i> ' * count}{after}".encode()
        file_format = format_of(data)
        file_format.load()
        calls.append(count_calls(partial(file_format.read, "large", data)))
    assert calls[1] < 10 * calls[0]
