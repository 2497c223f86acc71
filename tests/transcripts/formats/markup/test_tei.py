"""TEI: persons and parties of the header, words as elements, notes inside of paragraphs."""

from datetime import date

from statements.transcripts import ParagraphKind, ParsedTranscript, read
from statements.transcripts.values.affiliations import AffiliationKind, ParsedAffiliation

HEADER = """<teiHeader><fileDesc><titleStmt><title type="main">Weirs</title>
<meeting n="3">Third sitting</meeting></titleStmt><publicationStmt><date when="2040-01-01"/>
</publicationStmt></fileDesc><profileDesc><settingDesc><setting><settlement>Ghent</settlement>
<date when="2031-05-06"/></setting></settingDesc><particDesc><listOrg>
<org xml:id="HP" role="parliamentaryGroup"><orgName full="abb">HP</orgName>
<orgName full="yes">Heron Party</orgName></org><org xml:id="OP" role="politicalParty">
<orgName full="yes">Old Party</orgName></org></listOrg><listPerson><person xml:id="RillOdile">
<persName><surname>Rill</surname><forename>Odile</forename></persName>
<affiliation role="member" ref="#OP" to="2030-12-31"/>
<affiliation role="member" ref="#HP" from="2031"/></person></listPerson></particDesc></profileDesc>
</teiHeader>"""


def tei(body: str, header: str = HEADER) -> ParsedTranscript:
    return read(
        "a.xml", f'<TEI xml:lang="sl">{header}<text><body>{body}</body></text></TEI>'.encode()
    )


def paragraphs(parsed: ParsedTranscript) -> list[tuple[str, bool]]:
    return [
        (paragraph.text, paragraph.kind is ParagraphKind.SPEECH)
        for speech in parsed.speeches
        for paragraph in speech.paragraphs
    ]


def test_the_header_says_who_speaks_and_when() -> None:
    parsed = tei('<u who="#RillOdile" ana="#chair"><seg>One.</seg></u>')
    (speech,) = parsed.speeches
    assert (speech.speaker, speech.affiliation) == ("Odile Rill", "Heron Party")
    assert speech.source_metadata is not None
    assert (speech.source_metadata.role, speech.source_metadata.language) == ("Chair", "sl")
    party = (ParsedAffiliation(AffiliationKind.PARTY, "Heron Party"),)
    assert speech.source_metadata.affiliations == party
    assert (parsed.meeting.date, parsed.meeting.place) == (date(2031, 5, 6), "Ghent")
    assert parsed.meeting.first_page == ("Weirs", "Third sitting")


def test_without_a_list_the_printed_name_or_the_identifier_is_kept() -> None:
    parsed = tei(
        '<note type="speaker">Chairwoman Odile Rill:</note><u who="#x1"><seg>One.</seg></u>'
        '<u who="#WeirJon" xml:lang="en"><seg>Two.</seg></u><u><seg>Three.</seg></u>',
        header="",
    )
    rill, weir, nobody = parsed.speeches
    assert (rill.speaker, rill.role) == ("Odile Rill", "Chairwoman")
    assert (weir.speaker, weir.speaker_line) == ("", "WeirJon")
    assert [problem.code for problem in weir.problems] == ["speaker-by-identifier"]
    assert weir.source_metadata is not None
    assert (weir.source_metadata.person, weir.source_metadata.language) == ("WeirJon", "en")
    assert [problem.code for problem in nobody.problems] == ["no-speaker"]


def test_words_that_are_elements_become_text() -> None:
    parsed = tei(
        '<u who="#a"><seg><s><w join="right">Low</w><pc>,</pc>\n<w>the</w>\n'
        '<name><w>Tern</w>\n<w join="right">falls</w></name><pc>.</pc></s>\n<s><w>So</w></s></seg>'
        "</u>"
    )
    assert paragraphs(parsed) == [("Low, the Tern falls. So", True)]


def test_notes_inside_of_a_paragraph_are_narrative() -> None:
    parsed = tei(
        '<u who="#a"><seg>One <vocal><desc>(Laughter)</desc></vocal> two.</seg>'
        "<kinesic><desc>Applause</desc></kinesic>loose</u><note>The sitting rose.</note>"
    )
    assert paragraphs(parsed) == [
        ("One", True),
        ("(Laughter)", False),
        ("two.", True),
        ("Applause", False),
        ("loose", True),
        ("The sitting rose.", False),
    ]


def test_a_corpus_is_read_as_one() -> None:
    one = '<TEI><text><body><u who="#a"><seg>{}</seg></u></body></text></TEI>'
    data = f"<teiCorpus>{HEADER}{one.format('One.')}{one.format('Two.')}</teiCorpus>"
    parsed = read("a.xml", data.encode())
    assert paragraphs(parsed) == [("One.", True), ("Two.", True)]
