"""Decodes bytes to text. Unsure encodings and files that are not text are refused.

Nothing is ever replaced or dropped here; damage in the text is only reported.
"""

import codecs
import re
from dataclasses import dataclass
from html import unescape

from charset_normalizer import from_bytes

from statements.transcripts.text.lines import NEWLINE
from statements.transcripts.values.parsed import Problem, Severity, UnreadableTranscript

LARGEST_FILE = 25 * 1024 * 1024

_SAVE_AS_TEXT = "Save it as plain text first."
_NO_IMAGES = "An image of a page contains no text. Upload the text itself."
_ONLY_TEXT = "Only text files can be read."
_EXTRACT = "Extract it and upload the text file itself."
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF file", _SAVE_AS_TEXT),
    (b"PK\x03\x04", "a ZIP archive or an Office document", _SAVE_AS_TEXT),
    (b"PK\x05\x06", "an empty ZIP archive", "Upload the text file itself."),
    (b"\x89PNG", "a PNG image", _NO_IMAGES),
    (b"GIF8", "a GIF image", _NO_IMAGES),
    (b"\xff\xd8\xff", "a JPEG image", _NO_IMAGES),
    (b"II*\x00", "a TIFF image", _NO_IMAGES),
    (b"MM\x00*", "a TIFF image", _NO_IMAGES),
    (b"MZ\x90", "a Windows program", _ONLY_TEXT),
    (b"\x7fELF", "a program", _ONLY_TEXT),
    (b"\x1f\x8b", "a gzip archive", _EXTRACT),
    (b"BZh", "a bzip2 archive", _EXTRACT),
    (b"\xfd7zXZ", "an xz archive", _EXTRACT),
    (b"7z\xbc\xaf", "a 7-Zip archive", _EXTRACT),
    (b"Rar!", "a RAR archive", _EXTRACT),
    (b"\xd0\xcf\x11\xe0", "an old Office document", _SAVE_AS_TEXT),
    (b"SQLite format 3", "a database", _ONLY_TEXT),
)
_MARKUP = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|svg|head|body|script|\?xml|!doctype)\b",
    re.IGNORECASE | re.DOTALL,
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python has codecs of these names, but text files are not written in them.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})
_VISIBLE = re.compile("[^\\s\x00-\x1f\x7f-\x9f\ufeff\u00ad\u200b]")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
# Bytes of English text in Windows-1252 that no other code page reads as other letters:
# punctuation, letters that have the same code in cp1250 and cp1254, and ñ, ã, à where nothing else
# makes sense.
_CP1252_BYTES = re.compile(
    rb"[\x85\x91-\x97\xa7\xab\xad\xb0\xbb]|(?<![a-z])\xa0|\xf1(?=[aeiou])|\xe3(?=o)|\xe0"
    rb"|[\xc1\xc2\xc4\xc7\xc9\xcb\xcd\xce\xd3\xd4\xd6\xda\xdc\xdf]"
    rb"|[\xe1\xe2\xe4\xe7\xe9\xeb\xed\xee\xf3\xf4\xf6\xfa\xfc]"
)
_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3}")


@dataclass(frozen=True, slots=True)
class DecodedText:
    text: str  # without byte order mark
    encoding: str  # Python's name of the codec


def decode(data: bytes, encoding: str | None = None) -> DecodedText:
    """Decode a file.

    ``encoding`` is used if given; otherwise the encoding must be certain. Raises
    UnreadableTranscript if the file is empty, too large, not text, or in another encoding.
    """
    refuse_too_large(data)
    if not data:
        raise UnreadableTranscript(
            "empty", "The file is empty. Choose the file that contains the text."
        )
    refuse_other_formats(data)
    return decode_markup(data, encoding)


def decode_markup(data: bytes, encoding: str | None = None) -> DecodedText:
    """Decode a file that may begin with tags; raises like ``decode``."""
    decoded = _decode_as(data, encoding) if encoding else _recognise(data)
    _refuse_binary_or_blank(decoded.text)
    return decoded


def refuse_too_large(data: bytes) -> None:
    """Raise UnreadableTranscript if a file is larger than LARGEST_FILE."""
    if len(data) > LARGEST_FILE:
        raise UnreadableTranscript(
            "too-large",
            f"The file has {len(data) / 1e6:.1f} MB; at most {LARGEST_FILE // 1024**2} MB can be "
            "read. Split it into smaller files.",
        )


def refuse_other_formats(data: bytes) -> None:
    """Raise UnreadableTranscript if a file begins like a file of a known format, but not text."""
    for signature, kind, advice in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableTranscript(
                "not-text", f"This looks like {kind}, not a text file. {advice}"
            )
    if _MARKUP.match(data[:4096].removeprefix(codecs.BOM_UTF8)):
        raise UnreadableTranscript(
            "not-text",
            "This looks like a web page or an XML file, not a text file. Save it as plain text.",
        )


def _decode_as(data: bytes, encoding: str) -> DecodedText:
    unknown = UnreadableTranscript(
        "unknown-encoding",
        f"“{encoding[:40]}” is not a known encoding. Use utf-8, cp1252 or utf-16, for example.",
    )
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise unknown from error
    if name in _NOT_CHARSETS:
        raise unknown
    try:
        text = data.decode(name)
    except LookupError as error:  # a codec from bytes to bytes
        raise unknown from error
    except UnicodeError as error:
        raise UnreadableTranscript(
            "wrong-encoding", f"The file is not encoded in {encoding}. Choose another encoding."
        ) from error
    return DecodedText(text.removeprefix("\ufeff"), name)


def _recognise(data: bytes) -> DecodedText:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_as(data, encoding)
    if b"\0" in data:
        return _bare_utf16(data)
    try:
        return DecodedText(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _is_certainly_cp1252(data):
            return DecodedText(data.decode("cp1252"), "cp1252")
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableTranscript(
            "unsure-encoding",
            f"The encoding is not certain (line {line} is not UTF-8). Please name it, "
            "for example cp1252, iso-8859-2 or cp850.",
        ) from error


def _bare_utf16(data: bytes) -> DecodedText:
    """Decode UTF-16 without a byte order mark, if nearly every second byte is zero."""
    half = max(len(data) // 2, 1)
    even, odd = data[0::2].count(0), data[1::2].count(0)
    for encoding, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if len(data) % 2 == 0 and high > 0.7 * half and low < 0.01 * half:
            return _decode_as(data, encoding)
    raise UnreadableTranscript(
        "not-text",
        "The file contains NUL bytes and looks like a program or an image, not a text file. "
        "If it is a text, save it as UTF-8.",
    )


def _is_certainly_cp1252(data: bytes) -> bool:
    """Return whether this is English text with only a few non-ASCII bytes, all typical of it."""
    high = len(_HIGH.findall(data))
    if high * 10 > len(data) or _HIGH_RUN.search(data) or _UTF8_PAIR.search(data):
        return False  # another script, or UTF-8 that is truncated or mixed with another encoding
    if len(_CP1252_BYTES.findall(data)) != high:
        return False
    window = b"\n".join(line for line in data.splitlines() if _HIGH.search(line))[:200_000]
    best = from_bytes(window, cp_isolation=["utf_8", "cp1252"]).best()
    return best is not None and best.encoding == "cp1252"


def _refuse_binary_or_blank(text: str) -> None:
    if "\0" in text:
        raise UnreadableTranscript(
            "not-text", "The file contains NUL characters. Save the text as UTF-8 without them."
        )
    controls = len(_CONTROLS.findall(text[:100_000]))
    if controls * 50 > min(len(text), 100_000) and controls > 3:
        raise UnreadableTranscript(
            "not-text",
            "The file is full of control characters and looks like a program or an image, not a "
            "text file.",
        )
    if _VISIBLE.search(text) is None:
        raise UnreadableTranscript("empty", "The file contains only white space.")


_ENTITY = re.compile(r"&(?:[A-Za-z]{2,10}\d{0,2}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,5});")


def resolve_entities(text: str) -> str:
    """Return a text with the character references that a web page left in it as characters.

    References to control characters and unknown names stay; a line never becomes two.

    >>> resolve_entities("C&ocirc;te d&#8217;Or &amp; co")
    'Côte d’Or & co'
    """
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    character = unescape(reference[0])
    return character if character.isprintable() or character == "\u00a0" else reference[0]


def check_entities(text: str) -> list[Problem]:
    """Report that character references were read as the characters that they represent."""
    references = [match[0] for match in _ENTITY.finditer(text) if _character(match) != match[0]]
    if not references:
        return []
    examples = ", ".join(dict.fromkeys(references[:3]))
    return [
        Problem(
            "html-entities",
            f"The text contains {len(references)} character references of a web page, such as "
            f"{examples}; they were read as the characters that they represent.",
            Severity.NOTE,
        )
    ]


# code, pattern, message
_CHARACTER_CHECKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "mojibake",
        re.compile(r"â€|Ã[©¨ªƒ¡³±¼¶¤§]|Â[ «»°]|Å¡|Ä‡"),
        "The letters “{found}” look like text decoded with the wrong encoding.",
    ),
    (
        "replacement-character",
        re.compile("\ufffd"),
        "A character was lost before this file was created.",
    ),
    (
        "look-alike-letters",
        re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z]"),
        "A word mixes Latin letters with look-alikes of another script (“{found}”).",
    ),
    (
        "bidi-control",
        re.compile("[\u202a-\u202e\u2066-\u2069]"),
        "An invisible character changes the direction of the text here.",
    ),
    (
        "control-character",
        _CONTROLS,
        "The text contains a control character, which is read as a space.",
    ),
)


def check_characters(text: str) -> list[Problem]:
    """Report damaged or deceptive characters, at most one problem of each kind per line."""
    if text.isascii() and _CONTROLS.search(text) is None:
        return []
    problems = []
    for number, line in enumerate(NEWLINE.split(text), start=1):
        if line.isascii() and _CONTROLS.search(line) is None:
            continue
        for code, pattern, message in _CHARACTER_CHECKS:
            if match := pattern.search(line):
                description = message.format(found=match[0])
                problems.append(Problem(code, description, Severity.WARNING, number))
    return problems
