"""Template tags of the administration's own pages."""

from typing import Any

from django import template

from statements.models import UnsavedInput

register = template.Library()


@register.inclusion_tag("admin/unsaved_input/_list.html", takes_context=True)
def unsaved_input(context: dict[str, Any]) -> dict[str, Any]:
    """Return the unsaved form input of the current user."""
    request = context["request"]
    return {
        "unsaved": UnsavedInput.objects.of(request.user.pk),
        "csrf_token": context.get("csrf_token"),
    }
