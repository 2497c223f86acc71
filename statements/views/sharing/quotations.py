"""Pages of a quotation: with the HTML to embed it, and alone in a frame of another site."""

import math

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from archive.languages import in_default_language, permanent
from statements.exports.quotations import Passage, Quotation, paragraphs_around, quotation
from statements.views.conditional import View
from statements.views.error_pages import gone_or_404

# pixels; a frame of this width has some 56 characters on a line
FRAME_WIDTH, LINE_HEIGHT, REST_HEIGHT = 600, 30, 130
CHARACTERS_A_LINE = 56


def framed(view: View) -> View:
    """Let pages of other sites show a view in a frame; all other views refuse it.

    It must be the outermost decorator, so that a 304 has the same headers as the page.
    """
    policy = settings.SECURE_CSP | {"frame-ancestors": ["*"]}
    return xframe_options_exempt(csp_override(policy)(view))


def share(request: HttpRequest, public_id: str, passage: Passage) -> HttpResponse:
    """Show a quotation with its card, and the HTML to embed it."""
    shown = quotation(public_id, passage)
    if shown is None:
        return _missing(request, public_id)
    previous, following = paragraphs_around(shown)
    url = request.build_absolute_uri(permanent(shown.url))
    context = {
        "quotation": shown,
        "citation": shown.citation(url),
        "frame": _frame(request, shown),
        "html": shown.as_html(url),
        "previous": previous,
        "next": following,
    }
    return render(request, "quotation/quotation.html", context)


def embed(request: HttpRequest, public_id: str, passage: Passage) -> HttpResponse:
    """Show a quotation alone, for a frame on a page of another site."""
    shown = quotation(public_id, passage)
    if shown is None:
        return _missing(request, public_id, "quotation/gone.html")
    context = {"quotation": shown, "url": request.build_absolute_uri(shown.url)}
    response = render(request, "quotation/embed.html", context)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@in_default_language
def _frame(request: HttpRequest, shown: Quotation) -> str:
    """Return the HTML of a frame in which the quotation has room."""
    address = reverse("embed", args=[shown.speech.public_id, shown.passage])
    lines = math.ceil(len(shown.text) / CHARACTERS_A_LINE)
    return (
        f'<iframe src="{escape(request.build_absolute_uri(address))}" width="{FRAME_WIDTH}" '
        f'height="{REST_HEIGHT + lines * LINE_HEIGHT}" loading="lazy" '
        f'title="{escape(shown.speech.heading.short_title)}"></iframe>'
    )


def _missing(request: HttpRequest, public_id: str, template: str = "410.html") -> HttpResponse:
    """Return the page of a speech that was withdrawn or deleted. Raises Http404 for others."""
    sentence = gettext("There are no such words at this address.")
    return gone_or_404(request, public_id, sentence, template)
