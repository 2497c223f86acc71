"""Collects the paragraphs of a part of a Word document, with their type.

Deleted text, field codes and fallbacks for shapes are ignored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from statements.transcripts.formats.documents.docx_styles import Styles, is_on
from statements.transcripts.formats.markup.xml_tree import parse
from statements.transcripts.layout.passages import Passage, Run, to_passage
from statements.transcripts.values.parsed import UnreadableTranscript

_MAX_PARAGRAPHS = 200_000
_SKIPPED_ELEMENTS = frozenset(
    {"del", "moveFrom", "instrText", "delText", "Fallback", "rt", "annotationRef"}
)
_SIGNS = {
    "tab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\u00ad",
}


@dataclass(slots=True)
class Paragraph:
    """A paragraph while it is read, and after."""

    runs: list[Run] = field(default_factory=list)
    is_heading: bool = False
    bold: bool = False  # by the style of the paragraph
    run_bold: bool = False
    in_properties: bool = False  # of the paragraph, not of a run

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def read_paragraphs(part: bytes, styles: Styles) -> list[Paragraph]:
    """Return the paragraphs that hold text; raises UnreadableTranscript if there are too many."""
    collector = _Collector(styles)
    parse(part, collector)
    return [paragraph for paragraph in collector.paragraphs if paragraph.text.strip()]


def faces_of(paragraphs: Sequence[Paragraph]) -> dict[int, Passage]:
    """Return the type of paragraphs by their lines, in a text with a blank line after each.

    Headings do not count where most of the text is set in their style.
    """
    letters = sum(len(paragraph.text) for paragraph in paragraphs)
    in_headings = sum(len(paragraph.text) for paragraph in paragraphs if paragraph.is_heading)
    faces: dict[int, Passage] = {}
    line = 1
    for paragraph in paragraphs:
        is_heading = paragraph.is_heading and 2 * in_headings < letters
        if passage := to_passage(paragraph.runs, line, is_heading=is_heading):
            faces[line] = passage
        line += paragraph.text.count("\n") + 2
    return faces


class _Collector:
    """Receives the elements. A nested paragraph (a text box) precedes its parent."""

    def __init__(self, styles: Styles) -> None:
        self.paragraphs: list[Paragraph] = []
        self._styles = styles
        self._open: list[Paragraph] = []
        self._skip_depth = 0
        self._in_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skip_depth or name in _SKIPPED_ELEMENTS:
            self._skip_depth += 1
        elif name == "p":
            self._open.append(Paragraph())
        elif name == "t":
            self._in_text = True
        elif name == "tabs":
            self._skip_depth = 1  # defines tab stops; contains no text
        elif self._open:
            self._start_within(self._open[-1], name, attributes)

    def _start_within(self, paragraph: Paragraph, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("val", "")
        if name in _SIGNS and not (name == "br" and "type" in attributes):
            paragraph.runs.append(Run(_SIGNS[name], paragraph.run_bold))
        elif name == "pPr":
            paragraph.in_properties = True
        elif name == "pStyle":
            paragraph.is_heading = self._styles.is_heading(value)
            paragraph.bold = bool(self._styles.is_bold(value))
        elif name == "r":
            paragraph.run_bold = paragraph.bold
        elif name == "rStyle" and not paragraph.in_properties:
            bold = self._styles.is_bold(value)
            paragraph.run_bold = paragraph.run_bold if bold is None else bold
        elif name == "b" and not paragraph.in_properties:
            paragraph.run_bold = is_on(attributes)

    def end(self, name: str) -> None:
        if self._skip_depth:
            self._skip_depth -= 1
        elif name == "t":
            self._in_text = False
        elif name == "pPr" and self._open:
            self._open[-1].in_properties = False
        elif name == "p" and self._open:
            self.paragraphs.append(self._open.pop())
            if len(self.paragraphs) > _MAX_PARAGRAPHS:
                raise UnreadableTranscript(
                    "too-large", f"The document has more than {_MAX_PARAGRAPHS:,} paragraphs."
                )

    def text(self, data: str) -> None:
        if self._in_text and not self._skip_depth and self._open:
            paragraph = self._open[-1]
            paragraph.runs.append(Run(data, paragraph.run_bold))
