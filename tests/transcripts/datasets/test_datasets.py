"""Published data sets by their file names and tables."""

from datetime import date
from pathlib import Path

import pytest

from statements.transcripts import UnreadableTranscript
from statements.transcripts.datasets import recognise, ungdc, unsc
from statements.transcripts.datasets.ungdc import GeneralDebate
from statements.transcripts.datasets.unsc import SecurityCouncil

SPEAKERS = (
    b"Year,Session,ISO Code,Country,Name of Person Speaking,Post\n"
    b"2014,69,NOR ,Norway ,Ms. Ingrid Lund ,Minister of Ferries\n"
    b"2014,69,PER,Peru,Mr. One,\n"
    b"2014,69,PER,Peru,Mr. Other,\n"
    b"1980,35,YDYE,Democratic Yemen,Mr. Sail,\n"
    b"2014,69,TCD,Chad,Mr. One/Mr. Other,President\n"
)
SPEAKER_COLUMNS = (
    "index filename date day month year speaker speaker_undl speaker_country country_org role "
    "participanttype topic"
).split()


def council_row(**cells: str) -> str:
    return "\t".join(cells.get(column, "") for column in SPEAKER_COLUMNS)


COUNCIL = "\n".join(
    [
        "\t".join(SPEAKER_COLUMNS),
        council_row(
            filename="UNSC_2010_SPV.6411Resumption1_spch0064.txt",
            date="2010-10-26",
            speaker="Ms. Lund",
            country_org="Norway",
            participanttype="Guest",
            topic='Ferries "and" locks',
        ),
        council_row(filename="UNSC_2005_SPV.5225_spch002.txt", topic="Peace\nand\nwater"),
        council_row(filename="UNSC_2010_SPV.6411_spch001.txt", participanttype="The President"),
        "",
    ]
).encode()
MEETINGS = b"basename\tdate\ttopic\nUNSC_2010_SPV.6411\t25 October 2010\tWeirs\n"


def test_a_statement_of_the_general_debate_is_placed_by_name_and_table() -> None:
    corpus = ungdc.read_speakers(SPEAKERS)
    parsed = corpus.read("Session 69 - 2014/NOR_69_2014.txt", b"\xef\xbb\xbfThe ferry sails.")
    metadata = parsed.speeches[0].source_metadata
    assert metadata is not None
    assert (metadata.year, metadata.date, metadata.country) == (2014, None, "NOR")
    assert (metadata.honorific, metadata.speaker, metadata.role) == (
        "Ms.",
        "Ingrid Lund",
        "Minister of Ferries",
    )
    assert metadata.topics == ("General debate",)


def test_two_rows_for_one_statement_leave_the_speaker_open() -> None:
    metadata = ungdc.read_speakers(SPEAKERS).source_metadata("PER_69_2014.txt")
    assert metadata is not None
    assert (metadata.speaker, metadata.country) == ("", "PER")


def test_two_names_in_one_cell_leave_the_speaker_open() -> None:
    metadata = ungdc.read_speakers(SPEAKERS).source_metadata("TCD_69_2014.txt")
    assert metadata is not None
    assert (metadata.speaker, metadata.role) == ("", "President")


def test_codes_of_the_table_that_no_file_bears_are_known() -> None:
    corpus = ungdc.read_speakers(SPEAKERS)
    assert "YMD_35_1980" in corpus.expected
    metadata = corpus.source_metadata("YMD_35_1980.txt")
    assert metadata is not None
    assert metadata.speaker == "Sail"


@pytest.mark.parametrize(
    "name", ["NOR_69_2015.txt", "README.txt", "._NOR_69_2014.txt", "nor_69_2014.txt"]
)
def test_other_files_are_no_statements(name: str) -> None:
    assert GeneralDebate().key(name) == ""
    assert GeneralDebate().source_metadata(name) is None


def test_a_president_who_thanks_is_not_the_speaker_of_the_file() -> None:
    corpus = ungdc.read_speakers(SPEAKERS)
    text = b"Ms. LUND (Norway): The ferry sails.\n\nThe PRESIDENT: I thank her.\n"
    lund, president = corpus.read("NOR_69_2014.txt", text).speeches
    assert lund.source_metadata is not None
    assert president.source_metadata is not None
    assert (lund.source_metadata.speaker, president.source_metadata.speaker) == ("Ingrid Lund", "")
    assert president.source_metadata.year == 2014


def test_the_tables_of_the_council_are_joined_over_broken_rows() -> None:
    corpus = unsc.with_meetings(unsc.with_speakers(SecurityCouncil(), COUNCIL), MEETINGS)
    assert len(corpus.expected) == 3
    metadata = corpus.source_metadata("speeches/UNSC_2010_SPV.6411Resumption1_spch064.txt")
    assert metadata is not None
    assert str(metadata.symbol) == "S/PV.6411 (Resumption 1)"
    assert (metadata.date, metadata.position, metadata.speaker) == (date(2010, 10, 26), 64, "Lund")
    assert metadata.topics == ('Ferries "and" locks',)
    broken = corpus.source_metadata("UNSC_2005_SPV.5225_spch0002.txt")
    assert broken is not None
    assert broken.topics == ("Peace and water",)
    meeting = corpus.source_metadata("UNSC_2010_SPV.6411_spch001.txt")
    assert meeting is not None
    assert (meeting.date, meeting.topics, meeting.role) == (
        date(2010, 10, 25),
        ("Weirs",),
        "President",
    )


def test_without_tables_the_file_name_tells_year_and_place() -> None:
    speech = (
        SecurityCouncil()
        .read("UNSC_2020_SPV.2020_418_spch003.txt", b"Ms. Tarn (Peru): Yes.\r\n")
        .speeches[0]
    )
    assert speech.source_metadata is not None
    assert (str(speech.source_metadata.symbol), speech.source_metadata.position) == (
        "S/2020/418",
        3,
    )
    assert (speech.source_metadata.year, speech.source_metadata.date) == (2020, None)


def test_a_row_with_too_many_cells_is_refused() -> None:
    with pytest.raises(UnreadableTranscript) as raised:
        unsc.with_speakers(SecurityCouncil(), b"filename\tspeaker\tparticipanttype\na\tb\tc\td\n")
    assert raised.value.code == "broken-table"


def test_data_sets_are_told_apart_and_their_tables_found(tmp_path: Path) -> None:
    debate = tmp_path / "debate"
    (debate / "Session 69 - 2014").mkdir(parents=True)
    (debate / "Session 69 - 2014" / "NOR_69_2014.txt").write_bytes(b"The ferry sails.")
    (debate / "speakers.csv").write_bytes(SPEAKERS)
    (debate / "other.csv").write_bytes(b"a,b\n")
    corpus = recognise(debate)
    assert isinstance(corpus, GeneralDebate)
    assert len(corpus.expected) == 4
    council = tmp_path / "council" / "speeches"
    council.mkdir(parents=True)
    (council / "UNSC_2010_SPV.6411_spch001.txt").write_bytes(b"The President: Yes.")
    (council.parent / "speaker.tsv").write_bytes(COUNCIL)
    (council.parent / "meta.tsv").write_bytes(MEETINGS)
    council_corpus = recognise(council)
    assert isinstance(council_corpus, SecurityCouncil)
    assert (len(council_corpus.speakers), len(council_corpus.meetings)) == (3, 1)
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "a.txt").write_bytes(b"One.")
    assert recognise(plain) is None
    assert isinstance(recognise(plain, dataset="ungdc"), GeneralDebate)
