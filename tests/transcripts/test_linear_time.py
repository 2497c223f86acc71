"""Reading time grows linearly with the size of a file, not with its square, whatever it contains.

Processor time is compared, not held to a fixed bound: one pattern is read at two sizes, and eight
times the text may cost some twenty times the work, not the sixty-four times of a square.
"""

import re
import time
from typing import Any

import pytest
from support import adversarial

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.record.narrative import is_narrative, may_be_heading
from statements.transcripts.record.vote_lists import is_vote_list
from statements.transcripts.speakers.attribution import read_attribution

PATTERNS = {
    "one line of words": "harbour ",
    "empty lines": "\n",
    "blank lines": " \n",
    "open parentheses": "(",
    "speaker lines without an end": "Mr. A (",
    "capitals": "A ",
    "honorifics": "Mr. ",
    "titles": "President ",
    "speaker lines": "Mr. Abel (Malta): Yes.\n",
    "speaker lines in one language": "Mr. Abel (Malta) (spoke in French): Yes.\n",
    "speaker lines in two languages": (
        "Mr. Abel (Malta) (spoke in French): Oui.\nMr. Abel (Malta) (spoke in English): Yes.\n"
    ),
    "narrative": "The meeting was suspended\n",
    "vote list": "In favour:\n",
    "delegations": "Angola, ",
    "hyphens": "light-\n",
    "soft hyphens": "light\u00ad\n",
    "hyphens without an end": "a-",
    "numbers": "1. ",
    "numbered lines": "1.\tWord\n",
    "page numbers": "14\n",
    "job numbers": "3/71 14-67500\n",
    "dates": "23/02/2015 ",
    "symbols": "S/PV.1 ",
    "leaders": ". . . ",
    "dots": "....",
    "organ words": "Council of ",
    "first pages": "S/PV.7343\n7343rd meeting\nMonday, 23 February 2015\n",
    "members": "Members:\nAngola . . . Mr. Sambo\n",
    "on behalf of": "I speak on behalf of ",
    "misread I": "1 thank. ",
    "invitations": "At the invitation of the President ",
    "chairs": "Mr. took his seat ",
    "indents": "  word.\n word.\n",
    "carriage returns": "\r",
    "form feeds": "\x0c\n",
    "page breaks in a word": "light-\n3/71 14-67500\n",
    "mojibake": "â€",
}


def seconds(text: str) -> float:
    data = text.encode()
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        try:
            read("large.txt", data)
        except UnreadableTranscript:
            pass
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
@pytest.mark.parametrize("opening", ["", "Mr. Abel (Malta): "], ids=["bare", "speech"])
def test_reading_grows_with_the_size(pattern: str, opening: str) -> None:
    small = opening + pattern * (5_000 // len(pattern))
    large = opening + pattern * (40_000 // len(pattern))
    assert seconds(large) < 20 * max(seconds(small), 0.002)


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_grammars_look_at_no_more_than_they_need(pattern: str) -> None:
    line = " ".join((pattern * (100_000 // len(pattern))).split())
    started = time.process_time()
    read_attribution(line)
    is_narrative(line)
    is_vote_list(line)
    may_be_heading(line)
    assert time.process_time() - started < 1.0


def test_a_long_line_and_many_empty_lines_are_read() -> None:
    (long,) = read("a.txt", b"Mr. Abel (Malta): " + b"harbour " * 125_000).speeches
    assert len(long.paragraphs[0].text.split()) == 125_000
    (sparse,) = read("a.txt", b"Mr. Abel (Malta): One." + b"\n" * 1_000_000 + b"Two.").speeches
    assert [paragraph.text for paragraph in sparse.paragraphs] == ["One.", "Two."]
    assert sparse.paragraphs[1].line == 1_000_001


EXPRESSIONS = adversarial.patterns()


def test_every_expression_of_the_package_is_looked_at() -> None:
    inside = 1  # one pattern is built from the parts of another and counted with it
    assert len(EXPRESSIONS) >= adversarial.compiled_in_sources() + inside
    assert sum(" line " in name for name in EXPRESSIONS) > 5


def test_a_square_is_seen() -> None:
    assert grows(re.compile(r"\s*x"), {"search"}, least_s=0.0005, floor_s=0.00001) > 24


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_no_expression_takes_the_square_of_a_text(name: str) -> None:
    assert grows(EXPRESSIONS[name], adversarial.asked(name)) <= 24


def grows(
    pattern: re.Pattern[Any], methods: set[str], least_s: float = 0.004, floor_s: float = 0.0002
) -> float:
    """Return by which factor the time grows when the worst text is eight times as long.

    Times below ``least_s`` are not looked at; those below ``floor_s`` count as this.
    """
    worst = 0.0
    for small, large in zip(
        adversarial.texts(pattern, 250), adversarial.texts(pattern, 2000), strict=True
    ):
        if adversarial.seconds(pattern, large, methods) < least_s:
            continue
        more = min(adversarial.seconds(pattern, large, methods) for _ in range(3))
        less = min(adversarial.seconds(pattern, small, methods) for _ in range(3))
        worst = max(worst, more / max(less, floor_s))
    return worst
