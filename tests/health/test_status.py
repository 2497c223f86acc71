"""The figures for operators, as JSON and for Prometheus, and who may see them."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from prometheus_client.parser import text_string_to_metric_families
from support import rows

from statements.models import DeliveredFile, Delivery, Transcript

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("address", ["/status", "/metrics"])


@pytest.fixture(autouse=True)
def state(settings: Any, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path


@BOTH
@pytest.mark.parametrize("remote", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_program_on_this_machine_may_see_it(client, archive_index, address, remote):
    assert client.get(address, REMOTE_ADDR=remote).status_code == 200


@BOTH
@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"],
)
def test_a_proxy_on_this_machine_makes_nobody_local(client, address, header):
    assert client.get(address, headers={header: "127.0.0.1"}).status_code == 401
    assert client.get(address, headers={header: ""}).status_code == 401


@BOTH
@pytest.mark.parametrize("remote", ["192.0.2.7", "", "unix:", "localhost"])
def test_others_are_refused(client, address, remote):
    response = client.get(address, REMOTE_ADDR=remote)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert list(response.json()) == ["errors"]


@BOTH
@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Bearer correct", 200),
        ("bearer correct", 200),
        ("Bearer wrong", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        ("Basic correct", 401),
        ("Bearer corréct", 401),
    ],
)
def test_a_token_opens(client, settings, archive_index, address, given, status):
    settings.STATUS_TOKEN = "correct"
    response = client.get(address, headers={"Authorization": given}, REMOTE_ADDR="192.0.2.7")
    assert response.status_code == status


@BOTH
def test_without_a_token_in_the_settings_none_is_right(client, settings, address):
    settings.STATUS_TOKEN = ""
    response = client.get(address, headers={"Authorization": "Bearer "}, REMOTE_ADDR="192.0.2.7")
    assert response.status_code == 401


@BOTH
@pytest.mark.parametrize(("staff", "status"), [(True, 200), (False, 401)])
def test_staff_who_are_signed_in_may_see_it(client, archive_index, address, staff, status):
    client.force_login(User.objects.create_user("ama", is_staff=staff))
    assert client.get(address, REMOTE_ADDR="192.0.2.7").status_code == status


@BOTH
def test_it_is_only_read(client, address):
    assert client.post(address).status_code == 405


def test_the_figures(client, archive_index, state):
    delivery = Delivery.objects.create()
    kept = rows.transcript(state=Transcript.State.UNREAD)
    DeliveredFile.objects.create(
        delivery=delivery, name="x", transcript=kept, outcome=DeliveredFile.Outcome.UNREAD
    )
    record = {"at": "2026-03-01T02:00:00+00:00", "file": "r.dump", "bytes": 12, "proven": True}
    (state / "last-backup.json").write_text(json.dumps(record))
    told = client.get("/status").json()
    assert told["status"] == "degraded"  # no worker is at work
    assert told["last_backup"] == record
    assert told["files"] == {"to_be_read": 1, "to_be_reviewed": 0, "to_be_decided": 0}
    assert told["worker"] is False
    assert told["outbox"]["waiting"] == 0
    assert told["disk"]["state"]["free_bytes"] > 0
    assert set(told["disk"]) >= {"state", "index", "uploads"}

    text = client.get("/metrics").content.decode()
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["rostrum_ready",] == 1
    assert samples["rostrum_part_ok", "worker"] == 0
    assert samples["rostrum_part_ok", "database"] == 1
    assert samples["rostrum_worker_at_work",] == 0
    assert samples["rostrum_outbox_lag_seconds",] == 0
    assert samples["rostrum_outbox_waiting",] == 0
    assert samples["rostrum_files_to_be_read",] == 1
    assert samples["rostrum_backup_bytes",] == 12
    assert samples["rostrum_backup_proven",] == 1
    assert samples["rostrum_index_info", told["generation"]] == 1
    assert samples["rostrum_disk_free_bytes", "state"] > 0


@pytest.mark.parametrize(
    "record", ["", "[]", "{}", '{"at": "yesterday"}', '{"at": 3, "file": "", "bytes": 1}', "\0"]
)
def test_a_record_of_a_backup_that_makes_no_sense_is_none(client, archive_index, state, record):
    (state / "last-backup.json").write_text(record)
    assert client.get("/status").json()["last_backup"] is None
    assert client.get("/metrics").status_code == 200


def test_openmetrics_are_given_to_whom_asks_for_them(client, archive_index):
    response = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert response["Content-Type"].startswith("application/openmetrics-text")
    assert response.content.endswith(b"# EOF\n")
    assert client.get("/metrics")["Content-Type"].startswith("text/plain")
