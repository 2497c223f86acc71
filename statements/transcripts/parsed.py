"""What reading yields: plain frozen values, nothing stored and nothing looked up.

Printed forms stand here as the record prints them; turning "Kazakhstan" into a country or
"Umarov" into a person is accession's work (``statements.ingest``).
"""

import datetime
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from statements.transcripts.languages import LanguageChange, find_changes, read_note
from statements.transcripts.record.references import Reference, find_references
from statements.transcripts.record.votes import VoteList, read_votes
from statements.transcripts.speakers.national import is_national
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

    @property
    def references(self) -> list[Reference]:
        """The documents named in the text, each as a span and in its usual form."""
        return find_references(self.text)

    @property
    def votes(self) -> tuple[VoteList, ...]:
        """Who voted how, where this is the list of a vote."""
        return read_votes(self.text) if self.kind is ParagraphKind.NARRATIVE else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a table or a data set says of a speech beside its text. It stands apart from what is
    printed: the text's own speaker line counts first, and what is given fills its gaps."""

    source: str = ""  # which table or data set says so
    date: datetime.date | None = None
    year: int | None = None  # where no day is known
    around: datetime.date | None = None  # of that year; only to tell who bore a name, never stored
    symbol: Symbol | None = None
    position: int | None = None  # in the meeting
    organ: str = ""
    topics: tuple[str, ...] = ()
    speaker: str = ""  # without honorific; "" also where several are named
    honorific: str = ""
    affiliation: str = ""  # the country or body as the table names it
    country: str = ""  # its code, where the table has one
    role: str = ""
    language: str = ""  # code


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
    language: str = ""  # ISO 639-1 code of delivery where a note says so; of the first of several
    language_printed: str = ""
    on_behalf_of: str = ""
    paragraphs: tuple[ParsedParagraph, ...] = ()
    problems: tuple[Problem, ...] = ()
    line: int | None = None
    given: Given | None = None
    dropped: tuple[Dropped, ...] = ()  # of a row of a table; a text's is with the transcript

    @property
    def is_national(self) -> bool:
        """Whether the speaker, from the chair, announces a statement of the own country."""
        spoken = (each.text for each in self.paragraphs if each.kind is ParagraphKind.SPEECH)
        return is_national(spoken)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language it was delivered in, as far as notes say, in their order: the one of
        the speaker line ("spoke in English and French" names two), then those of its changes."""
        note = read_note(self.language_printed)
        named = note.codes if note else ()
        changes = (change.code for change in self.language_changes)
        return tuple(dict.fromkeys(filter(None, (self.language, *named, *changes))))

    @property
    def language_changes(self) -> tuple[LanguageChange, ...]:
        """Where within the speech its language changes."""
        return find_changes([paragraph.text for paragraph in self.paragraphs])


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
    form: str  # "statement" (speeches only), "record" (a whole meeting) or "table" (a row each)
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
