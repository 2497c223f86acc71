"""Files with the same bytes at different places, and files that are described a second time."""

import datetime
import io
import itertools
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.management import call_command

from statements import ingest
from statements.ingest import Incoming, Metadata
from statements.ingest.intake.uploads import Outcome
from statements.models import Delivery, Meeting, Speech, Transcript

pytestmark = pytest.mark.django_db

FORMULA = b"The President: I now give the floor to the representative of Nigeria.\n"
OTHER = b"Ms. Okafor (Nigeria): The water was low this year, and nobody measured it.\n"
DAY = datetime.date(2025, 3, 4)

# what a meeting's files are: a formula that is said three times, in two sittings
FILES: list[tuple[str, bytes, str, int]] = [
    ("7_001.txt", FORMULA, "RC/PV.7", 1),
    ("7_002.txt", OTHER, "RC/PV.7", 2),
    ("7_003.txt", FORMULA, "RC/PV.7", 3),
    ("8_001.txt", FORMULA, "RC/PV.8", 1),
]


def incoming(files: Sequence[tuple[str, bytes, str, int]]) -> list[Incoming]:
    return [
        Incoming(name, data, metadata=Metadata(date=DAY, symbol=symbol, position=position))
        for name, data, symbol, position in files
    ]


def places() -> list[tuple[str, int]]:
    rows = Speech.objects.order_by("meeting__symbol", "position")
    return list(rows.values_list("meeting__symbol", "position"))


ALL = [("RC/PV.7", 1), ("RC/PV.7", 2), ("RC/PV.7", 3), ("RC/PV.8", 1)]


def publish_all() -> None:
    for transcript in Transcript.objects.waiting().without_their_content().order_by("pk"):
        ingest.publish(transcript, ingest.draft_waiting(transcript))


def outcomes(delivery: Delivery) -> dict[str, str]:
    return {file.name: file.outcome for file in delivery.files.all()}


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_all_places_arrive_in_whichever_order(order: tuple[int, ...]) -> None:
    delivery = ingest.deliver(incoming([FILES[index] for index in order]))
    ingest.read_delivered()
    assert set(outcomes(delivery).values()) == {Outcome.READ}
    assert Transcript.objects.count() == 2
    publish_all()
    assert places() == ALL
    assert Meeting.objects.get(symbol="RC/PV.8").date == DAY
    assert {speech.date for speech in Speech.objects.all()} == {DAY}


def test_places_that_come_one_by_one_arrive_before_and_after_publishing() -> None:
    for file in FILES[:3]:
        ingest.deliver(incoming([file]))
        ingest.read_delivered()
    publish_all()
    assert places() == ALL[:3]
    ingest.deliver(incoming([FILES[3]]))
    ingest.read_delivered()
    transcript = Transcript.objects.get(state="another")
    assert Transcript.objects.public().filter(pk=transcript.pk).exists()
    assert places() == ALL[:3]  # nothing is public before publishing
    publish_all()
    assert places() == ALL
    transcript.refresh_from_db()
    assert transcript.state == "published"


def test_the_same_again_changes_nothing() -> None:
    for _ in range(2):
        delivery = ingest.deliver(incoming(FILES))
        ingest.read_delivered()
    assert set(outcomes(delivery).values()) == {Outcome.KNOWN}
    publish_all()
    for _ in range(2):
        delivery = ingest.deliver(incoming(FILES))
        ingest.read_delivered()
        assert set(outcomes(delivery).values()) == {Outcome.KNOWN}
        publish_all()
    assert places() == ALL


def test_the_browser_stores_what_the_command_stores(tmp_path: Path) -> None:
    table = ["file,symbol,position,date"]
    for name, data, symbol, position in FILES:
        (tmp_path / name).write_bytes(data)
        table.append(f"{name},{symbol},{position},2025-03-04")
    (tmp_path / "table.csv").write_text("\n".join(table))
    call_command("ingest_transcripts", tmp_path, "--metadata", tmp_path / "table.csv", verbosity=0)
    fields = ("public_id", "position", "date", "speaker_line", "is_national")
    by_command = list(Speech.objects.order_by("public_id").values_list(*fields))
    delivery = ingest.deliver(incoming(FILES))
    ingest.read_delivered()
    assert set(outcomes(delivery).values()) == {Outcome.KNOWN}
    Speech.objects.all().delete()
    Transcript.objects.all().delete()
    ingest.deliver(incoming(FILES))
    ingest.read_delivered()
    publish_all()
    assert list(Speech.objects.order_by("public_id").values_list(*fields)) == by_command


def test_files_of_one_name_in_two_folders_are_two() -> None:
    files = [("a/1.txt", FORMULA, "RC/PV.7", 1), ("b/1.txt", FORMULA, "RC/PV.7", 2)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data, *_ in files:
            archive.writestr(name, data)
    given = {file.name: file.metadata for file in incoming(files)}
    ingest.deliver(
        Incoming(file.name, file.data, shown=file.shown, metadata=given[file.name])
        for file in ingest.unpack("m.zip", packed)
    )
    ingest.read_delivered()
    publish_all()
    assert places() == [("RC/PV.7", 1), ("RC/PV.7", 2)]


def test_topics_go_to_their_own_place_alone() -> None:
    for name, symbol, topics in (
        ("a.txt", "RC/PV.7", ("Water", "Dams")),
        ("b.txt", "RC/PV.8", ("Water", "Fish")),
    ):
        said = Metadata(symbol=symbol, position=1, topics=topics)
        ingest.deliver([Incoming(name, FORMULA, metadata=said)])
    ingest.read_delivered()
    publish_all()
    found = {
        speech.meeting.symbol: {topic.title for topic in speech.topics.all()}
        for speech in Speech.objects.select_related("meeting")
        if speech.meeting
    }
    assert found == {"RC/PV.7": {"Water", "Dams"}, "RC/PV.8": {"Water", "Fish"}}


def test_discarding_one_more_place_leaves_what_is_public() -> None:
    ingest.deliver(incoming(FILES[:1]))
    ingest.read_delivered()
    publish_all()
    ingest.deliver(incoming(FILES[3:]))
    ingest.read_delivered()
    transcript = Transcript.objects.get(state="another")
    ingest.discard(transcript)
    transcript.refresh_from_db()
    assert (transcript.state, places()) == ("published", [("RC/PV.7", 1)])
    assert transcript.published_at
    ingest.deliver(incoming(FILES[3:]))
    ingest.read_delivered()
    publish_all()
    assert places() == [("RC/PV.7", 1), ("RC/PV.8", 1)]


# -- described again -----------------------------------------------------------------------------


def deliver(name: str = "a.txt", data: bytes = OTHER, **said: object) -> Delivery:
    delivery = ingest.deliver([Incoming(name, data, metadata=Metadata(**said))])  # type: ignore[arg-type]
    ingest.read_delivered()
    return delivery


def draft() -> ingest.Draft:
    return ingest.draft_waiting(Transcript.objects.defer(None).get())


def test_a_table_sent_again_is_applied_to_what_waits() -> None:
    deliver(symbol="RC/PV.6")
    delivery = deliver(symbol="RC/PV.7", position=4, date=DAY)
    assert outcomes(delivery) == {"a.txt": Outcome.READ}
    assert "applied" in delivery.files.get().message
    assert (draft().symbol, draft().first_position, draft().date) == ("RC/PV.7", 4, DAY)
    deliver(topics=("Water",))  # what is not said now is as it was
    assert (draft().symbol, draft().topics) == ("RC/PV.7", ["Water"])


def test_corrections_by_hand_are_kept_and_conflicts_are_said() -> None:
    deliver(symbol="RC/PV.6", date=DAY)
    transcript = Transcript.objects.defer(None).get()
    corrected = ingest.draft_waiting(transcript)
    corrected.symbol = "RC/PV.9"
    corrected.speeches[0].role = "Rapporteur"
    ingest.update_draft(transcript, corrected, transcript.revision)
    delivery = deliver(symbol="RC/PV.7", date=datetime.date(2025, 5, 6))
    found = draft()
    assert (found.symbol, found.speeches[0].role) == ("RC/PV.9", "Rapporteur")
    assert found.date == datetime.date(2025, 5, 6)
    said = delivery.files.get().message
    assert "The symbol stays “RC/PV.9”" in said
    assert "“RC/PV.7”" in said
    assert "role" not in said


def test_what_a_table_is_not_applied_to_is_said() -> None:
    deliver(symbol="RC/PV.7", position=1)
    transcript = Transcript.objects.defer(None).get()
    ingest.publish(transcript, ingest.draft_waiting(transcript))
    delivery = deliver(symbol="RC/PV.7", position=2)
    assert outcomes(delivery) == {"a.txt": Outcome.KNOWN}
    assert "not applied because the file is already published" in delivery.files.get().message
    assert places() == [("RC/PV.7", 1)]


def test_another_name_without_a_place_is_said() -> None:
    deliver(symbol="RC/PV.7", position=1)
    delivery = deliver("b.txt", symbol="RC/PV.8")
    assert "With a symbol and a position" in delivery.files.get().message
    assert draft().symbol == "RC/PV.7"


def test_somebody_who_looks_at_the_draft_notices_the_table() -> None:
    deliver(symbol="RC/PV.6")
    transcript = Transcript.objects.defer(None).get()
    deliver(symbol="RC/PV.7")
    with pytest.raises(ingest.EditConflict):
        ingest.publish(transcript, ingest.draft_waiting(transcript))
