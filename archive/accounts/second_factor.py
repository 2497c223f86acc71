"""Two-factor authentication: a code from an authenticator app (TOTP, RFC 6238) or a recovery code.

django-otp stores the keys, tolerates clocks that differ by half a minute, and rejects a code that
was used before. It stores recovery codes in plain text, so this module has its own, which are
stored as hashes.
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
# lower-case letters and digits without lookalikes; 24 of them have 118 bits of entropy, enough for
# an unsalted hash by OWASP ASVS 5, 6.5.2
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 24
NAME = "authenticator app"


def device_of(user: AbstractBaseUser | AnonymousUser) -> TOTPDevice | None:
    """Return the user's authenticator app, or None if they have not set one up."""
    if not user.is_authenticated:
        return None
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).first()


def is_required(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return True if the user has to set up a second factor before doing anything else."""
    return bool(settings.REQUIRE_SECOND_FACTOR and getattr(user, "is_staff", False))


def new_key() -> str:
    """Return a new 160-bit secret in hexadecimal."""
    return str(random_hex(20))


def unsaved_device(user: User, key: str) -> TOTPDevice:
    """Return a device that is not stored yet, to render its QR code and verify a first code."""
    return TOTPDevice(user=user, name=NAME, key=key, confirmed=True)


def spelled_key(key: str) -> str:
    """Return a key in the form users type into apps: base 32 in groups of four."""
    letters = b32encode(bytes.fromhex(key)).decode()
    return " ".join(re.findall(".{1,4}", letters))


def qr_code(device: TOTPDevice) -> SafeString:
    """Return the QR code of a device as an SVG element without styles or scripts."""
    drawing = segno.make(device.config_url, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(drawing)  # noqa: S308 - segno draws shapes only, without user input


def set_up(device: TOTPDevice, code: str) -> bool:
    """Store the device in place of an earlier one; return False if the code is wrong."""
    code = _normalize(code)
    if not _is_app_code(code):
        return False
    with transaction.atomic():
        # two simultaneous requests must not leave the user with two devices
        User.objects.select_for_update().get(pk=device.user_id)
        TOTPDevice.objects.filter(user_id=device.user_id).delete()
        device.save()
        if device.verify_token(code):
            return True
        transaction.set_rollback(True)
    return False


def verify(user: User, code: str) -> tuple[TOTPDevice | None, bool]:
    """Verify a code; return the device, or None, and whether it is a recovery code.

    A correct code cannot be used again.
    """
    code = _normalize(code)
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            return None, False
        if _is_app_code(code):
            return (device if device.verify_token(code) else None), False
        if len(code) == CODE_LENGTH:
            is_valid = RecoveryCode.objects.filter(user=user, digest=_digest(code)).delete()[0] > 0
            return (device if is_valid else None), True
    return None, False


def new_recovery_codes(user: User) -> list[str]:
    """Replace the user's recovery codes and return the new ones, which cannot be shown again."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    rows = [RecoveryCode(user=user, digest=_digest(code)) for code in codes]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(rows)
    return ["-".join(re.findall(".{4}", code)) for code in codes]


def remove(user: AbstractBaseUser) -> bool:
    """Turn off two-factor authentication; return False if the user had not set it up."""
    with transaction.atomic():
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        return bool(TOTPDevice.objects.filter(user_id=user.pk).delete()[0])


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def _normalize(code: str) -> str:
    return re.sub(r"[\s-]+", "", code).lower()


def _is_app_code(code: str) -> bool:
    return re.fullmatch("[0-9]{6}", code) is not None
