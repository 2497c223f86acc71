"""The release of the running code, by which results of another one are told apart."""

import platform
from functools import cache
from hashlib import sha256
from importlib.metadata import distributions

import django
from django.conf import settings

# settings that show on pages
_SHOWN = (
    "SITE_NAME",
    "LANGUAGE_CODE",
    "TIME_ZONE",
    "STATIC_URL",
    "STORAGES",
    "DEBUG",
    "CONTACT",
    "ALERTS",
)


@cache
def release() -> str:
    """Return a hash of the code, templates, static files, installed packages and settings.

    The web server calls it before it starts its processes. They then give a page the same tag, even
    if files have changed in the meantime.
    """
    digest = sha256(f"{platform.python_version()} {django.VERSION}".encode())
    digest.update(
        repr(sorted((package.name, package.version) for package in distributions())).encode()
    )
    digest.update(repr([getattr(settings, name) for name in _SHOWN]).encode())
    for folder in ("archive", "statements", "templates", "static"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
