"""Shared by the tests of reading: the option for golden files, and the place of real records."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is read now as the expectation of every golden transcript",
    )


@pytest.fixture
def shared() -> Path:
    """The folder of real records next to the repository; without it, the test is skipped."""
    if not (SHARED / "seeds").is_dir():
        pytest.skip("no real records in ../shared")
    return SHARED
