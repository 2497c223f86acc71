"""Fixtures of the search tests."""

from datetime import date

import pytest
from support.factories import make_speech

from statements.models import Speech


@pytest.fixture
def umarov(db: None) -> Speech:
    """Return a speech by Kazakhstan about reconciliation."""
    return make_speech(
        ["We thank the presidency.", "Lasting peace needs reconciliation between neighbours."],
        speaker="Umarov",
        country="KAZ",
        affiliation="Kazakhstan",
        on=date(2018, 1, 18),
        meeting="S/PV.8162",
        organ="Security Council",
        topics=["Peacebuilding and sustaining peace", "Regional partnership"],
    )
