"""Reader for recognised speech in JSON: segments with times, and the speaker if known.

Whisper and WhisperX write ``{"segments": [{"start": 0.0, "end": 2.5, "text": "…",
"speaker": "SPEAKER_00"}]}``, whisper.cpp "transcription" with "offsets" in milliseconds, podcasts
"startTime", "endTime" and "body".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from statements.transcripts.formats.captions.captions import read_spans
from statements.transcripts.formats.captions.tags import Span
from statements.transcripts.formats.pages.json_records import load_json, other_entries
from statements.transcripts.text.decoding import decode
from statements.transcripts.values.dates import first_date
from statements.transcripts.values.parsed import (
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)
from statements.transcripts.values.recording_times import LONGEST_RECORDING

_LISTS = ("segments", "transcription")
_TEXTS = ("text", "body")
_SPEAKERS = ("speaker", "speaker_label", "speaker_name")


def read_segments(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Read recognised speech.

    Raises UnreadableTranscript if the JSON is damaged or its segments have no text.
    """
    decoded = decode(data, encoding)
    document = load_json(decoded.text)
    key, segments = _segments(document)
    spans = list(_spans(segments))
    if not spans:
        raise UnreadableTranscript(
            "unknown-json",
            "This JSON has segments with times but none with a text. What can be read has “text”, "
            "“start” and “end” in each, as Whisper writes them.",
        )
    whole = " ".join(" ".join(span.text for span in spans).split())
    dropped = [
        entry
        for entry in other_entries(document, key)
        if " ".join(entry.text.partition(": ")[2].split()) != whole
    ]
    date = first_date([str(document.get("date", ""))]) if isinstance(document, dict) else None
    return read_spans(
        name,
        spans,
        meeting=ParsedMeeting(date=date),
        language=_language(document),
        encoding=decoded.encoding,
        dropped=dropped,
    )


def _segments(document: Any) -> tuple[str, list[Any]]:
    if isinstance(document, dict):
        for key in _LISTS:
            segments = document.get(key)
            if isinstance(segments, list):
                return key, segments
    return "", []


def _spans(segments: list[Any]) -> Iterator[Span]:
    for number, segment in enumerate(segments, start=1):
        if not isinstance(segment, dict):
            continue
        text = next((segment[key] for key in _TEXTS if isinstance(segment.get(key), str)), "")
        start_s, end_s = _times(segment)
        for line in text.splitlines():
            if line.strip():
                yield Span(number, line.strip(), _speaker(segment), start_s, end_s)


def _times(segment: Mapping[str, Any]) -> tuple[float | None, float | None]:
    offsets = segment.get("offsets")
    if isinstance(offsets, dict):  # milliseconds
        return _time(offsets.get("from"), 0.001), _time(offsets.get("to"), 0.001)
    start = segment.get("start", segment.get("startTime"))
    return _time(start), _time(segment.get("end", segment.get("endTime")))


def _time(value: Any, unit: float = 1.0) -> float | None:
    """Return a time in seconds; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value) * unit
    except (ValueError, OverflowError):
        return None
    return round(seconds, 3) if 0 <= seconds <= LONGEST_RECORDING else None


def _speaker(segment: Mapping[str, Any]) -> str:
    value = next((segment[key] for key in _SPEAKERS if segment.get(key) is not None), "")
    if isinstance(value, dict):
        value = value.get("name") or value.get("id") or ""
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def _language(document: Any) -> str:
    if not isinstance(document, dict):
        return ""
    result = document.get("result")  # of whisper.cpp
    value = document.get("language") or (result.get("language") if isinstance(result, dict) else "")
    return value if isinstance(value, str) else ""
