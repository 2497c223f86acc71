"""Many files handed in at once: all are kept first, then read one by one, here or by the worker.

Each file has an outcome of its own, which is there to be looked at later. What is read, by
whomever, is read by ``read_next``; a reader that is killed leaves its file to the next.
"""

import datetime
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, F, Q, Sum

from archive.database.errors import is_no_space
from statements.ingest.drafting import Metadata
from statements.ingest.matching import Matcher
from statements.ingest.receiving import check_size, read_draft, safe_name
from statements.models import DeliveredFile, Delivery, Transcript
from statements.transcripts import Unfinished
from statements.transcripts.archives import Limits, is_zip, zip_members
from statements.transcripts.parsed import UnreadableTranscript

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Outcome = DeliveredFile.Outcome
_BROKEN = "The file broke its reader. Please tell the operators, who find more in the log."
_NO_ROOM = (
    "It was not kept: with it you would have more waiting than one person may have. Please publish "
    "or discard some, then send this file again."
)
_LONGEST_NAME = 500
POLL_S = 2.0  # after which the worker looks whether something was handed in
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it comes in; ``refused`` says why its bytes are not to be had."""

    name: str  # with its folders, as its sender has it
    data: bytes = b""
    refused: str = ""
    shown: str = ""  # the name with that of the archive it came in, made safe
    metadata: Metadata = field(default_factory=Metadata)


class TooMuchWaiting(Exception):
    """A person has so much waiting already that no more is taken; ``str()`` says what to do."""


def check_quota(sender: "AbstractBaseUser") -> None:
    """Refuse whoever has as much waiting as one person may; raises TooMuchWaiting."""
    has = _waiting_of(sender)
    if (
        has["files"] >= settings.UPLOAD_MAX_WAITING_FILES
        or has["size"] >= settings.UPLOAD_MAX_WAITING_BYTES
    ):
        raise TooMuchWaiting(
            f"{has['files']:,} files of yours ({has['size'] / 1_048_576:,.0f} MB) wait for a "
            "decision, as many as one person may have. Please publish or discard some first."
        )


def _waiting_of(sender: "AbstractBaseUser") -> dict[str, int]:
    waiting = Transcript.objects.undecided().filter(uploader_id=sender.pk)
    has: dict[str, int] = waiting.aggregate(files=Count("pk"), size=Sum("size", default=0))
    return has


class Room:
    """What a sender may still have waiting, files and bytes; without a sender there is no limit."""

    def __init__(self, sender: "AbstractBaseUser | None") -> None:
        self._files: float = float("inf")
        self._bytes: float = float("inf")
        if sender is not None:
            has = _waiting_of(sender)
            self._files = settings.UPLOAD_MAX_WAITING_FILES - has["files"]
            self._bytes = settings.UPLOAD_MAX_WAITING_BYTES - has["size"]

    def has_for(self, size: int) -> bool:
        return self._files >= 1 and self._bytes >= size

    def take(self, size: int) -> None:
        self._files -= 1
        self._bytes -= size


def unpacked(name: str, stream: IO[bytes]) -> Iterator[Incoming]:
    """The file itself, or the files of a ZIP; nothing of a ZIP that holds too much is given."""
    if not is_zip(stream):
        stream.seek(0)
        yield Incoming(name, stream.read(), shown=safe_name(name))
        return
    limits = Limits(
        files=settings.UPLOAD_MAX_FILES,
        total=settings.UPLOAD_MAX_UNPACKED_BYTES,
        each=settings.UPLOAD_MAX_FILE_BYTES,
    )
    archive = safe_name(name)
    found = 0
    try:
        for _ in zip_members(stream, limits):  # once to the end, before any of it is kept
            found += 1
    except UnreadableTranscript as error:
        yield Incoming(name, refused=str(error), shown=archive)
        return
    if not found:
        yield Incoming(name, refused="The archive holds no file.", shown=archive)
    for member in zip_members(stream, limits):
        inner = safe_name(member.name)
        yield Incoming(
            member.name.replace("\\", "/"),
            member.data,
            member.refused or _refused_within(member.data),
            shown=f"{archive} / {inner}"[:_LONGEST_NAME],
        )


def _refused_within(data: bytes) -> str:
    # an office document is a ZIP, too, and told by what it holds when it is read
    if data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" not in data:
        return "It is an archive within an archive. Unpack it and upload it by itself."
    return ""


def deliver(
    files: Iterable[Incoming],
    *,
    sender: "AbstractBaseUser | None" = None,
    encoding: str | None = None,
) -> Delivery:
    """Keep every file, to be read; those that are known or cannot be had are only noted.

    All of a delivery is kept, or, where the disk is full or the process is ended, nothing. Two
    deliveries take turns: of the same files in another order each could wait for the other.
    """
    with transaction.atomic():
        _take_turn()
        room = Room(sender)
        delivery = Delivery.objects.create(sender_id=sender.pk if sender else None)
        for file in files:
            try:
                _keep(delivery, file, sender, encoding, room)
            except IntegrityError:  # the same bytes were refused, and so deleted, at this moment
                _keep(delivery, file, sender, encoding, room)
    return delivery


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('statements_delivery'))")


@transaction.atomic  # a savepoint, so that a file can be tried again
def _keep(
    delivery: Delivery,
    file: Incoming,
    sender: "AbstractBaseUser | None",
    encoding: str | None,
    room: Room,
) -> None:
    note = DeliveredFile(
        delivery=delivery,
        name=file.shown or safe_name(file.name),
        outcome=Outcome.REFUSED,
        message=file.refused,
        given={"encoding": encoding, "metadata": _to_json(file.metadata)},
    )
    if not file.refused:
        try:
            check_size(len(file.data))
        except UnreadableTranscript as error:
            note.message = str(error)
        else:
            if room.has_for(len(file.data)) or _is_known(file):
                note.transcript, is_new = _kept(file, sender)
                note.outcome = Outcome.UNREAD if is_new else Outcome.KNOWN
                if is_new:
                    room.take(len(file.data))
            else:
                note.message = _NO_ROOM
    note.save()


def _is_known(file: Incoming) -> bool:
    same = Transcript.objects.filter(sha256=hashlib.sha256(file.data).hexdigest())
    return bool(same.exclude(state=Transcript.State.DISCARDED).exists())


def _kept(file: Incoming, sender: "AbstractBaseUser | None") -> tuple[Transcript, bool]:
    """The transcript of a file, and whether it has to be read."""
    transcript, created = Transcript.objects.get_or_create(
        sha256=hashlib.sha256(file.data).hexdigest(),
        defaults={
            "content": file.data,
            "size": len(file.data),
            "name": safe_name(file.name),
            "uploader_id": sender.pk if sender else None,
            "state": Transcript.State.UNREAD,
        },
    )
    reopened = not created and Transcript.objects.filter(
        pk=transcript.pk, state=Transcript.State.DISCARDED
    ).update(state=Transcript.State.UNREAD, revision=F("revision") + 1)
    return transcript, bool(created or reopened)


def read_delivered(
    delivery: Delivery | None = None,
    *,
    seconds: float | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Read what waits to be read, of one delivery or of all, for so many seconds; how many files
    were read. What is not finished then is left as it was."""
    until = None if seconds is None else time.monotonic() + seconds
    matcher = Matcher()
    count = 0
    while not stop():
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            break
        try:
            if not read_next(delivery, within=left, matcher=matcher):
                break
        except Unfinished:
            break
        count += 1
    return count


def read_as_they_come(stop: threading.Event) -> None:
    """Read whatever waits until told to stop, through restarts of the database."""
    while not stop.is_set():
        try:
            read_delivered(stop=stop.is_set)
        except (OperationalError, InterfaceError, OSError) as error:
            _log.warning("%s; reading goes on later", error)
            connection.close()
        stop.wait(POLL_S)
    connection.close()


def read_next(
    delivery: Delivery | None = None,
    *,
    within: float | None = None,
    matcher: Matcher | None = None,
) -> bool:
    """Read the first file that waits and that nobody else is reading; False where there is none."""
    unread = DeliveredFile.objects.filter(outcome=Outcome.UNREAD).order_by("pk")
    if delivery is not None:
        unread = unread.filter(delivery=delivery)
    with transaction.atomic():
        file = unread.select_for_update(skip_locked=True).first()
        if file is None:
            return False
        _read(file, within, matcher)
    return True


def _read(file: DeliveredFile, within: float | None, matcher: Matcher | None) -> None:
    transcript = Transcript.objects.defer(None).filter(pk=file.transcript_id).first()
    if transcript is None:
        _refuse(file, "It was deleted before it was read.")
        return
    try:
        draft, encoding = read_draft(
            transcript.name,
            bytes(transcript.content),
            encoding=file.given.get("encoding"),
            metadata=_from_json(file.given.get("metadata") or {}),
            matcher=matcher,
            within=within,
        )
    except (Unfinished, OperationalError, InterfaceError):
        raise
    except ValueError as error:  # UnreadableTranscript is one
        _refuse(file, str(error))
    except Exception as error:
        if is_no_space(error):  # no fault of the file, which is read when there is space
            raise
        # whatever else a file does to its reader, it must not stop those that wait behind it
        _log.exception("reading “%s” failed", transcript.name)
        _refuse(file, _BROKEN)
    else:
        Transcript.objects.filter(pk=transcript.pk, state=Transcript.State.UNREAD).update(
            state=Transcript.State.RECEIVED,
            draft=draft.to_json(),
            problems=draft.problems,
            dropped=draft.dropped,
            encoding=encoding,
        )
        file.outcome = Outcome.READ
        file.save(update_fields=["outcome"])


def _refuse(file: DeliveredFile, message: str) -> None:
    """Keep the reason and nothing else; whoever sent the same bytes meanwhile is told it, too."""
    same = Q(pk=file.pk)
    if file.transcript_id is not None:
        same |= Q(transcript_id=file.transcript_id, transcript__state=Transcript.State.UNREAD)
    DeliveredFile.objects.filter(same).update(outcome=Outcome.REFUSED, message=message)
    kept = Transcript.objects.filter(pk=file.transcript_id, state=Transcript.State.UNREAD)
    # one that had been read before, and was discarded, is as it was
    kept.filter(received_at__lt=file.delivery.received_at).update(state=Transcript.State.DISCARDED)
    kept.delete()


def _to_json(metadata: Metadata) -> dict[str, Any]:
    day = metadata.date.isoformat() if metadata.date else None
    return {**asdict(metadata), "date": day, "topics": list(metadata.topics)}


def _from_json(kept: dict[str, Any]) -> Metadata:
    if not kept:
        return Metadata()
    day = datetime.date.fromisoformat(kept["date"]) if kept["date"] else None
    return Metadata(**{**kept, "date": day, "topics": tuple(kept["topics"])})
