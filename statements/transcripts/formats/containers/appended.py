"""Refuses files with other data before or after them: a PDF followed by a ZIP, two ZIPs in a row.

Programs differ in which part they read, so a reviewer could see other content than the archive
stores. Files are stored unchanged, so such a file is refused, not cut. White space, zero bytes and
the DOS end-of-file character, which software leaves at the end of files, are allowed.
"""

import io
import re
import zipfile
from typing import IO

from statements.transcripts.values.parsed import UnreadableTranscript

_PADDING = b" \t\r\n\f\0\x1a"
# the end of a PDF and of each incremental update (ISO 32000-2, 7.5.5 and 7.5.6)
_PDF_END = re.compile(rb"startxref[ \t\r\n]{1,8}\d{1,20}[ \t\r\n]{1,8}%%EOF")
# what may follow it: an update, the rest of a linearised file or of an enclosing PDF
_PDF_CONTINUATION = re.compile(
    rb"[ \t\r\n\f\0]{0,4096}(?:\d{1,10} \d{1,5} obj|xref|trailer|startxref|%|<<|endstream|endobj)"
)
_MAX_STRAY = 16  # bytes that some software leaves at the end
_ENTRIES_END = b"PK\x05\x06"
_ENTRIES_END_SIZE = 22  # without the comment, whose length is the last two bytes
_LONGEST_COMMENT = 1 << 16
_SIGNATURES = (b"PK", b"%PDF", b"<", b"MZ", b"\x7fELF", b"\x1f\x8b", b"7z", b"Rar!", b"#!")


def refuse_appended_to_pdf(data: bytes) -> None:
    """Raise UnreadableTranscript if a PDF is followed by data that is not part of it.

    A PDF without an end is accepted and read as far as possible.
    """
    for end in _PDF_END.finditer(data):
        after = data[end.end() : end.end() + 8192]
        if _PDF_CONTINUATION.match(after):
            continue
        rest = data[end.end() :].strip(_PADDING)
        if len(rest) > _MAX_STRAY or rest.startswith(_SIGNATURES):
            raise UnreadableTranscript(
                "appended",
                f"The PDF is followed by {len(rest):,} bytes that are not part of it. Save the PDF "
                "again, or upload the two files separately.",
            )


def refuse_data_around_zip(stream: IO[bytes], archive: zipfile.ZipFile) -> None:
    """Raise UnreadableTranscript if data precedes the first file of a ZIP or follows its directory.

    ``stream`` is the file from which the archive was opened.
    """
    first = min((entry.header_offset for entry in archive.infolist()), default=0)
    if first > 0:
        raise UnreadableTranscript(
            "appended",
            f"The archive is preceded by {first:,} bytes that are not part of it. Create the "
            "archive again, or upload the files separately.",
        )
    size = stream.seek(0, io.SEEK_END)
    begin = max(size - _ENTRIES_END_SIZE - 2 * _LONGEST_COMMENT, 0)
    stream.seek(begin)
    tail = stream.read()
    start = tail.rfind(_ENTRIES_END)
    stop = start + _ENTRIES_END_SIZE
    rest = tail[stop + int.from_bytes(tail[stop - 2 : stop], "little") :] if start >= 0 else b""
    if rest.strip(_PADDING):
        raise UnreadableTranscript(
            "appended",
            f"The archive is followed by {len(rest):,} bytes that are not part of it. Create the "
            "archive again, or upload the files separately.",
        )
