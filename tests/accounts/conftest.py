"""People of the staff."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from support.sites.people import PASSWORD, Person


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """Hash passwords fast: these tests check hundreds."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(db: None) -> Person:
    """Make somebody of the staff."""

    def make(name: str = "ama", **fields: object) -> User:
        return User.objects.create_user(name, password=PASSWORD, **{"is_staff": True} | fields)

    return make
