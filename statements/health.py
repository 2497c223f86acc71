"""For machines that watch: ``/healthz`` tells that the process answers, ``/readyz`` that readers
can be served."""

import logging

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from statements.search import health as index_health

logger = logging.getLogger(__name__)


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 where anything is missing that readers need, with a word for each part."""
    checks = {"database": _database(), "migrations": "unknown"}
    details: dict[str, object] = {}
    if checks["database"] == "ok":
        checks["migrations"] = _migrations()
        if checks["migrations"] == "ok":
            of_index, details = index_health.readiness()
            checks |= of_index
    ready = all(word == "ok" for word in checks.values())
    body = {"status": "ok" if ready else "unavailable", "checks": checks, **details}
    return JsonResponse(body, status=200 if ready else 503)


def _database() -> str:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        logger.warning("readyz: %s", error)
        return "does not answer"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else "ok"
