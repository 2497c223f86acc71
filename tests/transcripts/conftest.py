"""What the tests of reading share: the golden pairs, and where real records may be found."""

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
    """Real records beside the repository; where there are none, the test says so."""
    if not (SHARED / "seeds").is_dir():
        pytest.skip("no real records in ../shared")
    return SHARED
