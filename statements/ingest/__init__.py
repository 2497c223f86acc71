"""Takes transcripts into the archive: from bytes to drafts, and from drafts to rows.

    received = receive(name, data)                     keep a file; its draft awaits review
    delivery = deliver(files); read_delivered()        keep many files, then read each
    found = preview(received.draft)                    what storing would do; writes nothing
    publish(received.transcript, received.draft)       store the speeches in one transaction
    Intake().run(FolderSource(paths=paths))            import many files without review

Nothing here writes to the index: database triggers record the changes in its outbox.
"""

from statements.ingest.drafts.building import build_draft, resolve
from statements.ingest.drafts.draft import (
    Draft,
    DraftMember,
    DraftParagraph,
    DraftPresident,
    DraftSpeech,
    Metadata,
)
from statements.ingest.drafts.label_memory import series_name
from statements.ingest.errors import Collision, EditConflict, IngestError, InvalidDraft, NotWaiting
from statements.ingest.intake.backfill import complete_from_files
from statements.ingest.intake.files import read_draft, safe_name
from statements.ingest.intake.intake import Intake
from statements.ingest.intake.label_choices import choose_labels
from statements.ingest.intake.metadata_table import MetadataTable, UnusableTable
from statements.ingest.intake.reading import read_delivered
from statements.ingest.intake.results import FileResult, FileState
from statements.ingest.intake.sources import DataSetSource, FolderSource, TableSource, files_under
from statements.ingest.intake.uploads import (
    Incoming,
    Received,
    TooMuchWaiting,
    check_quota,
    deliver,
    receive,
    unpack,
)
from statements.ingest.matching import Matcher, match_country, match_speaker
from statements.ingest.people.decisions import decide_people, undo_decision
from statements.ingest.people.proposals import propose_people
from statements.ingest.publishing.affiliations import (
    assign_affiliations,
    free_affiliation_slugs,
)
from statements.ingest.publishing.annotations import annotate_again, annotate_all
from statements.ingest.publishing.authorities import (
    free_speaker_slug,
    free_topic_slug,
    next_namesake,
)
from statements.ingest.publishing.meetings import assign_organs
from statements.ingest.publishing.organs import (
    free_organ_slug,
    join_organs,
    rename_organ,
    sessions_in_common,
)
from statements.ingest.publishing.preview import Outcome, Preview, SpeechPreview, preview
from statements.ingest.publishing.publish import WITHOUT_DRAFT, Published, discard, publish, reopen
from statements.ingest.publishing.series import assign_series
from statements.ingest.publishing.sessions import assign_sessions, free_session_slug
from statements.ingest.publishing.speech_places import (
    UnusablePlaces,
    place_speeches,
    read_places,
)
from statements.ingest.publishing.store import OnCollision
from statements.ingest.publishing.withdrawal import (
    AbsentSpeeches,
    absent_of,
    checked_reason,
    erase,
    reinstate,
    reinstate_all_of,
    withdraw,
    withdrawn_of,
)
from statements.ingest.waiting.country_names import (
    apply_country_names,
    count_waiting,
    unused_names,
)
from statements.ingest.waiting.review import draft_waiting, update_draft
from statements.ingest.waiting.scans import (
    lacks_pages,
    request_missing_pages,
    request_recognition,
    why_unavailable,
)
from statements.transcripts.values.parsed import UnreadableTranscript

__all__ = [
    "WITHOUT_DRAFT",
    "AbsentSpeeches",
    "Collision",
    "DataSetSource",
    "Draft",
    "DraftMember",
    "DraftParagraph",
    "DraftPresident",
    "DraftSpeech",
    "EditConflict",
    "FileResult",
    "FileState",
    "FolderSource",
    "Incoming",
    "IngestError",
    "Intake",
    "InvalidDraft",
    "Matcher",
    "Metadata",
    "MetadataTable",
    "NotWaiting",
    "OnCollision",
    "Outcome",
    "Preview",
    "Published",
    "Received",
    "SpeechPreview",
    "TableSource",
    "TooMuchWaiting",
    "UnreadableTranscript",
    "UnusablePlaces",
    "UnusableTable",
    "absent_of",
    "annotate_again",
    "annotate_all",
    "apply_country_names",
    "assign_affiliations",
    "assign_organs",
    "assign_series",
    "assign_sessions",
    "build_draft",
    "check_quota",
    "checked_reason",
    "choose_labels",
    "complete_from_files",
    "count_waiting",
    "decide_people",
    "deliver",
    "discard",
    "draft_waiting",
    "erase",
    "files_under",
    "free_affiliation_slugs",
    "free_organ_slug",
    "free_session_slug",
    "free_speaker_slug",
    "free_topic_slug",
    "join_organs",
    "lacks_pages",
    "match_country",
    "match_speaker",
    "next_namesake",
    "place_speeches",
    "preview",
    "propose_people",
    "publish",
    "read_delivered",
    "read_draft",
    "read_places",
    "receive",
    "reinstate",
    "reinstate_all_of",
    "rename_organ",
    "reopen",
    "request_missing_pages",
    "request_recognition",
    "resolve",
    "safe_name",
    "series_name",
    "sessions_in_common",
    "undo_decision",
    "unpack",
    "unused_names",
    "update_draft",
    "why_unavailable",
    "withdraw",
    "withdrawn_of",
]
