"""The template tag of what ``collection.js`` needs to offer a reader's collection."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from statements.addresses import page_address
from statements.result_sets.collections import MAX_COLLECTED
from statements.templatetags.escaping import fill, join

register = template.Library()

_DATA = ' data-{}="{}"'


@register.simple_tag
def collection_data() -> SafeString:
    """Return the data attributes of an element beside which a speech can be added: the address of
    the page of collections, the limit, and the texts."""
    full = gettext("A collection has at most %(limit)s speeches. Please remove some first.")
    values = {
        "page": page_address("collection"),
        "limit": str(MAX_COLLECTED),
        "add": gettext("Add to collection"),
        "remove": gettext("Remove from collection"),
        "open": gettext("Open my collection"),
        "full": full % {"limit": MAX_COLLECTED},
        "failed": gettext("Your browser did not allow storing the collection."),
    }
    return join(fill(_DATA, name, value) for name, value in values.items())
