"""Conversion of a speech's paragraphs to one editable text and back; blank lines separate them.

One text field instead of a row of boxes lets users split, join, insert and delete paragraphs
anywhere, and keeps their numbering free of gaps.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django import forms

from statements.models import Paragraph, Speech
from statements.transcripts.text.sentence_breaks import carry_starts, sentence_starts
from statements.transcripts.values.recording_times import clock, seconds


class Piece(NamedTuple):
    """A paragraph while it is being edited."""

    kind: str
    text: str
    number: int | None = None  # as printed
    time_s: float | None = None  # seconds from the start of a recording
    turn_line: str = ""  # the speaker line above it, if that continues the speech


MARK = "[narrative]"
NUMBER = "[number {}]"
TIME = "[time {}]"
TURN = "[turn: {}]"
_NUMBER = re.compile(r"\[number (\d{1,6})\]")
_TIME = re.compile(r"\[time (\d{1,4}(?::\d{2}){1,2}(?:\.\d{1,3})?)\]")
_TURN = re.compile(r"\[turn: ((?:[^\[\]\n]|\[[^\[\]\n]*\]){1,500})\]")
_BRACKETS = str.maketrans("[]", "()")
_ROWS_PER_STATEMENT = 200
_MAX_COMPARISONS = 1_000_000
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def as_text(pieces: Iterable[Piece]) -> str:
    """Join paragraphs into one text; marks show narrative, printed numbers, times and turns."""
    return "\n\n".join(" ".join(_marked_parts(piece)) for piece in pieces)


def _marked_parts(piece: Piece) -> Iterator[str]:
    if piece.kind == Paragraph.Kind.NARRATIVE:
        yield MARK
    if piece.number is not None:
        yield NUMBER.format(piece.number)
    if piece.time_s is not None:
        yield TIME.format(clock(piece.time_s, exact=True))
    if piece.turn_line:
        mark = TURN.format(piece.turn_line)
        # brackets that are not in pairs would end the mark too early
        yield mark if _TURN.fullmatch(mark) else TURN.format(piece.turn_line.translate(_BRACKETS))
    yield piece.text


def parse(text: str) -> list[Piece]:
    """Split an edited text into paragraphs; the inverse of `as_text`."""
    blocks = _BLANK_LINES.split(_normalize(text))
    return [piece for block in blocks if (piece := _piece(block)).text]


def _piece(block: str) -> Piece:
    is_narrative = block.startswith(MARK)
    kind = Paragraph.Kind.NARRATIVE if is_narrative else Paragraph.Kind.SPEECH
    text = block.removeprefix(MARK).strip()
    number = _NUMBER.match(text)
    text = text[number.end() :].strip() if number else text
    time = _TIME.match(text)
    time_s = seconds(time[1]) if time else None
    text = text[time.end() :].strip() if time and time_s is not None else text
    turn = _TURN.match(text)
    text = text[turn.end() :].strip() if turn else text
    return Piece(
        kind=kind.value,
        text=text,
        number=int(number[1]) if number else None,
        time_s=time_s,
        turn_line=turn[1].strip() if turn else "",
    )


def of_speech(speech: Speech) -> list[Piece]:
    """Return the stored paragraphs of a speech in order."""
    rows = speech.paragraphs.order_by("position")
    return [Piece(*values) for values in rows.values_list(*Piece._fields)]


def save(speech: Speech, pieces: list[Piece]) -> None:
    """Replace the paragraphs of a speech; rows that did not change are not written."""
    rows = list(speech.paragraphs.order_by("position"))
    changed = []
    for row, piece in zip(rows, pieces, strict=False):
        if tuple(getattr(row, name) for name in Piece._fields) != piece:
            if row.text != piece.text:
                # an archive of an earlier release may not know them yet
                starts = row.sentence_starts or sentence_starts(row.text)
                row.sentence_starts = carry_starts(row.text, starts, piece.text)
                row.is_divided = False  # a person has decided about it
            for name, value in piece._asdict().items():
                setattr(row, name, value)
            changed.append(row)
    fields = [*Piece._fields, "sentence_starts", "is_divided"]
    Paragraph.objects.bulk_update(changed, fields, batch_size=_ROWS_PER_STATEMENT)
    speech.paragraphs.filter(position__gt=len(pieces)).delete()
    Paragraph.objects.bulk_create(
        Paragraph(
            speech=speech,
            position=position,
            sentence_starts=sentence_starts(piece.text),
            **piece._asdict(),
        )
        for position, piece in enumerate(pieces[len(rows) :], start=len(rows) + 1)
    )


def differences(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Return the differing passages of two lists of paragraphs as (old, new) pairs, in order.

    If very many paragraphs lie between the first and the last difference, they are one passage.
    """
    start = _common_length(old, new)
    end = _common_length(old[start:][::-1], new[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) * len(new) > _MAX_COMPARISONS:
        return [("\n\n".join(old), "\n\n".join(new))]
    # with "autojunk", paragraphs that are repeated all over do not take cubic time
    matcher = SequenceMatcher(a=old, b=new, autojunk=True)
    return [
        ("\n\n".join(old[a:b]), "\n\n".join(new[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def _common_length(old: list[str], new: list[str]) -> int:
    """Return the number of paragraphs at the start that are the same."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


class ParagraphsField(forms.CharField):
    """The text of a speech, with at least one paragraph."""

    widget = forms.Textarea(attrs={"rows": 24})

    def to_python(self, value: Any) -> str:
        return _normalize(super().to_python(value) or "")


def _normalize(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()
