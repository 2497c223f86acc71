"""What the type of a paragraph says of it: a bold name is a speaker's, a heading is narrative."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.layout.passages import Passage
from statements.transcripts.speakers.attribution import (
    Attribution,
    read_attribution,
    read_bold_attribution,
)
from statements.transcripts.speakers.label_forms import find_label
from statements.transcripts.speakers.label_names import Kind, read_naming
from statements.transcripts.text.hyphens import is_common_word

_MOST_LABEL_WORDS = 8
_OFFICE_WORDS = range(4, 17)
_NAME_WORDS = range(2, 6)  # of a name on a line of its own
_HEADING_ENDS = (".", "?", "!", "…", "”", ":", "：")
_STOPS = frozenset({".", "-", ".-"})  # separators with which a sentence may end too


def apply_face(block: Block, passage: Passage) -> None:
    """Mark a block as a heading, or as beginning with a speaker line, as its type shows."""
    text = " ".join(" ".join(line.text for line in block.lines).split())
    if passage.is_heading:
        _apply_heading(block, text)
        return
    if block.has_speaker_line or read_attribution(text) is not None:
        block.has_speaker_line = True
    elif passage.label:
        attribution = _read_bold_label(text)
        if attribution and _is_in_bold(attribution, passage.label, text):
            block.given = attribution
            block.has_speaker_line = True
        elif _is_office(passage.label) or _is_label(passage.label, text):
            block.unread_label = passage.label
    elif passage.is_bold:
        _apply_name(block, passage.text)


def apply_faces(blocks: Sequence[Block], passages: Mapping[int, Passage]) -> None:
    """Apply the type of the paragraphs of a text; ``passages`` are found by their first lines."""
    for block in blocks:
        if passage := passages.get(block.lines[0].number):
            apply_face(block, passage)


def _apply_heading(block: Block, text: str) -> None:
    """Let a heading begin a speech if it is a speaker line: "Ms. Lund (Norway): We came by sea.".

    The title of a page may begin so too ("President Hale: We Shall Stay"), so a State, a note of
    the language, or a whole sentence or nothing after the colon shows that somebody speaks. Other
    headings are narrative.
    """
    if (attribution := read_attribution(text)) is not None:
        is_turn = attribution.affiliation or attribution.language_printed
        block.has_speaker_line = bool(is_turn) or text.endswith(_HEADING_ENDS)
    elif (attribution := read_attribution(f"{text}:")) and attribution.affiliation:
        if attribution.honorific:
            block.given = replace(attribution, end=len(text))
            block.has_speaker_line = True
    block.narrative = not block.has_speaker_line


def _apply_name(block: Block, text: str) -> None:
    """Let a bold name on a line of its own begin a speech: "ERIK TARN"."""
    label = text.rstrip(":： ")
    words = label.split()
    attribution = read_attribution(f"{label}:", bold_name=True)
    if attribution is None or not attribution.speaker or len(words) not in _NAME_WORDS:
        return
    bare = [word.strip(".,") for word in attribution.speaker.split()]
    # a heading has common words, a name has none
    if attribution.honorific or not any(map(is_common_word, bare)):
        block.given = replace(attribution, end=len(text))


def _read_bold_label(text: str) -> Attribution | None:
    """Return the speaker line in bold with which a text begins, taken apart as labels are."""
    attribution = read_bold_attribution(text)
    if attribution is None or attribution.honorific or attribution.role or attribution.affiliation:
        return attribution
    label = find_label(text)
    naming = read_naming(label) if label else None
    if label and naming and naming.kind is Kind.WORDS:
        return naming.attribution(label)
    return attribution


def _is_in_bold(attribution: Attribution, bold: str, text: str) -> bool:
    """Return whether a speaker line is in bold type up to its parentheses or its end.

    A heading with a colon is also bold after the colon; a speaker's words are not.
    """
    rest = text[len(bold) : attribution.end].strip(" :：")
    return len(bold) <= attribution.end + 1 and rest[:1] in {"", "(", "["}


def _is_label(bold: str, text: str) -> bool:
    """Return whether bold words that name nobody are a label all the same: "Q", "MODERATOR:".

    Common words in lower case are none: "Note:", "Goal 14:".
    """
    label = find_label(text, is_alone=True)
    kind = read_naming(label).kind if label else Kind.LISTENERS
    if label and label.separator in _STOPS and label.text == bold.rstrip(" .–—-"):
        return kind is Kind.WORDS or (kind is Kind.NAME and len(bold.split()) > 1)
    has_form = bold.isupper() or bold.endswith((":", "："))
    if not has_form or len(bold.split()) > _MOST_LABEL_WORDS:
        return False
    if _may_name(bold):
        return True
    return kind is not Kind.LISTENERS and (bold.isupper() or kind is not Kind.OTHER)


def _may_name(bold: str) -> bool:
    """Return whether bold words have the form of a whole name: better nobody's than another's."""
    return len(bold.split()) > 1 and read_attribution(bold, bold_name=True) is not None


def _is_office(bold: str) -> bool:
    """Return whether bold words are a long office: "The Cabinet Secretary for Rural Affairs and the
    Environment:"."""
    words = bold.split()
    capitals = sum(word[:1].isupper() for word in words)
    return len(words) in _OFFICE_WORDS and 2 * capitals > len(words) and bold.endswith((":", "："))
