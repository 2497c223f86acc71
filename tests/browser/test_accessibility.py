"""Every page of the URLconf, checked by axe: light, dark and on a phone."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from support.accessibility import faults

from statements import ingest
from statements.models import Delivery, Speech, Transcript

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "the river rises in the hills"
RECORD = """\
The Chair: I declare the meeting open. I give the floor to the representative of Nigeria.

Ms. Okafor (Nigerria): The water was low this year. The gauges say so on both banks.

Mr. Lindqvist (Sweden) (spoke in French): My delegation agrees with every word of that.
"""
DELIVERED = {"one.txt": "Mr. Lund (Norway): We wait for rain.\n", "empty.txt": ""}
# answers that are no pages, and what only takes a form
NO_PAGES = (
    "jsi18n",
    "autocomplete",
    "logout",
    "view_on_site",
    "publish",
    "discard",
    "original",
    "app_list",
)
# pages that Django lays out alike for every model
DJANGOS_OWN = ("_history", "_delete")


def received(data: bytes, name: str, **metadata: object) -> Transcript:
    return ingest.receive(name, data, metadata=ingest.Metadata(**metadata)).transcript


@pytest.fixture
def waiting(site: str) -> Transcript:
    """A file that waits and has doubts, one of whose places is taken."""
    place = {"symbol": "RC/PV.12", "position": 1}
    there = received(
        b"Ms. Brook (Norway): " + b"It was high and wide. " * 300, "there.txt", **place
    )
    ingest.publish(there, ingest.draft_waiting(there))
    return received(RECORD.encode(), "record.txt", **place)


@pytest.fixture
def addresses(waiting: Transcript, client: Client) -> list[str]:
    """Every address of the desk that is a page, for the first object of its model."""
    client.force_login(User.objects.create_superuser("root", password=PASSWORD))
    sent = [SimpleUploadedFile(name, text.encode()) for name, text in DELIVERED.items()]
    client.post(reverse("admin:statements_transcript_upload"), {"transcripts": sent})
    ingest.read_delivered()
    models = {f"{one._meta.app_label}_{one._meta.model_name}": one for one in apps.get_models()}
    found = [reverse("admin:app_list", args=["statements"])]
    for pattern in patterns(get_resolver().url_patterns):
        if not pattern.name or any(part in pattern.name for part in NO_PAGES):
            continue
        taken = list(pattern.pattern.converters)
        model = models.get("_".join(pattern.name.split("_")[:2]))
        if not taken:
            found.append(reverse(f"admin:{pattern.name}"))
        elif pattern.name.endswith(DJANGOS_OWN) and model is not Speech:
            continue
        elif model and len(taken) == 1:
            if pattern.name.endswith("_delivery"):
                one = Delivery.objects.first()
            else:
                one = waiting if model is Transcript else model._default_manager.first()
            if one is not None:
                found.append(reverse(f"admin:{pattern.name}", args=[one.pk]))
    assert reverse("admin:statements_speech_change", args=[Speech.objects.first().pk]) in found
    assert reverse("admin:statements_transcript_review", args=[waiting.pk]) in found
    return found


def patterns(of: list[URLPattern | URLResolver], *, desk: bool = False) -> Iterator[URLPattern]:
    for one in of:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, desk=desk or one.namespace == "admin")
        elif desk:
            yield one


@pytest.fixture
def desk(
    browser: "Browser", site: str, client: Client, addresses: list[str]
) -> Iterator[Callable[..., "Page"]]:
    """Open the desk as somebody who may do everything."""
    contexts = []

    def open_desk() -> "Page":
        context = browser.new_context(base_url=site)
        contexts.append(context)
        context.add_cookies(
            [
                {"name": name, "value": one.value, "url": site}
                for name, one in client.cookies.items()
            ]
        )
        return context.new_page()

    yield open_desk
    for context in contexts:
        context.close()


def judged(page: "Page", addresses: list[str]) -> list[str]:
    """The faults of some pages; but for a span that Django's own box of chosen groups and
    permissions names, and for the width of tables and trees that Django's own pages lay out."""
    found = []
    page.set_default_timeout(60_000)
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status < 500
        if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
            continue  # takes a form only, and has no page
        found += [
            f"{address}: {fault}"
            for fault in faults(page)
            if not ("aria-prohibited-attr" in fault and "/admin/auth/" in address)
            and not ("pixels wide" in fault and "/admin/" in address)
        ]
    return found


def test_every_page_of_the_desk_is_accessible(
    desk: Callable[..., "Page"], addresses: list[str]
) -> None:
    found = judged(desk(), addresses)
    assert not found, "\n".join(found)


PUBLIC = [
    "/search/?q=froze&view=concordance",
    "/search/?q=froze&page_size=1",
    "/search/?q=summit+river",
    "/search/?q=froz*",
    "/search/?country=NOR&group=speaker",
    "/speaker/nobody/",
    "/browse/2020/13/",
    "/sitemap.xml/",
    "/admin/login/",
]


def test_pages_of_errors_and_of_signing_in_are_accessible(
    site: str, visit: Callable[..., "Page"]
) -> None:
    found = judged(visit(), [f"{site}{path}" for path in PUBLIC])
    assert not found, "\n".join(found)
