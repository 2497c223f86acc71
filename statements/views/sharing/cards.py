"""Cards of speeches and quotations, as PNG."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext

from statements.exports.cards import kept
from statements.exports.quotations import Passage, card_of, quotation
from statements.models import Speech
from statements.views.error_pages import gone_or_404

FRESH_FOR_S = 300


def card(request: HttpRequest, public_id: str, passage: Passage | None = None) -> HttpResponseBase:
    """Answer with the card of a speech, or of a quotation from it, as PNG."""
    if passage:
        quoted = quotation(public_id, passage)
        shown = quoted.card if quoted else None
    else:
        speech = Speech.objects.for_listing().filter(public_id=public_id).first()
        shown = card_of(speech) if speech else None
    if shown is None:
        sentence = gettext("There are no such words at this address.")
        return gone_or_404(request, public_id, sentence)
    etag = f'"{shown.digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(kept(shown), content_type="image/png", headers={"ETag": etag})
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
