"""The filter of dates in all templates, in place of Django's."""

from typing import Any

from django import template
from django.template import defaultfilters

from archive.languages import with_ordinal

register = template.Library()


@register.filter("date", expects_localtime=True, is_safe=False)
def formatted(value: Any, form: str | None = None) -> str:
    """Return a date as Django's filter of this name, in French with "1er janvier"."""
    return with_ordinal(defaultfilters.date(value, form))
