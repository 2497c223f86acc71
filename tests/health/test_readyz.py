"""Whether pages can be served, and the other problems that are reported."""

import shutil
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from support import rows

from statements.health import checks
from statements.models import IndexOutbox
from statements.search.index import generations
from statements.search.indexing import quarantine, sync

pytestmark = pytest.mark.django_db


def test_healthz_asks_nobody(client: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_every_part_has_a_word_and_the_index_its_figures(client, archive_index):
    speech = rows.speech("The river rose.")
    IndexOutbox.objects.filter(speech_id=speech.pk).update(
        created_at=timezone.now() - timedelta(seconds=90)
    )
    response = client.get("/readyz")
    told = response.json()
    assert response.status_code == 200
    assert told["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "index": "ok",
        "completeness": "speeches that cannot be found yet: 1",
        "outbox": "ok",
        "quarantine": "ok",
        "worker": "not running",
        "disk": "ok",
    }
    assert told["status"] == "degraded"
    assert 90 <= told["outbox"]["lag_s"] < 95
    assert told["outbox"]["waiting"] > 0
    assert told["generation"].startswith("1.")
    assert response.headers["Cache-Control"].startswith("max-age=0")


def test_completeness_agrees_with_searches(client, archive_index):
    def of_all() -> list[bool]:
        metrics = client.get("/metrics").content.decode()
        return [
            client.get("/readyz").json()["complete"],
            client.get("/readyz").json()["checks"]["completeness"] == "ok",
            client.get("/status").json()["complete"],
            "rostrum_index_complete 1.0" in metrics,
            'rostrum_part_ok{part="completeness"} 1.0' in metrics,
            client.get("/api/v1/search").json()["index"]["complete"],
        ]

    assert of_all() == [True] * 6
    speeches = [rows.speech("The river rose."), rows.speech("The dam held.")]
    assert of_all() == [False] * 6
    assert client.get("/readyz").json()["outbox"]["missing"] == 2
    assert client.get("/readyz").status_code == 200
    archive_index()
    assert of_all() == [True] * 6
    speeches[0].paragraphs.update(text="The river fell.")  # found as it was before
    assert of_all() == [True] * 6


def test_a_backlog_is_named_and_pages_are_served(client, archive_index):
    rows.speech("The river rose.")
    IndexOutbox.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"]["outbox"].startswith("oldest change has waited 36")
    archive_index()
    assert client.get("/readyz").json()["checks"]["outbox"] == "ok"


def test_a_clock_that_was_set_back_makes_no_change_older_than_now(client, archive_index):
    rows.speech("The river rose.")
    IndexOutbox.objects.update(created_at=timezone.now() + timedelta(days=400))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["outbox"]["lag_s"] == 0
    assert archive_index() > 0
    assert client.get("/readyz").json()["outbox"]["waiting"] == 0


def test_quarantined_speeches_are_named(client, archive_index):
    quarantine.add(rows.speech("The river rose.").pk)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"]["quarantine"] == "speeches that could not be indexed: 1"


def test_a_full_disk_is_named(client, archive_index, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_FREE_BYTES", 1024**6)  # nobody has as much
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"]["disk"].startswith("full: state (")


def test_without_an_index_no_page_is_promised(client, archive_index):
    shutil.rmtree(generations.root())
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response["Retry-After"] == client.get("/status")["Retry-After"] == "30"
    assert response.json()["status"] == "unavailable"
    assert response.json()["checks"]["index"] == "not readable"


def test_the_generation_before_is_enough_and_the_rebuilding_is_named(client, archive_index):
    rows.speech("The river rose.")
    sync.rebuild()
    shutil.rmtree(generations.in_use().path)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"]["index"] == "ok"
    assert response.json()["checks"]["completeness"] == "index is being built"


def test_a_missing_migration_is_named_and_noticed_after_all_were_applied(client, archive_index):
    assert client.get("/readyz").status_code == 200
    [leaf] = MigrationLoader(connection).graph.leaf_nodes("statements")
    MigrationRecorder(connection).record_unapplied(*leaf)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == f"1 not applied: statements.{leaf[1]}"
    assert response.json()["checks"]["index"] == "unknown"


def test_it_is_cheap_enough_to_be_asked_every_second(
    client, archive_index, django_assert_max_num_queries
):
    client.get("/readyz")
    with django_assert_max_num_queries(6) as asked:
        client.get("/readyz")
    assert not any("applied" in query["sql"] for query in asked.captured_queries)
