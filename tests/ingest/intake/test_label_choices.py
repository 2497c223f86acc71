"""The command learns from a person which labels begin turns."""

from pathlib import Path

import pytest
from django.core.management import call_command

from statements.models import Speech

pytestmark = pytest.mark.django_db

DEBATE = """
Mr. Lund (Harbour South): Will it open?

Mr. Speaker: Order.

Ms. Tarn (Quay): It will.

Erik Vasseur: I was invited.
"""


def speakers() -> list[str]:
    speeches = Speech.objects.order_by("transcript_position").select_related("speaker")
    return [speech.speaker.name if speech.speaker else "" for speech in speeches]


@pytest.fixture
def debate(tmp_path: Path) -> str:
    path = tmp_path / "debate.txt"
    path.write_text(DEBATE.strip(), encoding="utf-8")
    return str(path)


def test_without_a_choice_a_doubtful_label_names_nobody(debate: str) -> None:
    call_command("ingest_transcripts", debate)
    assert speakers() == ["Lund", "", "Tarn", ""]


def test_an_accepted_label_names_its_speaker_and_a_rejected_one_is_text(debate: str) -> None:
    call_command(
        "ingest_transcripts",
        debate,
        "--accept-label=Erik Vasseur",
        "--reject-label=Mr. Speaker",
    )
    assert speakers() == ["Lund", "Tarn", "Erik Vasseur"]
