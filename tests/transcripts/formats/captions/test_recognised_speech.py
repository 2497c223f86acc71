"""Recognised speech and Open Parliament TV: segments of JSON with times."""

import json
from typing import Any

import pytest
from support import same_debate
from support.spoken_words import spoken

from statements.transcripts import SourceMetadata, UnreadableTranscript, read
from statements.transcripts.formats.registry import format_of


def read_json(document: Any) -> Any:
    return read("debate.json", json.dumps(document).encode())


@pytest.mark.parametrize(
    "document",
    [
        {"segments": [{"start": 62.5, "end": 63, "text": " It is low."}]},
        {"transcription": [{"offsets": {"from": 62500, "to": 63000}, "text": " It is low."}]},
        {
            "version": "1.0.0",
            "segments": [{"startTime": 62.5, "endTime": 63, "body": "It is low."}],
        },
        {"segments": [{"start": "62.5", "end": "63", "text": "It is low.", "speaker": None}]},
    ],
)
def test_forms_of_segments(document: Any) -> None:
    parsed = read_json(document)
    assert format_of(json.dumps(document).encode()).key == "segments"
    assert spoken(parsed) == [("", "It is low.")]
    assert parsed.speeches[0].paragraphs[0].time_s == 62.5


@pytest.mark.parametrize("time", [None, "soon", -1, 1e300, [], True, "NaN"])
def test_impossible_times_are_none(time: Any) -> None:
    parsed = read_json({"segments": [{"start": time, "text": "It is low."}]})
    assert parsed.speeches[0].paragraphs[0].time_s is None


def test_language_and_speakers_of_segments() -> None:
    parsed = read("debate.json", same_debate.SEGMENTS.encode())
    assert {
        (speech.source_metadata or SourceMetadata()).language for speech in parsed.speeches
    } == {"en"}
    assert [text.text for text in parsed.dropped] == ["language: en", "date: 2031-05-06"]


def test_segments_that_no_speaker_was_found_for_belong_to_nobody() -> None:
    segments = [
        {"start": 1, "end": 2, "text": "It is low.", "speaker": "Odile Rill"},
        {"start": 2, "end": 3, "text": "Who says so?"},
    ]
    assert spoken(read_json({"segments": segments}))[1] == ("", "Who says so?")


def test_segments_without_text_are_refused() -> None:
    with pytest.raises(UnreadableTranscript, match="Whisper"):
        read_json({"segments": [{"start": 1, "words": []}]})


def test_a_session_of_parliament_tv() -> None:
    parsed = read("debate.json", same_debate.PARLIAMENT_TV.encode())
    assert format_of(same_debate.PARLIAMENT_TV.encode()).key == "parliament-tv"
    assert same_debate.paragraphs_of(parsed) == same_debate.PARAGRAPHS
    assert str(parsed.meeting.date) == "2031-05-06"
    metadata = parsed.speeches[0].source_metadata
    assert metadata is not None
    assert (metadata.person, metadata.identifier, metadata.topics) == ("p1", "u1", ("Low water",))
    assert parsed.speeches[0].paragraphs[1].time_s == 1


def test_each_item_of_parliament_tv_begins_a_speech() -> None:
    document = json.loads(same_debate.PARLIAMENT_TV)
    document["data"] *= 2
    assert len(read_json(document).speeches) == 4


def test_a_session_before_the_proceedings_came_is_refused() -> None:
    document = json.loads(same_debate.PARLIAMENT_TV)
    document["data"][0]["textContents"][0]["textBody"] = []
    with pytest.raises(UnreadableTranscript, match="later stage"):
        read_json(document)
