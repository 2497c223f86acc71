"""Files with something else before or after them: a PDF that ends in a ZIP, two ZIPs in a row.

Programs differ in which part they read, so what is stored would not be what was reviewed. Bytes are
kept as received, so such a file is refused, not cut. Blanks, zero bytes and the end-of-file sign of
DOS, which writers and transfers leave at the end, are part of no other file and pass.
"""

import io
import re
import zipfile
from typing import IO

from statements.transcripts.parsed import UnreadableTranscript

_PADDING = b" \t\r\n\f\0\x1a"
# what closes a PDF and each update that was appended to it (ISO 32000-2, 7.5.5 and 7.5.6)
_PDF_END = re.compile(rb"startxref[ \t\r\n]{1,8}\d{1,20}[ \t\r\n]{1,8}%%EOF")
# what may follow: an update, the rest of a linearised file, or of a PDF that this one encloses
_PDF_GOES_ON = re.compile(
    rb"[ \t\r\n\f\0]{0,4096}(?:\d{1,10} \d{1,5} obj|xref|trailer|startxref|%|<<|endstream|endobj)"
)
_STRAY = 16  # bytes at the very end that some writers leave
_ENTRIES_END = b"PK\x05\x06"
_ENTRIES_END_SIZE = 22  # without the comment, whose length is the last two bytes
_LONGEST_COMMENT = 1 << 16
_SIGNATURES = (b"PK", b"%PDF", b"<", b"MZ", b"\x7fELF", b"\x1f\x8b", b"7z", b"Rar!", b"#!")


def refuse_appended_to_pdf(data: bytes) -> None:
    """Raise UnreadableTranscript where a PDF is followed by something that is not part of it. One
    without an end passes, and is read as far as it goes."""
    for end in _PDF_END.finditer(data):
        after = data[end.end() : end.end() + 8192]
        if _PDF_GOES_ON.match(after):
            continue
        rest = data[end.end() :].strip(_PADDING)
        if len(rest) > _STRAY or rest.startswith(_SIGNATURES):
            raise UnreadableTranscript(
                "appended",
                f"After the end of the PDF {len(rest):,} bytes follow that are not part of it. "
                "Save the PDF anew, or send the two files one by one.",
            )


def refuse_beside_zip(stream: IO[bytes], archive: zipfile.ZipFile) -> None:
    """Raise UnreadableTranscript where something comes before the first file of a ZIP, or after
    its list of files. ``stream`` is what the archive was opened from."""
    first = min((entry.header_offset for entry in archive.infolist()), default=0)
    if first > 0:
        raise UnreadableTranscript(
            "appended",
            f"Before the archive stand {first:,} bytes that are not part of it. Pack it anew, or "
            "send the files one by one.",
        )
    size = stream.seek(0, io.SEEK_END)
    begin = max(size - _ENTRIES_END_SIZE - 2 * _LONGEST_COMMENT, 0)
    stream.seek(begin)
    tail = stream.read()
    at = tail.rfind(_ENTRIES_END)
    stop = at + _ENTRIES_END_SIZE
    rest = tail[stop + int.from_bytes(tail[stop - 2 : stop], "little") :] if at >= 0 else b""
    if rest.strip(_PADDING):
        raise UnreadableTranscript(
            "appended",
            f"After the end of the archive {len(rest):,} bytes follow that are not part of it. "
            "Pack it anew, or send the files one by one.",
        )
