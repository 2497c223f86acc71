"""Accession: what was read becomes rows of the archive, after a look.

    received = receive(name, data)                     the file is kept, a draft waits
    delivery = deliver(files); read_delivered()        many files: kept at once, read in turn
    look = preview(received.draft)                     what storing would do; writes nothing
    publish(received.transcript, received.draft)       rows, in one transaction

Nothing here writes to the index: the database's triggers put what changed into its outbox.
"""

from statements.ingest.drafts.building import Metadata, draft_of, resolve
from statements.ingest.drafts.draft import (
    Draft,
    DraftMember,
    DraftParagraph,
    DraftPresident,
    DraftSpeech,
)
from statements.ingest.errors import Collision, EditConflict, IngestError, InvalidDraft, NotWaiting
from statements.ingest.intake.backfill import complete_from_files
from statements.ingest.intake.receiving import (
    Received,
    draft_waiting,
    read_draft,
    receive,
    safe_name,
    update_draft,
)
from statements.ingest.intake.uploads import (
    Incoming,
    TooMuchWaiting,
    check_quota,
    deliver,
    unpacked,
)
from statements.ingest.matching import Matcher, match_country, match_speaker
from statements.ingest.publishing.annotations import annotate_again, annotate_all
from statements.ingest.publishing.authorities import free_speaker_slug, free_topic_slug
from statements.ingest.publishing.preview import Outcome, Preview, SpeechPreview, preview
from statements.ingest.publishing.store import (
    WITHOUT_DRAFT,
    OnCollision,
    Published,
    discard,
    publish,
    publish_again,
)
from statements.ingest.publishing.withdrawal import (
    Absent,
    absent_of,
    checked_reason,
    erase,
    reinstate,
    reinstate_all_of,
    withdraw,
    withdrawn_of,
)
from statements.ingest.waiting.reading import read_delivered
from statements.transcripts.parsed import UnreadableTranscript

__all__ = [
    "WITHOUT_DRAFT",
    "Absent",
    "Collision",
    "Draft",
    "DraftMember",
    "DraftParagraph",
    "DraftPresident",
    "DraftSpeech",
    "EditConflict",
    "Incoming",
    "IngestError",
    "InvalidDraft",
    "Matcher",
    "Metadata",
    "NotWaiting",
    "OnCollision",
    "Outcome",
    "Preview",
    "Published",
    "Received",
    "SpeechPreview",
    "TooMuchWaiting",
    "UnreadableTranscript",
    "absent_of",
    "annotate_again",
    "annotate_all",
    "check_quota",
    "checked_reason",
    "complete_from_files",
    "deliver",
    "discard",
    "draft_of",
    "draft_waiting",
    "erase",
    "free_speaker_slug",
    "free_topic_slug",
    "match_country",
    "match_speaker",
    "preview",
    "publish",
    "publish_again",
    "read_delivered",
    "read_draft",
    "receive",
    "reinstate",
    "reinstate_all_of",
    "resolve",
    "safe_name",
    "unpacked",
    "update_draft",
    "withdraw",
    "withdrawn_of",
]
