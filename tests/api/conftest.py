"""The archive that the API tests use."""

from collections.abc import Callable

import pytest
from support import rows


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    for number in range(3):
        rows.speech("The river froze.", country=rows.country("NOR"), public_id=f"froze-{number}")
    archive_index()
    return archive
