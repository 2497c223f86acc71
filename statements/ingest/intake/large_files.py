"""Large files go into the database in pieces, so that no process holds them whole."""

import hashlib
import struct
from pathlib import Path
from typing import BinaryIO

from django.db import connection
from django.db.models.expressions import RawSQL

LARGEST = 1_000_000_000  # bytes; PostgreSQL keeps no more in one value
_PIECE = 1 << 20
# the head of a binary copy, then one row of one field; see COPY in PostgreSQL's manual
_HEAD = struct.pack("!11sii", b"PGCOPY\n\xff\r\n\0", 0, 0)
_TAIL = struct.pack("!h", -1)


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def send(stream: BinaryIO, size: int) -> RawSQL:
    """Have the database hold a stream's bytes until the transaction ends; the expression they
    are stored by, in place of the bytes themselves."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming_file")
        cursor.execute("CREATE TEMPORARY TABLE incoming_file (content bytea) ON COMMIT DROP")
        with cursor.copy("COPY incoming_file FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(_HEAD + struct.pack("!hi", 1, size))
            while piece := stream.read(_PIECE):
                copy.write(piece)
            copy.write(_TAIL)
    return RawSQL("(SELECT content FROM pg_temp.incoming_file)", [])
