"""Logging in with a browser: locked and unlocked, with a second factor, from two browsers."""

import re
import time
from base64 import b32decode
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django_otp.oath import TOTP
from pytest_django.live_server_helper import LiveServer
from support.accessibility import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PASSWORD = "the river rises in the hills"


@pytest.fixture
def desk(live_server: LiveServer) -> str:
    """The address of a desk with one person who may work at it."""
    User.objects.create_user("ama", password=PASSWORD, is_staff=True)
    return f"{live_server.url}/admin/"


def sign_in(page: "Page", desk: str, password: str = PASSWORD) -> None:
    page.goto(desk)
    page.get_by_label("Username").fill("ama")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def code_of(key: str, steps: int = 0) -> str:
    """Return what an app with this key, as the page spells it, shows some half minutes later."""
    totp = TOTP(b32decode(key.replace(" ", "")))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def set_up(page: "Page", desk: str) -> tuple[str, list[str]]:
    """Set an app up; returns its key and the recovery codes."""
    page.goto(f"{desk}account/second-factor/")
    key = page.locator("code.key").inner_text()
    page.get_by_label("Code from the app").fill(code_of(key))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Turn on").click()
    return key, page.locator(".recovery-codes code").all_inner_texts()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_whoever_guesses_is_locked_out_until_somebody_unlocks(
    visit: Callable[..., "Page"], desk: str, scripts: bool
) -> None:
    page = visit(scripts=scripts)
    for number in range(4):
        sign_in(page, desk, f"wrong {number}")
        assert "enter the correct username and password" in page.locator("main").inner_text()
    sign_in(page, desk, "wrong again")
    assert "Too many failed login attempts" in page.locator("h1").inner_text()
    assert "try again in 15 minutes" in page.locator("main").inner_text()
    if scripts:
        assert faults(page) == []
    sign_in(page, desk)
    assert "Too many failed login attempts" in page.locator("h1").inner_text()

    call_command("unlock_sign_in", "ama", stdout=StringIO())
    sign_in(page, desk)
    assert page.url == desk
    assert page.get_by_role("button", name="Log out").is_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_second_factor_is_set_up_and_used_and_recovered_from(
    visit: Callable[..., "Page"], desk: str, scripts: bool
) -> None:
    page = visit(scripts=scripts)
    sign_in(page, desk)
    page.get_by_role("link", name="Two-factor authentication").click()
    assert page.get_by_role("img", name=re.compile("QR code")).is_visible()
    key, codes = set_up(page, desk)
    assert len(codes) == 10
    page.get_by_role("link", name="I have saved them").click()
    page.get_by_role("button", name="Log out").click()

    sign_in(page, f"{desk}account/sessions/")
    assert "sign-in-code" in page.url
    page.get_by_label("Code").fill("000000" if code_of(key) != "000000" else "111111")
    page.get_by_role("button", name="Log in").click()
    assert "This code is incorrect" in page.locator("main").inner_text()
    page.get_by_label("Code").fill(code_of(key, 1))
    page.get_by_role("button", name="Log in").click()
    assert page.url == f"{desk}account/sessions/"
    page.get_by_role("button", name="Log out").click()

    sign_in(page, desk)
    page.get_by_label("Code").fill(codes[3])
    page.get_by_role("button", name="Log in").click()
    assert page.url == desk
    assert "You have 9 codes left" in page.locator(".messagelist").inner_text()
    page.get_by_role("link", name="Two-factor authentication").click()
    assert "You have 9 recovery codes left" in page.locator("main").inner_text()

    page.get_by_role("link", name="Turn off").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code from the app").fill(codes[4])
    page.get_by_role("button", name="Turn off").click()
    assert "Two-factor authentication was turned off." in page.locator(".messagelist").inner_text()
    page.get_by_role("button", name="Log out").click()
    sign_in(page, desk)
    assert page.url == desk


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_sessions_are_seen_and_ended(
    visit: Callable[..., "Page"], desk: str, scripts: bool
) -> None:
    page, lost, lent = (visit(scripts=scripts) for _ in range(3))
    for each in (lost, lent, page):
        sign_in(each, desk)
    page.get_by_role("link", name="Sessions").click()
    rows = page.locator("tbody tr")
    assert rows.count() == 3
    assert "Linux" in rows.first.inner_text()
    page.get_by_role("button", name=re.compile("End the session of")).first.click()
    assert "The session was ended." in page.locator(".messagelist").inner_text()
    assert rows.count() == 2
    page.get_by_role("button", name="End all other sessions").click()
    assert "1 other session was ended." in page.locator(".messagelist").inner_text()
    assert rows.count() == 1
    for each in (lost, lent):
        each.goto(desk)
        assert "/admin/login/" in each.url


def test_the_pages_are_accessible(visit: Callable[..., "Page"], desk: str) -> None:
    page = visit()
    sign_in(page, desk)
    page.goto(f"{desk}account/sessions/")
    assert faults(page) == []
    page.goto(f"{desk}account/second-factor/")
    assert faults(page) == []
    page.get_by_label("Code from the app").fill("12")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Turn on").click()
    assert faults(page) == []
    _, codes = set_up(page, desk)
    assert len(codes) == 10
    assert faults(page) == []
    for address in ("account/second-factor/", "account/second-factor/off/", "password_change/"):
        page.goto(desk + address)
        assert faults(page) == []
    page.goto(desk)
    page.get_by_role("button", name="Log out").click()
    sign_in(page, desk)
    assert "sign-in-code" in page.url
    assert faults(page) == []
    page.get_by_label("Code").fill("12")
    page.get_by_role("button", name="Log in").click()
    assert faults(page) == []
