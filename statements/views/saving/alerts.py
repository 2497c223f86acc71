"""Pages of e-mail alerts: the form, and what the links in mails lead to.

Links show a button instead of acting at once, since programs that check mails follow links. The
answers do not tell whether an address is known.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from statements.addresses import address_with, query_string
from statements.alerts import requests
from statements.models import Alert
from statements.search import InvalidParameters, SearchParameters, SearchUnavailable, find
from statements.views import refinements
from statements.views.searching import invalid_search, search_unavailable

MAX_ADDRESS = 254  # characters (RFC 5321, section 4.5.3.1.3)


def if_offered[**Arguments](
    view: Callable[Arguments, HttpResponse],
) -> Callable[Arguments, HttpResponse]:
    """Answer 404 unless alerts are configured."""

    @wraps(view)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if not settings.ALERTS:
            raise Http404(gettext("This archive sends no alerts."))
        return view(*args, **kwargs)

    return checked


@if_offered
def new(request: HttpRequest) -> HttpResponse:
    """Show the form that asks for an alert; have its address asked for confirmation if it was
    sent."""
    typed = request.POST if request.method == "POST" else request.GET
    address, error = request.POST.get("address", "").strip(), ""
    try:
        parameters = requests.followed_search(SearchParameters.from_query(typed))
        # a query that cannot be run is refused here, and not in the worker
        page = find(replace(parameters, page_size=1), alternatives=False, people=True)
    except InvalidParameters as invalid:
        return invalid_search(request, typed, invalid)
    except SearchUnavailable as unavailable:
        return search_unavailable(request, unavailable)
    if request.method == "POST":
        if _is_address(address):
            requests.request_alert(address, parameters)
            return _answer(
                request,
                gettext("Please check your e-mail"),
                gettext(
                    "If the address is right, a mail with a link arrives there within minutes. The "
                    "alert begins when you open the link and confirm."
                ),
            )
        error = gettext("Enter an e-mail address, such as name@example.org.")
    context: dict[str, Any] = {
        "parameters": parameters,
        "fields": parameters.to_pairs(),
        "criteria": refinements.chips_in_words(page),
        "address": address[:MAX_ADDRESS],
        "error": error,
        "search_url": refinements.address(parameters),
    }
    return render(request, "alert/new.html", context, status=400 if error else 200)


@if_offered
def confirm(request: HttpRequest) -> HttpResponse:
    """Show the button that confirms an alert; begin the alert if it was pressed."""
    try:
        alert = requests.alert_to_confirm(request.GET.get("token", ""))
    except requests.InvalidToken:
        return _invalid(request)
    if request.method == "POST":
        requests.confirm(alert)
        sentence = gettext("New speeches of this search will be sent to you, at most once a day.")
        return _answer(request, gettext("The alert has begun"), sentence)
    title = gettext("Begin this alert?")
    sentence = gettext("New speeches of this search will be sent to you, at most once a day.")
    return _question(request, alert, title, sentence, gettext("Begin the alert"))


@csrf_exempt  # mail programs send it, see RFC 8058; the token says who may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@if_offered
def end(request: HttpRequest) -> HttpResponse:
    """Show the button that ends an alert; delete the alert if it was pressed."""
    try:
        alert = requests.alert_to_end(request.GET.get("token", ""))
    except requests.InvalidToken:
        return _invalid(request)
    if request.method == "POST":
        requests.end(alert)
        sentence = gettext(
            "No more e-mails will be sent for this alert, and your address was deleted."
        )
        return _answer(request, gettext("The alert has ended"), sentence)
    title, sentence = gettext("End this alert?"), gettext("Your address will be deleted.")
    return _question(request, alert, title, sentence, gettext("End the alert"))


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= MAX_ADDRESS


def _question(
    request: HttpRequest, alert: Alert, title: str, sentence: str, button: str
) -> HttpResponse:
    match = request.resolver_match
    assert match is not None  # noqa: S101 - views are called for an address
    query = query_string([("token", request.GET["token"])])
    context = {
        "title": title,
        "sentence": sentence,
        "button": button,
        "alert": alert,
        "criteria": [(name, value) for name, value in alert.parameters if name != "q"],
        "action": address_with(reverse(match.view_name), query),
    }
    return render(request, "alert/answer.html", context)


def _answer(request: HttpRequest, title: str, sentence: str, status: int = 200) -> HttpResponse:
    context = {"title": title, "sentence": sentence}
    return render(request, "alert/answer.html", context, status=status)


def _invalid(request: HttpRequest) -> HttpResponse:
    """Return the page of a link that is no longer valid: the alert has ended, or the link has
    expired."""
    sentence = gettext(
        "The link has expired, or the alert has already ended. You can ask for it again on the "
        "page of the search."
    )
    return _answer(request, gettext("This link is not valid"), sentence, status=404)
