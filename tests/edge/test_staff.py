"""The check that the proxy makes before it accepts a large body."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db


def test_only_staff_who_are_signed_in_are_staff(client: Client) -> None:
    assert client.get("/is-staff").status_code == 401
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/is-staff").status_code == 401
    client.force_login(User.objects.create_user("keeper", is_staff=True))
    response = client.get("/is-staff")
    assert response.status_code == 204
    assert "no-store" in response["Cache-Control"]
    assert client.post("/is-staff").status_code == 405
