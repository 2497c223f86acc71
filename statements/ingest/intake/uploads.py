"""Uploads: the bytes of every file are kept first, then the files are read one by one.

Each file of an upload has an outcome of its own that can be looked up later;
``statements.ingest.intake.reading`` reads the files.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.ingest.drafts.draft import Draft, Metadata
from statements.ingest.errors import IngestError
from statements.ingest.intake.files import (
    check_size,
    existing_transcript,
    keep_file,
    read_draft,
    safe_name,
    sha256_of,
)
from statements.ingest.matching import Matcher
from statements.ingest.publishing.publish import reopen
from statements.ingest.waiting.descriptions import Description, metadata_to_json
from statements.ingest.waiting.review import draft_waiting, store_draft
from statements.models import DeliveredFile, Delivery, Transcript
from statements.transcripts.formats.containers.archives import Limits, Member, is_zip, zip_members
from statements.transcripts.values.parsed import UnreadableTranscript

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Outcome = DeliveredFile.Outcome
_MAX_NAME_CHARACTERS = 500
# states of known files that are read again if they are uploaded again
_REOPENED_STATES = (Transcript.State.DISCARDED, Transcript.State.ASIDE)


# -- quota -------------------------------------------------------------------------------------


class TooMuchWaiting(Exception):
    """A person has as many files waiting as allowed; ``str()`` says what to do."""


class Quota:
    """The files and bytes that a person may still have waiting; unlimited without a person."""

    def __init__(self, sender: "AbstractBaseUser | None") -> None:
        self._files: float = float("inf")
        self._bytes: float = float("inf")
        if sender is not None:
            waiting = _waiting_totals(sender)
            self._files = settings.UPLOAD_MAX_WAITING_FILES - waiting["files"]
            self._bytes = settings.UPLOAD_MAX_WAITING_BYTES - waiting["size"]

    def allows(self, size: int) -> bool:
        return self._files >= 1 and self._bytes >= size

    def use(self, size: int) -> None:
        self._files -= 1
        self._bytes -= size


def check_quota(sender: "AbstractBaseUser") -> None:
    """Raise TooMuchWaiting if a person has as many files waiting as allowed."""
    waiting = _waiting_totals(sender)
    if (
        waiting["files"] < settings.UPLOAD_MAX_WAITING_FILES
        and waiting["size"] < settings.UPLOAD_MAX_WAITING_BYTES
    ):
        return
    message = ngettext(
        "%(count)s of your files (%(size)s MB) is waiting for a decision, which is the limit. "
        "Please publish or discard it first.",
        "%(count)s of your files (%(size)s MB) are waiting for a decision, which is the limit. "
        "Please publish or discard some of them first.",
        waiting["files"],
    )
    raise TooMuchWaiting(
        message % {"count": f"{waiting['files']:,}", "size": f"{waiting['size'] / 1_048_576:,.0f}"}
    )


def _waiting_totals(sender: "AbstractBaseUser") -> dict[str, int]:
    waiting = Transcript.objects.undecided().filter(uploader_id=sender.pk)
    totals: dict[str, int] = waiting.aggregate(files=Count("pk"), size=Sum("size", default=0))
    return totals


# -- the files of an upload --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Incoming:
    """An uploaded file."""

    name: str  # as sent, with folders
    data: bytes = b""
    refused: str = ""  # why the bytes cannot be had
    shown: str = ""  # safe name, preceded by that of the archive
    metadata: Metadata = field(default_factory=Metadata)


def unpack(
    name: str, stream: IO[bytes], describe: Callable[[str], Metadata] | None = None
) -> Iterator[Incoming]:
    """Return the file itself, or the files of a ZIP; one refused file if the ZIP is too large.

    The call itself does what may take long before the first file: it checks the whole archive
    and describes its files, so that ``deliver`` does not hold its lock meanwhile. ``describe``
    gets a name with its folders; if it raises IngestError or ValueError, the file is refused.
    """
    describe = describe or (lambda _name: Metadata())
    if not is_zip(stream):
        return _single(name, stream, _read_metadata(name, describe))
    limits = Limits(
        files=settings.UPLOAD_MAX_FILES,
        total=settings.UPLOAD_MAX_UNPACKED_BYTES,
        per_file=settings.UPLOAD_MAX_FILE_BYTES,
    )
    archive = safe_name(name)
    descriptions: list[Metadata | str] = []
    try:
        descriptions += (
            _read_metadata(_member_path(member), describe) for member in zip_members(stream, limits)
        )
    except UnreadableTranscript as error:
        return iter([Incoming(name, refused=str(error), shown=archive)])
    if not descriptions:
        return iter([Incoming(name, refused=_("The archive contains no files."), shown=archive)])
    return _members(archive, zip_members(stream, limits), descriptions)


def _read_metadata(name: str, describe: Callable[[str], Metadata]) -> Metadata | str:
    """Return the metadata of a file, or why they cannot be used."""
    try:
        return describe(name)
    except (IngestError, ValueError) as error:
        return str(error)


def _single(name: str, stream: IO[bytes], description: Metadata | str) -> Iterator[Incoming]:
    stream.seek(0)
    yield _incoming_file(name, stream.read(), "", safe_name(name), description)


def _members(
    archive: str, members: Iterable[Member], descriptions: Iterable[Metadata | str]
) -> Iterator[Incoming]:
    for member, description in zip(members, descriptions, strict=True):
        yield _incoming_file(
            _member_path(member),
            member.data,
            member.refused or _nested_archive_fault(member.data),
            f"{archive} / {safe_name(member.name)}"[:_MAX_NAME_CHARACTERS],
            description,
        )


def _incoming_file(
    name: str, data: bytes, refused: str, shown: str, description: Metadata | str
) -> Incoming:
    if isinstance(description, str):
        return Incoming(name, data, refused or description, shown)
    return Incoming(name, data, refused, shown, description)


def _member_path(member: Member) -> str:
    return member.name.replace("\\", "/")


def _nested_archive_fault(data: bytes) -> str:
    # an office document is a ZIP too; reading recognizes it by its content
    if is_zip(io.BytesIO(data)):
        return _("This is an archive inside an archive. Unpack it and upload it separately.")
    return ""


# -- keeping them ------------------------------------------------------------------------------


def deliver(
    files: Iterable[Incoming],
    *,
    sender: "AbstractBaseUser | None" = None,
    encoding: str | None = None,
    scan: Transcript | None = None,
) -> Delivery:
    """Keep every file, so that it can be read later; known and refused files are only recorded.

    With ``scan``, the files are its text. Either the whole upload is kept or nothing, for example
    if the disk is full. Uploads take turns: with the same files in another order, two of them
    could wait for each other.
    """
    with transaction.atomic():
        _lock_uploads()
        quota = Quota(sender)
        delivery = Delivery.objects.create(sender_id=sender.pk if sender else None)
        for file in files:
            try:
                _deliver_file(delivery, file, encoding, quota, scan)
            except IntegrityError:  # the same bytes were refused, and deleted, at this moment
                _deliver_file(delivery, file, encoding, quota, scan)
    return delivery


def _lock_uploads() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('statements_delivery'))")


@transaction.atomic  # a savepoint, so that a file can be tried again
def _deliver_file(
    delivery: Delivery,
    file: Incoming,
    encoding: str | None,
    quota: Quota,
    scan: Transcript | None,
) -> None:
    entry = DeliveredFile(
        delivery=delivery,
        name=file.shown or safe_name(file.name),
        outcome=Outcome.REFUSED,
        message=file.refused or _fault(file, quota),
        given={
            "path": safe_path(file.name),
            "encoding": encoding,
            "metadata": metadata_to_json(file.metadata),
            "scan": scan.pk if scan else None,
        },
    )
    if not entry.message:
        entry.transcript, is_unread = _keep_unread(file.name, file.data, delivery.sender_id)
        # metadata sent with a known file are applied when it is its turn
        is_described = file.metadata != Metadata() or scan is not None
        entry.outcome = Outcome.UNREAD if is_unread or is_described else Outcome.KNOWN
        if is_unread:
            quota.use(len(file.data))
    entry.save()


def _fault(file: Incoming, quota: Quota) -> str:
    """Return why a file cannot be kept, or ""."""
    try:
        check_size(len(file.data))
    except UnreadableTranscript as error:
        return str(error)
    if quota.allows(len(file.data)):
        return ""
    existing = existing_transcript(sha256_of(file.data))
    if existing is not None and existing.state not in _REOPENED_STATES:
        return ""
    return _(
        "This file was not stored because you have too many files waiting. Please publish or "
        "discard some, then upload it again."
    )


def safe_path(name: str) -> str:
    """Return a file name with its folders, each made safe."""
    parts = [part for part in re.split(r"[/\\]", name) if part.strip(". ")]
    return "/".join(safe_name(part) for part in parts)[-_MAX_NAME_CHARACTERS:] or safe_name(name)


def _keep_unread(name: str, data: bytes, uploader_id: int | None) -> tuple[Transcript, bool]:
    """Return the transcript of a file, and whether the file has to be read. A discarded file that
    was corrected waits for review again, with its corrections."""
    transcript, created = keep_file(name, data, Transcript.State.UNREAD, uploader_id=uploader_id)
    if not created and reopen(transcript, only_corrected=True):
        return transcript, False
    reopened = not created and Transcript.objects.filter(
        pk=transcript.pk, state__in=_REOPENED_STATES
    ).update(state=Transcript.State.UNREAD, revision=F("revision") + 1)
    return transcript, bool(created or reopened)


# -- one file at once --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Received:
    transcript: Transcript
    draft: Draft | None  # None if the transcript is no longer waiting for review
    duplicate: bool  # the same bytes had been received before


def receive(
    name: str,
    data: bytes,
    *,
    uploader: "AbstractBaseUser | None" = None,
    encoding: str | None = None,
    metadata: Metadata | None = None,
    matcher: Matcher | None = None,
) -> Received:
    """Keep and read one file at once; its draft is waiting for review.

    Known bytes return the existing transcript, marked as a duplicate; a discarded one is read
    again, or reopened with its corrections if it has any. Raises UnreadableTranscript, with
    nothing stored.
    """
    existing = existing_transcript(sha256_of(data))
    if existing is not None and (
        existing.state not in _REOPENED_STATES or reopen(existing, only_corrected=True)
    ):
        return _duplicate(existing)
    draft, file_encoding = read_draft(
        name, data, encoding=encoding, metadata=metadata, matcher=matcher
    )
    with transaction.atomic():
        transcript, is_unread = _keep_unread(name, data, uploader.pk if uploader else None)
        if not is_unread:
            return _duplicate(transcript)
        description = Description(safe_name(name), metadata or Metadata(), encoding)
        transcript.state = Transcript.State.UNREAD
        store_draft(transcript, draft, [description], matcher, encoding=file_encoding)
    transcript.refresh_from_db(fields=["state", "revision", "problems", "encoding", "draft"])
    return Received(transcript, draft, duplicate=existing is not None)


def _duplicate(transcript: Transcript) -> Received:
    draft = draft_waiting(transcript) if transcript.is_waiting else None
    return Received(transcript, draft, duplicate=True)
