"""Reading: turns the bytes of a transcript into parsed values. No Django, nothing is stored.

``reading.read`` chooses the reader for a file, by the table in ``formats.registry``; the values it
returns are defined in ``values.parsed``.
"""

from statements.transcripts.reading import read
from statements.transcripts.sandbox.client import ReadingTimeout
from statements.transcripts.values.choices import LabelChoices
from statements.transcripts.values.parsed import (
    DroppedText,
    LabelUse,
    ParagraphKind,
    ParsedLabel,
    ParsedMeeting,
    ParsedMember,
    ParsedParagraph,
    ParsedPresident,
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    Severity,
    SourceMetadata,
    UnreadableTranscript,
)
from statements.transcripts.values.symbols import Symbol

__all__ = [
    "DroppedText",
    "LabelChoices",
    "LabelUse",
    "ParagraphKind",
    "ParsedLabel",
    "ParsedMeeting",
    "ParsedMember",
    "ParsedParagraph",
    "ParsedPresident",
    "ParsedSpeech",
    "ParsedTranscript",
    "Problem",
    "ReadingTimeout",
    "Severity",
    "SourceMetadata",
    "Symbol",
    "UnreadableTranscript",
    "read",
]
