"""Whole data sets and tables, stored: counts, repeats, bad files, places, years."""

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from support import rows

from statements.ingest import (
    DataSetSource,
    FileResult,
    FileState,
    Intake,
    TableSource,
    assign_series,
    assign_sessions,
)
from statements.ingest.intake import sources
from statements.models import Meeting, Series, Session, Speech, Transcript
from statements.transcripts.datasets import GeneralDebate, SecurityCouncil, ungdc
from statements.transcripts.formats.containers.archives import Member, members

pytestmark = pytest.mark.django_db

SPEAKERS = (
    b"Year,Session,ISO Code,Country,Name of Person Speaking,Post\n"
    b"1975,30,RUS,USSR,Mr. Sail,Minister of Ferries\n"
    b"1975,30,NOR,Norway,Ms. Ingrid Lund,\n"
    b"1975,30,PER,Peru,Mr. Rill,\n"
)
DEBATE = {
    "Session 30 - 1975/RUS_30_1975.txt": b"The ferry sails on the great river.",
    "Session 30 - 1975/NOR_30_1975.txt": b"Ms. LUND (Norway): The weir holds.\n\nIt will.\n",
    "Session 30 - 1975/TCD_30_1975.txt": b"\x89PNG\r\n\x1a\nno text",
    "README.txt": b"Not a statement.",
}
COUNCIL = {
    "UNSC_2010_SPV.6411_spch001.txt": b"The President: I now give the floor to the next speaker.",
    "UNSC_2010_SPV.6411_spch002.txt": b"Ms. Lund (Norway): The weir holds.",
    "UNSC_2010_SPV.6411_spch003.txt": b"The President: I now give the floor to the next speaker.",
    "UNSC_2010_SPV.6412_spch001.txt": b"The President: I now give the floor to the next speaker.",
}
TABLE = (
    b"text,date,spv,speech,speaker,country,topic\n"
    b"Ms. Lund (Norway): The weir holds.,2010-10-25,6411,2,Ms. Lund,Norway,Weirs\n"
    b"The President: I thank her.,2010-10-25,6411,3,Mr. Rill,Peru,Weirs\n"
    b"The ferry sails.,2010-10-26,6412,1,Ms. Tarn,Chad,Ferries\n"
    b"Nobody knows when.,,,,,,\n"
)


def flow(files: dict[str, bytes]) -> list[Member]:
    return [Member(name, data) for name, data in files.items()]


def take(files: dict[str, bytes], corpus: GeneralDebate | SecurityCouncil) -> list[FileState]:
    return [result.state for result in run(files, corpus)]


def run(
    files: dict[str, bytes], corpus: GeneralDebate | SecurityCouncil, *, dry_run: bool = False
) -> list[FileResult]:
    source = DataSetSource(dataset=corpus, members=flow(files))
    return list(Intake(dry_run=dry_run).run(source))


def import_table(path: Path) -> FileResult:
    [result] = Intake().run(TableSource(path=path))
    return result


@pytest.fixture
def debate() -> GeneralDebate:
    """The General Debate with its table."""
    return ungdc.read_speakers(SPEAKERS)


def test_statements_are_stored_with_their_year_and_no_day(debate: GeneralDebate) -> None:
    assert sorted(take(DEBATE, debate)) == [FileState.FAILED, FileState.STORED, FileState.STORED]
    soviet = Speech.objects.get(country="SUN")
    assert (soviet.date, soviet.year_stated, soviet.year) == (None, 1975, 1975)
    assert soviet.speaker is not None
    assert (soviet.speaker.name, soviet.role) == ("Sail", "Minister of Ferries")
    assert [topic.title for topic in soviet.topics.all()] == ["General debate"]
    norway = Speech.objects.get(country="NOR")
    assert (soviet.meeting, soviet.organ) == (None, "General Assembly")
    assert str(soviet.session) == "General debate, 30th session, General Assembly, 1975"
    assert norway.session == soviet.session
    assert norway.public_id.startswith("t-")  # addresses do not depend on the session
    assert norway.speaker is not None
    assert norway.speaker.name == "Ingrid Lund"
    assert norway.speaker_printed == "Ms. LUND"
    transcript = Transcript.objects.get(name="NOR_30_1975.txt")
    assert bytes(transcript.content) == DEBATE["Session 30 - 1975/NOR_30_1975.txt"]
    assert transcript.state == Transcript.State.PUBLISHED
    assert str(transcript.series) == "UN General Debate Corpus"
    assert transcript.rights_statement == "CC0"


def test_files_of_earlier_imports_get_their_series(debate: GeneralDebate) -> None:
    take(DEBATE, debate)
    take(COUNCIL, SecurityCouncil())
    Series.objects.update(rights="Changed by an editor.")
    rows.transcript(name="letter.txt")
    files = Transcript.objects.order_by("name").values_list("name", "series__title")
    before = list(files)
    Transcript.objects.filter(name__startswith="N").update(series=None)
    assert assign_series() == 1
    assert list(files) == before
    assert assign_series() == 0
    assert Series.objects.filter(rights="Changed by an editor.").count() == 2


def test_taking_a_data_set_in_twice_changes_nothing(debate: GeneralDebate) -> None:
    take(DEBATE, debate)
    stored = Speech.objects.order_by("pk").values_list("pk", "public_id", "updated_at")
    before = list(stored)
    states = take(DEBATE, debate)
    assert sorted(states) == [FileState.FAILED, FileState.KNOWN, FileState.KNOWN]
    assert (
        list(Speech.objects.order_by("pk").values_list("pk", "public_id", "updated_at")) == before
    )


def test_speeches_of_earlier_imports_get_their_session_and_nothing_else(
    debate: GeneralDebate,
) -> None:
    take(DEBATE, debate)
    slug = Session.objects.get().slug
    Speech.objects.update(session=None)
    Session.objects.all().delete()
    other = rows.speech(date=None, year_stated=1976)  # from a file of another name
    rows.speech(date=None, year_stated=1976, transcript=rows.transcript(name="NOR_30_1975.txt"))
    before = list(Speech.objects.order_by("pk").values_list("public_id", "updated_at"))
    assert assign_sessions() == 2
    assert Session.objects.get().slug == slug == "general-assembly-30-general-debate"
    assert {*Session.objects.get().speeches.values_list("country", flat=True)} == {"NOR", "SUN"}
    assert list(Speech.objects.order_by("pk").values_list("public_id", "updated_at")) == before
    assert Speech.objects.get(pk=other.pk).session is None
    assert assign_sessions() == 0
    assert set(take(DEBATE, debate)) == {FileState.FAILED, FileState.KNOWN}
    assert Session.objects.count() == 1


def test_years_without_days_are_counted_and_browsed(debate: GeneralDebate) -> None:
    take(DEBATE, debate)
    assert list(Speech.objects.counts_by_year()) == [{"year": 1975, "count": 2}]
    assert Speech.objects.undated().count() == 0
    assert Speech.objects.of_year_alone(1975).count() == 2


def test_the_same_words_at_many_places_are_speeches_of_one_file() -> None:
    assert set(take(COUNCIL, SecurityCouncil())) == {FileState.STORED}
    assert Transcript.objects.count() == 2
    places = Speech.objects.values_list("meeting__symbol", "position").order_by(
        "meeting__symbol", "position"
    )
    assert list(places) == [("S/PV.6411", 1), ("S/PV.6411", 2), ("S/PV.6411", 3), ("S/PV.6412", 1)]
    repeated = Transcript.objects.get(name="UNSC_2010_SPV.6411_spch001.txt")
    positions = repeated.speeches.order_by("pk").values_list("transcript_position", flat=True)
    assert list(positions) == [1, 2, 3]
    assert set(take(COUNCIL, SecurityCouncil())) == {FileState.KNOWN}
    later = {"UNSC_2010_SPV.6413_spch009.txt": COUNCIL["UNSC_2010_SPV.6411_spch001.txt"]}
    assert take(later, SecurityCouncil()) == [FileState.STORED]
    assert repeated.speeches.count() == 4
    assert Meeting.objects.get(symbol="S/PV.6413").organ_id == "Security Council"


def test_a_taken_place_fails_alone_and_the_group_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take(COUNCIL, SecurityCouncil())
    more = {
        "UNSC_2010_SPV.6411_spch0002.txt": b"Mr. Rill (Peru): Somebody else's place.",
        "UNSC_2010_SPV.6411_spch005.txt": b"Mr. Rill (Peru): Mine.",
    }
    results = run(more, SecurityCouncil())
    assert [result.state for result in results] == [FileState.FAILED, FileState.STORED]
    assert "Position 2 of S/PV.6411" in results[0].message
    assert not Transcript.objects.filter(name="UNSC_2010_SPV.6411_spch0002.txt").exists()


def test_groups_are_cut_by_number_and_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FILES_PER_GROUP", 3)
    monkeypatch.setattr(sources, "BYTES_PER_GROUP", 100)
    sizes = [10, 10, 10, 200, 10]
    files = [
        Member(f"XX/NOR_{session:02}_{session + 1945}.txt", b"x" * size)
        for session, size in enumerate(sizes, start=1)
    ]
    source = DataSetSource(dataset=GeneralDebate(), members=files)
    groups = []
    for group in source.groups():
        for file in group:
            file.load()
        groups.append([file.size for file in group])
    assert groups == [[10, 10, 10], [200], [10]]


def test_a_group_is_stored_in_few_queries(django_assert_max_num_queries: object) -> None:
    many = {
        f"XX/NOR_{session:02}_{session + 1945}.txt": f"Statement {session}.".encode()
        for session in range(1, 61)
    }
    with django_assert_max_num_queries(41):  # type: ignore[operator]
        take(many, GeneralDebate())
    assert Speech.objects.count() == 60


def test_a_dry_run_writes_nothing(debate: GeneralDebate) -> None:
    results = run(DEBATE, debate, dry_run=True)
    assert sum(result.stored for result in results) == 2
    assert not Speech.objects.exists()
    assert not Transcript.objects.exists()


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_table_is_one_transcript_with_speeches_in_many_meetings(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", TABLE)
    result = import_table(path)
    assert (result.state, result.stored) == (FileState.STORED, 4)
    transcript = Transcript.objects.get()
    assert bytes(transcript.content) == TABLE
    rows = transcript.speeches.order_by("transcript_position").values_list(
        "meeting__symbol", "position", "date", "country", "speaker__name"
    )
    assert [(row[0], row[1], str(row[2]), *row[3:]) for row in rows] == [
        ("S/PV.6411", 2, "2010-10-25", "NOR", "Lund"),
        ("S/PV.6411", 3, "2010-10-25", "PER", "Rill"),
        ("S/PV.6412", 1, "2010-10-26", "TCD", "Tarn"),
        (None, 4, "None", None, None),
    ]
    assert import_table(path).state is FileState.KNOWN
    again = import_table(write(tmp_path / "t.csv.gz", gzip.compress(TABLE)))
    assert (again.state, again.stored) == (FileState.STORED, 1)  # the row without a place
    assert Speech.objects.filter(meeting__isnull=False).count() == 3


def test_a_row_that_cannot_be_stored_is_told_and_the_others_are(tmp_path: Path) -> None:
    rows = [
        {"text": "The weir holds.", "symbol": "S/PV.6411", "position": "1"},
        {"text": "Torn \ud800 letter.", "symbol": "S/PV.6411", "position": "2"},
        {"text": "Too far.", "symbol": "S/PV.6411", "position": "100000"},
        {"text": "Too long.", "symbol": "S/PV.6411", "position": "4", "organ": "Council " * 30},
        {"text": "The ferry sails.", "symbol": "S/PV.6411", "position": "5"},
    ]
    data = "\n".join(json.dumps(row) for row in rows).encode()
    result = import_table(write(tmp_path / "t.jsonl", data))
    assert (result.state, result.stored) == (FileState.STORED, 3)
    assert result.message.startswith("2 rows could not be stored; row 2: ")
    problems = Transcript.objects.get().problems
    told = [each["line"] for each in problems if each["code"] == "row-not-stored"]
    assert told == [2, 3]
    assert "text-shortened" in {each["code"] for each in problems}


def test_a_long_table_is_stored_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statements.ingest.intake.sources.ROWS_PER_DRAFT", 7)
    rows = "".join(f"Row {number}.,{1950 + number},\n" for number in range(50))
    result = import_table(write(tmp_path / "t.csv", f"text,year,speaker\n{rows}".encode()))
    assert result.stored == 50
    years = Speech.objects.order_by("transcript_position").values_list("year", flat=True)
    assert list(years) == [1950 + number for number in range(50)]


def test_a_table_of_many_pieces_is_kept_byte_for_byte(tmp_path: Path) -> None:
    rows = "".join(
        f"Row {number}: {'the weir holds ' * 4000}.,{number}\n" for number in range(1, 61)
    )
    data = f"text,year\n{rows}".encode()
    assert len(data) > 3 * 1024 * 1024
    import_table(write(tmp_path / "t.csv", data))
    transcript = Transcript.objects.get()
    assert bytes(transcript.content) == data
    assert transcript.size == len(data)
    assert transcript.speeches.count() == 60


def test_a_broken_table_stores_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", b'{"text": "One.", "year": 1}\n' * 300 + b"{broken\n")
    result = import_table(path)
    assert result.state is FileState.FAILED
    assert "Line 301" in result.message
    assert not Transcript.objects.exists()


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:xz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return path


def test_the_command_takes_a_data_set_and_prints_its_coverage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = archive(tmp_path / "debate.tar.xz", DEBATE)
    write(tmp_path / "speakers.csv", SPEAKERS)
    with pytest.raises(CommandError, match="1 of 3 files could not be stored"):
        call_command("ingest_transcripts", str(path))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "UN General Debate Corpus" in lines
    for line in (
        "documents expected by its tables 3",
        "of these found 2",
        "missing 1",
        "PER_30_1975",
        "documents found 3",
        "not in its tables 1",
        "stored now 2",
        "failed 1",
        "added 2",
        "undated 0",
    ):
        assert line in lines
    assert Speech.objects.count() == 2


COUNCIL_COLUMNS = (
    "index filename date day month year speaker speaker_undl speaker_country country_org role "
    "participanttype topic"
).split()


def council_table(*rows: dict[str, str]) -> bytes:
    lines = ["\t".join(row.get(name, "") for name in COUNCIL_COLUMNS) for row in rows]
    return "\n".join(["\t".join(COUNCIL_COLUMNS), *lines, ""]).encode()


def test_the_council_as_published_in_either_version_is_taken_with_its_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {  # three digits as in version 5, four as in version 6.1
        "speeches/UNSC_2010_SPV.6411_spch001.txt": b"\xef\xbb\xbfThe President: We begin.\r\n",
        "speeches/UNSC_2010_SPV.6411_spch0002.txt": b"Ms. Lund (Norway): The weir\r\nholds.\r\n",
        "speeches/UNSC_2010_SPV.6411Resumption1_spch064.txt": b"Mr. Rill (Peru): It did.\r\n",
        "speeches/UNSC_2020_SPV.2020_418_spch003.txt": b"We could not meet.\r\n",
    }
    day = {"date": "2010-10-25", "year": "2010", "participanttype": "Mentioned"}
    first = {"filename": "UNSC_2010_SPV.6411_spch0001.txt", "participanttype": "The President"}
    table = council_table(
        day | first | {"speaker": "Mr. Ngoma", "country_org": "Gabon"},
        day
        | {"filename": "UNSC_2010_SPV.6411_spch002.txt", "topic": 'Weirs\nand "locks"'}
        | {"speaker": "Ms. Lund", "country_org": "Norway"},
        day | {"filename": "UNSC_2010_SPV.6411Resumption1_spch0064.txt", "speaker": "Mr. Rill"},
        {"filename": "UNSC_2020_SPV.2020_418_spch0003.txt", "date": "2020-05-14"}
        | {"speaker": "Ms. Tarn", "country_org": "Chad"},
        day | {"filename": "UNSC_2010_SPV.6411_spch009.txt", "speaker": "Mr. Gone"},
    )
    path = archive(tmp_path / "speeches.tar.xz", files)
    write(tmp_path / "speaker.tsv", table)
    write(tmp_path / "meta.tsv", b"basename\tdate\ttopic\nUNSC_2010_SPV.6411\t2010-10-25\tWeirs\n")
    call_command("ingest_transcripts", str(path))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    for line in ("documents expected by its tables 5", "of these found 4", "missing 1", "added 4"):
        assert line in lines
    found = Speech.objects.select_related("meeting", "speaker").order_by(
        "meeting__slug", "position"
    )
    assert [
        (str(each.meeting), each.position, each.speaker and each.speaker.name, each.country_id)
        for each in found
    ] == [
        ("S/2020/418", 3, "Tarn", "TCD"),
        ("S/PV.6411", 1, "Ngoma", "GAB"),
        ("S/PV.6411", 2, "Lund", "NOR"),
        ("S/PV.6411 (Resumption 1)", 64, "Rill", "PER"),
    ]
    call_command("ingest_transcripts", str(path))
    assert Speech.objects.count() == 4


def test_the_command_takes_a_table_with_named_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "t.csv", b"content,who\nThe weir holds.,Ms. Tarn\n")
    call_command("ingest_transcripts", str(path), "--columns", "speaker=who")
    assert Speech.objects.get().speaker is not None
    assert "1 new speeches" in capsys.readouterr().out


def test_an_unknown_archive_is_named_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = archive(tmp_path / "a.tar.xz", {"a.txt": b"One."})
    with pytest.raises(CommandError, match="1 of 1 file could not"):
        call_command("ingest_transcripts", str(path))
    assert "not a known data set" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_data_set_ends_on_the_disk() -> None:
    before = _flushed()
    take(COUNCIL, SecurityCouncil())
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
    assert _flushed() > before


def _flushed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')")
        return int(cursor.fetchone()[0])


def test_a_folder_is_a_data_set_too(tmp_path: Path) -> None:
    for name, data in DEBATE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, data)
    source = DataSetSource(dataset=GeneralDebate(), members=members(tmp_path))
    assert {result.state for result in Intake().run(source)} == {FileState.STORED, FileState.FAILED}
