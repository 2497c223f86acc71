"""Debates by their dialect: no words are attributed to the wrong speaker, and nothing is lost."""

import pytest

from statements.transcripts import ParagraphKind, ParsedSpeech, UnreadableTranscript, read
from statements.transcripts.formats.markup.dialects import DIALECTS, Dialect, Part, Selector
from statements.transcripts.formats.markup.mapped_debates import find_date
from statements.transcripts.values.affiliations import format_affiliations


def texts(speech: ParsedSpeech, kind: ParagraphKind = ParagraphKind.SPEECH) -> list[str]:
    return [paragraph.text for paragraph in speech.paragraphs if paragraph.kind is kind]


def test_an_interruption_inside_a_speech_ends_and_goes_on() -> None:
    data = """<tagesordnungspunkt><rede id="R1"><p klasse="redner"><redner id="11"><name>
    <vorname>Jon</vorname><nachname>Weir</nachname><fraktion>ABC</fraktion></name></redner>Jon Weir
    (ABC):</p><p klasse="J_1">Es fällt.</p><name>Präsidentin Odile Rill:</name>
    <p klasse="O">Herr Kollege!</p><p klasse="redner"><redner id="11"><name><vorname>Jon</vorname>
    <nachname>Weir</nachname></name></redner>Jon Weir (ABC):</p><p klasse="O">Es steigt.</p></rede>
    <p klasse="J">Danke.</p></tagesordnungspunkt>"""
    weir, rill, again, nobody = read("a.xml", data.encode()).speeches
    assert (weir.speaker, weir.affiliation, texts(weir)) == ("Jon Weir", "ABC", ["Es fällt."])
    assert weir.source_metadata is not None
    assert format_affiliations(weir.source_metadata.affiliations) == "party: ABC"
    assert (rill.speaker, rill.role, texts(rill)) == (
        "Odile Rill",
        "Präsidentin",
        ["Herr Kollege!"],
    )
    assert (again.speaker, texts(again)) == ("Jon Weir", ["Es steigt."])
    assert (nobody.speaker, nobody.role, texts(nobody)) == ("", "", ["Danke."])
    assert [problem.code for problem in nobody.problems] == ["no-speaker"]


def test_a_turn_inside_a_turn_does_not_take_the_rest() -> None:
    data = """<publicwhip><speech id="a" speakername="Jon Weir"><p>One.</p>
    <speech id="b" speakername="Odile Rill"><p>Two.</p></speech><div><p>Three.</p></div></speech>
    <p>Four.</p></publicwhip>"""
    speeches = read("a.xml", data.encode()).speeches
    assert [(speech.speaker, texts(speech)) for speech in speeches] == [
        ("Jon Weir", ["One."]),
        ("Odile Rill", ["Two."]),
        ("Jon Weir", ["Three."]),
    ]
    assert texts(speeches[-1], ParagraphKind.NARRATIVE) == ["Four."]


def test_text_of_unknown_elements_is_kept_and_words_stay_apart() -> None:
    data = """<publicwhip><speech speakername="Jon Weir">
    <p>A<sup>2</sup> <new>b</new><new>c</new></p>
    <p><table><tr><td>d</td><td>e</td></tr></table></p>loose</speech><extra>over</extra>
    </publicwhip>"""
    (speech,) = read("a.xml", data.encode()).speeches
    assert texts(speech) == ["A2 b c", "d e", "loose"]
    assert texts(speech, ParagraphKind.NARRATIVE) == ["over"]


def test_repeated_turns_are_not_joined() -> None:
    data = "<publicwhip>" + '<speech id="u{}" speakername="Jon Weir"><p>One.</p></speech>' * 3
    parsed = read("a.xml", (data + "</publicwhip>").encode())
    assert len(parsed.speeches) == 3


@pytest.mark.parametrize(
    "data",
    [
        "<publicwhip/>",
        '<publicwhip><gidredirect oldgid="a" newgid="b"/></publicwhip>',
        "<DEBATES><ORATEUR/></DEBATES>",
        "<teiCorpus><TEI><teiHeader/></TEI></teiCorpus>",
        "<TEI><text><body><p>A novel.</p></body></text></TEI>",
    ],
)
def test_a_file_in_which_nobody_speaks_is_refused(data: str) -> None:
    if "ORATEUR" in data:
        assert len(read("a.xml", data.encode()).speeches) == 1
        return
    with pytest.raises(UnreadableTranscript) as refused:
        read("a.xml", data.encode())
    assert refused.value.code == "no-debate"


@pytest.mark.parametrize(
    "data",
    [
        "<root><p>We came by sea.</p></root>",
        "<!-- a note --><a><p>We came by sea.</p></a>",
        '<r:RDF xmlns:r="x"><r:Description>We came by sea.</r:Description></r:RDF>',
        "<?xml version='1.0'?><catalogue/>",
        "<?xml version='1.0'?>",
        "<!DOCTYPE letter SYSTEM 'letter.dtd'><letter>We came by sea.</letter>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_markup_that_nobody_knows_is_refused_by_name(data: str, encoding: str) -> None:
    with pytest.raises(UnreadableTranscript, match="XML that can be read: Akoma Ntoso") as refused:
        read("a.txt", data.encode(encoding))
    assert refused.value.code == "not-text"


@pytest.mark.parametrize(
    "text",
    [
        "<inaudible> Mr. Abel (Malta): The tern is low.",
        "< 5 metres, the tern is low.",
        "Mr. Abel (Malta): It is <b>low</b>.",
        "<3 to all of you",
        "<<<<<<< ours\nOne.\n=======\nTwo.\n>>>>>>> theirs",
    ],
)
def test_a_text_that_contains_a_sign_of_markup_stays_a_text(text: str) -> None:
    parsed = read("a.txt", text.encode())
    words = " ".join(texts(parsed.speeches[0]))
    assert words


def test_a_selector_is_read_and_the_more_specific_one_decides() -> None:
    assert Selector.parse("a/b[@c=d]") == Selector("b", "a", "c", "d")
    with pytest.raises(ValueError, match="is not a selector"):
        Selector.parse("a/b/c")
    weights = [
        Selector.parse(text).weight for text in ("b", "a/b", "b[@c]", "b[@c=d]", "a/b[@c=d]")
    ]
    assert weights == sorted(weights)


def test_a_dialect_is_data() -> None:
    dialect = Dialect.of(
        "weirs",
        {"title": "Weirs", "roots": ["weirs"], "parts": {"turn": ["say"], "heading": ["h"]}},
    )
    assert [part for _, part in dialect.rules["say"]] == [Part.TURN]
    with pytest.raises(ValueError, match="weird"):
        Dialect.of("w", {"title": "W", "roots": ["w"], "parts": {"weird": ["say"]}})
    assert all(dialect.title and dialect.roots for dialect in DIALECTS.values())


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("uk.org.publicwhip/debate/2031-05-06b.1.0", "2031-05-06"),
        ("06.05.2031", "2031-05-06"),
        ("20310506150000000", "2031-05-06"),
        ("Tuesday, May 6, 2031", "2031-05-06"),
        ("2031-13-40", "None"),
        ("May", "None"),
    ],
)
def test_dates_are_found(printed: str, expected: str) -> None:
    assert str(find_date(printed)) == expected
