"""The list of documents that speeches cite, and the page of each."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from statements.addresses import page_address, query_string
from statements.exports.citing import citing_speeches, titled
from statements.exports.profiles import count_by
from statements.models import Country, Speech
from statements.views import holdings
from statements.views.catalogue.counted_entries import counted_entries
from statements.views.catalogue.filtering import FILTER, filter_of, matching
from statements.views.charts import FEWEST_YEARS, year_chart
from statements.views.holdings import DocumentOrder
from statements.views.paging import page_of

_YEAR = re.compile("[0-9]{4}")
COUNTRIES_SHOWN = 15
_ORDERS: dict[DocumentOrder, Promise] = {
    DocumentOrder.CITED: gettext_lazy("Most cited"),
    DocumentOrder.RECENT: gettext_lazy("Most recently cited"),
    DocumentOrder.SYMBOL: gettext_lazy("By symbol"),
}


def documents(request: HttpRequest) -> HttpResponse:
    """List the documents that speeches cite; with ``symbol``, show the page of that one."""
    if "symbol" in request.GET:
        return _document(request, _value(request, "symbol"))
    order = order_of(request)
    text = filter_of(request)
    found = matching(holdings.documents(order), text, lambda document: document.words)
    context = {
        "page": page_of(request, found),
        "orders": [(value, label, value == order) for value, label in _ORDERS.items()],
        "hidden": {"order": "" if order is DocumentOrder.CITED else order.value},
        FILTER: text,
    }
    return render(request, "document/documents.html", context)


def order_of(request: HttpRequest) -> DocumentOrder:
    """Return the order of the list. Raises Http404."""
    try:
        return DocumentOrder(request.GET.get("order") or DocumentOrder.CITED)
    except ValueError:
        raise Http404(gettext("Documents are not listed in this order.")) from None


def _document(request: HttpRequest, symbol: str) -> HttpResponse:
    """Show the speeches that cite a document; with ``country`` or ``year``, some of them."""
    speeches = Speech.objects.naming(symbol)
    country, year = _value(request, "country"), _value(request, "year")
    chosen = speeches.filter(country=country) if country else speeches
    if year:
        chosen = chosen.filter(year=int(year)) if _YEAR.fullmatch(year) else chosen.none()
    page = page_of(request, chosen.for_listing().latest_first())
    if not page.object_list:
        raise Http404(gettext("No speech cites a document with this symbol."))
    by_year = list(speeches.counts_by_year())
    first = speeches.exclude(year=None).for_listing().earliest_first().first()
    context = {
        "document": titled(symbol),
        "page": page,
        "citing": citing_speeches(page.object_list, symbol),
        "first": first,
        "first_elsewhere": citing_speeches([first], symbol)
        if first and first not in page.object_list
        else [],
        "countries": counted_entries(
            count_by(speeches, "country_id", "country__short_name", COUNTRIES_SHOWN),
            lambda code: _address(symbol, country=code),
        ),
        "chart": year_chart(by_year, lambda year: _address(symbol, year=str(year)))
        if len(by_year) >= FEWEST_YEARS
        else None,
        "country": Country.objects.filter(code=country).first() if country else None,
        "year": year,
        "all_url": _address(symbol),
    }
    return render(request, "document/document.html", context)


def _value(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()


def _address(symbol: str, **filters: str) -> str:
    return f"{page_address('documents')}?{query_string([('symbol', symbol), *filters.items()])}"
