"""WebVTT and SubRip: who speaks by tags, marks and labels; times; nothing lost."""

import pytest
from support import same_debate
from support.spoken_words import spoken

from statements.transcripts import ParagraphKind, ParsedTranscript, UnreadableTranscript, read
from statements.transcripts.formats.registry import format_of
from statements.transcripts.values.choices import LabelChoices
from statements.transcripts.values.parsed import LabelUse

NOTE = ("", "(Laughter)")


def texts(parsed: ParsedTranscript) -> list[tuple[str, str]]:
    return [
        (speech.speaker if paragraph.kind is ParagraphKind.SPEECH else "", paragraph.text)
        for speech in parsed.speeches
        for paragraph in speech.paragraphs
    ]


def subrip(*captions: str) -> bytes:
    """A SubRip file with a caption every five seconds."""
    return "\n\n".join(
        f"{number}\n00:{number * 5 // 60:02}:{number * 5 % 60:02},000 --> "
        f"00:{number * 5 // 60:02}:{(number * 5 % 60) + 4:02},000\n{caption}"
        for number, caption in enumerate(captions)
    ).encode()


@pytest.mark.parametrize("form", same_debate.RECORDINGS)
def test_a_debate_reads_the_same_in_every_form(form: str) -> None:
    parsed = read("debate", same_debate.RECORDINGS[form].encode())
    assert texts(parsed) == [
        ("Odile Rill", "The tern is low."),
        NOTE,
        ("Odile Rill", "It falls & falls."),
        ("Jon Weir", "Who measured it?"),
    ]
    times = [paragraph.time_s for speech in parsed.speeches for paragraph in speech.paragraphs]
    assert times == [1, 4, 5, 8]
    assert [problem.code for speech in parsed.speeches for problem in speech.problems] == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_captions_in_other_encodings_and_line_ends(encoding: str) -> None:
    data = same_debate.SUBRIP.replace("\n", "\r\n").encode(encoding)
    assert format_of(data).key == "captions"
    assert spoken(read("debate.srt", data))[-1] == ("Jon Weir", "Who measured it?")


def test_header_and_comments_are_kept() -> None:
    parsed = read("debate.vtt", same_debate.WEBVTT.encode())
    assert parsed.meeting.first_page == ("Weirs", "Date: 2031-05-06")
    assert str(parsed.meeting.date) == "2031-05-06"
    assert [(text.text, text.reason) for text in parsed.dropped] == [("made for tests", "comment")]


def test_words_without_a_voice_belong_to_nobody() -> None:
    parsed = read(
        "debate.vtt",
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Odile Rill>The tern\n\n00:02.000 --> 00:03.000\n"
        b"is low.\n\n00:04.000 --> 00:05.000\nWho measured it?\n",
    )
    assert spoken(parsed) == [("Odile Rill", "The tern is low."), ("", "Who measured it?")]
    assert [problem.code for problem in parsed.speeches[1].problems] == ["no-speaker"]


def test_two_voices_in_one_caption() -> None:
    data = (
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Odile Rill>Low.</v> <v Ms. Hale, Chair>Order!</v>"
    )
    parsed = read("debate.vtt", data)
    assert [(speech.honorific, speech.speaker) for speech in parsed.speeches] == [
        ("", "Odile Rill"),
        ("Ms.", "Hale"),
    ]


def test_a_mark_without_a_name_ends_a_speech() -> None:
    data = subrip(">> MS. HALE: The tern is low.", ">> Who measured it?", "- I did.\n- You did?")
    assert spoken(read("debate.srt", data)) == [
        ("HALE", "The tern is low."),
        ("", "Who measured it?"),
        ("", "I did."),
        ("", "You did?"),
    ]


def test_a_file_that_names_nobody_is_one_speech() -> None:
    parsed = read("debate.srt", subrip("The tern is low.", "- Is it?\n- It is."))
    assert len(parsed.speeches) == 1
    assert [text for _, text in spoken(parsed)] == ["The tern is low.", "Is it?", "It is."]


def test_unnamed_speakers_are_told_apart_and_reported() -> None:
    parsed = read("debate.srt", subrip("[SPEAKER_00]: Low.", "[SPEAKER_01]: Who says so?"))
    assert [speech.speaker_line for speech in parsed.speeches] == ["SPEAKER_00", "SPEAKER_01"]
    assert {speech.speaker for speech in parsed.speeches} == {""}
    codes = [problem.code for speech in parsed.speeches for problem in speech.problems]
    assert codes == ["speaker-by-identifier"] * 2


def test_prose_with_a_colon_is_no_label() -> None:
    captions = ("Let me say this.", "Remember: we need water.", "Conclusion: It is low.")
    assert len(read("debate.srt", subrip(*captions)).speeches) == 1


def test_a_label_of_common_words_names_nobody() -> None:
    captions = ("Odile Rill: The tern is low.", "Jon Weir: Who says so?", "Members: We do.")
    assert spoken(read("debate.srt", subrip(*captions)))[-1] == ("", "We do.")


def test_a_wrapped_speaker_line() -> None:
    captions = ("Mr. Rill\n(Norway): The tern is low.", "Ms. Hale (Chad): It is.")
    parsed = read("debate.srt", subrip(*captions))
    assert [speech.affiliation for speech in parsed.speeches] == ["Norway", "Chad"]
    assert spoken(parsed)[0] == ("Rill", "The tern is low.")


def test_scrolling_captions_are_shown_once() -> None:
    data = (
        b"WEBVTT\n\n00:01.000 --> 00:03.000\nthe tern<00:02.000><c> is</c>\n\n"
        b"00:03.000 --> 00:03.010\nthe tern is\n\n00:03.010 --> 00:05.000\nthe tern is\n"
        b"low<00:04.000><c> today</c>\n"
    )
    parsed = read("debate.vtt", data)
    assert [text for _, text in spoken(parsed)] == ["the tern is low today"]
    assert [text.reason for text in parsed.dropped] == ["repeated caption"] * 2


def test_blank_and_missing_lines_lose_no_words() -> None:
    data = (
        b"1\n00:00:01,000 --> 00:00:02,000\nThe tern\n\nis low.\n2\n00:00:03,000 --> 00:00:04,000\n"
        b"<inaudible> It falls.\n"
    )
    assert spoken(read("debate.srt", data)) == [("", "The tern is low. <inaudible> It falls.")]


def test_a_pause_after_a_sentence_begins_a_paragraph() -> None:
    data = (
        b"1\n00:00:01,000 --> 00:00:02,000\nIt is low.\n\n2\n00:00:02,500 --> 00:00:04,000\nIt\n\n"
        b"3\n00:00:09,000 --> 00:00:10,000\nfalls.\n\n4\n00:00:12,500 --> 00:00:13,000\nWho knows?"
    )
    parsed = read("debate.srt", data)
    assert [text for _, text in spoken(parsed)] == ["It is low. It falls.", "Who knows?"]


def test_times_that_fall_are_reported() -> None:
    data = b"1\n00:00:09,000 --> 00:00:10,000\nLate.\n\n2\n00:00:01,000 --> 00:00:02,000\nEarly.\n"
    assert "times-not-rising" in [problem.code for problem in read("a.srt", data).problems]


def test_captions_without_text_are_refused() -> None:
    with pytest.raises(UnreadableTranscript, match="no caption"):
        read("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:03.000 --> 00:04.000\n")


def test_a_long_office_after_a_mark_is_no_part_of_another_name() -> None:
    office = "First Minister and Cabinet Secretary for Tides and Wellbeing"
    captions = (
        ">> Odile Rill: The tern is low.",
        f">> The Deputy {office} (Nesta Weirfield): It is.",
        f">> {office}: It was.",
        ">> REPORTER: Since when?",
        ">> REPORTER: And now?",
    )
    parsed = read("debate.srt", subrip(*captions))
    assert [(speech.speaker, speech.role, speech.affiliation) for speech in parsed.speeches] == [
        ("Odile Rill", "", ""),
        ("Nesta Weirfield", f"Deputy {office}", ""),
        ("", office, ""),
        ("", "Reporter", ""),
        ("", "Reporter", ""),
    ]


def test_labels_after_marks_may_be_offices_and_common_names() -> None:
    office = "The Cabinet Secretary for Rural Affairs and the Environment"
    captions = (
        ">> Odile Rill: The tern is low.",
        f">> {office}: It is.",
        ">> David Drew: So it is.",
        ">> Odile Rill: indicated dissent.",
        ">> and the Taoiseach said: wait.",
        "Who - Odile asked\n- I mean who - measured it?",
    )
    parsed = read("debate.srt", subrip(*captions))
    named = [(speech.speaker or speech.role, speech.speaker_line) for speech in parsed.speeches]
    assert named[0][0] == named[3][0] == "Odile Rill"
    assert named[1][1] in {office, ""}
    assert named[1][0] != "Odile Rill"
    assert named[2][0] == "David Drew"
    assert named[4][0] == ""
    assert len(named) == 5


def test_choices_decide_about_labels_of_captions() -> None:
    captions = (
        ">> Odile Rill: The tern is low.",
        ">> Water: It is.",
        ">> Odile Rill: Note that well.",
        ">> Conclusion: It is low.",
    )
    parsed = read("debate.srt", subrip(*captions))
    assert {label.text: label.use for label in parsed.labels} == {
        "Odile Rill": LabelUse.SPEAKER,
        "Water": LabelUse.UNREAD,
        "Conclusion": LabelUse.UNREAD,
    }
    choices = LabelChoices.of(accepted=["Water"], rejected=["Conclusion"])
    parsed = read("debate.srt", subrip(*captions), choices=choices)
    assert spoken(parsed)[1:] == [
        ("Water", "It is."),
        ("Odile Rill", "Note that well. Conclusion: It is low."),
    ]
    assert [label.use for label in parsed.labels] == [
        LabelUse.SPEAKER,
        LabelUse.SPEAKER,
        LabelUse.TEXT,
    ]
