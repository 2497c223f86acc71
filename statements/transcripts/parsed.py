"""What reading yields: plain frozen values, nothing stored and nothing looked up.

Printed forms stand here as the record prints them; turning "Kazakhstan" into a country or
"Umarov" into a person is accession's work (``statements.ingest``).
"""

import datetime
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from statements.transcripts.symbols import Symbol


class Severity(StrEnum):
    NOTE = "note"  # something was repaired by evidence; nothing to do
    WARNING = "warning"  # a guess was made, or something is missing: please look
    ERROR = "error"  # this part cannot be trusted as it stands


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a librarian should know about one place of a transcript."""

    code: str  # stable, kebab-case: "hyphen-guess", "no-date"
    message: str  # one sentence for a reader, saying what to do where something can be done
    severity: Severity = Severity.WARNING
    line: int | None = None  # 1-based line of the decoded text


@dataclass(frozen=True, slots=True)
class Dropped:
    """Words of the input that stand in no paragraph and no speaker line, and why."""

    text: str
    reason: str  # "page number", "running head", "document number" ...
    line: int


class ParagraphKind(StrEnum):
    SPEECH = "speech"
    NARRATIVE = "narrative"  # text nobody spoke: "The meeting rose at 1 p.m.", votes, headings


@dataclass(frozen=True, slots=True)
class ParsedParagraph:
    text: str
    kind: ParagraphKind = ParagraphKind.SPEECH
    line: int | None = None
    number: int | None = None  # of records that number their paragraphs: "19. Mr. …"


@dataclass(frozen=True, slots=True)
class ParsedSpeech:
    """One continuous address by one speaker, as printed.

    "Mr. Levitte (France) (spoke in French):" has ``honorific`` "Mr.", ``speaker`` "Levitte",
    ``affiliation`` "France", ``language_printed`` "spoke in French" and ``language`` "fr".
    "The President:" has no ``speaker`` and the ``role`` "President".
    """

    position: int  # 1-based, in the order of the transcript
    speaker_line: str  # the whole printed attribution, without its final colon
    speaker: str  # the name as printed, without honorific; "" where only an office is printed
    honorific: str
    affiliation: str
    role: str  # "President", "Acting President", "Secretary-General" ... or ""
    language: str  # ISO 639-1 code of delivery where a note says so, else ""
    language_printed: str
    on_behalf_of: str
    paragraphs: tuple[ParsedParagraph, ...]
    problems: tuple[Problem, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedPresident:
    """One name of the first page's "President:" entry."""

    name: str
    honorific: str
    affiliation: str


@dataclass(frozen=True, slots=True)
class ParsedMember:
    """One line of the first page's "Members:" entry."""

    affiliation: str
    name: str
    honorific: str


@dataclass(frozen=True, slots=True)
class ParsedMeeting:
    """What the first page of a whole record says of the meeting; every field may be empty."""

    symbol: Symbol | None = None
    symbol_printed: str = ""
    organ: str = ""
    number: int | None = None
    date: datetime.date | None = None
    date_printed: str = ""
    place: str = ""
    presidents: tuple[ParsedPresident, ...] = ()
    members: tuple[ParsedMember, ...] = ()
    agenda_items: tuple[str, ...] = ()
    first_page: tuple[str, ...] = ()  # its lines as printed, all of them


@dataclass(frozen=True, slots=True)
class ParsedTranscript:
    """Everything read from one file. Each word of it is in a paragraph, in a speaker line,
    in ``meeting``'s printed fields, or in ``dropped``."""

    name: str
    form: str  # "statement" (speeches only) or "record" (a whole meeting)
    encoding: str
    speeches: tuple[ParsedSpeech, ...]
    meeting: ParsedMeeting = ParsedMeeting()
    dropped: tuple[Dropped, ...] = ()
    problems: tuple[Problem, ...] = ()
    page_starts: tuple[int, ...] = ()  # the line with which each page begins, where there are pages

    def page_of(self, line: int | None) -> int | None:
        """The page on which a line stands, counted from 1; None where the form has no pages."""
        return bisect_right(self.page_starts, line) or None if line is not None else None


class UnreadableTranscript(ValueError):
    """The file cannot be read as a transcript; ``code`` is stable, ``str()`` says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
