"""The second factor: setting it up, requesting it, requiring it, recovering, removing it, never
avoiding it."""

import logging
import re
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from support.html import Elements
from support.sites.people import (
    HOME,
    PASSWORD,
    Person,
    code_of,
    is_in,
    sign_in,
    signed_in,
    visitor,
    with_app,
    wrong_code,
)

from archive.accounts import second_factor
from archive.accounts.models import RecoveryCode, Session

pytestmark = pytest.mark.django_db

SET_UP = "/admin/account/second-factor/"
CODE = "/admin/sign-in-code/"
OFF = "/admin/account/second-factor/off/"
CODES = "/admin/account/recovery-codes/"


def shown_key(page: HttpResponse) -> str:
    """Return the key that a person would type into the app, in hexadecimal."""
    from base64 import b32decode

    (spelled,) = re.findall('<code class="key">(.*?)</code>', page.content.decode())
    return b32decode(spelled.replace(" ", "")).hex()


def shown_codes(page: HttpResponse) -> list[str]:
    return re.findall(r"<code>([a-z0-9-]+)</code>", page.content.decode())


def set_up(client: Client) -> tuple[TOTPDevice, list[str]]:
    """Set an app up as a person does; returns it and the recovery codes that were shown."""
    device = TOTPDevice(key=shown_key(client.get(SET_UP)))
    page = client.post(SET_UP, {"code": code_of(device), "password": PASSWORD})
    return device, shown_codes(page)


def enter(client: Client, code: str, **data: str) -> HttpResponse:
    return client.post(CODE, {"code": code} | data)


def test_it_is_set_up_and_then_asked_for(person: Person) -> None:
    user = person()
    client = signed_in()
    device, codes = set_up(client)
    assert len(set(codes)) == 10
    assert is_in(client)
    assert second_factor.device_of(user)

    other = visitor()
    answer = sign_in(other)
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert not is_in(other)
    assert enter(other, code_of(device, 1)).status_code == 302
    assert is_in(other)


def test_the_page_shows_a_picture_a_key_and_no_inline_code(person: Person) -> None:
    person()
    client = signed_in()
    page = client.get(SET_UP)
    elements = Elements(page.content.decode())
    assert any(tag == "svg" and each.get("class") == "qr" for tag, each in elements.found)
    assert not any("style" in each or "onclick" in each for _, each in elements.found)
    assert elements.inline == []
    assert shown_key(page) == shown_key(client.get(SET_UP)), "reading the page again keeps the key"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "code", ["", "12345", "abcdef", "１２３４５６", "0" * 40, "9" * 5000, "\0"]
)
def test_it_is_not_set_up_with_a_wrong_code(person: Person, code: str) -> None:
    user = person()
    client = signed_in()
    client.get(SET_UP)
    page = client.post(SET_UP, {"code": code, "password": PASSWORD})
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert second_factor.device_of(user) is None


def test_it_is_not_set_up_without_the_password_nor_from_another_key(person: Person) -> None:
    user = person()
    client = signed_in()
    device = TOTPDevice(key=shown_key(client.get(SET_UP)))
    client.post(SET_UP, {"code": code_of(device), "password": "wrong"})
    foreign = TOTPDevice(key="ab" * 20)
    client.post(SET_UP, {"code": code_of(foreign), "password": PASSWORD, "key": "ab" * 20})
    assert second_factor.device_of(user) is None
    assert not RecoveryCode.objects.exists()


def test_setting_up_ends_other_sessions_and_changes_the_key_of_this_one(person: Person) -> None:
    person()
    other, client = signed_in(), signed_in()
    before = client.session.session_key
    set_up(client)
    assert is_in(client)
    assert client.session.session_key != before
    assert not is_in(other)


def test_a_code_is_good_once(person: Person) -> None:
    device = with_app(person())
    code = code_of(device)
    first, second = visitor(), visitor()
    sign_in(first)
    sign_in(second)
    enter(first, code)
    answer = enter(second, code)
    assert is_in(first)
    assert answer.status_code == 200
    assert "already used" in answer.content.decode()
    assert not is_in(second)


def test_clocks_may_differ_by_half_a_minute_and_not_more(person: Person) -> None:
    device = with_app(person())
    client = visitor()
    sign_in(client)
    assert enter(client, code_of(device, 5)).status_code == 200
    assert enter(client, code_of(device, -5)).status_code == 200
    early = code_of(device, 1)
    assert enter(client, f" {early[:3]} {early[3:]} ").status_code == 302


def test_recovery_codes_are_good_once_each_however_they_are_typed(person: Person) -> None:
    person()
    client = signed_in()
    _, codes = set_up(client)
    typed = [codes[0], codes[1].upper(), codes[2].replace("-", ""), codes[3].replace("-", " ")]
    for number, code in enumerate(typed, 1):
        other = visitor()
        sign_in(other)
        assert enter(other, code).status_code == 302
        page = other.get("/admin/").content.decode()
        assert f"You have {10 - number} code" in page
        again = visitor()
        sign_in(again)
        assert enter(again, code).status_code == 200
    assert RecoveryCode.objects.count() == 6
    assert not any(
        code.replace("-", "") in kept.digest
        for kept in RecoveryCode.objects.all()
        for code in codes
    )


def test_codes_of_somebody_else_are_no_good(person: Person) -> None:
    ama, bo = person(), person("bo")
    with_app(ama)
    device = with_app(bo)
    codes = second_factor.new_recovery_codes(bo)
    client = visitor()
    sign_in(client, "ama")
    assert enter(client, code_of(device)).status_code == 200
    assert enter(client, codes[0]).status_code == 200
    assert not is_in(client)


def test_guessing_codes_is_locked_like_guessing_passwords(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    device = with_app(person())
    client = visitor()
    sign_in(client)
    statuses = [enter(client, wrong_code(device)).status_code for _ in range(5)]
    assert statuses == [200] * 4 + [429]
    answer = enter(client, code_of(device))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 800
    assert "Too many failed login attempts" in answer.content.decode()
    # beginning anew with the right password gives no new tries
    assert sign_in(client).status_code == 429
    assert f"sign-in failed account='ama' address={HOME} factor='second'" in caplog.text
    assert wrong_code(device) not in caplog.text
    call_command("unlock_sign_in", "ama", stdout=StringIO())
    sign_in(client)
    assert enter(client, code_of(device)).status_code == 302


def test_the_right_password_does_not_forget_wrong_codes(person: Person) -> None:
    device = with_app(person())
    client = visitor()
    for _ in range(4):
        sign_in(client)
        enter(client, wrong_code(device))
    sign_in(client)
    assert enter(client, wrong_code(device)).status_code == 429


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_of_the_code_needs_the_password_first(person: Person, method: str) -> None:
    device = with_app(person())
    answer = getattr(visitor(), method)(CODE, {"code": code_of(device)})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/")


def test_the_way_to_the_code_ends_after_ten_minutes_and_with_a_new_password(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = person()
    device = with_app(user)
    client = visitor()
    sign_in(client)
    session = client.session
    session["halfway_signed_in"] = session["halfway_signed_in"] | {
        "time": session["halfway_signed_in"]["time"] - 601
    }
    session.save()
    assert enter(client, code_of(device))["Location"] == "/admin/login/"

    sign_in(client)
    user.set_password("another kettle of weather")
    user.save()
    assert enter(client, code_of(device))["Location"] == "/admin/login/"

    sign_in(client, password="another kettle of weather")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert enter(client, code_of(device))["Location"] == "/admin/login/"
    assert not is_in(client)


def test_next_is_kept_through_both_steps(person: Person) -> None:
    device = with_app(person())
    wish = "/admin/account/sessions/?x=1&y=2"
    client = visitor()
    first = client.get(wish)
    login_page = client.get(first["Location"])
    assert 'name="next" value="/admin/account/sessions/?x=1&amp;y=2"' in login_page.content.decode()
    answer = sign_in(client, next_page=wish)
    code_page = client.get(answer["Location"])
    assert 'name="next" value="/admin/account/sessions/?x=1&amp;y=2"' in code_page.content.decode()
    assert enter(client, code_of(device), next=wish)["Location"] == wish


@pytest.mark.parametrize(
    "wish", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"]
)
def test_no_step_leads_off_the_site(person: Person, wish: str) -> None:
    device = with_app(person())
    client = visitor()
    assert sign_in(client, next_page=wish)["Location"] == CODE
    assert enter(client, code_of(device), next=wish)["Location"] == "/admin/"


def staff_addresses() -> list[str]:
    """Every address of the administration, with something in the place of each parameter."""

    def walk(patterns: list[Any], prefix: str) -> list[str]:
        found = []
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                found += walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern):
                found.append("/" + re.sub(r"<[^>]+>", "1", route))
        return found

    patterns = [each for each in get_resolver().url_patterns if str(each.pattern) == "admin/"]
    addresses = [
        re.sub(r"\(\?P.*", "x", address).rstrip("$").replace("^", "")
        for address in walk(patterns, "")
    ]
    assert len(addresses) > 50
    return addresses


OPEN_TO_ALL = ("/admin/login/", "/admin/logout/", "/admin/jsi18n/", CODE)


def assert_nothing_is_open(client: Client, but: str = "") -> None:
    for address in staff_addresses():
        if address in OPEN_TO_ALL or address == but:
            continue
        for method in (client.get, client.post):
            answer = method(address)
            assert answer.status_code in {302, 403, 404, 405}, address
            if answer.status_code == 302:
                assert answer["Location"].startswith(("/admin/login/", SET_UP)), address


def test_the_password_alone_opens_no_staff_page(person: Person) -> None:
    with_app(person(is_superuser=True))
    client = visitor()
    sign_in(client)
    assert_nothing_is_open(client)


def test_a_session_from_before_the_second_factor_opens_nothing(person: Person) -> None:
    user = person(is_superuser=True)
    client = signed_in()
    assert is_in(client)
    with_app(user)
    assert_nothing_is_open(client)


def test_a_session_does_not_outlive_the_app_it_was_opened_with(person: Person) -> None:
    user = person(is_superuser=True)
    device = with_app(user)
    client = visitor()
    sign_in(client)
    enter(client, code_of(device))
    assert is_in(client)
    device.delete()
    with_app(user)
    assert not is_in(client)


def test_where_it_is_required_nothing_is_open_before_it_is_set_up(
    person: Person, settings: Any
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    person(is_superuser=True)
    client = signed_in()
    assert_nothing_is_open(client, but=SET_UP)
    # every page leads to the one where it is set up, and from there on to where one wanted to go
    answer = client.get("/admin/account/sessions/", follow=True)
    assert answer.redirect_chain[-1][0] == f"{SET_UP}?next=%2Fadmin%2Faccount%2Fsessions%2F"
    assert "requires two-factor authentication for all staff" in answer.content.decode()
    device = TOTPDevice(key=shown_key(answer))
    page = client.post(
        SET_UP, {"code": code_of(device), "password": PASSWORD, "next": "/admin/account/sessions/"}
    )
    assert len(shown_codes(page)) == 10
    assert 'href="/admin/account/sessions/"' in page.content.decode()
    assert "Log out" in page.content.decode()
    assert is_in(client)


def test_where_it_is_not_required_nobody_is_bothered(person: Person) -> None:
    person()
    assert is_in(signed_in())


def test_turning_it_off_takes_both_factors(person: Person) -> None:
    user = person()
    client = signed_in()
    device, codes = set_up(client)
    for data in (
        {},
        {"password": PASSWORD},
        {"password": PASSWORD, "code": wrong_code(device)},
        {"password": "wrong", "code": codes[0]},
    ):
        assert client.post(OFF, data).status_code == 200
        assert second_factor.device_of(user)
    answer = client.post(OFF, {"password": PASSWORD, "code": codes[0]}, follow=True)
    assert "Two-factor authentication was turned off." in answer.content.decode()
    assert second_factor.device_of(user) is None
    assert not RecoveryCode.objects.exists()
    assert is_in(client)
    assert sign_in(visitor()).status_code == 302
    for address in (OFF, CODES):  # nothing to turn off any more
        assert client.get(address)["Location"] == SET_UP


def test_new_recovery_codes_replace_the_old(person: Person) -> None:
    person()
    client = signed_in()
    device, old = set_up(client)
    page = client.post(CODES, {"password": PASSWORD, "code": code_of(device, 1)})
    new = shown_codes(page)
    assert len(new) == 10
    assert not set(new) & set(old)
    assert "no-store" in page["Cache-Control"]
    other = visitor()
    sign_in(other)
    assert enter(other, old[0]).status_code == 200
    assert enter(other, new[0]).status_code == 302


def test_a_command_removes_it(person: Person) -> None:
    user = person()
    device = with_app(user)
    second_factor.new_recovery_codes(user)
    client = visitor()
    sign_in(client)
    enter(client, code_of(device))
    call_command("reset_second_factor", "ama", stdout=StringIO())
    assert not is_in(client)
    assert is_in(signed_in())
    assert not RecoveryCode.objects.exists()
    with pytest.raises(CommandError, match="does not use two-factor"):
        call_command("reset_second_factor", "ama")
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "x\n")


def test_an_administrator_removes_it_for_others(person: Person) -> None:
    ama, root = person(), person("root", is_superuser=True)
    with_app(ama)
    client = signed_in("root")
    page = client.get("/admin/auth/user/").content.decode()
    assert page.count('icon-yes.svg" alt="True"') >= 2
    chosen = {"action": "remove_second_factor", "_selected_action": [ama.pk, root.pk]}
    said = client.post("/admin/auth/user/", chosen, follow=True).content.decode()
    assert "Two-factor authentication was turned off for ama." in said
    assert "To turn off your own" in said
    assert is_in(signed_in())


def test_no_page_shows_or_makes_keys_for_others(person: Person) -> None:
    person(is_superuser=True)
    client = signed_in()
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert client.get("/admin/otp_totp/totpdevice/add/").status_code == 404


def test_what_happens_to_it_is_logged(person: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    person()
    client = signed_in()
    device, codes = set_up(client)
    other = visitor()
    sign_in(other)
    enter(other, codes[0])
    client.post(OFF, {"password": PASSWORD, "code": code_of(device, 1)})
    for event in ("second factor set up", "recovery code used", "second factor turned off"):
        assert f"{event} account='ama' address={HOME}" in caplog.text
    assert device.key not in caplog.text
    assert codes[0] not in caplog.text


def test_two_forms_at_once_leave_one_app(person: Person) -> None:
    user = person()
    for _ in range(2):
        device = second_factor.unsaved_device(user, second_factor.new_key())
        assert second_factor.set_up(device, code_of(device))
    assert TOTPDevice.objects.filter(user=user).count() == 1


def test_people_without_a_desk_have_no_page(person: Person) -> None:
    user = person(is_staff=False)
    client = visitor()
    client.force_login(user)
    for address in (SET_UP, OFF, CODES, "/admin/account/sessions/"):
        assert client.get(address).status_code == 302
    assert client.put(CODE).status_code == 405
    assert reverse("admin:sessions") == "/admin/account/sessions/"
    assert Session.objects.get().user == user
