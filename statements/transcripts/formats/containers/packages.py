"""Opens documents that are ZIPs: of Word, spreadsheets, OpenDocument, EPUB.

Sizes in headers are not trusted; bytes are counted while they are inflated.
"""

import codecs
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from statements.transcripts.formats.containers.appended import refuse_data_around_zip
from statements.transcripts.formats.containers.archives import MAX_RATIO
from statements.transcripts.values.parsed import UnreadableTranscript

codecs.lookup("cp437")  # for names in ZIP files; the sandbox cannot load the codec later

_MAX_INFLATED = 100 * 1024 * 1024  # bytes
_MIN_INFLATED = 2 * 1024 * 1024  # bytes that are always allowed
_CHUNK = 1 << 16
_MAX_PARTS = 20_000
# zipfile raises RuntimeError for encrypted parts
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(slots=True)
class Package:
    """An open document; ``left`` bytes may still be inflated."""

    archive: zipfile.ZipFile
    left: int
    limit: int

    @property
    def names(self) -> list[str]:
        return self.archive.namelist()

    def part(self, name: str) -> bytes:
        """Inflate a part; raises UnreadableTranscript as soon as the document is too large."""
        return b"".join(self._chunks(name))

    def inflate_all(self) -> None:
        """Refuse a document that would be too large, for readers that inflate it themselves."""
        for name in self.names:
            for _ in self._chunks(name):
                pass

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            stream = self.archive.open(name)
        except ValueError as error:  # its offset is before the start of the file
            raise zipfile.BadZipFile(str(error)) from error
        with stream:
            while chunk := stream.read(_CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    raise UnreadableTranscript(
                        "too-large",
                        f"The uncompressed document is larger than {self.limit // 1_048_576} MB.",
                    )
                yield chunk


@contextmanager
def open_package(data: bytes, kind: str) -> Iterator[Package]:
    """Open a document for reading its parts; ``kind`` names it in messages.

    Raises UnreadableTranscript, also within the block, if it is damaged, encrypted, too large or
    has macros.
    """
    stream = io.BytesIO(data)
    limit = min(_MAX_INFLATED, max(_MIN_INFLATED, len(data) * MAX_RATIO))
    try:
        with zipfile.ZipFile(stream) as archive:
            refuse_data_around_zip(stream, archive)
            names = archive.namelist()
            if len(names) > _MAX_PARTS:
                raise UnreadableTranscript(
                    "too-large", f"The {kind} has more than {_MAX_PARTS:,} parts."
                )
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise UnreadableTranscript(
                    "macros", f"The {kind} contains macros. Save it without macros."
                )
            yield Package(archive, limit, limit)
    except _DAMAGE as error:
        raise UnreadableTranscript(
            "broken-archive", f"The {kind} is damaged or encrypted ({error}). Save it again."
        ) from error


def media_type(data: bytes) -> str:
    """Return the media type that OpenDocument and EPUB files have at their beginning, or ""."""
    size = int.from_bytes(data[18:22], "little")
    is_first = data.startswith(b"PK\x03\x04") and data[30:38] == b"mimetype"
    return data[38 : 38 + min(size, 100)].decode("ascii", "replace").strip() if is_first else ""
