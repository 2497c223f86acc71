"""Parts of the desk's own pages."""

from typing import Any

from django import template

from statements.models import UnsavedInput

register = template.Library()


@register.inclusion_tag("admin/unsaved/_list.html", takes_context=True)
def unsaved_input(context: dict[str, Any]) -> dict[str, Any]:
    """What the person signed in typed into forms that could not be taken."""
    request = context["request"]
    return {
        "unsaved": UnsavedInput.objects.of(request.user.pk),
        "csrf_token": context.get("csrf_token"),
    }
