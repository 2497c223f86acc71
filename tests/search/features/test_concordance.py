import pytest
from support.factories import make_speech
from support.search.random_archive import draw

from statements.search.analysis.tokenizer import words
from statements.search.features.kwic import CONTEXT_WORDS, concordance
from statements.search.index.snapshot import current
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.selection import Selection
from statements.search.protocol import LineOrder, Question
from statements.search.query import parse
from statements.search.results.analytics import context_lines

pytestmark = pytest.mark.django_db

# as typed, and how long each of its occurrences is at a place of a paragraph, 0 where none is
QUERIES = {
    "river": lambda terms, at: terms[at] == "river",
    "election": lambda terms, at: terms[at] in ("election", "elections"),
    '"river dam"': lambda terms, at: 2 * (terms[at : at + 2] == ["river", "dam"]),
    '"of the"': lambda terms, at: 2 * (terms[at : at + 2] == ["of", "the"]),
    "glac*": lambda terms, at: terms[at] == "glacier",
    "vote OR flood": lambda terms, at: terms[at] in ("vote", "flood"),
    "river -glacier": lambda terms, at: terms[at] == "river",
    "country:KAZ peace": lambda terms, at: terms[at] == "peace",
    'river "river dam"': lambda terms, at: (
        2 if terms[at : at + 2] == ["river", "dam"] else terms[at] == "river"
    ),
    "absent": lambda terms, at: False,
    "": lambda terms, at: False,
}


def match(typed: str) -> Selection:
    return Selection(Evaluator(current()), Question(tree=parse(typed)))


@pytest.fixture
def drawn(db, archive_index):
    drawn = draw(25)
    archive_index()
    drawn += draw(15, seed=9, vocabulary=["river", "dam", "vote", "zebra", "ape", "of", "the"])
    drawn.pop(2).stored.delete()
    archive_index()
    return drawn


def by_reading(drawn, asked, order, typed):
    """Every line: its speech, paragraph, place and length, in the order told."""
    numbers = {int(pk): n for n, pk in enumerate(asked.snapshot.numbers["speech"])}
    lines = []
    for one in drawn:
        number = numbers[one.stored.pk]
        for paragraph, terms in enumerate(one.terms if asked.mask[number] else (), 1):
            for place in range(len(terms)):
                if length := int(QUERIES[typed](terms, place)):
                    after = terms[place + length :][:CONTEXT_WORDS]
                    before = terms[:place][::-1][:CONTEXT_WORDS]
                    newest = int(asked.snapshot.newest[number])
                    key = {
                        LineOrder.RIGHT: (after, newest),
                        LineOrder.LEFT: (before, newest),
                        LineOrder.NEWEST: newest,
                        LineOrder.OLDEST: int(asked.snapshot.oldest[number]),
                        LineOrder.COUNTRY: (by_name(one.country), newest),
                        LineOrder.SPEAKER: (by_name(speaker_slug(one)), newest),
                    }[order]
                    lines.append((key, paragraph, place, length, one.stored.pk))
    return [(pk, *line) for _, *line, pk in sorted(lines)]


def by_name(value):
    """Those without a value come last."""
    return (not value, value)


def speaker_slug(one):
    return one.stored.speaker.slug if one.stored.speaker else ""


@pytest.mark.parametrize("typed", QUERIES)
def test_lines_are_those_of_a_reading_in_every_order(drawn, typed):
    asked = match(typed)
    for order in LineOrder:
        expected = by_reading(drawn, asked, order, typed)
        lines = []
        for start in range(0, len(expected) + 1, 7):
            found = concordance(
                asked.evaluator, asked.tree, asked.mask, order, start=start, stop=start + 7
            )
            assert found.total == len(expected)
            assert found.speeches == len({pk for pk, *_ in expected})
            lines += found.shown
        assert [
            (line.speech, line.paragraph, line.place, line.length) for line in lines
        ] == expected


def test_countries_come_in_the_order_of_their_names(drawn):
    asked = match("river")
    country_of = {one.stored.pk: one.country for one in drawn}
    lines = concordance(
        asked.evaluator, asked.tree, asked.mask, LineOrder.COUNTRY, ["KOR", "NRU", "KAZ"], stop=100
    ).shown
    shown = list(dict.fromkeys(country_of[line.speech] for line in lines))
    assert shown == ["KOR", "KAZ", "CIV", "FRA", ""]


@pytest.mark.parametrize("order", [LineOrder.LEFT, LineOrder.RIGHT])
def test_of_too_many_lines_the_newest_are_ordered_by_what_stands_around_them(
    drawn, order, monkeypatch
):
    asked = match("river")
    snapshot = asked.snapshot
    everything = by_reading(drawn, asked, order, "river")
    numbers = {int(pk): number for number, pk in enumerate(snapshot.numbers["speech"])}
    newest = sorted(int(snapshot.newest[numbers[pk]]) for pk, *_ in everything)
    for most in (1, 10, len(everything) - 1, len(everything)):
        monkeypatch.setattr("statements.search.features.kwic.MAX_SORTED", most)
        found = concordance(asked.evaluator, asked.tree, asked.mask, order, stop=len(everything))
        lines = [(line.speech, line.paragraph, line.place, line.length) for line in found.shown]
        assert found.total == len(everything) > most - 1
        assert len(lines) == most
        assert sorted(int(snapshot.newest[numbers[pk]]) for pk, *_ in lines) == newest[:most]
        assert lines == [line for line in everything if line in set(lines)]
        beyond = concordance(
            asked.evaluator, asked.tree, asked.mask, order, start=most, stop=most + 5
        )
        assert not beyond.shown


def test_lines_are_printed_with_what_stands_around_them(archive_index):
    before = "It rained for weeks upon the hills, and nobody had thought of what was to come: "
    speech = make_speech([f"{before}the RIVERS rose.", "One river — only one — stayed in its bed."])
    archive_index()
    asked = match("river")
    lines = concordance(asked.evaluator, asked.tree, asked.mask, LineOrder.NEWEST).shown
    one, other = context_lines(lines)
    assert (one.speech, one.paragraph, one.word, one.right) == (speech, 1, "RIVERS", " rose.")
    assert (f"{before}the ").endswith(one.left)
    assert 40 < len(one.left) <= 60
    assert (other.paragraph, other.left, other.word) == (2, "One ", "river")
    assert other.right == " — only one — stayed in its bed."


def test_of_a_text_that_changed_since_only_lines_that_it_still_has_are_printed(archive_index):
    speech = make_speech(["The long and winding river.", "A river."])
    gone = make_speech(["Another river."])
    archive_index()
    asked = match("river")
    lines = concordance(asked.evaluator, asked.tree, asked.mask, LineOrder.RIGHT).shown
    assert len(lines) == 3
    speech.paragraphs.filter(position=1).update(text="Short.")
    gone.delete()
    [left] = context_lines(lines)
    assert [word.term for word in words(left.left + left.word)] == ["a", "river"]
