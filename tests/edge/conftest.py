"""What the edge is tried on, and the drill whose parts its tests use."""

import sys
from pathlib import Path

import pytest
import rows

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()
