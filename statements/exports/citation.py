"""Citations of speeches: symbol of the record, speaker, date, and optionally the paragraph."""

from django.utils.formats import date_format

from statements.exports.values import MarkedParagraph
from statements.models import Speech, byline


def cite(speech: Speech, paragraph: int | None = None) -> str:
    """Return the citation of a speech, or of one of its paragraphs.

    For example "S/PV.8699 (Resumption 1), Mr. Umarov (Kazakhstan), 10 January 2020, para. 3".
    The country is named also where the record does not print it. Without a meeting, the name of
    the transcript identifies the speech.
    """
    country = speech.country.short_name if speech.country else ""
    parts = [
        speech.meeting.symbol if speech.meeting else "",
        byline(speech.speaker_printed, speech.affiliation or country),
        date_format(speech.date, "j F Y") if speech.date else str(speech.year or "undated"),
        "" if speech.meeting else f"transcript {speech.transcript.name}",
        f"para. {paragraph}" if paragraph else "",
    ]
    return ", ".join(part for part in parts if part)


def cite_paragraph(of_speech: str, paragraph: MarkedParagraph) -> str:
    """Return the citation of a paragraph, given that of its speech: with the page of the record and
    the printed number, where there are any."""
    page = f", p. {paragraph.page}" if paragraph.page else ""
    return f"{of_speech}{page}, para. {paragraph.number or paragraph.position}"
