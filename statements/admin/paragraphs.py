"""The paragraphs of a speech as one text to edit, and back: an empty line parts two paragraphs.

One text instead of a row of boxes: a paragraph can be split, joined, added or taken out
anywhere, and numbering without gaps follows by itself.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django import forms

from statements.models import Paragraph, Speech


class Piece(NamedTuple):
    """A paragraph as it is edited."""

    kind: str
    text: str
    number: int | None = None  # as printed


MARK = "[narrative]"
NUMBER = "[number {}]"
_NUMBER = re.compile(r"\[number (\d{1,6})\]")
_PARTING = re.compile(r"\n(?:[ \t]*\n)+")


def as_text(pieces: Iterable[Piece]) -> str:
    """One text of all paragraphs; what nobody spoke begins with the mark, and a number that the
    record prints is another."""
    return "\n\n".join(" ".join(_marked(piece)) for piece in pieces)


def _marked(piece: Piece) -> Iterator[str]:
    if piece.kind == Paragraph.Kind.NARRATIVE:
        yield MARK
    if piece.number is not None:
        yield NUMBER.format(piece.number)
    yield piece.text


def read(text: str) -> list[Piece]:
    """The paragraphs that a text stands for."""
    return [piece for part in _PARTING.split(_clean(text)) if (piece := _piece(part)).text]


def _piece(part: str) -> Piece:
    narrated = part.startswith(MARK)
    kind = Paragraph.Kind.NARRATIVE if narrated else Paragraph.Kind.SPEECH
    text = part.removeprefix(MARK).strip()
    number = _NUMBER.match(text)
    text = text[number.end() :].strip() if number else text
    return Piece(kind.value, text, int(number[1]) if number else None)


def stored(speech: Speech) -> list[Piece]:
    rows = speech.paragraphs.order_by("position")
    return [Piece(*values) for values in rows.values_list("kind", "text", "number")]


def store(speech: Speech, pieces: list[Piece]) -> None:
    """Make ``pieces`` the paragraphs of a speech; rows that stay as they are are not touched."""
    rows = list(speech.paragraphs.order_by("position"))
    for row, piece in zip(rows, pieces, strict=False):
        if (row.kind, row.text, row.number) != piece:
            row.kind, row.text, row.number = piece
            row.save(update_fields=piece._fields)
    speech.paragraphs.filter(position__gt=len(pieces)).delete()
    Paragraph.objects.bulk_create(
        Paragraph(speech=speech, position=position, **piece._asdict())
        for position, piece in enumerate(pieces[len(rows) :], start=len(rows) + 1)
    )


def differences(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Pairs of what stands in ``old`` and in ``new`` where the two differ, in order."""
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    return [
        ("\n\n".join(old[a:b]), "\n\n".join(new[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


class ParagraphsField(forms.CharField):
    """The text of a speech; at least one paragraph."""

    widget = forms.Textarea(attrs={"rows": 24})

    def to_python(self, value: Any) -> str:
        return _clean(super().to_python(value) or "")


def _clean(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()
