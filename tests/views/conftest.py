"""Fixtures for the tests of pages."""

import pytest
from support import rows


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()
