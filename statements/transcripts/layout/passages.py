"""Passages: the paragraphs of a page, with what their typeface says about them.

Bold words at the beginning of a passage may be the name of a speaker, and headings are narrative.
Every reader of pages gives passages; ``formats.pages.speeches`` makes speeches of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_LONGEST_LABEL = 120  # characters


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one type; "\\n" ends a line."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph."""

    lines: tuple[str, ...]
    number: int  # of its first line; of the passage where a form has no lines
    label: str = ""  # the bold words with which it begins, where others follow
    is_bold: bool = False  # as a whole
    is_heading: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def to_passage(runs: Sequence[Run], number: int, *, is_heading: bool = False) -> Passage | None:
    """Return the passage that runs of text make up; None if they hold only white space."""
    text = "".join(run.text for run in runs)
    lines = tuple(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
    if not lines:
        return None
    bold = _bold_beginning(runs)
    is_bold = bold == " ".join(lines)
    label = "" if is_bold or len(bold) > _LONGEST_LABEL else bold
    return Passage(lines, number, label, is_bold, is_heading)


def _bold_beginning(runs: Iterable[Run]) -> str:
    """Return the bold text with which a passage begins, and a colon right after it."""
    parts: list[str] = []
    for run in runs:
        if not run.bold and run.text.strip():
            if parts and run.text[:1] in {":", "："}:
                parts.append(run.text[0])
            break
        if run.bold or parts:
            parts.append(run.text)
    return " ".join("".join(parts).split())


def split_at_breaks(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """Split a paragraph at its forced line breaks, after a sentence or before bold type.

    Old pages have one paragraph for a whole debate. A break is a run of "\\n"; two of them always
    end a paragraph. A break within a sentence, as in verse or an address, stays a space.
    """
    part: list[Run] = []
    breaks = 0
    for run in runs:
        if run.text == "\n":
            breaks += 1
            continue
        if breaks and run.text.strip():
            if breaks > 1 or run.bold or _ends_sentence(part):
                yield part
                part = []
            else:
                part.append(Run(" "))
            breaks = 0
        part.append(run)
    yield part


def _ends_sentence(runs: Sequence[Run]) -> bool:
    text = "".join(run.text for run in runs).rstrip()
    return text.endswith((".", "?", "!", "”", '"', ")", "]", "…", "。"))
