"""A small archive to export."""

import pytest
from django.conf import LazySettings
from support import rows


@pytest.fixture
def archive(transactional_db: None, settings: LazySettings) -> rows.SmallArchive:
    """A small archive whose rows are committed: an export is a transaction of its own."""
    settings.BASE_URL = "https://archive.example.org"
    return rows.small_archive()
