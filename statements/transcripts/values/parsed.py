"""The values that reading returns: plain, frozen and without behaviour.

They hold names as the record prints them. Resolving "Kazakhstan" to a country or "Umarov" to a
person is the job of ``statements.ingest``.
"""

import datetime
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from statements.transcripts.values.affiliations import ParsedAffiliation
from statements.transcripts.values.choices import Column
from statements.transcripts.values.symbols import Symbol


class Severity(StrEnum):
    NOTE = "note"  # repaired on good evidence; no action needed
    WARNING = "warning"  # a guess was made or something is missing; please check
    ERROR = "error"  # this part of the transcript cannot be trusted


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an archivist should know about one place in a transcript."""

    code: str  # stable, kebab-case: "hyphen-guess", "no-date"
    message: str  # one sentence for the reader, with advice where something can be done
    severity: Severity = Severity.WARNING
    line: int | None = None  # 1-based line of the decoded text


@dataclass(frozen=True, slots=True)
class DroppedText:
    """Text of the input that is in no paragraph and no speaker line, with the reason."""

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
    number: int | None = None  # in records that number their paragraphs: "19. Mr. …"
    # the speaker line above it, where a turn begins that continues the speech, as after a vote
    turn_line: str = ""
    time_s: float | None = None  # seconds from the start of a recording
    # places of words, counted from 0, that text recognition (OCR) was not certain of
    uncertain_words: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMetadata:
    """What a table or data set says about a speech, kept apart from what is printed.

    The speaker line in the text takes precedence; these values only fill its gaps.
    """

    source: str = ""  # name of the table or data set
    date: datetime.date | None = None
    year: int | None = None  # where only the year is known
    # an approximate date in that year, used only to find who held a name then; never stored
    around: datetime.date | None = None
    symbol: Symbol | None = None
    position: int | None = None  # in the meeting
    organ: str = ""
    session: int | None = None  # number of the session of the organ
    debate: str = ""  # the debate of that session, such as "General debate"
    topics: tuple[str, ...] = ()
    speaker: str = ""  # without honorific; also "" where the source names several people
    honorific: str = ""
    affiliation: str = ""  # the country or body as the table names it
    affiliations: tuple[ParsedAffiliation, ...] = ()  # parties, wards …: those of stated kind
    country: str = ""  # its code, where the table has one
    role: str = ""
    language: str = ""  # code
    person: str = ""  # the source's identifier of the speaker
    identifier: str = ""  # the source's identifier of the speech


@dataclass(frozen=True, slots=True)
class ParsedSpeech:
    """One continuous address by one speaker, as printed.

    "Mr. Levitte (France) (spoke in French):" has ``honorific`` "Mr.", ``speaker`` "Levitte",
    ``affiliation`` "France", ``language_printed`` "spoke in French" and ``language`` "fr".
    "The President:" has no ``speaker`` and the ``role`` "President"; "President Abbas:" has both.
    """

    position: int  # 1-based, in the order of the transcript
    speaker_line: str = ""  # the whole printed attribution, without its final colon
    speaker: str = ""  # the name as printed, without honorific; "" where only an office is printed
    honorific: str = ""
    affiliation: str = ""
    role: str = ""  # "President", "Acting President", "Secretary-General" ...
    language: str = ""  # ISO 639-1 code of the first language that a note names
    language_printed: str = ""
    on_behalf_of: str = ""
    notes: tuple[str, ...] = ()  # of the speaker line: "on a point of order", "via videoconference"
    paragraphs: tuple[ParsedParagraph, ...] = ()
    problems: tuple[Problem, ...] = ()
    line: int | None = None
    source_metadata: SourceMetadata | None = None
    unread_label: str = ""  # what it begins with, where that looks like a speaker's name but is not
    # understood; the words stay in the first paragraph
    dropped: tuple[DroppedText, ...] = ()  # of a table row; for texts, see ``ParsedTranscript``


@dataclass(frozen=True, slots=True)
class ParsedPresident:
    """One name in the "President:" entry of the first page."""

    name: str
    honorific: str
    affiliation: str


@dataclass(frozen=True, slots=True)
class ParsedMember:
    """One line of the "Members:" entry of the first page."""

    affiliation: str
    name: str
    honorific: str


@dataclass(frozen=True, slots=True)
class ParsedMeeting:
    """The meeting as described on the first page of a record; any field may be empty."""

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
    first_page: tuple[str, ...] = ()  # all its lines, as printed


class LabelUse(StrEnum):
    """What a label at the beginning of paragraphs was taken for."""

    SPEAKER = "speaker"
    UNREAD = "unread"  # nobody is named until a person decides
    TEXT = "text"  # a person has said that it names nobody


@dataclass(frozen=True, slots=True)
class ParsedLabel:
    """A label that the grammar of speaker lines lacks and the file was found to use."""

    text: str  # as first printed
    use: LabelUse
    count: int  # paragraphs that begin with it
    line: int  # of the first


@dataclass(frozen=True, slots=True)
class ParsedTranscript:
    """Everything read from one file.

    Each word of the file is in a paragraph, in a speaker line, in ``meeting.first_page`` or in
    ``dropped``.
    """

    name: str
    form: str  # "statement" (speeches only), "record" (a whole meeting) or "table" (one a row)
    encoding: str
    speeches: tuple[ParsedSpeech, ...]
    meeting: ParsedMeeting = ParsedMeeting()
    dropped: tuple[DroppedText, ...] = ()
    problems: tuple[Problem, ...] = ()
    labels: tuple[ParsedLabel, ...] = ()  # in the order of the text
    page_starts: tuple[int, ...] = ()  # first line of each page; empty for forms without pages
    # codes of the languages of the left and the right column, if pages print two
    column_languages: tuple[str, ...] = ()
    column: Column = Column.BOTH  # that was read

    def page_of(self, line: int | None) -> int | None:
        """Return the 1-based page of a line; None if the form has no pages."""
        return bisect_right(self.page_starts, line) or None if line is not None else None


NO_TEXT = "no-text-layer"  # the code of UnreadableTranscript for scans
PAGE_WITHOUT_TEXT = "page-without-text"  # the code of the problem of one such page


class UnreadableTranscript(ValueError):
    """The file cannot be read; ``code`` is stable and the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
