"""Many files at once in a browser: the upload, its progress, and files stored without text."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer
from support.accessibility import faults
from support.pdf_printer import Sheet, to_pdf

from statements import ingest
from statements.ingest import Incoming, Metadata
from statements.ingest.waiting import jobs
from statements.models import DeliveredFile, Delivery, ReviewJob, Speech, Transcript

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "the river rises in the hills"


@pytest.fixture
def desk(browser: "Browser", live_server: LiveServer) -> Iterator[Callable[..., "Page"]]:
    """Log somebody in and open the archive desk."""
    user = User.objects.create_user("ama", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="Archivists"))
    contexts = []

    def open_desk(*, width: int = 1280, dark: bool = False, scripts: bool = True) -> "Page":
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(reverse("admin:login"))
        page.get_by_label("Username").fill("ama")
        page.get_by_label("Password").fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="Log in").click()
        return page

    yield open_desk
    for context in contexts:
        context.close()


@pytest.fixture
def batch(db: None) -> Delivery:
    """Sixty statements, a scan, a file that was set aside, a bad one, and the same bytes twice."""
    files = [
        Incoming(
            f"{number:02}.txt",
            f"Ms. Okafor (Nigeria): Gauge {number} was read at noon.\n".encode(),
            metadata=Metadata(symbol="RC/PV.12", position=number),
        )
        for number in range(1, 61)
    ]
    again = Incoming("again.txt", files[0].data, metadata=Metadata(symbol="RC/PV.13", position=1))
    bad = Incoming("empty.txt", b"")
    scan = Incoming("old record.pdf", to_pdf([Sheet(content=[b"0 0 200 200 re f"])] * 3))
    aside = Incoming("strange.txt", b"Mr. Lund (Norway): We wait for rain.\n")
    delivery = ingest.deliver([*files, again, bad, scan, aside])
    DeliveredFile.objects.filter(name="strange.txt").update(attempts=3)
    ingest.read_delivered()
    return delivery


def address(delivery: Delivery) -> str:
    return reverse("admin:statements_transcript_delivery", args=[delivery.pk])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_all_are_published_and_the_page_goes_on_by_itself(
    desk: Callable[..., "Page"], batch: Delivery, scripts: bool
) -> None:
    page = desk(scripts=scripts)
    page.goto(address(batch))
    page.get_by_role("button", name="Publish all 60").click()
    page.get_by_role("heading", name="Publishing: 0 of 60").wait_for()
    jobs.run_jobs()
    page.get_by_role("heading", name="Published: 60 of 60").wait_for()
    assert Speech.objects.count() == 61


def test_the_pages_are_accessible_and_fit(desk: Callable[..., "Page"], batch: Delivery) -> None:
    page = desk()
    faults_by_page: dict[str, list[str]] = {}

    def open_tab(path: str) -> "Page":
        # a page that reloads itself would abort the next navigation in its own tab
        tab = page.context.new_page()
        page.close()
        tab.goto(path)
        return tab

    def look(what: str) -> None:
        if broken := faults(page):
            faults_by_page[what] = broken

    page = open_tab(address(batch))
    look("batch")
    page = open_tab(reverse("admin:statements_transcript_kept"))
    look("kept")
    scan = Transcript.objects.get(name="old record.pdf")
    page = open_tab(reverse("admin:statements_transcript_review", args=[scan.pk]))
    look("scan")
    page.get_by_role("link", name="Add text").click()
    look("text of the scan")
    aside = Transcript.objects.get(name="strange.txt")
    page = open_tab(reverse("admin:statements_transcript_review", args=[aside.pk]))
    look("set aside")
    page = open_tab(address(batch))
    page.get_by_role("button", name="Discard all 60").click()
    look("discarding")
    page = open_tab(address(batch))
    page.get_by_role("button", name="Publish all 60").click()
    look("publishing")
    done = iter(range(100))
    jobs.run_jobs(stop=lambda: next(done) > 20)
    User.objects.get(username="ama").groups.clear()
    jobs.run_jobs()
    User.objects.get(username="ama").groups.add(Group.objects.get(name="Archivists"))
    page = open_tab(address(batch))
    look("partly published")
    page = open_tab(reverse("admin:statements_transcript_job", args=[ReviewJob.objects.get().pk]))
    look("job")
    assert faults_by_page == {}
