"""Single files: safe names, size limits, reading, and the transcripts that keep their bytes."""

import hashlib
import re
import struct
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from statements.ingest.drafts.building import build_draft
from statements.ingest.drafts.draft import Draft, Metadata
from statements.ingest.drafts.label_memory import draft_with_memory
from statements.ingest.drafts.validation import is_storable
from statements.ingest.matching import Matcher
from statements.ingest.waiting.descriptions import Place
from statements.models import Speech, Transcript
from statements.transcripts import read
from statements.transcripts.values.parsed import ParsedTranscript, UnreadableTranscript

MAX_NAME_CHARACTERS = 200
MAX_STREAMED_BYTES = 1_000_000_000  # PostgreSQL stores at most 1 GB in one value

_UNNAMED = "unnamed.txt"
_SEPARATORS = re.compile(r"[/\\]")
# invisible characters and those that change the direction of the text around them: Cc, Cf, line
# separators, private use and lone surrogates
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_CHUNK_BYTES = 1 << 20
# header of a binary COPY, and its trailer; the data is one row of one field, see
# https://www.postgresql.org/docs/current/sql-copy.html
_COPY_HEADER = struct.pack("!11sii", b"PGCOPY\n\xff\r\n\0", 0, 0)
_COPY_TRAILER = struct.pack("!h", -1)


def safe_name(name: str) -> str:
    """Return a file name for display: no folders, no control or direction characters, not empty.

    >>> safe_name("../../etc/pass\\u202ewd.txt")
    'passwd.txt'
    """
    last = _SEPARATORS.split(name)[-1]
    visible = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", last)
        if char.isspace() or unicodedata.category(char) not in _HIDDEN_CATEGORIES
    )
    visible = " ".join(visible.split())
    if not visible.strip(". "):
        return _UNNAMED
    if len(visible) <= MAX_NAME_CHARACTERS:
        return visible
    stem, dot, ending = visible.rpartition(".")
    if not dot or len(ending) > 10:
        return visible[:MAX_NAME_CHARACTERS].rstrip()
    return f"{stem[: MAX_NAME_CHARACTERS - len(ending) - 1].rstrip()}.{ending}"


def check_size(size: int) -> None:
    """Raise UnreadableTranscript if a file of ``size`` bytes is over the limit."""
    limit = settings.UPLOAD_MAX_FILE_BYTES
    if size > limit:
        raise UnreadableTranscript(
            "too-large",
            _("The file has %(size).1f MB; the limit is %(limit).0f MB per file. Please split it.")
            % {"size": size / 1_048_576, "limit": limit / 1_048_576},
        )


def read_draft(
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    metadata: Metadata | None = None,
    matcher: Matcher | None = None,
    timeout_s: float | None = None,
) -> tuple[Draft, str]:
    """Return the draft of a file and the file's encoding; store nothing.

    What was decided about the labels of its series holds for the file.

    Raises UnreadableTranscript if the file is too large or cannot be read, ReadingTimeout if
    reading takes longer than ``timeout_s`` seconds.
    """
    draft, parsed = draft_with_memory(
        lambda: read_file(name, data, encoding=encoding, timeout_s=timeout_s),
        lambda parsed: build_draft(parsed, metadata, matcher=matcher),
    )
    check_storable(draft)
    return draft, parsed.encoding


def read_file(
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    timeout_s: float | None = None,
    isolated: bool = False,
) -> ParsedTranscript:
    """Parse a file; if ``isolated``, in a process with limited resources, whatever its format.

    Raises the same errors as ``read_draft``.
    """
    check_size(len(data))
    return read(safe_name(name), data, encoding=encoding, timeout_s=timeout_s, isolated=isolated)


def check_storable(draft: Draft) -> None:
    """Raise UnreadableTranscript if a draft has characters that PostgreSQL cannot store."""
    if not is_storable(draft):
        raise UnreadableTranscript(
            "control-characters",
            _(
                "The file contains NUL or invalid characters, so it is not plain text. "
                "Save it as UTF-8 text and try again."
            ),
        )


# -- the bytes ---------------------------------------------------------------------------------


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stream_content(stream: BinaryIO, size: int) -> RawSQL:
    """Copy a stream of ``size`` bytes to the database in chunks, so that memory use stays flat.

    Returns the expression to store as ``Transcript.content``, valid until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming_file")
        cursor.execute("CREATE TEMPORARY TABLE incoming_file (content bytea) ON COMMIT DROP")
        with cursor.copy("COPY incoming_file FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(_COPY_HEADER + struct.pack("!hi", 1, size))
            while chunk := stream.read(_CHUNK_BYTES):
                copy.write(chunk)
            copy.write(_COPY_TRAILER)
    return RawSQL("(SELECT content FROM pg_temp.incoming_file)", [])


def keep_file(
    name: str, data: bytes, state: Transcript.State, *, uploader_id: int | None = None
) -> tuple[Transcript, bool]:
    """Return the transcript with these bytes, created in ``state`` if there is none, and whether
    it was created."""
    transcript, is_created = Transcript.objects.get_or_create(
        sha256=sha256_of(data),
        defaults={
            "content": data,
            "size": len(data),
            "name": safe_name(name),
            "uploader_id": uploader_id,
            "state": state,
        },
    )
    return transcript, is_created


def existing_transcript(sha256: str) -> Transcript | None:
    return ExistingTranscripts([sha256]).get(sha256)


class ExistingTranscripts:
    """The transcripts that already have the bytes of some files, found in one query."""

    def __init__(self, hashes: Iterable[str]) -> None:
        rows = Transcript.objects.filter(sha256__in=set(hashes))
        self._by_hash = {transcript.sha256: transcript for transcript in rows}

    def get(self, sha256: str) -> Transcript | None:
        return self._by_hash.get(sha256)

    def places(self, transcript: Transcript) -> set[Place]:
        """Return the places of a transcript's speeches, including withdrawn ones."""
        return self._places.get(transcript.pk, set())

    @cached_property
    def _places(self) -> Mapping[int, set[Place]]:
        places: dict[int, set[Place]] = defaultdict(set)
        speeches = Speech.all_objects.filter(
            transcript__in=list(self._by_hash.values()), meeting__isnull=False
        )
        rows = speeches.order_by().values_list("transcript_id", "meeting__symbol", "position")
        for transcript_id, symbol, position in rows:
            places[transcript_id].add((symbol, position))
        return places
