"""Pagination by the parameter ``page``. A page that does not exist is answered with 404."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext

PAGE_SIZE = 50


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], *, size: int = PAGE_SIZE
) -> Page[Any]:
    """Return the requested page of a list. Raises Http404 if there is no such page."""
    number = request.GET.get("page") or "1"
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise Http404(gettext("The page number must be a whole number, such as 2."))
    try:
        return Paginator(rows, size).page(int(number))
    except EmptyPage:
        message = gettext("This list has no page %(number)s.") % {"number": int(number)}
        raise Http404(message) from None
