"""The second factor: a code of an authenticator app (TOTP, RFC 6238), or a recovery code.

django-otp keeps the keys, allows for clocks that differ by half a minute and takes no code twice.
Recovery codes are ours because its own are stored as they are; here only their hashes are.
"""

import re
import secrets
from base64 import b32encode
from hashlib import sha256

import segno
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from archive.accounts.models import RecoveryCode

CODES = 10
# small letters and figures without those taken for each other; 24 of them are 118 bits, enough
# for a plain hash by OWASP ASVS 5, 6.5.2
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 24
NAME = "authenticator app"


def device_of(user: AbstractBaseUser | AnonymousUser) -> TOTPDevice | None:
    """Return somebody's authenticator app, if they have set one up."""
    if not user.is_authenticated:
        return None
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).first()


def is_required(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Tell whether somebody may do nothing before a second factor is set up."""
    return bool(settings.REQUIRE_SECOND_FACTOR and getattr(user, "is_staff", False))


def new_key() -> str:
    """Return a new secret of 160 bits, in hexadecimal."""
    return str(random_hex(20))


def unsaved_device(user: User, key: str) -> TOTPDevice:
    """Return an app that is not set up yet: for its picture, and to try a first code."""
    return TOTPDevice(user=user, name=NAME, key=key, confirmed=True)


def spelled_key(key: str) -> str:
    """Return a key as apps take it when it is typed: base 32 in groups of four."""
    letters = b32encode(bytes.fromhex(key)).decode()
    return " ".join(re.findall(".{1,4}", letters))


def picture(device: TOTPDevice) -> SafeString:
    """Return the QR code that apps read, as an SVG element without styles or scripts."""
    drawing = segno.make(device.config_url, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(drawing)  # noqa: S308 - drawn by segno from shapes, with no text of anybody


def set_up(device: TOTPDevice, code: str) -> bool:
    """Keep the app in place of an earlier one if it shows the right code."""
    code = _squeezed(code)
    if not _is_app_code(code):
        return False
    with transaction.atomic():
        # two forms sent at once must not leave somebody with two apps
        User.objects.select_for_update().get(pk=device.user_id)
        TOTPDevice.objects.filter(user_id=device.user_id).delete()
        device.save()
        if device.verify_token(code):
            return True
        transaction.set_rollback(True)
    return False


def verify(user: User, code: str) -> tuple[TOTPDevice | None, bool]:
    """Judge a code; returns the app it stands for, and whether it was a recovery code.

    A code that was right is used up.
    """
    code = _squeezed(code)
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            return None, False
        if _is_app_code(code):
            return (device if device.verify_token(code) else None), False
        if len(code) == CODE_LENGTH:
            used = RecoveryCode.objects.filter(user=user, digest=_digest(code)).delete()[0]
            return (device if used else None), True
    return None, False


def new_recovery_codes(user: User) -> list[str]:
    """Make recovery codes in place of those there were; only now can they be shown."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    rows = [RecoveryCode(user=user, digest=_digest(code)) for code in codes]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(rows)
    return ["-".join(re.findall(".{4}", code)) for code in codes]


def remove(user: AbstractBaseUser) -> bool:
    """Turn the second factor of somebody off; False where there was none."""
    with transaction.atomic():
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        return bool(TOTPDevice.objects.filter(user_id=user.pk).delete()[0])


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def _squeezed(code: str) -> str:
    return re.sub(r"[\s-]+", "", code).lower()


def _is_app_code(code: str) -> bool:
    return re.fullmatch("[0-9]{6}", code) is not None
