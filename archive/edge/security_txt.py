"""Where to report a weakness, as RFC 9116 has it: ``/.well-known/security.txt``."""

from calendar import monthrange
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

MONTHS_VALID = 6
FRESH_FOR_S = 3600


def parse_contacts(values: list[str]) -> list[str]:
    """Return contacts as the addresses that RFC 9116 asks for; a bare e-mail address gets its
    scheme. ImproperlyConfigured names one that is neither that nor https:, mailto: or tel:."""
    contacts = []
    for text in filter(None, (value.strip() for value in values)):
        contact = text if ":" in text else f"mailto:{text}"
        scheme, _, rest = contact.partition(":")
        whole = rest.startswith("//") and len(rest) > 2 if scheme == "https" else bool(rest)
        if (
            scheme not in ("https", "mailto", "tel")
            or not whole
            or (scheme == "mailto" and "@" not in rest)
            or any(letter.isspace() or not letter.isprintable() for letter in contact)
        ):
            raise ImproperlyConfigured(
                f"SECURITY_CONTACT holds {text!r}, but must be e-mail addresses, or addresses that "
                "begin with https:, mailto: or tel:, with commas between them."
            )
        contacts.append(contact)
    return contacts


def expiry(now: datetime) -> datetime:
    """Return the end of the month half a year ahead: under a year, as the RFC advises, and the
    same for a whole month, so that copies stay valid."""
    year, month = divmod(now.year * 12 + now.month - 1 + MONTHS_VALID, 12)
    last_day = monthrange(year, month + 1)[1]
    return datetime(year, month + 1, last_day, 23, 59, 59, tzinfo=UTC)


def security_txt(request: HttpRequest) -> HttpResponse:
    """Answer with the operator's contacts; 404 where no operator has named one, for the archive's
    developers could not act on a report about somebody else's server."""
    if not settings.SECURITY_CONTACT:
        raise Http404("Whoever runs this archive has named no contact for security reports.")
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACT]
    lines.append(f"Expires: {expiry(datetime.now(UTC)):%Y-%m-%dT%H:%M:%SZ}")
    lines.append("Preferred-Languages: en")
    if settings.BASE_URL:
        lines.append(f"Canonical: {settings.BASE_URL}{reverse('security-txt')}")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    return response
