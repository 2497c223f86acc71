"""The list of documents that speeches cite, and the page of each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from statements.models import Meeting, Speech
from statements.views import holdings
from statements.views.paging import page_of


def documents(request: HttpRequest) -> HttpResponse:
    """List the documents that speeches cite; with ``symbol``, the speeches that cite that one."""
    if "symbol" not in request.GET:
        page = page_of(request, holdings.documents())
        return render(request, "document/documents.html", {"page": page})
    symbol = request.GET["symbol"].replace("\x00", "").strip()
    speeches = Speech.objects.naming(symbol)
    page = page_of(request, speeches.for_listing().latest_first())
    if not page.object_list:
        raise Http404(gettext("No speech cites a document with this symbol."))
    meeting = Meeting.objects.filter(symbol=symbol).first()
    context = {"symbol": symbol, "meeting": meeting, "page": page}
    return render(request, "document/document.html", context)
