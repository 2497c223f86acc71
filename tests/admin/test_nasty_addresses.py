"""Every address of the administration with impossible values: answers 400 or less, never 500."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from support import rows
from support.uploads import received

from statements.models import Delivery, Speech, Transcript

pytestmark = pytest.mark.long

HUGE = "99999999999"
VALUES = ["\0", "a\0b", HUGE, "-1", "NaN", "ZZZ", "٣", "\ud800", "", "__"]
SAID_TO_FAIL = [
    f"speech/?date__year={HUGE}",
    f"transcript/?received_at__year={HUGE}",
    "country/%00/change/",
    "country/%00/history/",
    "country/a%00b/delete/",
    "speech/?country__code__exact=%00",
    "speech/?meeting__organ__name__exact=%00",
    "autocomplete/?app_label=statements&model_name=speech&field_name=country&term=%00",
]


@pytest.fixture
def root(db: None) -> Client:
    """Somebody who may do everything; a failure of the site is an answer, not an exception."""
    user = User.objects.create_superuser("root", password="rivers run to the sea")
    client = Client(raise_request_exception=False)
    client.force_login(user)
    rows.speech("The river rose.")
    return client


def encoded(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """Every pattern below the desk, with a slot for each of its arguments."""

    def walk(entries, before: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in entries:
            route = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, route)
            else:
                yield route, entry

    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.app_name == "admin":
            yield from walk(entry.url_patterns, str(entry.pattern))


def filled(route: str, value: str) -> str:
    """An address of a route, with the value for each argument."""
    parts = []
    for part in route.split("<"):
        name, closed, rest = part.partition(">")
        parts.append(value + rest if closed else name)
    return "/" + "".join(parts)


def failures(client: Client, addresses: list[str]) -> list[tuple[str, int]]:
    answers = ((address, client.get(address).status_code) for address in addresses)
    return [(address, status) for address, status in answers if status >= 500]


@pytest.mark.parametrize("address", SAID_TO_FAIL)
def test_what_no_column_can_hold_is_refused(root, address):
    prefix = "/admin/" if address.startswith("autocomplete") else "/admin/statements/"
    response = root.get(prefix + address)
    assert response.status_code == 400
    assert "could not be processed" in response.text


def test_every_address_with_nasty_arguments(root):
    routes = [route for route, _ in patterns() if "(?P<url>" not in route]
    assert len(routes) > 60
    with_arguments = [route for route in routes if "<" in route]
    addresses = [filled(route, encoded(value)) for route, value in product(with_arguments, VALUES)]
    assert failures(root, addresses) == []


def test_every_address_with_nasty_parameters(root):
    names = ["q", "p", "o", "e", "all", "page", "term", "_popup", "_to_field", "next", "id__in"]
    routes = [route for route, _ in patterns() if "<" not in route and "logout" not in route]
    addresses = [
        f"/{route}?{name}={encoded(value)}"
        for route in routes
        for name, value in product(names, ["\0", HUGE, "\ud800"])
        if "(?P" not in route
    ]
    assert failures(root, addresses) == []


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_every_filter_of_a_list(root, model):
    registered = admin.site._registry[model]
    fields = [each[0] if isinstance(each, tuple) else each for each in registered.list_filter]
    fields = [each for each in fields if isinstance(each, str)]
    fields += [field.name for field in model._meta.concrete_fields][:12]
    lookups = ["", "__exact", "__in", "__year", "__gte"]
    if registered.date_hierarchy:
        fields.append(registered.date_hierarchy)
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    values = ["\0", HUGE, "10000", "9999-99-99"]
    addresses = [
        f"{base}?{field}{lookup}={encoded(value)}"
        for field, lookup, value in product(dict.fromkeys(fields), lookups, values)
    ]
    day = registered.date_hierarchy
    if day:
        addresses += [
            f"{base}?{day}__year={year}&{day}__month={month}&{day}__day={number}"
            for year, month, number in [
                ("2014", "13", "1"),
                ("2014", "2", "31"),
                ("0", "1", "1"),
                ("9999", "12", "31"),
                ("-1", "0", "0"),
                (HUGE, HUGE, HUGE),
                ("x", "y", "z"),
            ]
        ]
    assert failures(root, addresses) == []


@pytest.mark.parametrize("value", ["\0", HUGE, "ZZZ", "", "1:\0"])
def test_every_form_with_nasty_fields(root, value):
    """All that the desk's forms and lists send, with the value for each field."""
    pk = received().pk
    speech = rows.speech("The river fell.")
    names = [
        "action",
        "_selected_action",
        "select_across",
        "index",
        "confirmed",
        "transcript",
        "revision",
        "on_collision",
        "speech",
        "page",
        "version",
        "text",
        "post",
        "username",
        "password",
        "code",
        "name",
        "title",
        "encoding",
        "date",
        "symbol",
        "topics",
        "next",
        "field",
        "reason",
    ]
    body = urlencode([(name, value.encode()) for name in names])
    failed = []
    for route, _ in patterns():
        if "logout" in route or "(?P" in route:
            continue
        for argument in (str(pk), str(speech.pk), "NG"):
            address = filled(route, argument)
            status = root.post(
                address, body, content_type="application/x-www-form-urlencoded"
            ).status_code
            if status >= 500:
                failed.append((address, status))
            if "<" not in route:
                break
    assert failed == []


def test_actions_on_what_is_no_number(root):
    for model, registered in admin.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for value in ("\0", "9" * 30, "ZZZ"):
            for action in registered.actions or ["delete_selected"]:
                name = action if isinstance(action, str) else action.__name__
                sent = {"action": name, "_selected_action": value, "index": "0"}
                assert root.post(base, sent).status_code < 500, (base, sent)


def test_signing_in_leads_to_a_page_from_every_address(root):
    """Whoever sends a form after their session ended comes back to its address with GET."""
    transcript = Transcript.objects.get()
    speech = Speech.objects.get()
    delivery = Delivery.objects.create()
    known = {"speech": speech.pk, "transcript": transcript.pk, "delivery": delivery.pk}
    seen = 0
    for route, pattern in patterns():
        if "(?P" in route or "logout" in route or "accounts" in route:
            continue
        model = next((name for name in known if f"statements/{name}/" in route), "speech")
        value = "delivery" if "/delivery/" in route else model
        answer = root.get(filled(route, str(known[value])), follow=True)
        assert answer.status_code not in (405, 500), pattern.name
        seen += 1
    assert seen > 50
    lost = [
        ("transcript_publish_many", [], "Waiting for review"),
        ("transcript_discard_many", [], "Waiting for review"),
        ("transcript_retry", [transcript.pk], transcript.name),
        ("transcript_discard", [transcript.pk], transcript.name),
        ("transcript_publish", [transcript.pk], transcript.name),
        ("transcript_reinstate", [transcript.pk], transcript.name),
        ("transcript_reopen", [transcript.pk], transcript.name),
        ("speech_reinstate", [speech.pk], "Change speech"),
        ("unsaved_discard", ["x"], "Site administration"),
    ]
    for name, args, title in lost:
        address = reverse(f"admin:statements_{name}", args=args)
        answer = root.get(address, follow=True)
        assert answer.status_code == 200
        assert title in answer.text
        assert "Nothing has been changed yet." in answer.text
        assert root.put(address).status_code == 405
    for action in ("publish", "discard"):
        address = reverse(f"admin:statements_transcript_{action}_many")
        answer = root.get(f"{address}?delivery={delivery.pk}")
        assert answer.url == reverse("admin:statements_transcript_delivery", args=[delivery.pk])
