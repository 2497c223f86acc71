"""Reader for captions: WebVTT and SubRip."""

from collections.abc import Sequence
from dataclasses import replace

from statements.transcripts.assembly.speeches import to_transcript
from statements.transcripts.assembly.turn_labels import count_labels
from statements.transcripts.formats.captions.cue_files import split_cues
from statements.transcripts.formats.captions.tags import Span, split_spans
from statements.transcripts.formats.captions.utterances import Utterance, rising, to_blocks
from statements.transcripts.formats.captions.voices import to_utterances
from statements.transcripts.languages.notes import language_code
from statements.transcripts.text.decoding import check_characters, decode
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.values.dates import first_date
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    Problem,
    SourceMetadata,
    UnreadableTranscript,
)


def read_captions(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Read a WebVTT or SubRip file.

    Raises UnreadableTranscript if its encoding is not certain or it has no caption.
    """
    decoded = decode(data, encoding)
    file = split_cues(decoded.text)
    spans = [span for cue in file.cues for span in split_spans(cue.lines, cue.start_s, cue.end_s)]
    header = {key.strip().lower(): value.strip() for key, value in map(_entry, file.header)}
    meeting = ParsedMeeting(
        date=first_date([header.get("date", ""), *file.header]), first_page=tuple(file.header)
    )
    return read_spans(
        name,
        spans,
        meeting=meeting,
        language=header.get("language", ""),
        encoding=decoded.encoding,
        dropped=file.dropped,
    )


def read_spans(
    name: str,
    spans: Sequence[Span],
    *,
    meeting: ParsedMeeting,
    language: str,
    encoding: str,
    dropped: list[DroppedText],
) -> ParsedTranscript:
    """Read the pieces of a recording; ``language`` is that of all of it, as the file states it.

    Raises UnreadableTranscript if nobody says anything.
    """
    utterances = to_utterances(spans)
    if not any(utterance.text.strip() for utterance in utterances):
        raise UnreadableTranscript("empty", "The file has no caption with text.")
    code = language_code(language)
    text = "\n".join(utterance.text for utterance in utterances)
    parsed = to_transcript(
        name,
        to_blocks(utterances, SourceMetadata(language=code) if code else None),
        Evidence(text),
        encoding=encoding,
        is_record=False,
        meeting=meeting,
        dropped=dropped,
        problems=[*check_characters(text), *_check_times(utterances)],
    )
    used = [(each.label, each.label_use, each.line) for each in utterances]
    labels = count_labels((label, use, line) for label, use, line in used if label and use)
    return replace(parsed, labels=labels or parsed.labels)


def _check_times(utterances: Sequence[Utterance]) -> list[Problem]:
    if rising(utterance.start_s for utterance in utterances):
        return []
    return [
        Problem(
            "times-not-rising",
            "The times in this file are not in ascending order. The text was kept in the order of "
            "the file; please check whether that is the order of speaking.",
        )
    ]


def _entry(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key, value
