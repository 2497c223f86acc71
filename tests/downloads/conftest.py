"""The archive whose searches are taken away."""

from collections.abc import Callable

import pytest
from downloads import harbour as stored


@pytest.fixture
def harbour(archive_index: Callable[[], int]) -> stored.Harbour:
    speeches = stored.harbour()
    archive_index()
    return speeches
