"""The models of the archive: countries, speakers, meetings, speeches, paragraphs, transcripts.

They define fields and database constraints only. ``statements.ingest`` creates the rows;
``querysets`` has the queries.
"""

from statements.models.changes import ChangedSpeech, Datestamp
from statements.models.countries import (
    Affiliation,
    AffiliationName,
    Country,
    CountryGroup,
    CountryName,
    GroupMembership,
)
from statements.models.deliveries import DeliveredFile, Delivery
from statements.models.index_outbox import IndexOutbox
from statements.models.meetings import (
    AgendaItem,
    Meeting,
    Member,
    Organ,
    OrganName,
    Presidency,
    Session,
    Topic,
)
from statements.models.paragraphs import (
    Document,
    LanguageChange,
    Paragraph,
    RecordedVote,
    Reference,
    Span,
    Vote,
)
from statements.models.readers.alerts import Alert
from statements.models.readers.result_sets import ResultSet
from statements.models.review_jobs import ReviewJob, ReviewTask
from statements.models.speakers import (
    DecidedSpeaker,
    Office,
    OfficeTerm,
    PersonDecision,
    Speaker,
    SpeakerName,
    SpeakerProposal,
)
from statements.models.speeches import DeletedSpeech, Speech, Withdrawal, WordsDigest, byline
from statements.models.transcripts import (
    LabelChoice,
    Recognition,
    RecognizedPage,
    Series,
    Transcript,
)
from statements.models.unsaved_input import UnsavedInput

__all__ = [
    "Affiliation",
    "AffiliationName",
    "AgendaItem",
    "Alert",
    "ChangedSpeech",
    "Country",
    "CountryGroup",
    "CountryName",
    "Datestamp",
    "DecidedSpeaker",
    "DeletedSpeech",
    "DeliveredFile",
    "Delivery",
    "Document",
    "GroupMembership",
    "IndexOutbox",
    "LabelChoice",
    "LanguageChange",
    "Meeting",
    "Member",
    "Office",
    "OfficeTerm",
    "Organ",
    "OrganName",
    "Paragraph",
    "PersonDecision",
    "Presidency",
    "Recognition",
    "RecognizedPage",
    "RecordedVote",
    "Reference",
    "ResultSet",
    "ReviewJob",
    "ReviewTask",
    "Series",
    "Session",
    "Span",
    "Speaker",
    "SpeakerName",
    "SpeakerProposal",
    "Speech",
    "Topic",
    "Transcript",
    "UnsavedInput",
    "Vote",
    "Withdrawal",
    "WordsDigest",
    "byline",
]
