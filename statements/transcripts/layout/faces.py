"""What the type of a paragraph says of it: a bold name is a speaker's, a heading is narrative."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.layout.passages import Passage
from statements.transcripts.speakers.attribution import read_attribution, read_bold_attribution
from statements.transcripts.speakers.label_forms import find_label
from statements.transcripts.text.hyphens import is_common_word

_MOST_LABEL_WORDS = 8
_OFFICE_WORDS = range(4, 17)
_NAME_WORDS = range(2, 6)  # of a name on a line of its own


def apply_face(block: Block, passage: Passage) -> None:
    """Mark a block as a heading, or as beginning with a speaker line, as its type shows."""
    if passage.is_heading:
        block.narrative = True
        return
    text = " ".join(line.text for line in block.lines)
    if block.has_speaker_line or read_attribution(text) is not None:
        block.has_speaker_line = True
    elif passage.label:
        attribution = read_bold_attribution(text)
        # a heading with a colon is also bold after the colon; a speaker's words are not
        if attribution and abs(attribution.end - len(passage.label)) <= 1:
            block.has_speaker_line = block.bold_name = True
        elif _is_office(passage.label) or (
            _is_label(passage.label)
            and (_may_name(passage.label) or find_label(text, is_alone=True) is not None)
        ):
            block.unread_label = passage.label
    elif passage.is_bold:
        _apply_name(block, passage.text)


def apply_faces(blocks: Sequence[Block], passages: Mapping[int, Passage]) -> None:
    """Apply the type of the paragraphs of a text; ``passages`` are found by their first lines."""
    for block in blocks:
        if passage := passages.get(block.lines[0].number):
            apply_face(block, passage)


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


def _is_label(bold: str) -> bool:
    """Return whether bold words that name nobody are a label all the same: "Q", "MODERATOR:"."""
    return len(bold.split()) <= _MOST_LABEL_WORDS and (bold.isupper() or bold.endswith((":", "：")))


def _may_name(bold: str) -> bool:
    """Return whether bold words have the form of a whole name: better nobody's than another's."""
    return len(bold.split()) > 1 and read_attribution(bold, bold_name=True) is not None


def _is_office(bold: str) -> bool:
    """Return whether bold words are a long office: "The Cabinet Secretary for Rural Affairs and the
    Environment:"."""
    words = bold.split()
    capitals = sum(word[:1].isupper() for word in words)
    return len(words) in _OFFICE_WORDS and 2 * capitals > len(words) and bold.endswith((":", "："))
