"""Reads one file: chooses its reader by its content, and a separate process if that is safer."""

from statements.transcripts.checks.legibility import check_legibility
from statements.transcripts.formats.registry import format_of
from statements.transcripts.sandbox.client import read_in_sandbox
from statements.transcripts.sandbox.converters import convert_old_word
from statements.transcripts.text.decoding import refuse_other_formats, refuse_too_large
from statements.transcripts.values.choices import LabelChoices, applied, current_choices
from statements.transcripts.values.parsed import ParsedTranscript, UnreadableTranscript

_GZIP = b"\x1f\x8b"
# Smaller texts are read in this process: that takes milliseconds, starting a process 0.2 s, and the
# readers' time grows only linearly with the size. Larger ones are read under limits.
_SMALL = 128 * 1024
_LAID_OUT = frozenset({"pdf", "hocr"})  # forms whose words were recognised, or may have been


def read(
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    timeout_s: float | None = None,
    isolated: bool = False,
    choices: LabelChoices | None = None,
) -> ParsedTranscript:
    """Read a file in any supported format.

    Small plain texts and tables are read in this process. Larger files, and formats that may be
    malicious (PDF, office documents, markup), are read in a separate process with limits; with
    ``isolated``, every file is.

    ``name`` is copied to the result and explains a damaged PDF. It decides nothing else, because
    file names are no reliable source of metadata.

    ``choices`` says which labels begin turns and which are text, where a person has decided that;
    without it, the choices that are ``applied`` around the call hold.

    Raises UnreadableTranscript if the file is not a readable transcript, and ReadingTimeout if
    reading takes more than ``timeout_s`` seconds.
    """
    refuse_too_large(data)
    choices = current_choices() if choices is None else choices
    file_format = format_of(data)
    if file_format.key == "old-word" and (text := convert_old_word(data)) is not None:
        return read_in_sandbox(
            "text", name, text, encoding="utf-8", timeout_s=timeout_s, choices=choices
        )
    if not file_format.always_isolated and _is_damaged_pdf(name, data):
        refuse_other_formats(data)
        raise UnreadableTranscript(
            "broken-pdf",
            "The file is not a readable PDF, because it does not begin with “%PDF”. Part of it "
            "may be missing, or other data may precede it. Download or export it again.",
        )
    is_large = len(data) > _SMALL or data.startswith(_GZIP)
    if file_format.always_isolated or isolated or is_large:
        parsed = read_in_sandbox(
            file_format.key, name, data, encoding=encoding, timeout_s=timeout_s, choices=choices
        )
        # here, since the model of languages is too large for the limits of the sandbox
        return check_legibility(parsed) if file_format.key in _LAID_OUT else parsed
    with applied(choices):
        return file_format.read(name, data, encoding)


def _is_damaged_pdf(name: str, data: bytes) -> bool:
    """Return whether a file has the name or the content of a PDF, but not its beginning."""
    if data.startswith(_GZIP):
        return False
    if b"%PDF-" in data[:1024] and b"endobj" in data:
        return True
    return name.lower().endswith(".pdf") and (b"\0" in data or b"endobj" in data)
