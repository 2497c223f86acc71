"""Archivists of every rank."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from support.uploads import Person

PASSWORD = "rivers run to the sea"


@pytest.fixture
def person(db: None) -> Person:
    """Make a client that is logged in as somebody with these permissions."""

    def make(*codes: str, name: str = "ama", staff: bool = True) -> Client:
        user = User.objects.create_user(name, password=PASSWORD, is_staff=staff)
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        assert user.user_permissions.count() == len(codes)
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def archivist(person: Person) -> Client:
    return person("upload_transcript", "publish_transcript", "view_transcript")


@pytest.fixture
def second(person: Person) -> Client:
    """Somebody else with the same rights."""
    return person("upload_transcript", "publish_transcript", "view_transcript", name="bo")
