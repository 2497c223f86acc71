"""The archive that the tools read."""

import os
from collections.abc import Callable

import pytest
from django.db import connection
from support import rows

from statements import ingest
from statements.models import Speech

SITE = "https://archive.example.org"


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    for year in (1999, 2001, 2001):
        rows.speech(
            f"Nobody expected it. The river froze in {year}. It was <cold> & long.",
            country=rows.country("NOR"),
            public_id=f"froze-{year}-{Speech.objects.count()}",
            date=None,
            year_stated=year,
        )
    ingest.annotate_again(Speech.objects.all())
    archive_index()
    return archive


@pytest.fixture
def environment(archive_index: Callable[[], int]) -> dict[str, str]:
    """Return what a process needs to answer from this test's database and index."""
    of = connection.settings_dict
    return os.environ | {
        "DATABASE_URL": f"postgres://{of['USER']}:{of['PASSWORD']}@/{of['NAME']}",
        "PGHOST": str(of["HOST"]),
        "PGPORT": str(of["PORT"] or 5432),
        "SECRET_KEY": "of a test",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "BASE_URL": SITE,
        "HTTPS": "0",
    }
