"""Assembles the blocks of any form into speeches and checks the result.

Every reader of a form ends here, so that turns, narrative, votes and languages are treated alike in
all forms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from statements.transcripts.assembly.summary_records import apply_reports, is_summary_record
from statements.transcripts.assembly.title_blocks import apply_title_block, complete_meeting
from statements.transcripts.assembly.turn_labels import mark_labels
from statements.transcripts.checks.problems import (
    check_labels,
    check_letters,
    check_meeting,
    check_speech,
    check_speeches,
    limit_problems,
)
from statements.transcripts.checks.text_quality import check_repetition
from statements.transcripts.languages.notes import find_language_changes, read_language_note
from statements.transcripts.languages.states import is_state
from statements.transcripts.layout.paragraphs import Block, is_numbered, join_lines, take_number
from statements.transcripts.record.narrative import (
    is_narrative,
    is_spoken_line,
    is_stage_note,
    leaves_open,
    may_be_heading,
    may_be_spoken,
)
from statements.transcripts.record.recorded_votes import check_vote_totals
from statements.transcripts.record.vote_lists import heads_vote_list, is_vote_list, list_items
from statements.transcripts.speakers.attribution import (
    Attribution,
    find_address,
    find_damaged_attribution,
    read_attribution,
)
from statements.transcripts.speakers.behalf import detect_on_behalf_of
from statements.transcripts.speakers.capacities import add_capacities
from statements.transcripts.speakers.chair import changes_chair
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.values.choices import current_choices
from statements.transcripts.values.parsed import (
    DroppedText,
    ParagraphKind,
    ParsedMeeting,
    ParsedParagraph,
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    Severity,
    SourceMetadata,
)

_HEAD_LINES = 6  # no attribution spans more lines
_SENTENCE_ENDS = (".", "?", "!", "”", '"', "。", "？", "！", "؟")
_COLON = frozenset(":;：；")
_LONG_NARRATIVE = 60  # words; a longer text before the first speaker line was spoken

_DOUBT_MESSAGES = {
    "unknown-language": "The language in “{line}” is unknown. Please check it.",
    "semicolon-for-colon": "“{line}” does not end in a colon; another sign was read as one.",
    "displaced-words": "Words of the speech were printed inside the parentheses of “{line}”.",
    "speaker-from-title": "The speaker was read from the title of the statement. Please check it.",
    "ocr-in-attribution": "“{line}” contains a character that is probably misread.",
    "speaker-by-identifier": "The file identifies the speaker only as “{line}”. Please enter the "
    "name.",
    "several-speakers": "“{line}” names several people, so the speech has no speaker. Please say "
    "who spoke.",
}


@dataclass(slots=True)
class _Turn:
    """A speech while it is being assembled."""

    attribution: Attribution | None
    line: int
    paragraphs: list[ParsedParagraph] = field(default_factory=list)
    metadata: SourceMetadata | None = None
    unread_label: str = ""  # nobody is named, because this label was not understood
    problems: list[Problem] = field(default_factory=list)
    # indices of paragraphs whose type sets them apart, or that follow a speaker line of their own
    separate: set[int] = field(default_factory=set)
    # the language after the first ``scanned_count`` paragraphs
    language: str = ""
    scanned_count: int = 0

    def current_language(self) -> str:
        """Return the code of the last language spoken. Each paragraph is scanned only once."""
        if not self.scanned_count and self.attribution is not None:
            self.language = self.attribution.language
        changes = find_language_changes(
            [paragraph.text for paragraph in self.paragraphs[self.scanned_count :]]
        )
        self.scanned_count = len(self.paragraphs)
        self.language = changes[-1].code if changes else self.language
        return self.language


def to_transcript(
    name: str,
    blocks: Sequence[Block],
    evidence: Evidence,
    *,
    encoding: str,
    is_record: bool,
    meeting: ParsedMeeting,
    dropped: list[DroppedText],
    problems: list[Problem],
) -> ParsedTranscript:
    """Assemble paragraphs into speeches and check the result; the last step of every reader."""
    marked = mark_labels(blocks, is_record=is_record, choices=current_choices())
    blocks = marked.blocks
    if not is_record:
        blocks, title = apply_title_block(blocks)
        meeting = complete_meeting(meeting, title)
    reports: list[Problem] = []
    if is_record and is_summary_record(meeting):
        blocks, reports = apply_reports(blocks)
        problems = [*problems, *reports]
    assembly = _Assembly(
        evidence,
        frozenset(meeting.agenda_items),
        is_record=is_record,
        is_numbered=bool(reports),
    )
    speeches = add_capacities(assembly.assemble(blocks))
    dropped = [*dropped, *marked.dropped, *assembly.dropped]
    problems = [*problems, *check_meeting(meeting), *check_speeches(speeches)]
    problems += [
        *check_labels(speeches),
        *check_letters(evidence.text),
        *check_repetition(speeches),
    ]
    return ParsedTranscript(
        name=name,
        form="record" if is_record else "statement",
        encoding=encoding,
        speeches=tuple(speeches),
        meeting=meeting,
        dropped=tuple(sorted(dropped, key=lambda text: text.line)),
        problems=limit_problems(problems),
        labels=marked.labels,
    )


@dataclass(frozen=True, slots=True)
class _JoinedBlock:
    """A block with its lines joined, and the guesses made in joining them."""

    block: Block
    text: str
    guesses: list[Problem]


class _Assembly:
    """Builds speeches out of blocks, keeping narrative at its place."""

    def __init__(
        self,
        evidence: Evidence,
        titles: frozenset[str],
        *,
        is_record: bool,
        is_numbered: bool = False,
    ) -> None:
        self._evidence = evidence
        self._titles = titles
        self._is_record = is_record
        self._is_numbered = is_numbered  # as summary records are
        self._turns: list[_Turn] = []
        self._leading: list[ParsedParagraph] = []  # narrative before the first speech
        self._in_vote = False
        self._below_head = False  # the last paragraph is the head of a vote list, on its own
        # of a paragraph that is still to come: its printed number, and the speaker line above it if
        # that one continues a turn
        self._number: int | None = None
        self._joined_line = ""
        self.dropped: list[DroppedText] = []

    def assemble(self, blocks: Sequence[Block]) -> list[ParsedSpeech]:
        """Return the speeches; fills ``dropped`` on the way."""
        joined_blocks: list[_JoinedBlock] = []
        for block in blocks:
            guesses: list[Problem] = []
            text = join_lines(block.lines, self._evidence, guesses)
            joined_blocks.append(_JoinedBlock(block, text, guesses))
        texts = [joined.text for joined in joined_blocks]
        numbered = self._is_numbered or is_numbered(texts)
        headings = self._headings(joined_blocks)
        for index, joined in enumerate(joined_blocks):
            self._add_block(joined, numbered=numbered, heading=index in headings)
        self._hold_number(0, 0)
        if self._leading:
            self._current_turn(self._leading[0].line or 1)
        for turn in self._turns:
            _flag_narrative_in_speech(turn, is_record=self._is_record)
        return [_to_speech(turn, position) for position, turn in enumerate(self._turns, start=1)]

    def _add_block(self, joined: _JoinedBlock, *, numbered: bool, heading: bool) -> None:
        block, text = joined.block, joined.text
        line = block.lines[0].number
        attribution = block.given
        if attribution is None and block.has_speaker_line:
            attribution = read_attribution(text, bold_name=block.bold_name)
        if attribution is not None:
            text = self._begin_turn(attribution, text, line, separate=block.separate)
            self._turns[-1].metadata = self._turns[-1].metadata or block.metadata
            number = attribution.number
            line = line if block.given else _line_of_speech(block)
        elif block.unread_label:
            self._begin_unread_turn(block.unread_label, line)
            number, text = take_number(text) if numbered else (None, text)
        else:
            number, text = take_number(text) if numbered else (None, text)
        self._hold_number(number, line)
        if text:
            kind = self._kind(text, heading=block.narrative or heading)
            self._add(
                ParsedParagraph(text, kind, line, self._number, self._joined_line, block.time_s)
            )
            self._number, self._joined_line = None, ""
            if block.narrative:
                self._mark_last_separate()
            if kind is ParagraphKind.SPEECH:
                self._current_turn(line).problems.extend(_damaged_speaker_lines(block))
        if joined.guesses:
            self._current_turn(line).problems.extend(joined.guesses)

    def _hold_number(self, number: int | None, line: int) -> None:
        """Hold a number for the next paragraph, which may begin below the speaker line."""
        if number is None:
            return
        if self._number is not None:
            self.dropped.append(DroppedText(f"{self._number}.", "paragraph number", line))
        self._number = number or None

    def _headings(self, joined_blocks: Sequence[_JoinedBlock]) -> set[int]:
        """Return the indices of narrative and of short titles before it or a speaker line."""
        headings: set[int] = set()
        below: list[int] = []  # headings between a speech and what comes next
        before_break = False  # whether a speaker line or narrative comes next
        for index in range(len(joined_blocks) - 1, -1, -1):
            text = joined_blocks[index].text
            if is_stage_note(text):
                headings.add(index)  # the speech goes on after "(Applause)"
            elif _begins_turn(joined_blocks[index].block):
                before_break = True
            elif is_narrative(text) or text in self._titles:
                before_break = True
                headings.add(index)
            elif before_break and self._is_record and _is_heading(text):
                headings.add(index)
                below.append(index)
                continue
            else:
                before_break = False
            if below and leaves_open(text) and not is_narrative(text):
                headings.difference_update(below)  # verse, or a list that was announced
            below = []
        return headings

    def _kind(self, text: str, *, heading: bool) -> ParagraphKind:
        if heading or is_narrative(text):
            self._in_vote = heads_vote_list(text)
            self._below_head = self._in_vote and text.endswith((":", "："))
            return ParagraphKind.NARRATIVE
        if self._in_vote and is_vote_list(text, below_head=self._below_head):
            self._below_head = False
            return ParagraphKind.NARRATIVE
        self._in_vote = False
        preface = self._is_record and not self._turns and len(text.split()) <= _LONG_NARRATIVE
        return ParagraphKind.NARRATIVE if preface else ParagraphKind.SPEECH

    def _begin_turn(self, attribution: Attribution, text: str, line: int, *, separate: bool) -> str:
        """Open a turn or continue the last one; return the words after the speaker line."""
        self._in_vote = False
        last_turn = self._turns[-1] if self._turns and not separate else None
        if last_turn and _continues_turn(last_turn, attribution):
            turn = last_turn
            turn.separate.add(len(turn.paragraphs))
            rest = _add_language_note(turn, attribution, line)
            self.dropped.append(DroppedText(rest, "repeated speaker line", line))
            self._joined_line = attribution.printed
        else:
            turn = self._open_turn(attribution, line)
        turn.problems += [
            Problem(doubt, _DOUBT_MESSAGES[doubt].format(line=attribution.printed), line=line)
            for doubt in attribution.doubts
        ]
        return f"{attribution.displaced} {text[attribution.end :].strip()}".strip()

    def _open_turn(self, attribution: Attribution | None, line: int) -> _Turn:
        turn = _Turn(attribution, line, self._leading)
        self._leading = []
        self._turns.append(turn)
        self._joined_line = ""
        return turn

    def _begin_unread_turn(self, label: str, line: int) -> None:
        """Open a turn that belongs to nobody until a person decides; it keeps the label's words."""
        self._in_vote = False
        self._open_turn(None, line).unread_label = label

    def _add(self, paragraph: ParsedParagraph) -> None:
        if paragraph.kind is ParagraphKind.NARRATIVE and self._continues_vote(paragraph.text):
            paragraphs = self._current_turn(paragraph.line or 1).paragraphs
            joined_text = f"{paragraphs[-1].text} {paragraph.text}"
            paragraphs[-1] = replace(paragraphs[-1], text=joined_text)
        elif not self._turns and paragraph.kind is ParagraphKind.NARRATIVE:
            self._leading.append(paragraph)
        else:
            self._current_turn(paragraph.line or 1).paragraphs.append(paragraph)

    def _mark_last_separate(self) -> None:
        if self._turns:
            self._turns[-1].separate.add(len(self._turns[-1].paragraphs) - 1)

    def _continues_vote(self, text: str) -> bool:
        """Return whether the text continues a list of delegations cut by a page or column."""
        if not (self._in_vote and self._turns and self._turns[-1].paragraphs):
            return False
        last = self._turns[-1].paragraphs[-1]
        return (
            last.kind is ParagraphKind.NARRATIVE
            and not heads_vote_list(text)
            and not last.text.endswith((":", ".", "None", "：", "。"))
            and is_vote_list(text)
            and not _are_whole(last.text, text)
        )

    def _current_turn(self, line: int) -> _Turn:
        """Return the open turn; before the first speaker line, one without a speaker."""
        return self._turns[-1] if self._turns else self._open_turn(None, line)


def _begins_turn(block: Block) -> bool:
    return block.has_speaker_line or bool(block.unread_label)


def _is_heading(text: str) -> bool:
    return may_be_heading(text) and not is_spoken_line(text)


def _are_whole(above: str, below: str) -> bool:
    """Return whether two parts of a list end and begin with a whole name: one name a line."""
    if above.endswith((",", ";", " and")) or below.startswith("and "):
        return False
    last_items, first_items = list_items(above.rsplit(":", 1)[-1]), list_items(below)
    return (
        bool(last_items and first_items) and is_state(last_items[-1]) and is_state(first_items[0])
    )


def _damaged_speaker_lines(block: Block) -> Iterator[Problem]:
    """Find lines that begin like a speaker line but cannot be read as one."""
    for index, line in enumerate(block.lines):
        if index == 0 and (block.has_speaker_line or block.given):
            continue
        if index and not block.lines[index - 1].text.endswith(_SENTENCE_ENDS):
            continue
        head = block.lines[index : index + _HEAD_LINES]
        text = " ".join(part.text.strip() for part in head)
        if start := find_address(text):
            yield Problem(
                "possible-speaker-line",
                f"“{start[:80]}:” is followed by a lower-case letter; it was read as a form of "
                "address within the speech.",
                Severity.NOTE,
                line.number,
            )
        elif start := find_damaged_attribution(text):
            yield Problem(
                "possible-speaker-line",
                f"“{start[:80]}” looks like a speaker line without a colon; it was read as prose. "
                "Please check who speaks from here on.",
                Severity.WARNING,
                line.number,
            )


def _line_of_speech(block: Block) -> int:
    """Return the line number of the attribution's colon, after which the speech begins."""
    for line in block.lines[:_HEAD_LINES]:
        if not _COLON.isdisjoint(line.text):
            return line.number
    return block.lines[0].number


def _continues_turn(turn: _Turn, attribution: Attribution) -> bool:
    """Return whether the speaker line repeats the speaker of the turn.

    It does not if the chair has changed hands since: then the office has another holder.
    """
    if turn.attribution is None or not _is_same_speaker(turn.attribution, attribution):
        return False
    trailing_narrative = takewhile(
        lambda paragraph: paragraph.kind is ParagraphKind.NARRATIVE, reversed(turn.paragraphs)
    )
    return not any(changes_chair(paragraph.text) for paragraph in trailing_narrative)


def _add_language_note(turn: _Turn, attribution: Attribution, line: int) -> str:
    """Add the note of a repeated speaker line to the turn if it changes the language.

    Returns the rest of the speaker line.
    """
    note = read_language_note(attribution.language_printed)
    printed = f"({attribution.language_printed})"
    if note is None or note.code == turn.current_language() or printed not in attribution.printed:
        return attribution.printed
    turn.paragraphs.append(ParsedParagraph(printed, ParagraphKind.NARRATIVE, line))
    return " ".join(attribution.printed.replace(printed, "", 1).split())


def _flag_narrative_in_speech(turn: _Turn, *, is_record: bool) -> None:
    """Report narrative between spoken paragraphs that no speaker line separates.

    After narrative, a record names the speaker again. In a single statement by a delegate, such
    a sentence is probably part of the speech and becomes one; elsewhere it stays narrative.
    """
    attribution = turn.attribution
    by_delegate = attribution is not None and bool(attribution.speaker)
    spoken_indices = [
        index
        for index, paragraph in enumerate(turn.paragraphs)
        if paragraph.kind is ParagraphKind.SPEECH
    ]
    for before, after in pairwise(spoken_indices):
        between = range(before + 1, after)
        if after in turn.separate or turn.separate.intersection(between):
            continue
        for index in between:
            paragraph = turn.paragraphs[index]
            if paragraph.text.startswith(("(", "[")):
                continue  # a language note or stage note
            is_speech = by_delegate and not is_record and may_be_spoken(paragraph.text)
            if is_speech:
                turn.paragraphs[index] = replace(paragraph, kind=ParagraphKind.SPEECH)
            reading = "a part of the speech" if is_speech else "narrative, not as spoken"
            turn.problems.append(
                Problem(
                    "narrative-in-speech",
                    f"“{paragraph.text[:80]}” occurs within a speech; it was read as {reading}.",
                    Severity.NOTE,
                    paragraph.line,
                )
            )


def _is_same_speaker(first: Attribution, second: Attribution) -> bool:
    return (first.honorific, first.speaker, first.role.casefold(), first.affiliation) == (
        second.honorific,
        second.speaker,
        second.role.casefold(),
        second.affiliation,
    ) and (_names_speaker(first) or first.printed == second.printed)


def _names_speaker(attribution: Attribution) -> bool:
    return bool(attribution.speaker or attribution.role)


def _to_speech(turn: _Turn, position: int) -> ParsedSpeech:
    attribution = turn.attribution
    paragraphs = tuple(turn.paragraphs)
    has_speaker = attribution is not None and bool(
        attribution.printed or attribution.speaker or attribution.role
    )
    problems = [
        *turn.problems,
        *check_speech(
            paragraphs,
            has_speaker=has_speaker,
            line=turn.line,
            unread_label=turn.unread_label,
        ),
        *check_vote_totals(paragraphs),
    ]
    speech = ParsedSpeech(
        position=position,
        paragraphs=paragraphs,
        problems=limit_problems(problems),
        line=turn.line,
        source_metadata=turn.metadata,
        unread_label=turn.unread_label,
    )
    if attribution is None:
        return speech
    spoken_texts = (
        paragraph.text for paragraph in paragraphs if paragraph.kind is ParagraphKind.SPEECH
    )
    opening = next(spoken_texts, "")
    return replace(
        speech,
        speaker_line=attribution.printed,
        speaker=attribution.speaker,
        honorific=attribution.honorific,
        affiliation=attribution.affiliation,
        role=attribution.role,
        language=attribution.language,
        language_printed=attribution.language_printed,
        notes=attribution.notes,
        on_behalf_of=attribution.on_behalf_of
        or detect_on_behalf_of(opening, attribution.affiliation),
    )
