"""Password guessing: slowed down, locked, logged, unlocked; strangers cannot lock anyone out."""

import logging
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from support.sites.people import HOME, PASSWORD, Person, is_in, sign_in, signed_in, visitor

from archive.client_address import parse_networks

pytestmark = pytest.mark.django_db


def guess(client: Client, times: int, name: str = "ama") -> int:
    """Try wrong passwords; returns the status of the last answer."""
    return [sign_in(client, name, f"wrong {number}") for number in range(times)][-1].status_code


def pass_time(**span: float) -> None:
    """Let time pass, by making the stored times older."""
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(
                attempt_time=row.attempt_time - timedelta(**span)
            )


def test_the_fifth_wrong_password_locks_and_the_right_one_does_not_open(person: Person) -> None:
    person()
    client = visitor()
    assert guess(client, 4) == 200
    assert guess(client, 1) == 429
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60 + 1
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    assert "Too many failed login attempts" in text
    assert "try again in 15 minutes" in text
    assert not is_in(client)


def test_a_lock_ends_by_itself_and_attempts_during_it_do_not_prolong_it(person: Person) -> None:
    person()
    client = visitor()
    guess(client, 5)
    pass_time(minutes=10)
    assert sign_in(client).status_code == 429
    pass_time(minutes=5, seconds=1)
    assert sign_in(client).status_code == 302
    assert is_in(client)


def test_a_right_password_forgets_the_wrong_ones_before_it(person: Person) -> None:
    person()
    for _ in range(3):
        client = visitor()
        assert guess(client, 4) == 200
        assert sign_in(client).status_code == 302


def test_names_that_do_not_exist_are_answered_alike(person: Person) -> None:
    person("ama-9001")
    answers = {}
    drawn = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')
    for name in ("ama-9001", "nobody-9001"):
        client = visitor(f"203.0.113.{len(name)}")
        pages = [sign_in(client, name, "wrong") for _ in range(6)]
        answers[name] = [
            (page.status_code, drawn.sub("", page.content.decode().replace(name, "NAME")))
            for page in pages
        ]
    assert answers["ama-9001"] == answers["nobody-9001"]


def test_another_address_is_not_locked(person: Person) -> None:
    person()
    guess(visitor("198.51.100.66"), 6)
    assert sign_in(visitor(HOME)).status_code == 302


def test_forwarded_addresses_do_not_help_a_stranger(person: Person) -> None:
    person()
    statuses = [
        sign_in(
            Client(REMOTE_ADDR="198.51.100.66", headers={"x-forwarded-for": f"10.0.0.{number}"}),
            password="wrong",
        ).status_code
        for number in range(6)
    ]
    assert statuses == [200] * 4 + [429] * 2


def test_behind_a_trusted_proxy_people_are_told_apart(person: Person, settings: Any) -> None:
    settings.TRUSTED_PROXIES = parse_networks(["10.0.0.1"])
    person()

    def through_proxy(address: str) -> Client:
        return Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": address})

    assert guess(through_proxy("198.51.100.66"), 6) == 429
    assert sign_in(through_proxy(HOME)).status_code == 302


def test_neighbours_of_an_ipv6_address_count_as_one(person: Person) -> None:
    person()
    statuses = [
        sign_in(visitor(f"2001:db8:5:6::{number}"), password="wrong").status_code
        for number in range(6)
    ]
    assert statuses == [200] * 4 + [429] * 2
    assert sign_in(visitor("2001:db8:5:7::1")).status_code == 302


def test_browsers_are_not_a_way_around(person: Person) -> None:
    person()
    statuses = [
        sign_in(visitor(user_agent=f"Browser/{number}"), password="wrong").status_code
        for number in range(6)
    ]
    assert statuses == [200] * 4 + [429] * 2


def test_an_address_that_tries_many_names_is_locked_for_all(person: Person, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_PER_DAY = 12
    person()
    stranger = visitor("198.51.100.66")
    assert [guess(stranger, 1, f"name{number}") for number in range(12)] == [200] * 12
    answer = sign_in(stranger)
    assert answer.status_code == 429
    assert 23 * 3600 < int(answer["Retry-After"]) <= 24 * 3600 + 1
    assert sign_in(visitor(HOME)).status_code == 302
    pass_time(hours=24, seconds=1)
    assert sign_in(stranger).status_code == 302


def test_an_account_tried_from_many_addresses_is_open_where_it_is_used(
    person: Person, settings: Any
) -> None:
    settings.SIGN_IN_FAILURES_PER_DAY = 12
    person()
    signed_in(address=HOME)
    for number in range(12):
        guess(visitor(f"198.51.100.{number}"), 1)
    assert sign_in(visitor("198.51.100.200")).status_code == 429
    assert sign_in(visitor(HOME)).status_code == 302
    # a known address has a limit of its own
    pass_time(minutes=1)
    for _ in range(3):
        guess(visitor(HOME), 4)
        pass_time(minutes=20)
    assert sign_in(visitor(HOME)).status_code == 429
    pass_time(days=1)
    assert sign_in(visitor("198.51.100.200")).status_code == 302


def test_an_address_is_known_for_a_month(person: Person, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_PER_DAY = 3
    person()
    signed_in(address=HOME)
    pass_time(days=31)
    for number in range(3):
        guess(visitor(f"198.51.100.{number}"), 1)
    assert sign_in(visitor(HOME)).status_code == 429


def test_a_command_unlocks(person: Person) -> None:
    person()
    client = visitor()
    guess(client, 6)
    out = StringIO()
    call_command("unlock_sign_in", "ama", stdout=out)
    assert out.getvalue() == "Unlocked.\n"
    assert sign_in(client).status_code == 302


def test_commands_unlock_addresses_or_everything(person: Person, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_PER_DAY = 3
    person()
    client = visitor()
    for arguments in (["--address", HOME], ["--all"], ["ama", "--address", HOME]):
        guess(client, 5)
        assert sign_in(client).status_code == 429
        call_command("unlock_sign_in", *arguments, stdout=StringIO())
        assert sign_in(client).status_code == 302
        AccessLog.objects.all().delete()
    out = StringIO()
    call_command("unlock_sign_in", "nobody", stdout=out)
    assert "no failed logins" in out.getvalue()


@pytest.mark.parametrize("arguments", [[], ["ama", "--all"], ["--address", "here"]])
def test_a_command_that_says_too_little_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("unlock_sign_in", *arguments)


def test_the_commands_of_axes_unlock_too(person: Person, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_PER_DAY = 3
    person()
    client = visitor()
    guess(client, 5)
    call_command("axes_reset", stdout=StringIO())
    assert sign_in(client).status_code == 302


def test_guessing_the_old_password_of_an_open_session_is_locked(person: Person) -> None:
    person()
    client = signed_in()
    new = "a kettle of blue weather"
    form = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    statuses = [client.post("/admin/password_change/", form).status_code for _ in range(5)]
    assert statuses == [200] * 4 + [429]
    form["old_password"] = PASSWORD
    assert client.post("/admin/password_change/", form).status_code == 429
    kept = AccessAttempt.objects.get()
    assert new not in kept.post_data + kept.get_data
    assert set(kept.post_data) <= {"-", "\n"}  # between nothing and nothing
    call_command("unlock_sign_in", "ama", stdout=StringIO())
    assert client.post("/admin/password_change/", form).status_code == 302


def test_what_strangers_send_is_not_kept(person: Person) -> None:
    person()
    visitor().post(
        "/admin/login/?x=secret", {"username": "ama", "password": "wrong", "more": "x" * 100_000}
    )
    kept = AccessAttempt.objects.get()
    assert (kept.get_data, kept.post_data) == ("", "")
    assert kept.username == "ama"


def test_failures_and_locks_are_logged_with_account_and_address(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    person()
    caplog.set_level(logging.INFO)
    client = visitor()
    guess(client, 6)
    lines = [record.getMessage() for record in caplog.records if "account=" in record.getMessage()]
    failed = f"sign-in failed account='ama' address={HOME} factor='password'"
    assert lines == [failed] * 5 + [
        f"sign-in locked account='ama' address={HOME}",
        f"sign-in refused, locked account='ama' address={HOME} factor='password'",
    ]
    assert "wrong" not in caplog.text
    caplog.clear()
    signed_in(address="198.51.100.1").post("/admin/logout/")
    assert "signed in account='ama' address=198.51.100.1" in caplog.text
    assert "signed out account='ama' address=198.51.100.1" in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "x\nWARNING sign-in failed account='bo'",
        "x' address=1.2.3.4",
        "\u2028line",
        "\u202eright to left",
        "\x1b[31mred",
        "x" * 150,
    ],
)
def test_a_name_cannot_forge_a_line(db: None, caplog: pytest.LogCaptureFixture, name: str) -> None:
    sign_in(visitor(), name, "wrong")
    (line,) = [r.getMessage() for r in caplog.records if r.name == "archive.accounts"]
    assert line.isascii()
    assert line.isprintable()
    assert line.count(" address=") == 1 or "x' address" in name
    assert line.endswith(f"address={HOME} factor='password'")


@pytest.mark.parametrize("name", ["x" * 151, "x" * 1_000_000])
def test_names_longer_than_any_count_by_their_beginning(db: None, name: str) -> None:
    assert sign_in(visitor(), name, "wrong").status_code == 200
    assert AccessFailureLog.objects.get().username == "x" * 150


@pytest.mark.parametrize("name", ["", " ", "a\0b"])
def test_names_nobody_can_have_are_refused_without_counting(db: None, name: str) -> None:
    assert sign_in(visitor(), name, "wrong").status_code == 200
    assert not AccessFailureLog.objects.exists()


def test_an_administrator_unlocks_people_and_addresses(person: Person, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_PER_DAY = 3
    ama = person()
    person("root", is_superuser=True)
    root = signed_in("root", "198.51.100.9")
    client = visitor()

    guess(client, 5)
    chosen = {"action": "unlock", "_selected_action": [ama.pk]}
    page = root.post("/admin/auth/user/", chosen, follow=True)
    assert "Ama was unlocked and can log in again." in page.content.decode()
    assert sign_in(client).status_code == 302
    AccessLog.objects.filter(username="ama").delete()

    for number in range(4):
        guess(client, 1, f"name{number}")
    assert sign_in(client).status_code == 429
    listed = root.get("/admin/accounts/failedsignin/")
    assert "name0" in listed.content.decode()
    chosen = {"action": "unlock", "_selected_action": [AccessFailureLog.objects.all()[0].pk]}
    root.post("/admin/accounts/failedsignin/", chosen)
    assert sign_in(client).status_code == 302


def test_a_member_of_staff_does_not_reach_administrators(person: Person) -> None:
    from django.contrib.auth.models import Permission

    helper = person("helper")
    helper.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_user", "change_user"])
    )
    root = person("root", is_superuser=True)
    guess(visitor(), 5, "root")
    client = signed_in("helper", "198.51.100.9")
    for action in ("unlock", "end_their_sessions", "remove_second_factor"):
        page = client.post(
            "/admin/auth/user/", {"action": action, "_selected_action": [root.pk]}, follow=True
        )
        assert "Superusers were skipped" in page.content.decode()
    assert sign_in(visitor(), "root").status_code == 429


def test_old_failures_are_removed(person: Person) -> None:
    person()
    guess(visitor(), 1)
    signed_in(address="198.51.100.1")
    pass_time(days=91)
    guess(visitor(), 1)
    signed_in(address="198.51.100.1")
    assert AccessFailureLog.objects.count() == AccessLog.objects.count() == 1
    assert AccessFailureLog.objects.get().attempt_time > timezone.now() - timedelta(minutes=1)
