"""People of the staff."""

import pytest
from django.contrib.auth.models import User
from support.sites.people import PASSWORD, Person


@pytest.fixture
def person(db: None) -> Person:
    """Make somebody of the staff."""

    def make(name: str = "ama", **fields: object) -> User:
        return User.objects.create_user(name, password=PASSWORD, **{"is_staff": True} | fields)

    return make
