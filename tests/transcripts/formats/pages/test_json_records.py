"""JSON documents: a list of speeches is read as a table, all other JSON is refused."""

import json

import pytest

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.formats.pages.recognition import is_json

SPEECHES = [
    {"speaker": {"name": "Odile Rill"}, "text": "<p>The tern is <i>low</i>.</p><p>It falls.</p>"},
    {"speaker": {"name": "Jon Weir"}, "text": "Who measured it?", "country": "Malta"},
]


@pytest.mark.parametrize(
    "document", [SPEECHES, {"speeches": SPEECHES}, {"title": "Weirs", "data": {"items": SPEECHES}}]
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_speeches_is_a_table(document: object, indent: int | None) -> None:
    parsed = read("a.json", json.dumps(document, indent=indent).encode())
    rill, weir = parsed.speeches
    assert [paragraph.text for paragraph in rill.paragraphs] == ["The tern is low.", "It falls."]
    assert [paragraph.text for paragraph in weir.paragraphs] == ["Who measured it?"]
    assert rill.source_metadata is not None
    assert weir.source_metadata is not None
    assert rill.source_metadata.speaker == "Odile Rill"
    assert weir.source_metadata.affiliation == "Malta"


def test_what_describes_the_list_is_kept() -> None:
    parsed = read("a.json", json.dumps({"title": "Weirs", "speeches": SPEECHES}).encode())
    assert [dropped.text for dropped in parsed.dropped] == ["title: Weirs"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"persons": [{"name": "Odile Rill", "id": 1}]}', "unknown-json"),
        (
            '{"a": [{"speaker": "A", "text": "B"}], "b": [{"speaker": "C", "text": "D"}]}',
            "unknown-json",
        ),
        ('{"text": "One."}', "unknown-json"),
        ('{"title": "We', "broken-json"),
        ("[[" * 5000 + "]]" * 5000, "broken-json"),
        ("{}", "unknown-json"),
    ],
)
def test_other_json_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        read("a.json", text.encode())
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["[Applause]", "{sic} he said", "[1] One. [2]", '["Hello," he said']
)
def test_brackets_do_not_make_a_text_json(text: str) -> None:
    assert not is_json(text.encode())
