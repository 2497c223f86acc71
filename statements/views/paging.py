"""Lists in pages, by the parameter ``page``; a page that is not there is a 404, never a 500."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

PAGE_SIZE = 50


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], *, size: int = PAGE_SIZE
) -> Page[Any]:
    """The page of a list that the address asks for."""
    printed = request.GET.get("page") or "1"
    if not (printed.isascii() and printed.isdigit() and len(printed) <= 9):
        raise Http404("A page of a list is a whole number, such as 2.")
    try:
        return Paginator(rows, size).page(int(printed))
    except EmptyPage:
        raise Http404(f"This list has no page {int(printed)}.") from None
