"""The languages of the pages, and that of a request, which its address alone decides.

``/search/`` is in the language of ``LANGUAGE_CODE``, ``/fr/search/`` is the same page in French.
Neither cookies nor ``Accept-Language`` matter, so that a page can be cached by its address. A
language is offered, by the setting ``LANGUAGES``, as soon as its catalogue is complete.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import formats, translation
from django.utils.formats import number_format
from django.utils.translation import pgettext

# Django's get_language() takes twenty times as long, and a page needs the language 200 times
_of_request: ContextVar[str | None] = ContextVar("language", default=None)


def current() -> str:
    """Return the code of the language in which texts and links are made."""
    return _of_request.get() or settings.LANGUAGE_CODE


def is_default() -> bool:
    """Return whether the language is that of addresses without a prefix."""
    return current() == settings.LANGUAGE_CODE


def offered() -> list[str]:
    """Return the codes of the languages in which pages can be read, the default first."""
    others = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return [settings.LANGUAGE_CODE, *others]


@contextmanager
def use(language: str) -> Iterator[None]:
    """Make texts and links in a language throughout a block, such as a request."""
    if language == _of_request.get():
        yield
        return
    token = _of_request.set(language)
    try:
        with translation.override(language):
            yield
    finally:
        _of_request.reset(token)


@checks.register(checks.Tags.translation)
def missing_catalogues(**_: Any) -> list[checks.CheckMessage]:
    """Return a warning for each language whose messages are not compiled: a system check."""
    folders = [Path(folder) for folder in settings.LOCALE_PATHS]
    return [
        checks.Warning(
            f"The messages of “{code}” are not compiled, so that its pages are in English.",
            hint="Run: python -m archive.translations --compile",
            id="archive.W001",
        )
        for code in offered()[1:]
        if not any((folder / code / "LC_MESSAGES" / "django.mo").exists() for folder in folders)
    ]


def in_default_language[**Arguments, Result](
    function: Callable[Arguments, Result],
) -> Callable[Arguments, Result]:
    """Make a function's texts and links in the default language, whatever page shows them."""

    @wraps(function)
    def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if is_default():
            return function(*args, **kwargs)
        with use(settings.LANGUAGE_CODE):
            return function(*args, **kwargs)

    return wrapped


# -- addresses --------------------------------------------------------------------------------


def language_of(path: str) -> str:
    """Return the language of a path: that of its first part, if that is an offered language."""
    return _divided(path)[0]


def path_in(language: str, path: str) -> str:
    """Return the path of the same page in another language.

    >>> path_in("en", "/search/?q=river")
    '/search/?q=river'
    """
    rest = _divided(path)[1]
    return rest if language == settings.LANGUAGE_CODE else f"/{language}{rest}"


def permanent(path: str) -> str:
    """Return the path that citations and other sites use: that of the default language."""
    return path if is_default() else path_in(settings.LANGUAGE_CODE, path)


def _divided(path: str) -> tuple[str, str]:
    first, _, rest = path[1:].partition("/")
    if first != settings.LANGUAGE_CODE and first in dict(settings.LANGUAGES):
        return first, f"/{rest}"
    return settings.LANGUAGE_CODE, path


class LanguageMiddleware:
    """Gives each request the language of its address, and names it in the headers of pages.

    It comes before everything that answers with a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request.path_info)
        with use(language):
            response = self._get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", language)
        return response


# -- numbers, and names that are data ---------------------------------------------------------


def grouped(number: int) -> str:
    """Return a number with separators of thousands: "1,234" or, in French, "1 234".

    A page of results has a hundred of them, for which Django's ``number_format`` takes too long.
    """
    return f"{number:,}" if current() == "en" else number_format(number, force_grouping=True)


# the first day of a month, which French writes as an ordinal
_FIRST_DAY = re.compile(
    r"(?<!\d)1 (?=janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)", re.IGNORECASE
)


def date_format(value: date, form: str) -> str:
    """Return a date as Django's function of this name, but in French the first of a month as
    "1er janvier"."""
    return with_ordinal(formats.date_format(value, form))


def with_ordinal(printed: str) -> str:
    """Return a date as printed, with the ordinal that French has for the first of a month."""
    return _FIRST_DAY.sub("1er ", printed) if current() == "fr" else printed


def localized(name: str, kind: str) -> str:
    """Return a stored name in the language of the page, if the catalogue has it.

    ``kind`` is the context of the message: "country", "organ", "debate", "group" or "ballot". A
    name that is not in the catalogue is shown as it is stored.
    """
    return name if not name or is_default() else pgettext(kind, name)
