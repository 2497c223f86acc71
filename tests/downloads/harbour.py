"""Speeches about a harbour, with texts that readers of files could misread."""

from dataclasses import dataclass
from datetime import date

from support import rows

from statements.models import Speech

FORMULA = '=HYPERLINK("http://example.org","harbour")'
HOSTILE = 'The harbour, "quoted"; <b>bold</b> & _x0041_ bell\x07\ttab\r\nnext {line} \\ 中文 😀'
DASH = "- the harbour stays open"


@dataclass(frozen=True)
class Harbour:
    """Three speeches about a harbour, of which only words tell that they are about it."""

    formula: Speech
    hostile: Speech
    plain: Speech


def harbour() -> Harbour:
    """Store the speeches, and one of another subject."""
    norway = rows.country("NOR")
    meeting = rows.meeting("RIV/PV.9")
    formula = rows.speech(
        FORMULA,
        DASH,
        "The meeting was suspended.",
        narrative=[3],
        speaker_printed="=cmd|' /C calc'!A0",
        role="@Chair",
        country=norway,
        meeting=meeting,
        position=1,
        public_id="formula",
        topics=[rows.topic("+Ports; and harbours")],
    )
    hostile = rows.speech(HOSTILE, meeting=meeting, position=2, public_id="hostile")
    plain = rows.speech(
        "No boat left the harbour.", "It was cold.", public_id="plain", date=date(1970, 2, 3)
    )
    rows.speech("Nothing about ports.", public_id="inland")
    return Harbour(formula, hostile, plain)
