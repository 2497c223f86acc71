"""No word may be lost: every word of the input is somewhere in the transcript."""

import csv
import re
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.transcripts import ParsedTranscript, UnreadableTranscript, read
from statements.transcripts.checks.completeness import unaccounted_words
from statements.transcripts.text.decoding import decode

SPEECH = (
    "Mr. Abel (Malta): The harbour is open.\n\nThe light-\nhouse is lit.\n\nThe meeting rose.\n"
)


def test_accounting_sees_a_lost_word() -> None:
    parsed = read("a.txt", SPEECH.encode())
    assert unaccounted_words(SPEECH, parsed) == []
    (speech,) = parsed.speeches
    shorter = replace(parsed, speeches=(replace(speech, paragraphs=speech.paragraphs[:-1]),))
    assert unaccounted_words(SPEECH, shorter) == ["The", "meeting", "rose."]


def test_accounting_sees_a_changed_and_an_invented_word() -> None:
    parsed = read("a.txt", SPEECH.encode())
    assert unaccounted_words(SPEECH.replace("open", "shut"), parsed) == ["shut.", "+open."]
    assert unaccounted_words(SPEECH.replace("open.", ""), parsed) == ["+open."]


def test_accounting_sees_words_in_another_order() -> None:
    parsed = read("a.txt", SPEECH.encode())
    (speech,) = parsed.speeches
    first, *rest = speech.paragraphs
    turned = replace(first, text="The is harbour open.")
    assert unaccounted_words(
        SPEECH, replace(parsed, speeches=(replace(speech, paragraphs=(turned, *rest)),))
    )
    backwards = replace(speech, paragraphs=(*rest, first))
    assert unaccounted_words(SPEECH, replace(parsed, speeches=(backwards,)))


def test_accounting_sees_speeches_in_another_order() -> None:
    text = SPEECH + "\nMs. Ito (Japan): The lamp is new.\n"
    parsed = read("a.txt", text.encode())
    assert unaccounted_words(text, parsed) == []
    assert unaccounted_words(text, replace(parsed, speeches=parsed.speeches[::-1]))


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "",
                "",
                "Mr. Abel (Malta): The harbour",
                "The President (spoke in",
                "French): I thank him.",
                "19.\tMr. VELA (Colombia) (translated from Spanish):",
                "20.\tThe annual debate is long.",
                "21. And longer.",
                "The meeting was called to order at 10.05 a.m.",
                "A vote was taken by show of hands.",
                "In favour:",
                "Angola, Chad, Iran (Islamic Republic of)",
                "Against: None",
                "S/PV.7343",
                "Security Council",
                "7343rd meeting",
                "Monday, 23 February 2015, 10 a.m.",
                "President: Mr. Wei ..... (China)",
                "Members: Angola . . . . Mr. Sambo",
                "Agenda",
                "The maintenance of harbours",
                "3/71 14-67500",
                "14",
                "23/02/2015",
                "(The President)",
                "(spoke in French)",
                "the adminis-",
                "tration of a light-",
                "house; 1 thank",
                "* * *",
                "\x0c12",
                "   indented words",
                "The President:",
                "The President (spoke I thank her. in French): I now",
                "soft\u00adly and soft\u00ad",
            ]
        ),
        st.text(
            alphabet=st.characters(
                codec="utf-8",
                exclude_categories=("Cs", "Cc"),
            ),
            max_size=60,
        ),
    ),
    max_size=40,
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_word_of_any_text_is_lost(lines: list[str], ending: str) -> None:
    text = ending.join(lines)
    try:
        parsed = read("any.txt", text.encode())
    except UnreadableTranscript:
        return
    assert unaccounted_words(decode(text.encode()).text, parsed) == []
    assert [speech.position for speech in parsed.speeches] == list(
        range(1, len(parsed.speeches) + 1)
    )


# no deadline: data that begins like a PDF is read in the sandbox, and starting that takes time
@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_by_name(data: bytes) -> None:
    try:
        outcome: ParsedTranscript | UnreadableTranscript = read("any.txt", data)
    except UnreadableTranscript as refused:
        outcome = refused
    if isinstance(outcome, ParsedTranscript):
        codes = {problem.code for problem in outcome.problems}
        assert bool(outcome.speeches) is ("no-speech" not in codes)
    else:
        assert outcome.code


@pytest.mark.parametrize("name", ["000_97e8b0f145fba294.txt", "004_ed079cbc579540b8.txt"])
def test_no_word_of_the_seeds_is_lost(shared: Path, name: str) -> None:
    data = (shared / "seeds" / name).read_bytes()
    assert unaccounted_words(data.decode(), read(name, data)) == []


# The table counts one speech, but the file prints three speaker lines.
THREE_SPEECHES = "S_PV.8699_062.txt"
# Lists of delegations that blank lines interrupt are read as one paragraph each.
VOTES = {"S_PV.8701_001.txt": 6, "S_PV.8422_001.txt": 10}

# sentences that go on with a name or a quotation below a blank line, as read by eye
NAMES_WITHIN_SENTENCE = {
    "S_PV.8699(Resumption1)_036.txt": 1,
    "S_PV.8699(Resumption1)_050.txt": 3,
    "S_PV.8699_021.txt": 1,
    "S_PV.8699_062.txt": 1,
    "A_76_PV.102_046.txt": 1,
}
WITHIN_SENTENCE = re.compile(r"(?m)^(?=.{30,}$).*(?:[^\W\d_])\r?\n\s*\n(?=\s*[a-z])")


def test_real_statements_agree_with_their_table(shared: Path) -> None:
    corpora = shared / "corpora"
    with (corpora / "seed-form.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    assert len(rows) == 393
    wrong = []
    for row in rows:
        data = (corpora / "seed-form" / row["file"]).read_bytes()
        parsed = read(row["file"], data)
        speeches = 3 if row["file"] == THREE_SPEECHES else 1
        paragraphs = VOTES.get(row["file"], int(row["paragraphs"]) + (speeches > 1))
        # the table counts blank lines; one within a sentence begins no paragraph
        if row["file"] not in VOTES:
            paragraphs -= len(WITHIN_SENTENCE.findall(data.decode()))
            paragraphs -= NAMES_WITHIN_SENTENCE.get(row["file"], 0)
        actual = (
            parsed.speeches[0].speaker_line,
            len(parsed.speeches),
            sum(len(speech.paragraphs) for speech in parsed.speeches),
            len(data.decode().split()),
            unaccounted_words(data.decode(), parsed),
        )
        if actual != (row["speaker_line"], speeches, paragraphs, int(row["words"]), []):
            wrong.append((row, actual))
    assert wrong == []


def test_no_word_of_the_general_debate_is_lost(shared: Path) -> None:
    archive = shared / "corpora" / "ungdc-1946-2024.tar.xz"
    lost, checked = {}, 0
    with tarfile.open(archive) as tar:
        for number, member in enumerate(tar):
            if number % 60 or not member.name.endswith(".txt"):
                continue
            stream = tar.extractfile(member)
            assert stream is not None
            data = stream.read()
            parsed = read(member.name, data)
            checked += 1
            missing = unaccounted_words(decode(data).text, parsed)
            if missing:
                lost[member.name] = missing
    assert lost == {}
    assert checked > 150
