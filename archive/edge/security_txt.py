"""``/.well-known/security.txt``: where to report a vulnerability (RFC 9116)."""

from calendar import monthrange
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

MONTHS_VALID = 6
FRESH_FOR_S = 3600


def parse_contacts(values: list[str], name: str = "SECURITY_CONTACT") -> list[str]:
    """Return contacts as the URIs that RFC 9116 requires; an e-mail address becomes a mailto: URI.

    Raises ImproperlyConfigured, with the ``name`` of the setting, for one that is neither an e-mail
    address nor an https:, mailto: or tel: URI.
    """
    contacts = []
    for text in filter(None, (value.strip() for value in values)):
        contact = text if ":" in text else f"mailto:{text}"
        scheme, _, rest = contact.partition(":")
        is_complete = rest.startswith("//") and len(rest) > 2 if scheme == "https" else bool(rest)
        if (
            scheme not in ("https", "mailto", "tel")
            or not is_complete
            or (scheme == "mailto" and "@" not in rest)
            or any(letter.isspace() or not letter.isprintable() for letter in contact)
        ):
            raise ImproperlyConfigured(
                f"{name} contains {text!r}, but must be a comma-separated list of e-mail "
                "addresses, or of addresses that begin with https:, mailto: or tel:."
            )
        contacts.append(contact)
    return contacts


def expiry(now: datetime) -> datetime:
    """Return the end of the month half a year ahead.

    The RFC advises less than a year; the value is the same for a month, so that caches stay valid.
    """
    year, month = divmod(now.year * 12 + now.month - 1 + MONTHS_VALID, 12)
    last_day = monthrange(year, month + 1)[1]
    return datetime(year, month + 1, last_day, 23, 59, 59, tzinfo=UTC)


def security_txt(request: HttpRequest) -> HttpResponse:
    """Answer with the contacts of the operator, or 404 if none is configured: the developers of the
    software could not act on a report about a server they do not run."""
    if not settings.SECURITY_CONTACT:
        raise Http404(gettext("The operators have not published a security contact."))
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACT]
    lines.append(f"Expires: {expiry(datetime.now(UTC)):%Y-%m-%dT%H:%M:%SZ}")
    lines.append("Preferred-Languages: en")
    if settings.BASE_URL:
        lines.append(f"Canonical: {settings.BASE_URL}{reverse('security-txt')}")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    return response
