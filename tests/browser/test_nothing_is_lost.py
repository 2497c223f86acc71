"""Nothing is lost in a browser: a withdrawn speech is reinstated, two people who edit at once are
warned, and input survives an ended session, a lost cookie and leaving the page."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer
from support.accessibility import faults
from support.archive_index import archive_index

from archive.accounts.models import Session
from statements import ingest
from statements.models import Speech, Transcript, UnsavedInput

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["archive_index"]

pytestmark = pytest.mark.browser

PASSWORD = "the river rises in the hills"
REASON = "A name was printed by mistake."
COUNT_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('draft '))"
RECORD = """\
Ms. Okafor (Nigeria): The zanthoxylum flowers by the river.

We thank the Secretariat.

Mr. Lund (Denmark): Another matter.
"""


@pytest.fixture
def follow(live_server: LiveServer, archive_index: Callable[[], int]) -> Callable[[], int]:
    for name in ("ama", "bo"):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name="Archivists"))
    return archive_index


@pytest.fixture
def speech(follow: Callable[[], int]) -> Speech:
    received = ingest.receive(
        "record.txt", RECORD.encode(), metadata=ingest.Metadata(symbol="RC/PV.12", position=1)
    )
    assert received.draft
    ingest.publish(received.transcript, received.draft)
    follow()
    return Speech.objects.get(position=1)


def log_in(page: "Page", name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


Desk = Callable[..., "Page"]


@pytest.fixture
def desk(browser: "Browser", live_server: LiveServer, follow: Callable[[], int]) -> Iterator[Desk]:
    contexts: list[BrowserContext] = []

    def open_desk(name: str = "ama", *, scripts: bool = True) -> "Page":
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=scripts,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        if scripts:
            page.add_init_script(COUNT_VIOLATIONS)
        page.goto("/admin/")
        log_in(page, name)
        return page

    yield open_desk
    for context in contexts:
        context.close()


def editor_of(speech: Speech) -> str:
    return reverse("admin:statements_speech_change", args=[speech.pk])


def withdrawing(speech: Speech) -> str:
    return reverse("admin:statements_speech_withdraw", args=[speech.pk])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_person_withdraws_regrets_and_reinstates(
    desk: Desk, speech: Speech, follow: Callable[[], int], scripts: bool
) -> None:
    page, reader = desk(scripts=scripts), desk("bo")
    address = speech.get_absolute_url()
    reader.goto("/search/?q=zanthoxylum")
    assert reader.get_by_role("main").get_by_role("link", name="Okafor").count() >= 1
    page.goto(editor_of(speech))
    page.get_by_role("link", name="Withdraw", exact=True).click()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Withdraw", exact=True).click()
    assert "Only archivists can see it." in page.locator("#container").inner_text()
    assert REASON in page.locator("#content").inner_text()

    gone = reader.goto(address)
    assert gone is not None
    assert gone.status == 410
    assert REASON in reader.get_by_role("main").inner_text()
    assert faults(reader) == []
    reader.goto("/search/?q=zanthoxylum")  # the index has not followed yet
    assert reader.get_by_role("main").get_by_role("link", name="Okafor").count() == 0

    page.get_by_role("button", name="Reinstate").click()
    assert "is public again at the same address" in page.locator("#container").inner_text()
    assert (reader.goto(address) or gone).status == 200
    follow()
    reader.goto("/search/?q=zanthoxylum")
    assert reader.get_by_role("main").get_by_role("link", name="Okafor").count() >= 1
    page.get_by_role("link", name="History", exact=True).click()
    history = page.locator("#content").inner_text()
    assert f"Withdrawn: {REASON}" in history
    assert "Reinstated" in history


def test_of_two_who_edit_and_withdraw_each_learns_of_the_other(desk: Desk, speech: Speech) -> None:
    one, other = desk("ama"), desk("bo")
    one.goto(editor_of(speech))
    other.goto(withdrawing(speech))
    one.get_by_label("Paragraphs").fill("The river was read twice.")
    one.get_by_role("button", name="Save and continue editing").click()
    one.wait_for_url("**/change/")
    other.get_by_label("Reason").fill(REASON)
    other.get_by_role("button", name="Withdraw", exact=True).click()
    told = other.locator("#content").inner_text()
    assert "Nothing was changed" in told
    assert "The river was read twice." in told
    assert "The zanthoxylum flowers by the river." in told
    assert REASON in told
    assert faults(other) == []
    assert Speech.objects.filter(pk=speech.pk).exists()

    one.get_by_label("Paragraphs").fill("Hours of work.")
    other.get_by_role("link", name="Continue anyway").click()
    assert other.get_by_label("Reason").input_value() == REASON
    other.get_by_role("button", name="Withdraw", exact=True).click()
    other.wait_for_url("**/change/")
    one.get_by_role("button", name="Save", exact=True).click()
    told = one.locator("#content").inner_text()
    assert "This speech is withdrawn." in told
    assert "Hours of work." in told
    assert faults(one) == []
    one.get_by_role("button", name="Overwrite with my version").click()
    one.wait_for_url("**/speech/")
    kept = Speech.all_objects.get(pk=speech.pk)
    assert kept.withdrawal is not None
    assert [each.text for each in kept.paragraphs.all()] == ["Hours of work."]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("lost", ["session", "cookies", "token"])
def test_a_correction_of_a_speech_survives(
    desk: Desk, speech: Speech, scripts: bool, lost: str
) -> None:
    page = desk(scripts=scripts)
    page.goto(editor_of(speech))
    page.get_by_label("Paragraphs").fill("Hours of work.\n\nAnd <b>more</b> & more.")
    page.get_by_label("Role").fill("Rapporteur")
    _lose(page, lost)
    page.get_by_role("button", name="Save", exact=True).click()
    _come_back(page, lost)
    page.get_by_text("has not been saved yet").first.wait_for()
    assert page.get_by_label("Paragraphs").input_value() == (
        "Hours of work.\n\nAnd <b>more</b> & more."
    )
    assert page.get_by_label("Role").input_value() == "Rapporteur"
    assert not Speech.objects.filter(role="Rapporteur").exists()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/speech/")
    assert Speech.objects.get(pk=speech.pk).role == "Rapporteur"
    assert not UnsavedInput.objects.exists()
    page.goto(editor_of(speech))
    assert page.locator(".draft-notice").count() == 0
    if scripts:
        assert page.evaluate("window.violations") == []


@pytest.mark.parametrize("lost", ["session", "cookies", "token"])
def test_a_correction_of_a_transcript_survives(
    desk: Desk, follow: Callable[[], int], lost: str
) -> None:
    transcript = ingest.receive("record.txt", RECORD.encode()).transcript
    page = desk()
    page.goto(reverse("admin:statements_transcript_review", args=[transcript.pk]))
    page.get_by_label("Organ").fill("Rivers Council")
    _lose(page, lost)
    page.get_by_role("button", name="Save", exact=True).click()
    _come_back(page, lost)
    assert "has not been saved yet" in page.locator("#container").inner_text()
    assert page.get_by_label("Organ").input_value() == "Rivers Council"
    assert _organ(transcript) == ""
    page.get_by_role("button", name="Save", exact=True).click()
    assert "Your corrections were saved." in page.locator("#container").inner_text()
    assert _organ(transcript) == "Rivers Council"
    assert not UnsavedInput.objects.exists()


def _organ(transcript: Transcript) -> str:
    return ingest.draft_waiting(Transcript.objects.defer(None).get(pk=transcript.pk)).organ


def _lose(page: "Page", lost: str) -> None:
    if lost == "session":
        Session.objects.all().delete()
    elif lost == "cookies":
        page.context.clear_cookies()
    else:
        page.context.clear_cookies(name="csrftoken")


def _come_back(page: "Page", lost: str) -> None:
    """As a person would, from where the form led instead."""
    if lost != "session":
        told = page.get_by_role("main").inner_text()
        assert "Your changes were not saved" in told
        assert "Your input has been kept." in told
        name = "Log in again" if lost == "cookies" else "Show it in the form"
        page.get_by_role("link", name=name).click()
    if lost != "token":
        log_in(page, "ama")


@pytest.mark.parametrize("kind", ["speech", "transcript"])
def test_leaving_the_page_asks_and_coming_back_finds_it(
    desk: Desk, speech: Speech, kind: str
) -> None:
    page = desk()
    if kind == "speech":
        address, label, save = editor_of(speech), "Paragraphs", "Save"
    else:
        transcript = ingest.receive("b.txt", b"Mr. Lund (Denmark): Else.").transcript
        address = reverse("admin:statements_transcript_review", args=[transcript.pk])
        label, save = "Organ", "Save"
    page.goto(address)
    before = page.get_by_label(label).first.input_value()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label(label).first.click()
    page.keyboard.press("End")
    page.keyboard.type(" Hours of work.")
    page.goto("/admin/")
    assert asked == ["beforeunload"]
    page.goto(address)
    notice = page.locator(".draft-notice")
    assert "was restored" in notice.inner_text()
    assert "Hours of work." in page.get_by_label(label).first.input_value()
    assert faults(page) == []
    notice.get_by_role("button", name="Discard").click()
    notice.wait_for(state="detached")
    assert page.get_by_label(label).first.input_value() == before

    page.get_by_label(label).first.click()
    page.keyboard.type("Kept. ")
    page.goto("/admin/")
    page.goto(address)
    page.get_by_role("button", name=save, exact=True).click()
    page.wait_for_load_state()
    page.goto(address)
    assert page.locator(".draft-notice").count() == 0
    assert "Kept." in page.get_by_label(label).first.input_value()
    assert page.evaluate(DRAFTS) == []


def test_a_draft_does_not_overwrite_what_somebody_saved_since(desk: Desk, speech: Speech) -> None:
    page = desk()
    page.goto(editor_of(speech))
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Role").fill("Mine")
    page.wait_for_timeout(1_000)
    assert len(page.evaluate(DRAFTS)) == 1
    page.goto("/admin/")
    Speech.objects.filter(pk=speech.pk).update(role="Theirs")
    page.goto(editor_of(speech))
    assert page.get_by_label("Role").input_value() == "Mine"
    page.get_by_role("button", name="Save", exact=True).click()
    told = page.locator("#content").inner_text()
    assert "Theirs" in told
    assert "Mine" in told
    assert Speech.objects.get(pk=speech.pk).role == "Theirs"


def test_the_pages_can_be_read_by_everybody(desk: Desk, speech: Speech) -> None:
    page = desk()
    page.goto(withdrawing(speech))
    assert faults(page) == []
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Withdraw", exact=True).click()
    page.wait_for_url("**/change/")
    assert faults(page) == []
    page.goto(speech.get_absolute_url())
    assert faults(page) == []
    page.goto(reverse("transcript", args=[speech.transcript.sha256]))
    assert "Not available" in page.get_by_role("main").inner_text()
    assert faults(page) == []
    page.goto(reverse("admin:statements_transcript_review", args=[speech.transcript_id]))
    assert faults(page) == []
