"""A file's way into the archive in a browser: with and without scripts, light and dark, on a wide
screen and on a phone."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer
from support.accessibility import faults

from statements import ingest
from statements.models import Speech, Transcript

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "the river rises in the hills"
COUNT_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
RECORD = """\
The Chair: I declare the meeting open. I give the floor to the representative of Nigeria.

Ms. Okafor (Nigerria): The water was low this year. The gauges say so on both banks.

We thank the Secretariat for its tables.

Mr. Lindqvist (Sweden) (spoke in French): My delegation agrees with every word of that.

The Chair: I thank both delegations. <img src=x onerror="document.title='taken over'">
"""
FILES: list[Any] = [
    {"name": "record.txt", "mimeType": "text/plain", "buffer": RECORD.encode()},
    {"name": "same.txt", "mimeType": "text/plain", "buffer": RECORD.encode()},
    {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
    {"name": "picture.txt", "mimeType": "text/plain", "buffer": b"\x89PNG\r\n\x1a\n\0\0"},
    {
        "name": "lund.txt",
        "mimeType": "text/plain",
        "buffer": "Mr. Lund (Côte d’Ivoire): We wait for rain.\n".encode("utf-16"),
    },
]


@pytest.fixture
def site(live_server: LiveServer) -> str:
    for name in ("ama", "bo"):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name="Archivists"))
    return live_server.url


@pytest.fixture
def desk(browser: "Browser", site: str) -> Iterator[Callable[..., "Page"]]:
    """Log somebody in and open the archive desk."""
    contexts = []

    def open_desk(
        name: str = "ama", *, width: int = 1280, dark: bool = False, scripts: bool = True
    ) -> "Page":
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        if scripts:
            page.add_init_script(COUNT_VIOLATIONS)
        page.goto("/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        return page

    yield open_desk
    for context in contexts:
        context.close()


def received(data: bytes, name: str, **metadata: Any) -> Transcript:
    return ingest.receive(name, data, metadata=ingest.Metadata(**metadata)).transcript


def address(transcript: Transcript) -> str:
    return reverse("admin:statements_transcript_review", args=[transcript.pk])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_files_are_uploaded_corrected_and_published(
    desk: Callable[..., "Page"], scripts: bool
) -> None:
    page = desk(scripts=scripts)
    page.get_by_role("link", name="Upload transcripts").click()
    page.get_by_label("Transcripts", exact=False).first.set_input_files(FILES)
    page.get_by_role("button", name="Upload", exact=True).click()
    ingest.read_delivered()  # as the worker does with files for which the request had no time
    # The page looks again by itself, with and without scripts, until every file has been read. A
    # reload here could meet that one, and the browser ends one of two navigations with an error.
    expect(page.locator("main")).to_contain_text("record.txt", timeout=20_000)
    expect(page.locator("main")).to_contain_text("already waiting", timeout=20_000)
    said = page.locator("main").inner_text()
    assert "empty.txt" in said
    assert "looks like a PNG image" in said
    assert "This file is already waiting for review: record.txt" in said
    assert "Mr. Lund (Côte d’Ivoire)" in said
    assert not Speech.objects.exists()
    assert Transcript.objects.count() == 2

    page.get_by_role("link", name="record.txt").first.click()
    wrong = page.locator("#s2")
    assert "The archive has no country or body named “Nigerria”" in wrong.inner_text()
    wrong.get_by_label("Country or body").fill("Nigeria")
    chair = page.locator("#s1")
    chair.get_by_label("Speaker name").fill("Rask")
    chair.get_by_label("Country or body").fill("Norway")
    chair.get_by_label("Apply changes to").select_option(
        label="Every speech with this speaker line"
    )
    page.get_by_label("Date").fill("2025-03-04")
    page.get_by_label("Meeting symbol").fill("RC/PV.12")
    page.get_by_role("button", name="Save", exact=True).click()
    assert "Nothing is public yet" in page.locator(".messagelist").inner_text()
    assert "4 March 2025" in page.locator(".tally").inner_text()
    assert "Norway" in page.locator("#s4 .facts").inner_text()
    assert page.locator("#s4 .mark-unknown").count() == 0
    assert not Speech.objects.exists()

    page.get_by_role("button", name="Save and publish").click()
    assert "Published 4 new speeches." in page.locator(".messagelist").inner_text()
    assert Speech.objects.count() == 4
    countries = Speech.objects.order_by("position").values_list("country", flat=True)
    assert list(countries) == ["NOR", "NGA", "SWE", "NOR"]

    page.locator("ol.stored li").nth(1).get_by_role("link").first.click()
    assert "The gauges say so on both banks." in page.locator("main").inner_text()
    assert page.title() != "taken over"


def test_a_double_click_publishes_once(desk: Callable[..., "Page"]) -> None:
    transcript = received(RECORD.encode(), "record.txt")
    page = desk()
    page.goto(address(transcript))
    page.get_by_role("button", name="Save and publish").dblclick()
    page.wait_for_selector("ol.stored")
    assert Speech.objects.count() == 4


def test_the_slower_of_two_sees_both_and_can_go_on(desk: Callable[..., "Page"]) -> None:
    transcript = received(RECORD.encode(), "record.txt")
    slow, fast = desk("ama"), desk("bo")
    for page, words in ((slow, "Rapporteur"), (fast, "Envoy")):
        page.goto(address(transcript))
        page.locator("#s2").get_by_label("Role").fill(words)
    fast.get_by_role("button", name="Save", exact=True).click()
    fast.wait_for_selector(".messagelist")
    slow.get_by_role("button", name="Save and publish").click()
    row = slow.locator("table.compare tbody tr")
    assert re.split(r"\t+", row.inner_text().strip()) == [
        "Speech 2: Role",
        "(empty)",
        "Envoy",
        "Rapporteur",
    ]
    assert not Speech.objects.exists()
    slow.get_by_role("button", name="Apply my changes").click()
    assert slow.locator("#s2").get_by_label("Role").input_value() == "Rapporteur"


def test_too_much_is_said_before_it_is_sent(desk: Callable[..., "Page"], settings: Any) -> None:
    settings.UPLOAD_MAX_FILE_BYTES = 1000
    page = desk()
    page.goto(reverse("admin:statements_transcript_upload"))
    big = {"name": "big.txt", "mimeType": "text/plain", "buffer": b"x" * 2000}
    note = page.locator("[data-too-much]")
    assert not note.is_visible()
    page.locator("input[name=transcripts]").set_input_files([big])  # type: ignore[list-item]
    assert "will be skipped: big.txt" in note.inner_text()


def test_the_desk_is_accessible_fits_and_keeps_to_the_policy(desk: Callable[..., "Page"]) -> None:
    there = received(
        b"Ms. Brook (Norway): It was high.", "there.txt", symbol="RC/PV.12", position=2
    )
    ingest.publish(there, ingest.draft_waiting(there))
    transcript = received(RECORD.encode(), "record.txt", symbol="RC/PV.12", position=1)
    speech = Speech.objects.get()
    page = desk()
    found: dict[str, list[str]] = {}

    def look(what: str) -> None:
        if broken := faults(page):
            found[what] = broken

    look("index")
    page.goto(reverse("admin:statements_transcript_upload"))
    look("upload")
    page.get_by_role("button", name="Upload", exact=True).click()
    look("upload without files")
    page.locator("input[name=transcripts]").set_input_files(FILES)
    page.get_by_role("button", name="Upload", exact=True).click()
    look("received")
    page.goto(reverse("admin:statements_transcript_waiting"))
    look("waiting")
    page.goto(address(transcript))
    look("review")
    page.locator("#s2").get_by_label("Role").fill("Rapporteur")
    ingest.update_draft(transcript, ingest.draft_waiting(transcript), transcript.revision)
    page.get_by_role("button", name="Save", exact=True).click()
    look("conflict")
    page.goto(address(there))
    look("published")
    page.goto(reverse("admin:statements_speech_change", args=[speech.pk]))
    page.get_by_label("Role").fill("Rapporteur")
    page.get_by_label("Paragraphs").fill("It was low.")
    Speech.objects.filter(pk=speech.pk).update(role="Envoy")
    page.get_by_role("button", name="Save", exact=True).click()
    look("conflict over a speech")
    assert found == {}


def test_the_administration_keeps_to_the_policy(desk: Callable[..., "Page"]) -> None:
    transcript = received(RECORD.encode(), "record.txt", symbol="RC/PV.12", position=1)
    ingest.publish(transcript, ingest.draft_waiting(transcript))
    page = desk()
    found: dict[str, object] = {}
    for model in ("country", "speaker", "meeting", "topic", "speech", "transcript"):
        page.goto(reverse(f"admin:statements_{model}_changelist"))
        page.wait_for_load_state("networkidle")
        if violations := page.evaluate("window.violations"):
            found[model] = violations
        if page.locator("#result_list tbody th a").count():
            page.locator("#result_list tbody th a").first.click()
            page.wait_for_load_state("networkidle")
            if violations := page.evaluate("window.violations"):
                found[f"{model} form"] = violations
    page.goto(reverse("admin:statements_speech_changelist"))
    page.locator("#result_list tbody th a").first.click()
    page.locator("[aria-labelledby=select2-id_country-container]").click()
    page.locator("[aria-controls=select2-id_country-results]").fill("Norw")
    page.locator(".select2-results__option", has_text="Norway").click()
    page.get_by_role("button", name="Save", exact=True).click()
    assert Speech.objects.filter(country="NOR").count() == 1
    assert found == {}
