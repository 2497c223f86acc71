"""ZIP files that are written while their members are made.

The sizes of a member follow its bytes, as APPNOTE.TXT 6.3.10, section 4.3.9, allows. The members
bear no time, so that the same members are the same bytes.
"""

from collections.abc import Collection, Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

LEVEL = 4  # of 9; higher levels take longer for files that are hardly smaller
PIECE = 64 * 1024  # bytes that are sent at once

type Member = tuple[str, Iterable[bytes]]


class _Pipe:
    """A file to write to, whose bytes are taken out again. It cannot be rewound."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: the bytes wait to be taken."""

    def close(self) -> None:
        """Do nothing: the bytes wait to be taken."""

    def take(self) -> bytes:
        """Return the bytes written since the last call."""
        taken = b"".join(self._pieces)
        self._pieces, self.size = [], 0
        return taken


def zipped(
    members: Iterable[Member], *, large: bool = True, stored: Collection[str] = ()
) -> Iterator[bytes]:
    """Return the bytes of a ZIP file. A member may have more than 2 GiB only if ``large``, which
    some programs that open Office documents do not read. Members that are ``stored``, by name, are
    not compressed.

    Raises RuntimeError for a member that is too large.
    """
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, pieces in members:
            is_first = True
            member_info = ZipInfo(name)
            member_info.compress_type = ZIP_STORED if name in stored else ZIP_DEFLATED
            with archive.open(member_info, "w", force_zip64=large) as member:
                for piece in pieces:
                    member.write(piece)
                    if pipe.size > PIECE or (is_first and pipe.size):
                        is_first = False
                        yield pipe.take()
    yield pipe.take()


def json_array(values: Iterable[str]) -> Iterator[str]:
    """Return values in JSON as the parts of an array, with one value a line."""
    separator = "[\n"
    for value in values:
        yield f"{separator}{value}"
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def joined(texts: Iterable[str]) -> Iterator[bytes]:
    """Return texts in UTF-8, the first at once and the others in larger pieces."""
    waiting: list[str] = []
    size = PIECE
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= PIECE:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode("utf-8", "replace")
