"""Passwords that are refused, wherever they are set."""

import os
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string
from support.sites.people import PASSWORD, Person, signed_in

import archive.settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    [
        "short words",
        "123456789012345",
        "846203957716284",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "passwordpassword",
        "Password-password",
        "geheimnis geheimnis",
        "hunter hunter hunter",
        "river!river!river!",
        "abcdefghijklmnop",
        "zyxwvutsrqpo",
        "qwertyuiop[]",
        "1qaz2wsx3edc",
        "Password1234!",
        "P@ssw0rdP@ssw0rd",
        "iloveyou1234",
        "correcthorsebatterystaple",
        "CorrectHorseBatteryStaple",
        "administrator",
        "20012001 2001",
        "............",
        "ab" * 500,
        "rostrumrostrum1",
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "kd8#jQ2!pz0Lm",
        "sieben alte Fähren im Nebel",
        "длинная дорога к морю",
        "長い道は海へ続いているのだ",
        "a long way " * 11 + "to the sea",
        "x7" + "kettle of blue weather over the hills " * 20,
    ],
)
def test_good_passwords_are_taken(password: str) -> None:
    validate_password(password, User(username="ama"))


@pytest.mark.parametrize(
    "password", ["ama-okello-2026", "okello@example.org", "AmaOkelloAmaOkello", "okelloama1987"]
)
def test_passwords_like_oneself_are_refused(password: str) -> None:
    user = User(
        username="ama-okello", first_name="Ama", last_name="Okello", email="okello@example.org"
    )
    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_the_form_says_why_and_what_is_asked_for(person: Person) -> None:
    person()
    client = signed_in()
    page = client.get("/admin/password_change/").content.decode()
    assert "Four unrelated words make a good password." in page
    assert "Changing your password logs you out of all other browsers." in page
    form = {
        "old_password": PASSWORD,
        "new_password1": "passwordpassword",
        "new_password2": "passwordpassword",
    }
    page = client.post("/admin/password_change/", form).content.decode()
    assert "repeats one word or pattern" in page
    assert "has appeared in a data breach" in page


def test_the_command_for_administrators_refuses_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "root")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "root@example.org")
    for weak in ("123456789012345", "root@example.org", "short"):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", weak)
        with pytest.raises(CommandError, match="DJANGO_SUPERUSER_PASSWORD was rejected"):
            call_command("createsuperuser", interactive=False)
    assert not User.objects.exists()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, verbosity=0)
    assert User.objects.get().check_password(os.environ["DJANGO_SUPERUSER_PASSWORD"])


def test_an_administrator_cannot_give_a_weak_one(person: Person, settings: Any) -> None:
    user = person()
    person("root", is_superuser=True)
    client = signed_in("root")
    weak = {"password1": "aaaaaaaaaaaa", "password2": "aaaaaaaaaaaa", "usable_password": "true"}
    page = client.post(f"/admin/auth/user/{user.pk}/password/", weak)
    assert page.status_code == 200
    assert "too easy to guess" in page.content.decode()
    page = client.post("/admin/auth/user/add/", {"username": "new"} | weak)
    assert page.status_code == 200
    assert not User.objects.filter(username="new").exists()


def test_a_server_hashes_them_with_much_memory() -> None:
    hasher = import_string(archive.settings.PASSWORD_HASHERS[0])()
    details = hasher.decode(hasher.encode(PASSWORD, hasher.salt()))
    assert details["variety"] == "argon2id"
    assert details["memory_cost"] >= 19 * 1024  # KiB, what OWASP recommends at least
    assert details["time_cost"] >= 2
