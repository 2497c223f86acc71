"""The paragraphs of a speech as one text to edit, and back: an empty line parts two paragraphs.

One text instead of a row of boxes: a paragraph can be split, joined, added or taken out
anywhere, and numbering without gaps follows by itself.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from django import forms

from statements.models import Paragraph, Speech

Piece = tuple[str, str]  # kind, text

MARK = "[narrative]"
_PARTING = re.compile(r"\n(?:[ \t]*\n)+")


def as_text(pieces: Iterable[Piece]) -> str:
    """One text of all paragraphs; what nobody spoke begins with the mark."""
    return "\n\n".join(
        f"{MARK} {text}" if kind == Paragraph.Kind.NARRATIVE else text for kind, text in pieces
    )


def read(text: str) -> list[Piece]:
    """The paragraphs that a text stands for."""
    pieces: list[Piece] = []
    for part in _PARTING.split(_clean(text)):
        spoken = part.removeprefix(MARK).strip()
        kind = Paragraph.Kind.NARRATIVE if part.startswith(MARK) else Paragraph.Kind.SPEECH
        if spoken:
            pieces.append((kind.value, spoken))
    return pieces


def stored(speech: Speech) -> list[Piece]:
    return list(speech.paragraphs.order_by("position").values_list("kind", "text"))


def store(speech: Speech, pieces: list[Piece]) -> None:
    """Make ``pieces`` the paragraphs of a speech; rows that stay as they are are not touched."""
    rows = list(speech.paragraphs.order_by("position"))
    for row, (kind, text) in zip(rows, pieces, strict=False):
        if (row.kind, row.text) != (kind, text):
            row.kind, row.text = kind, text
            row.save(update_fields=["kind", "text"])
    speech.paragraphs.filter(position__gt=len(pieces)).delete()
    Paragraph.objects.bulk_create(
        Paragraph(speech=speech, position=position, kind=kind, text=text)
        for position, (kind, text) in enumerate(pieces[len(rows) :], start=len(rows) + 1)
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
