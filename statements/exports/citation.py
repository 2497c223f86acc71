"""Citations of speeches: symbol of the record, speaker, date, and optionally the paragraph."""

from django.utils.formats import date_format

from statements.models import Speech


def cite(speech: Speech, paragraph: int | None = None) -> str:
    """Return the citation of a speech, or of one of its paragraphs.

    For example "S/PV.8699 (Resumption 1), Mr. Umarov (Kazakhstan), 10 January 2020, para. 3".
    Without a meeting, the name of the transcript identifies the speech.
    """
    parts = [
        speech.meeting.symbol if speech.meeting else "",
        speech.byline,
        date_format(speech.date, "j F Y") if speech.date else str(speech.year or "undated"),
        "" if speech.meeting else f"transcript {speech.transcript.name}",
        f"para. {paragraph}" if paragraph else "",
    ]
    return ", ".join(part for part in parts if part)
