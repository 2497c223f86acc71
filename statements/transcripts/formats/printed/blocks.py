"""Groups the lines of printed pages into paragraphs, and says what each of them is by its type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from statements.transcripts.languages.states import is_state
from statements.transcripts.layout.columns import PrintedLine
from statements.transcripts.layout.faces import apply_face
from statements.transcripts.layout.indentation import Indentation
from statements.transcripts.layout.paragraphs import Block, join_lines
from statements.transcripts.layout.passages import Run, to_passage
from statements.transcripts.layout.words import Word
from statements.transcripts.record.vote_lists import heads_vote_list
from statements.transcripts.speakers.attribution import (
    Attribution,
    read_attribution,
    read_bold_attribution,
)
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line
from statements.transcripts.values.parsed import Problem, Severity

_MOST = 0.6  # of the letters of a paragraph
_NEARLY_ALL = 0.9  # of the letters of a paragraph
# the first parenthesis of a paragraph, or two, with a full stop and a sentence after them
_MISREAD_COLON = re.compile(
    r"[^().]{1,20}\.?[^().]{2,60}(?:\([^().]{3,60}\)\s?){1,2}(?P<stop>\.)\s+(?=[^\W\d_a-z]|[“\"])"
)
_MIN_TITLE = 12  # letters; a shorter line in capitals may be an acronym


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A printed line with its number in reading order; ``reason`` is set for furniture."""

    printed: PrintedLine
    line: Line
    reason: str = ""


class BlockBuilder:
    """Groups the lines of a meeting into blocks and decides what each block is."""

    def __init__(
        self, lines: Sequence[NumberedLine], evidence: Evidence, *, is_record: bool
    ) -> None:
        self._lines = lines
        self._evidence = evidence
        self._is_record = is_record
        self._indentation = Indentation([line.printed for line in lines])
        self._problems: list[Problem] = []

    def blocks(self) -> tuple[list[Block], list[Problem]]:
        """Return the blocks in reading order, and the problems found in building them."""
        groups: list[list[NumberedLine]] = []
        before: PrintedLine | None = None
        for line in self._lines:
            if self._indentation.begins(before, line.printed):
                groups.append([])
            groups[-1].append(line)
            before = line.printed
        return [self._block(group) for group in groups], self._problems

    def _block(self, group: Sequence[NumberedLine]) -> Block:
        lines = [numbered_line.line for numbered_line in group]
        words = [word for numbered_line in group for word in numbered_line.printed.words]
        text = join_lines(lines, self._evidence, [])
        if words[0].recognized and (colon := _find_misread_colon(text)):
            lines = _with_semicolon(lines)
            text = f"{text[:colon]};{text[colon + 1 :]}"
        if heads_vote_list(text):
            return Block(lines, narrative=True)
        bold = self._indentation.bold_is_distinctive and words[0].bold
        # a record of the United Nations has no other speaker lines than those of its grammar
        if bold and not self._is_record:
            return self._bold_block(group)
        attribution, by_bold_type = self._attribution(text, words, lines[0].number)
        if attribution is not None:
            return Block(lines, has_speaker_line=True, bold_name=by_bold_type)
        return Block(lines, narrative=self._is_narrative(words))

    def _bold_block(self, group: Sequence[NumberedLine]) -> Block:
        """Return a paragraph that begins in bold type, as in all other forms."""
        block = Block([numbered_line.line for numbered_line in group])
        runs = [
            Run(f"{' ' if word.spaced or not index else ''}{word.text}", bold=word.bold)
            for numbered_line in group
            for index, word in enumerate(numbered_line.printed.words)
        ]
        passage = to_passage(runs, block.lines[0].number)
        is_heading = self._is_narrative([word for line in group for word in line.printed.words])
        if passage and (passage.is_bold or not is_heading):
            apply_face(block, passage)
        block.narrative = is_heading and not (block.given or block.has_speaker_line)
        return block

    def _attribution(
        self, text: str, words: Sequence[Word], line: int
    ) -> tuple[Attribution | None, bool]:
        """Return the speaker line, if any, and whether only its bold type shows that it is one."""
        attribution = read_attribution(text)
        bold = self._indentation.bold_is_distinctive and words[0].bold
        if attribution is None and bold:
            attribution = read_bold_attribution(text)
            # a heading with a colon is also bold after the colon; a speaker's words are not
            if attribution and _bold_letters(words) <= _letters(attribution.printed) + 1:
                return attribution, True
            return None, False
        may_be_plain = words[0].recognized or not self._indentation.names_are_bold
        if attribution is None or bold or may_be_plain:
            return attribution, False
        if attribution.affiliation or attribution.language or attribution.role:
            return attribution, False
        self._problems.append(
            Problem(
                "possible-speaker-line",
                f"“{attribution.printed[:80]}:” is not in bold type, as names are in this "
                "document, and was read as prose.",
                Severity.NOTE,
                line,
            )
        )
        return None, False

    def _is_narrative(self, words: Sequence[Word]) -> bool:
        """Return whether a paragraph is a note in italics, or a heading in bold type or capitals.

        Headings may be partly in italics: "Agenda item 3 (continued)".
        """
        if not (words[0].italic or words[0].bold):
            return _in_capitals(words)
        letters = sum(len(word.text) for word in words)
        italic = sum(len(word.text) for word in words if word.italic)
        bold = sum(len(word.text) for word in words if word.bold)
        typefaces = self._indentation
        if typefaces.italic_is_distinctive and words[0].italic and italic > _MOST * letters:
            return True
        if _in_capitals(words):
            return True
        emphasized = bold > _MOST * letters or bold + italic > _NEARLY_ALL * letters
        return typefaces.bold_is_distinctive and words[0].bold and emphasized


def _find_misread_colon(text: str) -> int:
    """Return the place of a full stop that text recognition read for the colon of a speaker line:
    "The President (spoke in French). I now"; 0 if there is none.

    A semicolon in its place is read as a colon, and reported.
    """
    match = _MISREAD_COLON.match(text)
    if match is None:
        return 0
    place = match.start("stop")
    attribution = read_attribution(f"{text[:place]};{text[place + 1 :]}")
    if attribution is None or attribution.end != place + 1:
        return 0
    is_known = attribution.language_printed or is_state(attribution.affiliation)
    return place if is_known else 0


def _with_semicolon(lines: Sequence[Line]) -> list[Line]:
    """Return lines with a semicolon for the full stop after their first parenthesis."""
    changed = list(lines)
    index = next(at for at, line in enumerate(lines) if ")." in line.text)
    text = lines[index].text.replace(").", ");", 1)
    changed[index] = replace(lines[index], text=text)
    return changed


def _in_capitals(words: Sequence[Word]) -> bool:
    """Return whether the words are a title in capitals, as in older records; speech never is."""
    text = "".join(word.text for word in words)
    capitals = sum(map(str.isupper, text))
    return capitals >= _MIN_TITLE and capitals > _NEARLY_ALL * sum(map(str.isalpha, text))


def _bold_letters(words: Sequence[Word]) -> int:
    """Return the number of letters in the bold words at the start of a paragraph."""
    return sum(len(word.text) for word in takewhile(lambda word: word.bold, words))


def _letters(printed: str) -> int:
    return len(printed.replace(" ", ""))
