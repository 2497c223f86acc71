"""Escaped fragments of pages, for parts that a page repeats dozens of times.

Rendering a template for each of them takes several times as long.
"""

import re
from collections.abc import Iterable
from html import escape as escape_all

from django.utils.safestring import SafeString, mark_safe

SPAN = "<span>{}</span>"
LINK = '<a href="{}">{}</a>'

_has_special = re.compile("[&<>\"']").search


def escape(text: str) -> str:
    """Escape a text as ``html.escape`` does, but faster if it has nothing to escape."""
    return escape_all(text) if _has_special(text) else text


def fill(pattern: str, *texts: str, **numbers: int | str) -> str:
    """Fill a pattern with escaped texts: ``format_html`` at a fifth of the time."""
    return pattern.format(*map(escape, texts), **numbers)


def join(escaped: Iterable[str]) -> SafeString:
    """Join texts that are escaped already."""
    return mark_safe("".join(escaped))  # noqa: S308
