"""Users who log in as with a browser: with the form, a password and a code."""

import time
from collections.abc import Callable

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts import second_factor

PASSWORD = "rivers run to the sea"
HOME = "203.0.113.5"

Person = Callable[..., User]


class QuickHasher(Argon2PasswordHasher):
    """The archive's way to hash passwords with the smallest costs that Argon2 permits."""

    time_cost = 1
    memory_cost = 8  # KiB
    parallelism = 1


def visitor(address: str = HOME, user_agent: str = "") -> Client:
    return Client(REMOTE_ADDR=address, headers={"user-agent": user_agent} if user_agent else None)


def sign_in(
    client: Client, name: str = "ama", password: str = PASSWORD, next_page: str | None = None
) -> HttpResponse:
    data = {"username": name, "password": password}
    if next_page is not None:
        data["next"] = next_page
    return client.post("/admin/login/", data)


def signed_in(name: str = "ama", address: str = HOME, user_agent: str = "") -> Client:
    client = visitor(address, user_agent)
    assert sign_in(client, name).status_code == 302
    return client


def is_in(client: Client) -> bool:
    """Return whether somebody can open the administration."""
    return client.get("/admin/").status_code == 200


def with_app(user: User) -> TOTPDevice:
    """Give a user an authenticator app that was set up earlier."""
    return TOTPDevice.objects.create(user=user, name="phone", key=second_factor.new_key())


def code_of(device: TOTPDevice, steps: int = 0) -> str:
    """Return what the app shows now, or some half minutes later or earlier."""
    totp = TOTP(bytes.fromhex(device.key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def wrong_code(device: TOTPDevice) -> str:
    right = {code_of(device, steps) for steps in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222") if code not in right)
