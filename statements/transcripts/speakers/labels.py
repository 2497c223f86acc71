"""Learns which labels begin the turns of one file, and takes them apart.

A form of label is accepted if it explains the file (``speakers.label_evidence``). Paragraphs that
begin with something like a label which was not accepted are told apart, so that they never pass for
words of the speaker before. A person's choices about labels go before all that is learnt.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from statements.transcripts.speakers.attribution import Attribution, read_attribution
from statements.transcripts.speakers.label_evidence import (
    FEWEST_SPEAKER_LINES,
    Candidate,
    FileEvidence,
    Head,
)
from statements.transcripts.speakers.label_marks import (
    CAPTION_MARK,
    PLAIN_NUMBER,
    split_loose_mark,
    split_mark,
)
from statements.transcripts.speakers.label_names import Kind
from statements.transcripts.speakers.label_styles import Style
from statements.transcripts.values.choices import NO_CHOICES, LabelChoices

_LONGEST_INTERJECTION = 100  # characters


@dataclass(frozen=True, slots=True)
class FoundLabel:
    """What a paragraph begins with.

    Without ``attribution`` the label was not understood, and nobody is named; an interjection is
    nobody's turn and the speech goes on after it; a rejected label is text of the paragraph.
    """

    text: str
    attribution: Attribution | None = None
    mark: str = ""  # what stands before it: "10:04", "–"
    is_voice: bool = False
    is_interjection: bool = False
    is_rejected: bool = False

    @property
    def is_unread(self) -> bool:
        return self.attribution is None and not (self.is_interjection or self.is_rejected)


def find_labels(
    heads: Sequence[Head], *, is_record: bool = False, choices: LabelChoices = NO_CHOICES
) -> dict[int, FoundLabel]:
    """Return what was found at the beginnings of the paragraphs of one file, by their indices.

    In a record of the United Nations, whose speaker lines have a grammar of their own, only marks
    before these lines, interjections and doubts are found.
    """
    marked = dict(_marked_lines(heads))
    evidence = FileEvidence(heads, marked)
    accepted = set() if is_record else {_form(each) for each in _explaining(evidence)}
    is_debate = evidence.is_debate or bool(accepted)
    found = dict(marked)
    for candidate in evidence.candidates:
        label = _chosen(candidate, choices)
        if label is None and _is_interjection(candidate, heads) and is_debate:
            label = FoundLabel(candidate.label.text, is_interjection=True)
        elif label is None and _form(candidate) in accepted:
            label = _accepted(candidate, evidence)
        elif label is None:
            label = _doubted(candidate, evidence, is_debate=is_debate, is_record=is_record)
        if label is not None:
            found[candidate.index] = label
    return found | _unnamed_turns(heads, found)


def _form(candidate: Candidate) -> tuple[str, Style]:
    return candidate.label.form


def _explaining(evidence: FileEvidence) -> Iterator[Candidate]:
    """Yield one label of each form that explains the file."""
    for form in evidence.forms():
        if evidence.explains(form):
            yield form.candidates[0]


def _marked_lines(heads: Sequence[Head]) -> Iterator[tuple[int, FoundLabel]]:
    """Yield speaker lines behind a mark: "– Ms. Hale (Canada):", "Q7 Ms. Sow (Mali):"."""
    for index, head in enumerate(heads):
        if head.is_read:
            continue
        mark, rest, attribution = _behind_mark(head.text)
        if attribution is None:
            continue
        is_bold = mark.endswith("**")
        end = rest.find(":**") + len(":**") if is_bold and ":**" in rest else attribution.end
        end += len(" ".join(head.text.split())) - len(rest)
        yield index, FoundLabel(attribution.printed, replace(attribution, end=end), mark)


def _behind_mark(text: str) -> tuple[str, str, Attribution | None]:
    """Return a mark, what follows, and the speaker line with which that begins."""
    for mark, rest in (split_mark(text), split_loose_mark(text)):
        if not mark or PLAIN_NUMBER.fullmatch(mark):
            continue
        is_bold = mark.endswith("**") and rest.count("**") == 1
        attribution = read_attribution(rest.replace(":**", ":", 1) if is_bold else rest)
        if attribution and (attribution.affiliation or attribution.language_printed):
            return mark, rest, attribution
    return "", text, None


def _chosen(candidate: Candidate, choices: LabelChoices) -> FoundLabel | None:
    """Return what a person has decided about a label; None without a decision."""
    if candidate.label.key in choices.rejected:
        return FoundLabel(candidate.label.text, is_rejected=True)
    return _turn(candidate) if candidate.label.key in choices.accepted else None


def _turn(candidate: Candidate) -> FoundLabel:
    label, naming = candidate.label, candidate.naming
    return FoundLabel(label.text, naming.attribution(label), label.mark, is_voice=naming.is_voice)


def _accepted(candidate: Candidate, evidence: FileEvidence) -> FoundLabel | None:
    """Return the turn of a label whose form was accepted; None if it is prose all the same."""
    label, kind = candidate.label, candidate.kind
    if kind is Kind.RECORD:
        return FoundLabel(label.text, is_interjection=True)
    is_capital = label.style is Style.CAPITALS
    recurs = label.key in evidence.recurring
    if label.separator == ".":
        return _turn(candidate) if kind >= (Kind.NAME if is_capital else Kind.WORDS) else None
    if kind is Kind.LISTENERS:
        return None
    if kind is Kind.ADDRESS and not (recurs or is_capital):
        return FoundLabel(label.text) if label.separator == ":" else None
    if recurs or kind is not Kind.OTHER or label.separator == ".-":
        return _turn(candidate)
    return FoundLabel(label.text) if is_capital and label.separator == ":" else None


def _doubted(
    candidate: Candidate, evidence: FileEvidence, *, is_debate: bool, is_record: bool
) -> FoundLabel | None:
    """Return what looks like a label although its form explains nothing; None for prose."""
    label, kind = candidate.label, candidate.kind
    if label.separator in {".", "line"} or not label.opens_speech or kind is Kind.LISTENERS:
        return None
    if kind is Kind.CHORUS:
        return _turn(candidate) if is_debate else None
    is_like_label = kind in {Kind.WORDS, Kind.NAME}
    if label.separator == ":" and is_debate and (is_like_label or kind is Kind.ADDRESS):
        return FoundLabel(label.text)
    if label.separator == ":" and label.style is Style.CAPITALS and evidence.prints_capitals:
        return None if is_record else FoundLabel(label.text)
    if kind <= Kind.ADDRESS and (kind is not Kind.OTHER or label.separator == "-"):
        return None
    is_like_label = is_like_label or len(evidence.recurring) > 1  # one heading may recur
    return FoundLabel(label.text) if is_like_label and label.key in evidence.recurring else None


def _is_interjection(candidate: Candidate, heads: Sequence[Head]) -> bool:
    """Return whether this is a short line that many speak at once: "Members: Hear, hear!"."""
    head = heads[candidate.index]
    is_short = head.is_whole and len(head.text) <= _LONGEST_INTERJECTION
    return candidate.kind is Kind.CHORUS and candidate.label.separator == ":" and is_short


def _unnamed_turns(heads: Sequence[Head], found: Mapping[int, FoundLabel]) -> dict[int, FoundLabel]:
    """Return the turns of captions that only a mark begins, ">> Thank you.", as nobody's."""
    marked = [
        index for index, head in enumerate(heads) if head.text.lstrip().startswith(CAPTION_MARK)
    ]
    if len(marked) < FEWEST_SPEAKER_LINES:
        return {}
    return {
        index: FoundLabel(CAPTION_MARK)
        for index in marked
        if index not in found and not heads[index].is_read
    }
