"""From bytes to text: sure encodings are read, unsure ones asked for, other files refused.

Nothing is ever replaced or dropped here; damage that came with the text is only pointed out.
"""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from statements.transcripts.lines import NEWLINE
from statements.transcripts.parsed import Problem, Severity, UnreadableTranscript

LARGEST_FILE = 25 * 1024 * 1024

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF file", "Save its text as plain text first."),
    (b"PK\x03\x04", "a ZIP archive or an Office document", "Save the text as plain text first."),
    (b"PK\x05\x06", "an empty ZIP archive", "Upload the text file itself."),
    (b"\x89PNG", "a PNG image", "A picture of a page holds no text; upload the text itself."),
    (b"GIF8", "a GIF image", "A picture of a page holds no text; upload the text itself."),
    (b"\xff\xd8\xff", "a JPEG image", "A picture of a page holds no text; upload the text itself."),
    (b"II*\x00", "a TIFF image", "A picture of a page holds no text; upload the text itself."),
    (b"MM\x00*", "a TIFF image", "A picture of a page holds no text; upload the text itself."),
    (b"MZ\x90", "a Windows program", "Only texts can be read."),
    (b"\x7fELF", "a program", "Only texts can be read."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and upload the text file itself."),
    (b"BZh", "a bzip2 archive", "Unpack it and upload the text file itself."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it and upload the text file itself."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it and upload the text file itself."),
    (b"Rar!", "a RAR archive", "Unpack it and upload the text file itself."),
    (b"{\\rtf", "an RTF document", "Save it as plain text first."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Save its text as plain text first."),
    (b"SQLite format 3", "a database", "Only texts can be read."),
)
_MARKUP = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|svg|head|body|script|\?xml|!doctype)\b",
    re.IGNORECASE | re.DOTALL,
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python knows these as codecs, but no text file is written in them.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})
_VISIBLE = re.compile("[^\\s\x00-\x1f\x7f-\x9f\ufeff\u00ad\u200b]")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
# What an English text holds beside ASCII in Windows-1252, as far as no other code page reads
# the same bytes as other letters: typographic signs, letters that stand at the same place in
# cp1250 and cp1254 too, and ñ, ã, à where only they make sense.
_CP1252_SURE = re.compile(
    rb"[\x85\x91-\x97\xa7\xab\xad\xb0\xbb]|(?<![a-z])\xa0|\xf1(?=[aeiou])|\xe3(?=o)|\xe0"
    rb"|[\xc1\xc2\xc4\xc7\xc9\xcb\xcd\xce\xd3\xd4\xd6\xda\xdc\xdf]"
    rb"|[\xe1\xe2\xe4\xe7\xe9\xeb\xed\xee\xf3\xf4\xf6\xfa\xfc]"
)
_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3}")


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file; raises UnreadableTranscript with what it looks like and what to do."""
    refuse_too_large(data)
    if not data:
        raise UnreadableTranscript("empty", "The file is empty. Choose the file with the text.")
    _refuse_other_formats(data)
    decoded = _decode_as(data, encoding) if encoding else _recognise(data)
    _refuse_no_text(decoded.text)
    return decoded


def refuse_too_large(data: bytes) -> None:
    if len(data) > LARGEST_FILE:
        raise UnreadableTranscript(
            "too-large",
            f"The file has {len(data) / 1e6:.1f} MB; at most {LARGEST_FILE // 1024**2} MB can be "
            "read. Split it into several files.",
        )


def _refuse_other_formats(data: bytes) -> None:
    for signature, what, advice in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableTranscript("not-text", f"This looks like {what}, not a text. {advice}")
    if _MARKUP.match(data[:4096].removeprefix(codecs.BOM_UTF8)):
        raise UnreadableTranscript(
            "not-text",
            "This looks like a web page or an XML file, not a plain text. Save it as plain text.",
        )


def _decode_as(data: bytes, encoding: str) -> Decoded:
    unknown = UnreadableTranscript(
        "unknown-encoding",
        f"“{encoding[:40]}” is no known encoding. Use utf-8, cp1252 or utf-16, for example.",
    )
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise unknown from error
    if name in _NO_CHARSETS:
        raise unknown
    try:
        text = data.decode(name)
    except LookupError as error:  # a codec from bytes to bytes
        raise unknown from error
    except UnicodeError as error:
        raise UnreadableTranscript(
            "wrong-encoding", f"The file is not written in {encoding}. Choose another encoding."
        ) from error
    return Decoded(text.removeprefix("\ufeff"), name)


def _recognise(data: bytes) -> Decoded:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_as(data, encoding)
    if b"\0" in data:
        return _bare_utf16(data)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _surely_cp1252(data):
            return Decoded(data.decode("cp1252"), "cp1252")
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableTranscript(
            "unsure-encoding",
            f"The encoding is not certain (line {line} is not UTF-8). Please name it, for "
            "example cp1252, iso-8859-2 or cp850.",
        ) from error


def _bare_utf16(data: bytes) -> Decoded:
    """UTF-16 without a mark, only where nearly every second byte says so."""
    half = max(len(data) // 2, 1)
    even, odd = data[0::2].count(0), data[1::2].count(0)
    for encoding, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if len(data) % 2 == 0 and high > 0.7 * half and low < 0.01 * half:
            return _decode_as(data, encoding)
    raise UnreadableTranscript(
        "not-text",
        "The file holds NUL bytes and looks like a program or a picture, not a text. "
        "If it is a text, save it as UTF-8.",
    )


def _surely_cp1252(data: bytes) -> bool:
    """Windows-1252 beyond doubt: English text in which only a few, usual bytes stand out."""
    high = len(_HIGH.findall(data))
    if high * 10 > len(data) or _HIGH_RUN.search(data) or _UTF8_PAIR.search(data):
        return False  # another script, or UTF-8 that is cut or mixed with something else
    if len(_CP1252_SURE.findall(data)) != high:
        return False
    window = b"\n".join(line for line in data.splitlines() if _HIGH.search(line))[:200_000]
    best = from_bytes(window, cp_isolation=["utf_8", "cp1252"]).best()
    return best is not None and best.encoding == "cp1252"


def _refuse_no_text(text: str) -> None:
    if "\0" in text:
        raise UnreadableTranscript(
            "not-text", "The file holds NUL characters. Save the text as UTF-8 without them."
        )
    controls = len(_CONTROLS.findall(text[:100_000]))
    if controls * 50 > min(len(text), 100_000) and controls > 3:
        raise UnreadableTranscript(
            "not-text",
            "The file is full of control characters and looks like a program or a picture, "
            "not a text.",
        )
    if _VISIBLE.search(text) is None:
        raise UnreadableTranscript("empty", "The file holds nothing but blank space.")


_SUSPICIONS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "mojibake",
        re.compile(r"â€|Ã[©¨ªƒ¡³±¼¶¤§]|Â[ «»°]|Å¡|Ä‡"),
        "The letters “{found}” look like a text read in a wrong encoding.",
    ),
    (
        "replacement-character",
        re.compile("\ufffd"),
        "A character was already lost before this file was made.",
    ),
    (
        "look-alike-letters",
        re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z]"),
        "A word mixes Latin letters with look-alikes of another script (“{found}”).",
    ),
    (
        "bidi-control",
        re.compile("[\u202a-\u202e\u2066-\u2069]"),
        "An invisible sign changes the direction of the text here.",
    ),
    (
        "control-character",
        _CONTROLS,
        "A control character stands in the text; it is read as a space.",
    ),
)


def suspicions(text: str) -> list[Problem]:
    """What looks damaged or disguised, once a line and kind; nothing is changed."""
    if text.isascii() and _CONTROLS.search(text) is None:
        return []
    problems = []
    for number, line in enumerate(NEWLINE.split(text), start=1):
        if line.isascii() and _CONTROLS.search(line) is None:
            continue
        for code, pattern, message in _SUSPICIONS:
            if found := pattern.search(line):
                told = message.format(found=found[0])
                problems.append(Problem(code, told, Severity.WARNING, number))
    return problems
