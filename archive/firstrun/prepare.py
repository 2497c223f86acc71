"""Prepare database and index before the servers start: migrations, samples, index."""

import os
import sys

import django
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from archive.command_failures import report_in_a_sentence


def prepare() -> None:
    """Apply missing migrations, load the samples once, and build a missing index."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False)
    if not apps.get_model("statements", "Transcript").objects.exists():
        call_command("load_samples")
    call_command("ensure_index")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
    django.setup()
    try:
        with report_in_a_sentence():
            prepare()
    except CommandError as error:
        sys.exit(str(error))
