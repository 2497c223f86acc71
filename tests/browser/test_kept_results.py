"""What readers keep, in a browser: results, collections and alerts."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from pytest_django.fixtures import Settings
from support import rows
from support.accessibility import faults

from statements.alerts import requests
from statements.ingest import annotate_again, withdraw
from statements.models import Alert, Paragraph, Speech

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_result_is_kept_without_scripts_and_tells_what_changed(
    site: str, visit: Callable[..., "Page"], archive_index: Callable[[], int]
) -> None:
    page = visit(scripts=False)
    page.goto(f"{site}/search/?q=froze&sort=oldest")
    page.locator(".menu summary", has_text="Download").click()
    page.get_by_role("link", name="Keep this result").click()
    page.get_by_role("button", name="Keep this result").click()
    page.wait_for_url(re.compile(r"/result/\w{13}/$"))
    address = page.url
    assert "This search found 60 speeches" in page.locator("main").inner_text()
    assert page.locator("ol.rows > li").count() == 50
    assert not page.context.cookies()
    first, second, *_ = Speech.objects.filter(paragraphs__text__contains="froze").order_by("date")
    withdraw([first.pk], "The speaker asked for it.")
    Paragraph.objects.filter(speech=second, position=1).update(text="The river is dry.")
    annotate_again(Speech.objects.filter(pk=second.pk))
    rows.speech("Another river froze.", position=99)
    archive_index()
    page.goto(address)
    parts = {
        "added": "Added since",
        "changed": "Changed since",
        "unmatched": "No longer found",
        "unavailable": "Withdrawn since",
    }
    for part, label in parts.items():
        page.get_by_role("link", name=f"{label} 1").click()
        page.wait_for_url(f"**?part={part}")
        assert page.locator("ol.rows > li").count() == 1
    with_scripts = visit()
    for place in (address, f"{address}?part=unavailable", f"{site}/result/new/?q=froze"):
        with_scripts.goto(place)
        assert not faults(with_scripts)


def test_speeches_are_collected_and_the_collection_can_be_shared(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit()
    page.goto(f"{site}/search/?q=froze&sort=oldest")
    buttons = page.locator(".collect-row")
    assert buttons.count() == 20
    buttons.nth(1).click()
    buttons.nth(0).click()
    assert not faults(page)
    page.get_by_role("link", name="Open my collection (2)").click()
    page.wait_for_url("**/collection/?ids=*")
    rows_shown = page.locator("ol.rows > li h3")
    assert [text.split()[-1] for text in rows_shown.all_inner_texts()] == ["1", "0"]
    assert not faults(page)
    rows_shown.first.locator("a").click()
    page.get_by_role("button", name="Remove from collection").click()
    page.get_by_role("button", name="Add to collection").wait_for()
    assert not faults(page)
    # somebody else opens the address that was shared, and keeps the collection
    shared = page.evaluate("document.referrer")
    other = visit()
    other.goto(shared)
    other.get_by_role("button", name="Make this my collection").click()
    other.get_by_text("This is now the collection of this browser.").wait_for()
    other.goto(f"{site}/collection/")
    other.get_by_role("link", name="Open my collection (2)").click()
    assert other.locator("ol.rows > li").count() == 2
    other.get_by_role("button", name="Empty my collection").click()
    assert other.evaluate("localStorage.getItem('collection')") == "[]"
    # what others wrote into the storage is no list
    other.evaluate("localStorage.setItem('collection', '{\"a\": 1}')")
    other.goto(f"{site}/search/?q=froze")
    other.locator(".collect-row").first.click()
    other.get_by_role("link", name="Open my collection (1)").wait_for()


def test_the_pages_of_alerts_are_accessible(
    site: str, visit: Callable[..., "Page"], settings: Settings
) -> None:
    settings.ALERTS = True
    settings.BASE_URL, settings.DEFAULT_FROM_EMAIL = site, "alerts@example.org"
    page = visit(scripts=False)
    page.goto(f"{site}/search/?q=froze")
    page.get_by_role("link", name="Alert by e-mail").click()
    page.get_by_label("Your e-mail address").fill("reader@example.org")
    page.get_by_role("button", name="Request the alert").click()
    page.get_by_role("heading", name="Please check your e-mail").wait_for()
    alert = Alert.objects.get()
    confirmation = f"{site}/alert/confirm/?token={requests.confirmation_token(alert)}"
    page.goto(confirmation)
    page.get_by_role("button", name="Begin the alert").click()
    page.get_by_role("heading", name="The alert has begun").wait_for()
    with_scripts = visit()
    end = f"{site}/alert/end/?token={requests.end_token(alert)}"
    for place in (f"{site}/alert/new/?q=froze", confirmation, end, f"{site}/alert/end/?token=x"):
        with_scripts.goto(place)
        assert not faults(with_scripts)
    with_scripts.goto(end)
    with_scripts.get_by_role("button", name="End the alert").click()
    with_scripts.get_by_role("heading", name="The alert has ended").wait_for()
    assert not Alert.objects.exists()
