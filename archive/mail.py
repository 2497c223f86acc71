"""The settings of mail, which only e-mail alerts send."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

TIMEOUT_S = 30
_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_FILES = "django.core.mail.backends.filebased.EmailBackend"


def mailers(url: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the setting MAILERS, given EMAIL_URL as django-environ reads it."""
    backend = url["EMAIL_BACKEND"]
    options: dict[str, Any] = {}
    if backend == _SMTP:
        options = {
            "host": url["EMAIL_HOST"] or "localhost",
            "port": url["EMAIL_PORT"] or 25,
            "username": url["EMAIL_HOST_USER"] or "",
            "password": url["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": url.get("EMAIL_USE_TLS", False),
            "use_ssl": url.get("EMAIL_USE_SSL", False),
            "timeout": TIMEOUT_S,
        }
    elif backend == _FILES:
        options = {"file_path": f"/{url['EMAIL_FILE_PATH']}"}
    return {"default": {"BACKEND": backend, "OPTIONS": options}}


def check_alerts(*, base_url: str, sender: str) -> None:
    """Raise ImproperlyConfigured if alerts are on and something that they need is missing."""
    if not base_url or not sender:
        raise ImproperlyConfigured(
            "ALERTS needs BASE_URL, with which links in mails begin, and DEFAULT_FROM_EMAIL, the "
            "address of the sender."
        )
