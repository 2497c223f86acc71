"""Organs are ordered, renamed and joined by those who may change meetings."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from support import rows

from statements.models import Meeting, Organ

pytestmark = pytest.mark.django_db
NAMES = {"names-TOTAL_FORMS": 0, "names-INITIAL_FORMS": 0}


def change(client: Client, organ: Organ, **values: Any) -> str:
    data = {"name": organ.name, "position": 0, "parent": "", **NAMES, **values}
    address = reverse("admin:statements_organ_change", args=[organ.pk])
    return client.post(address, data, follow=True).content.decode()


def test_an_organ_is_renamed_and_others_are_joined_to_it(admin_client: Client) -> None:
    council, other = rows.organ("Rivers Council"), rows.organ("Council for Rivers")
    rows.meeting("RIV/PV.7", organ=council)
    rows.meeting("RIV/PV.8", organ=other)
    text = change(admin_client, council, name="Council for Rivers")
    assert "has this name already" in text
    text = change(admin_client, council, name="Water Council", joined=[other.pk], position=4)
    assert "1 organ was joined to it." in text
    assert set(Meeting.objects.values_list("organ", "organ__position")) == {("Water Council", 4)}
    names = set(Organ.objects.get().names.values_list("name", flat=True))
    assert names == {"Rivers Council", "Council for Rivers"}


def test_organs_with_the_same_session_are_not_joined(admin_client: Client) -> None:
    council, other = rows.organ("Rivers Council"), rows.organ("Council for Rivers")
    rows.session(12, organ=council)
    rows.session(12, organ=other, slug="again")
    text = change(admin_client, council, joined=[other.pk])
    assert "Two of them have this session: General debate, 12th session." in text
    assert Organ.objects.count() == 2


def test_the_order_is_set_in_the_list(admin_client: Client) -> None:
    organ = rows.organ("Rivers Council")
    page = admin_client.get(reverse("admin:statements_organ_changelist")).content.decode()
    assert 'aria-label="Position of Rivers Council"' in page
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": organ.pk,
        "form-0-position": 7,
        "_save": "Save",
    }
    admin_client.post(reverse("admin:statements_organ_changelist"), data)
    organ.refresh_from_db()
    assert organ.position == 7
