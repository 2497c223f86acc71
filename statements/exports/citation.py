"""Citations of speeches: body and record or session, speaker, country, date, paragraph, address.

They are the same on the pages of every language: in the default language, like their addresses.
"""

from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.html import strip_tags

from archive.languages import date_format, in_default_language
from statements.exports.values import MarkedParagraph
from statements.models import Paragraph, Session, Speech, byline


@in_default_language
def cite(speech: Speech, address: str = "") -> str:
    """Return the citation of a speech, which ends in its address, if that is given.

    For example "Security Council, S/PV.8699 (Resumption 1), Mr. Umarov (Kazakhstan), 10 January
    2020", or "General Assembly, 30th session, general debate, Mr. Sail (Soviet Union), 1975". The
    country is named also where the record does not print it. Without a meeting or session, the
    name of the transcript identifies the speech.
    """
    country = speech.country.short_name if speech.country else ""
    parts = [
        cited_sitting(speech),
        byline(speech.speaker_printed, speech.affiliation or country),
        _date(speech),
        "" if speech.sitting else f"transcript {speech.transcript.name}",
        address,
    ]
    return ", ".join(part for part in parts if part)


def cite_paragraph(
    of_speech: str, paragraph: MarkedParagraph | Paragraph, address: str = ""
) -> str:
    """Return the citation of a paragraph, given that of its speech: with the page of the record and
    the printed number, where there are any.

    ``of_speech`` has no address. With the ``address`` of the speech, the citation ends in that of
    the paragraph.
    """
    page = f", p. {paragraph.page}" if paragraph.page else ""
    cited = f"{of_speech}{page}, para. {paragraph.number or paragraph.position}"
    return f"{cited}, {address}#{paragraph.anchor}" if address else cited


@in_default_language
def cited_sitting(speech: Speech) -> str:
    """Return the body, and the symbol of the record or else the session; "" if not known."""
    if meeting := speech.meeting:
        return ", ".join(filter(None, (meeting.organ_id, meeting.symbol)))
    session = speech.session
    if session is None:
        return ""
    debate = session.debate[:1].lower() + session.debate[1:]
    parts = (
        session.organ_id,
        f"{strip_tags(str(ordinal(session.number)))} session",
        debate,
        session.symbols,
    )
    return ", ".join(filter(None, parts))


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
