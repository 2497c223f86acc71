"""Reader for plain text: statements in the form of single speeches, and whole verbatim records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from statements.transcripts.checks.doubts import (
    capped,
    check_letters,
    check_meeting,
    check_speech,
    check_speeches,
    torn_words,
)
from statements.transcripts.formats.decoding import Decoded, suspicions
from statements.transcripts.hyphens import Evidence
from statements.transcripts.languages import find_changes, read_note
from statements.transcripts.layout.furniture import find_furniture
from statements.transcripts.layout.numbering import is_numbered, take_number
from statements.transcripts.layout.paragraphs import Block, join_lines, to_blocks
from statements.transcripts.lines import Line, split_lines
from statements.transcripts.parsed import (
    Dropped,
    ParagraphKind,
    ParsedMeeting,
    ParsedParagraph,
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    Severity,
)
from statements.transcripts.record.first_page import find_first_page, read_first_page
from statements.transcripts.record.narrative import (
    heads_vote_list,
    is_narrative,
    is_vote_list,
    may_be_heading,
    may_be_said,
)
from statements.transcripts.speakers.attribution import (
    LONGEST_HEAD,
    Attribution,
    may_begin_attribution,
    read_attribution,
    resembled_attribution,
)
from statements.transcripts.speakers.behalf import on_behalf_of
from statements.transcripts.speakers.capacities import with_capacities
from statements.transcripts.speakers.chair import changes_chair

_HEAD_LINES = 6  # no attribution is printed over more lines
_LONG_NARRATIVE = 60  # words; a longer text before the first speaker line was said by somebody

_DOUBTS = {
    "unknown-language": "The language in “{line}” is on no list. Please check it.",
    "semicolon-for-colon": "“{line}” ends in a semicolon; it was read as a colon.",
    "displaced-words": "Words of the speech stood inside the parenthesis of “{line}”.",
    "ocr-in-attribution": "“{line}” holds a sign that is probably misread.",
}


@dataclass(slots=True)
class _Turn:
    """A speech while it is being put together."""

    attribution: Attribution | None
    line: int
    paragraphs: list[ParsedParagraph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # places of paragraphs that print sets apart, and of those with a speaker line of their own
    set_apart: set[int] = field(default_factory=set)
    # the language after the paragraphs listened to, and how many those are
    language: str = ""
    listened: int = 0

    def spoken_in(self) -> str:
        """The code of the language spoken last; each paragraph is looked at once."""
        if not self.listened and self.attribution is not None:
            self.language = self.attribution.language
        changes = find_changes([each.text for each in self.paragraphs[self.listened :]])
        self.listened = len(self.paragraphs)
        self.language = changes[-1].code if changes else self.language
        return self.language


def read_text(name: str, decoded: Decoded) -> ParsedTranscript:
    lines = split_lines(decoded.text)
    problems = suspicions(decoded.text)
    covered = find_first_page(lines)
    meeting, doubts = read_first_page(lines[:covered]) if covered else (ParsedMeeting(), [])
    body = lines[covered:]
    problems += doubts
    titles = frozenset(meeting.agenda_items)
    furniture = find_furniture(body, titles)
    dropped = [
        Dropped(" ".join(body[index].text.split()), reason, body[index].number)
        for index, reason in furniture.items()
    ]
    finder = _SpeechFinder(body, furniture)
    evidence = Evidence(decoded.text)
    blocks = to_blocks(body, furniture, finder.starts_speech)
    problems += [*finder.doubts, *torn_words(body, evidence)]
    return to_transcript(
        name,
        blocks,
        evidence,
        encoding=decoded.encoding,
        is_record=bool(covered),
        meeting=meeting,
        dropped=dropped,
        problems=problems,
    )


def to_transcript(
    name: str,
    blocks: Sequence[Block],
    evidence: Evidence,
    *,
    encoding: str,
    is_record: bool,
    meeting: ParsedMeeting,
    dropped: list[Dropped],
    problems: list[Problem],
) -> ParsedTranscript:
    """What every reader ends with: speeches out of paragraphs, and all that is to be said."""
    record = _Assembly(evidence, frozenset(meeting.agenda_items), is_record=is_record)
    speeches = with_capacities(record.assemble(blocks))
    dropped = [*dropped, *record.dropped]
    problems = [*problems, *check_meeting(meeting), *check_speeches(speeches)]
    problems += check_letters(evidence.text)
    return ParsedTranscript(
        name=name,
        form="record" if is_record else "statement",
        encoding=encoding,
        speeches=tuple(speeches),
        meeting=meeting,
        dropped=tuple(sorted(dropped, key=lambda each: each.line)),
        problems=capped(problems),
    )


@dataclass(frozen=True, slots=True)
class _Joined:
    """A paragraph on one line, and what was guessed in joining it."""

    block: Block
    text: str
    guesses: list[Problem]


class _SpeechFinder:
    """Tells which lines begin a speech, looking on over the lines a long attribution takes."""

    def __init__(self, lines: Sequence[Line], furniture: dict[int, str]) -> None:
        self._lines = lines
        self._furniture = furniture
        self.doubts: list[Problem] = []

    def starts_speech(self, index: int, sure: bool) -> bool:
        line = self._lines[index]
        below = self._lines[index + 1].text if index + 1 < len(self._lines) else ""
        if not may_begin_attribution(line.text, below):
            return False
        found = read_attribution(self._head(index))
        if found is None:
            return False
        if sure or found.unmistakable:
            return True
        self.doubts.append(
            Problem(
                "possible-speaker-line",
                f"“{found.printed[:80]}:” stands within a sentence and was read as prose.",
                Severity.NOTE,
                line.number,
            )
        )
        return False

    def _head(self, index: int) -> str:
        head = self._lines[index].text
        for following in range(index + 1, min(index + _HEAD_LINES, len(self._lines))):
            text = self._lines[following].text
            if ":" in head or not text or following in self._furniture:
                break
            if len(head) >= LONGEST_HEAD:
                break
            head += text.lstrip() if head.endswith("-") else f" {text.lstrip()}"
        return head


class _Assembly:
    """Puts paragraphs and narrative in their places and makes speeches of them."""

    def __init__(self, evidence: Evidence, titles: frozenset[str], *, is_record: bool) -> None:
        self._evidence = evidence
        self._titles = titles
        self._is_record = is_record
        self._turns: list[_Turn] = []
        self._waiting: list[ParsedParagraph] = []  # narrative before anybody spoke
        self._in_vote = False
        self._number: int | None = None  # printed, and not yet given to a paragraph
        self.dropped: list[Dropped] = []

    def assemble(self, blocks: Sequence[Block]) -> list[ParsedSpeech]:
        joined: list[_Joined] = []
        for block in blocks:
            guesses: list[Problem] = []
            joined.append(_Joined(block, join_lines(block.lines, self._evidence, guesses), guesses))
        numbered = is_numbered([each.text for each in joined])
        headings = self._headings(joined)
        for place, each in enumerate(joined):
            text, line = each.text, each.block.lines[0].number
            attribution = (
                read_attribution(text, vouched=each.block.vouched) if each.block.speaker else None
            )
            if attribution is not None:
                text = self._begin(attribution, text, line)
                number, line = attribution.number, _line_of_speech(each.block)
            else:
                number, text = take_number(text) if numbered else (None, text)
            self._keep_number(number, line)
            if text:
                kind = self._kind(text, heading=each.block.unspoken or place in headings)
                self._add(ParsedParagraph(text, kind, line, self._number))
                self._number = None
                if each.block.unspoken:
                    self._set_apart()
                if kind is ParagraphKind.SPEECH:
                    self._current(line).problems.extend(_damaged_lines(each.block))
            if each.guesses:
                self._current(line).problems.extend(each.guesses)
        self._keep_number(0, 0)
        if self._waiting:
            self._current(self._waiting[0].line or 1)
        for turn in self._turns:
            _tell_narrative_within(turn, is_record=self._is_record)
        return [_to_speech(turn, position) for position, turn in enumerate(self._turns, start=1)]

    def _keep_number(self, number: int | None, line: int) -> None:
        """A number may stand with a speaker line while its paragraph begins below."""
        if number is None:
            return
        if self._number is not None:
            self.dropped.append(Dropped(f"{self._number}.", "paragraph number", line))
        self._number = number or None

    def _headings(self, joined: Sequence[_Joined]) -> set[int]:
        """Places of short titles that stand before a speaker line or other narrative."""
        found: set[int] = set()
        follows = False
        for place in range(len(joined) - 1, -1, -1):
            text = joined[place].text
            if joined[place].block.speaker:
                follows = True
            elif is_narrative(text) or text in self._titles:
                follows = True
                found.add(place)
            elif follows and self._is_record and may_be_heading(text):
                found.add(place)
            else:
                follows = False
        return found

    def _kind(self, text: str, *, heading: bool) -> ParagraphKind:
        if heading or is_narrative(text):
            self._in_vote = heads_vote_list(text)
            return ParagraphKind.NARRATIVE
        if self._in_vote and is_vote_list(text):
            return ParagraphKind.NARRATIVE
        self._in_vote = False
        unsaid = self._is_record and not self._turns and len(text.split()) <= _LONG_NARRATIVE
        return ParagraphKind.NARRATIVE if unsaid else ParagraphKind.SPEECH

    def _begin(self, attribution: Attribution, text: str, line: int) -> str:
        """Open a turn, or go on with the same speaker's; the words after the colon are left."""
        self._in_vote = False
        before = self._turns[-1] if self._turns else None
        if before and _goes_on(before, attribution):
            turn = before
            turn.set_apart.add(len(turn.paragraphs))
            repeated = _keep_language(turn, attribution, line)
            self.dropped.append(Dropped(repeated, "repeated speaker line", line))
        else:
            turn = _Turn(attribution, line, self._waiting)
            self._waiting = []
            self._turns.append(turn)
        turn.problems += [
            Problem(doubt, _DOUBTS[doubt].format(line=attribution.printed), line=line)
            for doubt in attribution.doubts
        ]
        return f"{attribution.displaced} {text[attribution.end :].strip()}".strip()

    def _add(self, paragraph: ParsedParagraph) -> None:
        if paragraph.kind is ParagraphKind.NARRATIVE and self._continues_vote(paragraph.text):
            listed = self._current(paragraph.line or 1).paragraphs
            listed[-1] = replace(listed[-1], text=f"{listed[-1].text} {paragraph.text}")
        elif not self._turns and paragraph.kind is ParagraphKind.NARRATIVE:
            self._waiting.append(paragraph)
        else:
            self._current(paragraph.line or 1).paragraphs.append(paragraph)

    def _set_apart(self) -> None:
        if self._turns:
            self._turns[-1].set_apart.add(len(self._turns[-1].paragraphs) - 1)

    def _continues_vote(self, text: str) -> bool:
        """Whether a list of delegations goes on that a page or a column had cut."""
        if not (self._in_vote and self._turns and self._turns[-1].paragraphs):
            return False
        before = self._turns[-1].paragraphs[-1]
        return (
            before.kind is ParagraphKind.NARRATIVE
            and not heads_vote_list(text)
            and not before.text.endswith((":", ".", "None"))
            and is_vote_list(text)
        )

    def _current(self, line: int) -> _Turn:
        """The turn that is open; one without a speaker where nobody was named yet."""
        if not self._turns:
            self._turns.append(_Turn(None, line, self._waiting))
            self._waiting = []
        return self._turns[-1]


def _damaged_lines(block: Block) -> Iterator[Problem]:
    """Lines of a paragraph that begin as a speaker line does and cannot be read as one."""
    for at, line in enumerate(block.lines):
        if at == 0 and block.speaker:
            continue
        if at and not block.lines[at - 1].text.endswith((".", "?", "!", "”", '"')):
            continue
        text = " ".join(each.text.strip() for each in block.lines[at : at + _HEAD_LINES])
        if found := resembled_attribution(text):
            yield Problem(
                "possible-speaker-line",
                f"“{found[:80]}” begins like a speaker line and has no colon where one belongs; "
                "it was read as prose. Please check who spoke from here on.",
                Severity.WARNING,
                line.number,
            )


def _line_of_speech(block: Block) -> int:
    """The line where the attribution's colon stands: the first words follow it there."""
    for line in block.lines[:_HEAD_LINES]:
        if ":" in line.text or ";" in line.text:
            return line.number
    return block.lines[0].number


def _goes_on(turn: _Turn, attribution: Attribution) -> bool:
    """Whether the turn's speaker is named again; an office has another holder once the chair
    has changed hands."""
    if turn.attribution is None or not _same_speaker(turn.attribution, attribution):
        return False
    since = takewhile(lambda each: each.kind is ParagraphKind.NARRATIVE, reversed(turn.paragraphs))
    return not any(changes_chair(each.text) for each in since)


def _keep_language(turn: _Turn, attribution: Attribution, line: int) -> str:
    """Put the note of a repeated speaker line where the language changes; the rest of the line."""
    note = read_note(attribution.language_printed)
    printed = f"({attribution.language_printed})"
    if note is None or note.code == turn.spoken_in() or printed not in attribution.printed:
        return attribution.printed
    turn.paragraphs.append(ParsedParagraph(printed, ParagraphKind.NARRATIVE, line))
    return " ".join(attribution.printed.replace(printed, "", 1).split())


def _tell_narrative_within(turn: _Turn, *, is_record: bool) -> None:
    """After a sentence of its own a record names the speaker anew. Where words go on without
    that, a delegate's statement probably holds the sentence as its own; elsewhere it is told."""
    found = turn.attribution
    delegate = found is not None and bool(found.speaker)
    spoken = [at for at, each in enumerate(turn.paragraphs) if each.kind is ParagraphKind.SPEECH]
    for before, after in pairwise(spoken):
        within = range(before + 1, after)
        if after in turn.set_apart or turn.set_apart.intersection(within):
            continue
        for at in within:
            paragraph = turn.paragraphs[at]
            if paragraph.text.startswith("("):
                continue  # a note of the language
            taken = delegate and not is_record and may_be_said(paragraph.text)
            if taken:
                turn.paragraphs[at] = replace(paragraph, kind=ParagraphKind.SPEECH)
            how = "a part of the speech" if taken else "the record's own voice, not as spoken"
            turn.problems.append(
                Problem(
                    "narrative-in-speech",
                    f"“{paragraph.text[:80]}” stands in mid-speech; it was read as {how}.",
                    Severity.NOTE,
                    paragraph.line,
                )
            )


def _same_speaker(one: Attribution, other: Attribution) -> bool:
    return (one.honorific, one.speaker, one.role.casefold(), one.affiliation) == (
        other.honorific,
        other.speaker,
        other.role.casefold(),
        other.affiliation,
    )


def _to_speech(turn: _Turn, position: int) -> ParsedSpeech:
    named = turn.attribution is not None
    paragraphs = tuple(turn.paragraphs)
    problems = turn.problems + check_speech(paragraphs, named=named, line=turn.line)
    speech = ParsedSpeech(
        position=position, paragraphs=paragraphs, problems=capped(problems), line=turn.line
    )
    if turn.attribution is None:
        return speech
    found = turn.attribution
    opening = next((each.text for each in paragraphs if each.kind is ParagraphKind.SPEECH), "")
    return replace(
        speech,
        speaker_line=found.printed,
        speaker=found.speaker,
        honorific=found.honorific,
        affiliation=found.affiliation,
        role=found.role,
        language=found.language,
        language_printed=found.language_printed,
        on_behalf_of=found.on_behalf_of or on_behalf_of(opening, found.affiliation),
    )
