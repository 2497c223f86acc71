"""What machines are told of the archive's health."""

import shutil
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from invented import make_speech

from statements.models import IndexOutbox
from statements.search import generations, indexing

pytestmark = pytest.mark.django_db


def test_healthz_asks_nobody(client: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_readyz_tells_what_is_ready_and_how_far_the_index_is(client, archive_index):
    speech = make_speech(["river"])
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
        "outbox": "ok",
    }
    assert 90 <= told["outbox"]["age_s"] < 95
    assert told["outbox"]["waiting"] > 0
    assert told["generation"].startswith("1.")
    assert response.headers["Cache-Control"].startswith("max-age=0")


def test_readyz_without_a_worker_for_long_is_unavailable(client, archive_index):
    make_speech(["river"])
    IndexOutbox.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["outbox"].startswith("not emptied for 36")
    archive_index()
    assert client.get("/readyz").status_code == 200


def test_readyz_without_an_index_is_unavailable(client, archive_index):
    shutil.rmtree(generations.root())
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["index"] == "cannot be read"


def test_readyz_while_the_generation_before_answers_is_not_ready(client, archive_index):
    make_speech(["river"])
    indexing.rebuild()
    shutil.rmtree(generations.in_use().path)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["index"]) == (503, "incomplete")


def test_readyz_with_a_migration_missing_is_unavailable(client, archive_index):
    [leaf] = MigrationLoader(connection).graph.leaf_nodes("statements")
    MigrationRecorder(connection).record_unapplied(*leaf)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "1 not applied"
