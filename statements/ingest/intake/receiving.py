"""A file comes in: its bytes are kept as received, what was read waits as a draft.

Nothing received here is public; ``statements.ingest.publishing.store`` publishes.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from statements.ingest.drafts.building import Metadata, draft_of
from statements.ingest.drafts.draft import Draft
from statements.ingest.drafts.validation import is_storable
from statements.ingest.errors import EditConflict, InvalidDraft, NotWaiting
from statements.ingest.matching import Matcher
from statements.ingest.waiting.descriptions import Description
from statements.ingest.waiting.summaries import summary_fields
from statements.models import Transcript
from statements.transcripts import read
from statements.transcripts.parsed import ParsedTranscript, UnreadableTranscript

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MAX_NAME_CHARACTERS = 200
NO_TEXT = "no-text-layer"  # the code with which reading refuses a scan
WAITING = frozenset({Transcript.State.RECEIVED, Transcript.State.ANOTHER})
_UNNAMED = "unnamed.txt"
_SEPARATORS = re.compile(r"[/\\]")
# what is invisible, or turns the direction of the text around it: Cc, Cf, line separators,
# private use and lone surrogates
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Received:
    transcript: Transcript
    draft: Draft | None  # None where the transcript no longer waits for review
    duplicate: bool  # the same bytes had been received before
    reopened: bool = False  # and were discarded then; now they wait again


def safe_name(name: str) -> str:
    """A file's name for display: without folders, control and direction characters, never empty.

    >>> safe_name("../../etc/pass\\u202ewd.txt")
    'passwd.txt'
    """
    last = _SEPARATORS.split(name)[-1]
    shown = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", last)
        if char.isspace() or unicodedata.category(char) not in _HIDDEN_CATEGORIES
    )
    shown = " ".join(shown.split())
    if not shown.strip(". "):
        return _UNNAMED
    if len(shown) <= MAX_NAME_CHARACTERS:
        return shown
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 10:
        return shown[:MAX_NAME_CHARACTERS].rstrip()
    return f"{stem[: MAX_NAME_CHARACTERS - len(ending) - 1].rstrip()}.{ending}"


def check_size(size: int) -> None:
    """Refuse a file that is larger than one may be, before it is read."""
    most = settings.UPLOAD_MAX_FILE_BYTES
    if size > most:
        raise UnreadableTranscript(
            "too-large",
            f"The file has {size / 1_048_576:.1f} MB; one file may have "
            f"{most / 1_048_576:.0f} MB. Please split it.",
        )


def read_draft(
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    metadata: Metadata | None = None,
    matcher: Matcher | None = None,
    within: float | None = None,
) -> tuple[Draft, str]:
    """What a file would become, and its encoding; stores nothing.

    Raises UnreadableTranscript where the file is too large or cannot be read, ReadingTimeout where
    reading it took more than ``within`` seconds.
    """
    parsed = read_file(name, data, encoding=encoding, within=within)
    draft = draft_of(parsed, metadata, matcher=matcher)
    check_storable(draft)
    return draft, parsed.encoding


def read_file(
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    within: float | None = None,
    apart: bool = False,
) -> ParsedTranscript:
    """What a file says; with ``apart``, read by a limited process whatever its form is.

    Raises as ``read_draft`` does.
    """
    check_size(len(data))
    return read(safe_name(name), data, encoding=encoding, timeout_s=within, isolated=apart)


def check_storable(draft: Draft) -> None:
    """Refuse a draft with characters that the database cannot keep."""
    if not is_storable(draft.to_json()):
        raise UnreadableTranscript(
            "control-characters",
            "The file has NUL or broken characters, so it is not a text as it stands. "
            "Save it again as UTF-8 text.",
        )


def receive(
    name: str,
    data: bytes,
    *,
    uploader: "AbstractBaseUser | None" = None,
    encoding: str | None = None,
    metadata: Metadata | None = None,
    matcher: Matcher | None = None,
) -> Received:
    """Keep a file and the draft of what was read from it, to be reviewed.

    The same bytes again give the transcript that is there, marked as a duplicate; one that was
    discarded is read anew and waits again. Raises UnreadableTranscript, with nothing stored.
    """
    check_size(len(data))
    sha256 = hashlib.sha256(data).hexdigest()
    there = Transcript.objects.filter(sha256=sha256).first()
    if there is not None and there.state != Transcript.State.DISCARDED:
        return _received_before(there)
    draft, found_encoding = read_draft(
        name, data, encoding=encoding, metadata=metadata, matcher=matcher
    )
    fields = {
        "encoding": found_encoding,
        "problems": draft.problems,
        "dropped": draft.dropped,
        "draft": draft.to_json(),
        "descriptions": [Description(safe_name(name), metadata or Metadata(), encoding).to_json()],
        "summary": None,
        "doubts": None,
    }
    with transaction.atomic():
        transcript, created = Transcript.objects.get_or_create(
            sha256=sha256,
            defaults=fields
            | {
                "content": data,
                "size": len(data),
                "name": safe_name(name),
                "uploader": uploader,
            },
        )
        if created:
            return Received(transcript, draft, duplicate=False)
        reopened = Transcript.objects.filter(
            pk=transcript.pk, state=Transcript.State.DISCARDED
        ).update(state=Transcript.State.RECEIVED, revision=F("revision") + 1, **fields)
    transcript.refresh_from_db(fields=["state", "revision", "problems", "encoding"])
    return Received(transcript, draft, True, True) if reopened else _received_before(transcript)


def keep_scan(name: str, data: bytes) -> Transcript:
    """Keep a file whose pages are pictures, to be given its text later."""
    transcript: Transcript
    transcript, _ = Transcript.objects.get_or_create(
        sha256=hashlib.sha256(data).hexdigest(),
        defaults={
            "content": data,
            "size": len(data),
            "name": safe_name(name),
            "state": Transcript.State.SCAN,
        },
    )
    return transcript


def _received_before(transcript: Transcript) -> Received:
    waits = is_waiting(transcript)
    return Received(transcript, draft_waiting(transcript) if waits else None, duplicate=True)


def draft_waiting(transcript: Transcript) -> Draft:
    """The draft of a transcript that waits for review; raises NotWaiting where none does."""
    if transcript.draft is None:
        raise NotWaiting(f"“{transcript.name}” is {transcript.get_state_display().lower()}.")
    return Draft.from_json(transcript.draft)


def update_draft(transcript: Transcript, draft: Draft, revision: int) -> int:
    """Keep a corrected draft and return its new revision.

    ``revision`` is the one that was corrected; raises EditConflict where it is no longer the
    current one, NotWaiting where the transcript was published or discarded meanwhile.
    """
    data = draft.to_json()
    if not is_storable(data):
        raise InvalidDraft(["A text has a NUL or a broken character; please type it anew."])
    fields = summary_fields(draft)
    if transcript.state == Transcript.State.RECEIVED:  # those of a public file stay as they are
        fields["problems"] = draft.problems
    changed = Transcript.objects.filter(
        pk=transcript.pk, state__in=WAITING, revision=revision
    ).update(draft=data, revision=revision + 1, **fields)
    if not changed:
        transcript.refresh_from_db(fields=["state", "revision"])
        check_waiting(transcript)
        raise EditConflict(
            f"Someone else has corrected “{transcript.name}”. "
            "Look at the current version before you save yours."
        )
    transcript.revision = revision + 1
    transcript.draft = data
    transcript.problems = fields.get("problems", transcript.problems)
    return transcript.revision


def is_waiting(transcript: Transcript) -> bool:
    """Whether a draft waits for a decision, be it of one more place of a published file."""
    return transcript.state in WAITING


def check_waiting(transcript: Transcript) -> None:
    if not is_waiting(transcript):
        state = transcript.get_state_display().lower()
        raise NotWaiting(f"“{transcript.name}” does not wait for review: {state}.")
