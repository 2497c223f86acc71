"""Template tags of the administration's own pages."""

import re
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from statements.models import UnsavedInput

register = template.Library()

_BREAKS = re.compile(r"(?<=[/\\_.\-])(?=.)")


@register.filter
def breakable(name: str) -> SafeString:
    """Return a file name as HTML that may be broken into lines between its parts."""
    return mark_safe("<wbr>".join(map(escape, _BREAKS.split(name))))  # noqa: S308 - escaped


@register.inclusion_tag("admin/unsaved_input/_list.html", takes_context=True)
def unsaved_input(context: dict[str, Any]) -> dict[str, Any]:
    """Return the unsaved form input of the current user."""
    request = context["request"]
    return {
        "unsaved": UnsavedInput.objects.of(request.user.pk),
        "csrf_token": context.get("csrf_token"),
    }
