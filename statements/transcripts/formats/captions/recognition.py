"""Recognises captions and recognised speech by their content."""

import re

from statements.transcripts.formats.pages.recognition import is_json
from statements.transcripts.formats.tables.recognition import encoding_of_head

_HEAD = 4000  # bytes
_TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
# "00:00:01.000 --> 00:00:04.200 align:start"
TIMING = re.compile(rf"\s{{0,9}}(?P<start>{_TIME})\s{{0,9}}-->\s{{0,9}}(?P<end>{_TIME})(?:\s.*)?")
_WEBVTT = re.compile(r"WEBVTT(?:[ \t].*)?(?:\r?\n|\Z)")
_SUBRIP = re.compile(
    rf"(?:\d{{1,7}}[ \t]{{0,9}}\r?\n[ \t]{{0,9}})?{_TIME}[ \t]{{0,9}}-->[ \t]{{0,9}}{_TIME}"
)
_SPACE = rb"[ \t\r\n]*"
_SEGMENTS = re.compile(
    rb'"(?:segments|transcription)"' + _SPACE + rb":" + _SPACE + rb"\[" + _SPACE + rb"\{"
)
_SEGMENT_TIME = re.compile(rb'"(?:start|startTime|offsets|timestamps)"' + _SPACE + rb":")
_PARLIAMENT_TV = (b'"textContents"', b'"textBody"')


def is_captions(data: bytes) -> bool:
    """Return whether a file begins like WebVTT or SubRip."""
    head = data[:_HEAD].decode(encoding_of_head(data), errors="ignore").removeprefix("\ufeff")
    return _WEBVTT.match(head) is not None or _SUBRIP.match(head.lstrip()) is not None


def is_recognised_speech(data: bytes) -> bool:
    """Return whether a JSON document has segments with times, as speech recognition writes."""
    segments = _SEGMENTS.search(data) if is_json(data) else None
    return segments is not None and _SEGMENT_TIME.search(data, segments.end()) is not None


def is_parliament_tv(data: bytes) -> bool:
    """Return whether a JSON document is a session of Open Parliament TV."""
    return is_json(data) and all(key in data for key in _PARLIAMENT_TV)
