"""Many files handed in at once: all are kept first, then read one by one.

Each file has an outcome of its own, which is there to be looked at later; ``waiting.reading``
reads them.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Sum

from statements.ingest.drafts.building import Metadata
from statements.ingest.errors import IngestError
from statements.ingest.intake.receiving import check_size, safe_name
from statements.ingest.waiting.descriptions import metadata_to_json
from statements.models import DeliveredFile, Delivery, Transcript
from statements.transcripts.formats.archives import Limits, Member, is_zip, zip_members
from statements.transcripts.parsed import UnreadableTranscript

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Outcome = DeliveredFile.Outcome
_NO_ROOM = (
    "It was not kept: with it you would have more waiting than one person may have. Please publish "
    "or discard some, then send this file again."
)
_LONGEST_NAME = 500
_REOPENED = (Transcript.State.DISCARDED, Transcript.State.ASIDE)  # by handing them in again


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


def unpacked(
    name: str, stream: IO[bytes], describe: Callable[[str], Metadata] | None = None
) -> Iterator[Incoming]:
    """Return the file itself, or the files of a ZIP; of a ZIP that holds too much, none.

    What takes long without a byte being given out is done by the call itself: an archive is
    checked to its end, and its files are described. So ``deliver`` need not wait for it while it
    holds its lock. ``describe`` gets a name with its folders; an IngestError or ValueError of it
    refuses the file.
    """
    describe = describe or (lambda _: Metadata())
    if not is_zip(stream):
        return _single(name, stream, _described(name, describe))
    limits = Limits(
        files=settings.UPLOAD_MAX_FILES,
        total=settings.UPLOAD_MAX_UNPACKED_BYTES,
        per_file=settings.UPLOAD_MAX_FILE_BYTES,
    )
    archive = safe_name(name)
    descriptions: list[Metadata | str] = []
    try:
        descriptions += (
            _described(_path_in(member), describe) for member in zip_members(stream, limits)
        )
    except UnreadableTranscript as error:
        return iter([Incoming(name, refused=str(error), shown=archive)])
    if not descriptions:
        return iter([Incoming(name, refused="The archive holds no file.", shown=archive)])
    return _members(archive, zip_members(stream, limits), descriptions)


def _described(name: str, describe: Callable[[str], Metadata]) -> Metadata | str:
    """The metadata of a file, or why they cannot be used."""
    try:
        return describe(name)
    except (IngestError, ValueError) as error:
        return str(error)


def _single(name: str, stream: IO[bytes], description: Metadata | str) -> Iterator[Incoming]:
    stream.seek(0)
    yield _incoming(name, stream.read(), "", safe_name(name), description)


def _members(
    archive: str, members: Iterable[Member], descriptions: Iterable[Metadata | str]
) -> Iterator[Incoming]:
    for member, description in zip(members, descriptions, strict=True):
        yield _incoming(
            _path_in(member),
            member.data,
            member.refused or _refused_within(member.data),
            f"{archive} / {safe_name(member.name)}"[:_LONGEST_NAME],
            description,
        )


def _incoming(
    name: str, data: bytes, refused: str, shown: str, description: Metadata | str
) -> Incoming:
    if isinstance(description, str):
        return Incoming(name, data, refused or description, shown)
    return Incoming(name, data, refused, shown, description)


def _path_in(member: Member) -> str:
    return member.name.replace("\\", "/")


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
    scan: Transcript | None = None,
) -> Delivery:
    """Keep every file, to be read; those that are known or cannot be had are only noted. With a
    ``scan``, they are its text.

    All of a delivery is kept, or, where the disk is full or the process is ended, nothing. Two
    deliveries take turns: of the same files in another order each could wait for the other.
    """
    with transaction.atomic():
        _take_turn()
        room = Room(sender)
        delivery = Delivery.objects.create(sender_id=sender.pk if sender else None)
        for file in files:
            try:
                _keep(delivery, file, sender, encoding, room, scan)
            except IntegrityError:  # the same bytes were refused, and so deleted, at this moment
                _keep(delivery, file, sender, encoding, room, scan)
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
    scan: Transcript | None,
) -> None:
    note = DeliveredFile(
        delivery=delivery,
        name=file.shown or safe_name(file.name),
        outcome=Outcome.REFUSED,
        message=file.refused,
        given={
            "path": safe_path(file.name),
            "encoding": encoding,
            "metadata": metadata_to_json(file.metadata),
            "scan": scan.pk if scan else None,
        },
    )
    if not file.refused:
        try:
            check_size(len(file.data))
        except UnreadableTranscript as error:
            note.message = str(error)
        else:
            if room.has_for(len(file.data)) or _is_known(file):
                note.transcript, must_be_read = _kept(file, sender)
                # one that is known is looked at in its turn, too, where something was said of it
                says_more = file.metadata != Metadata() or scan is not None
                note.outcome = Outcome.UNREAD if must_be_read or says_more else Outcome.KNOWN
                if must_be_read:
                    room.take(len(file.data))
            else:
                note.message = _NO_ROOM
    note.save()


def _is_known(file: Incoming) -> bool:
    same = Transcript.objects.filter(sha256=hashlib.sha256(file.data).hexdigest())
    return bool(same.exclude(state__in=_REOPENED).exists())


def safe_path(name: str) -> str:
    """A file's name with its folders, each made safe; what cannot be kept is left out."""
    parts = [part for part in re.split(r"[/\\]", name) if part.strip(". ")]
    return "/".join(safe_name(part) for part in parts)[-_LONGEST_NAME:] or safe_name(name)


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
        pk=transcript.pk, state__in=_REOPENED
    ).update(state=Transcript.State.UNREAD, revision=F("revision") + 1)
    return transcript, bool(created or reopened)
