"""The spoken words of a transcript."""

from statements.transcripts import ParagraphKind, ParsedTranscript


def spoken(parsed: ParsedTranscript) -> list[tuple[str, str]]:
    """Return each spoken paragraph with its speaker."""
    return [
        (speech.speaker, paragraph.text)
        for speech in parsed.speeches
        for paragraph in speech.paragraphs
        if paragraph.kind is ParagraphKind.SPEECH
    ]
