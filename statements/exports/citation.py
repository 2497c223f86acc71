"""Citations of speeches: record or session, speaker, date, and optionally the paragraph."""

from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.formats import date_format

from statements.exports.values import MarkedParagraph
from statements.models import Session, Speech, byline


def cite(speech: Speech, paragraph: int | None = None) -> str:
    """Return the citation of a speech, or of one of its paragraphs.

    For example "S/PV.8699 (Resumption 1), Mr. Umarov (Kazakhstan), 10 January 2020, para. 3", or
    "General Assembly, 30th session, general debate, Mr. Sail (Soviet Union), 1975, para. 3". The
    country is named also where the record does not print it. Without a meeting or session, the
    name of the transcript identifies the speech.
    """
    country = speech.country.short_name if speech.country else ""
    parts = [
        _sitting(speech),
        byline(speech.speaker_printed, speech.affiliation or country),
        _date(speech),
        "" if speech.sitting else f"transcript {speech.transcript.name}",
        f"para. {paragraph}" if paragraph else "",
    ]
    return ", ".join(part for part in parts if part)


def cite_paragraph(of_speech: str, paragraph: MarkedParagraph) -> str:
    """Return the citation of a paragraph, given that of its speech: with the page of the record and
    the printed number, where there are any."""
    page = f", p. {paragraph.page}" if paragraph.page else ""
    return f"{of_speech}{page}, para. {paragraph.number or paragraph.position}"


def _sitting(speech: Speech) -> str:
    if speech.meeting:
        return speech.meeting.symbol
    session = speech.session
    if session is None:
        return ""
    debate = session.debate[:1].lower() + session.debate[1:]
    parts = (session.organ, f"{ordinal(session.number)} session", debate, session.symbols)
    return ", ".join(part for part in parts if part)


def _date(speech: Speech) -> str:
    """Return the day; without one, the days of the session, or the year."""
    if speech.date:
        return date_format(speech.date, "j F Y")
    if speech.session and (days := _days(speech.session)):
        return days
    return str(speech.year or "undated")


def _days(session: Session) -> str:
    days = [date_format(day, "j F Y") for day in (session.first_day, session.last_day) if day]
    return "–".join(dict.fromkeys(days))
