"""Meetings of speeches that a table states."""

import pytest

from statements.ingest import assign_organs, publish, receive
from statements.models import Meeting

pytestmark = pytest.mark.django_db

TABLE = b"content,date,symbol\nThe tide is late.,2021-03-04,S/PV.12\nIt is.,2021-03-05,RC/PV.7\n"


def organs() -> dict[str, str | None]:
    return dict(Meeting.objects.values_list("symbol", "organ_id"))


def test_the_symbol_gives_the_organ_also_to_meetings_stored_earlier() -> None:
    received = receive("t.csv", TABLE)
    assert received.draft
    publish(received.transcript, received.draft)
    expected = {"S/PV.12": "Security Council", "RC/PV.7": None}
    assert organs() == expected
    Meeting.objects.update(organ=None)
    assert assign_organs() == 1
    assert organs() == expected
    assert assign_organs() == 0
