"""Writes the mails of alerts: plain text, in the language in which the alert was requested."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext

from archive import languages
from statements.addresses import address_with, page_address, query_string
from statements.alerts.requests import CONFIRM_WITHIN, confirmation_token, end_token
from statements.exports.opening import opening
from statements.exports.texts import speeches_by_key
from statements.models import Alert, Paragraph
from statements.search import SearchParameters, TextSearch

MAX_LISTED = 30  # speeches of a mail; the others are counted
EXTRACTS = 2  # of a speech
OPENING = 300  # characters, of a speech that matches without a word of its text
MAX_SUBJECT = 60  # characters of the query


@dataclass(frozen=True, slots=True)
class ReportedSpeech:
    """A speech in a mail, with the passages for which the search finds it."""

    title: str
    url: str
    extracts: Sequence[str]


def invitation(alert: Alert) -> EmailMessage:
    """Return the mail that asks to confirm an alert. It has no word of the search: anybody could
    have the site send their own words, or a link, to any address."""
    with languages.use(alert.language):
        context = {
            "url": _link("confirm-alert", confirmation_token(alert)),
            "days": CONFIRM_WITHIN.days,
        }
        subject = gettext("Please confirm your alert")
        return _message(alert, subject, "alert/invitation.txt", context, "invitation")


def report(alert: Alert, parameters: SearchParameters, speeches: Mapping[int, str]) -> EmailMessage:
    """Return the mail of new speeches of a search, each with the reason why it is found.
    ``speeches`` has their ids by their keys; those that are not listed are not read."""
    with languages.use(alert.language):
        listed = list(speeches)[:MAX_LISTED]
        search_url = address_with(page_address("search"), parameters.to_query())
        end_url = _link("end-alert", end_token(alert))
        context = {
            "criteria": _criteria(alert),
            "speeches": list(_reported(listed, parameters)),
            "count": len(speeches),
            "more": len(speeches) - len(listed),
            "search_url": f"{settings.BASE_URL}{search_url}",
            "end_url": end_url,
        }
        query = " ".join(str(alert).split())
        subject = gettext("New speeches: %(search)s") % {"search": query[:MAX_SUBJECT]}
        of_speeches = ",".join(speeches.values())
        message = _message(alert, subject, "alert/report.txt", context, of_speeches)
    # RFC 8058, section 3.1
    message.extra_headers |= {
        "List-Unsubscribe": f"<{end_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return message


def _message(
    alert: Alert, subject: str, template: str, context: dict[str, object], content: str
) -> EmailMessage:
    """Return a mail. ``content`` tells it from other mails of the alert: the same mail has the same
    Message-ID, by which one that is sent again after a crash is recognised."""
    digest = sha256(f"{alert.pk} {alert.requested_at.isoformat()} {content}".encode()).hexdigest()
    host = urlsplit(settings.BASE_URL).hostname
    body = render_to_string(template, {"site": settings.SITE_NAME, **context})
    return EmailMessage(
        subject=f"[{settings.SITE_NAME}] {subject}",
        body=body.strip() + "\n",
        to=[alert.address],
        headers={"Message-ID": f"<{digest[:32]}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _reported(keys: Sequence[int], parameters: SearchParameters) -> Iterator[ReportedSpeech]:
    search = TextSearch.from_query(dict(parameters.to_pairs()))
    for full in speeches_by_key(keys):
        speech, extracts = full.speech, []
        if search is not None:
            matching = search.passages([(speech.pk, full.paragraphs)]).of(speech.pk)
            extracts = [
                unescape(strip_tags(search.highlighter.extract(paragraph.text)))
                for paragraph in full.paragraphs
                if paragraph.position in matching
            ]
        texts = [
            paragraph.text
            for paragraph in full.paragraphs
            if paragraph.kind == Paragraph.Kind.SPEECH
        ]
        yield ReportedSpeech(
            title=speech.heading.title,
            url=f"{settings.BASE_URL}{speech.get_absolute_url()}",
            extracts=[
                " ".join(extract.split())
                for extract in extracts[:EXTRACTS] or [opening(texts, OPENING)]
            ],
        )


def _criteria(alert: Alert) -> list[tuple[str, str]]:
    """Return the search of an alert in words: pairs of a name and a value."""
    labels = {
        "q": gettext("Query"),
        "from": gettext("From"),
        "to": gettext("To"),
        **{name: str(facet.label) for name, facet in SearchParameters.FACETS_BY_NAME.items()},
    }
    return [(labels[name], value) for name, value in alert.parameters if name in labels]


def _link(name: str, token: str) -> str:
    query = query_string([("token", token)])
    return f"{settings.BASE_URL}{address_with(page_address(name), query)}"
