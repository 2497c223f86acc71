"""One short debate, written in every form of markup, and what is read of each."""

from statements.transcripts import ParagraphKind, ParsedTranscript

AKOMA_NTOSO = """<?xml version="1.0" encoding="UTF-8"?>
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><debate name="d"><meta>
<identification source="#s"><FRBRWork><FRBRdate date="2031-05-06" name="d"/></FRBRWork>
</identification><references source="#s">
<TLCPerson eId="p1" href="/1" showAs="Odile Rill"/><TLCPerson eId="p2" href="/2" showAs="Jon Weir"/>
</references></meta><debateBody><debateSection name="s"><heading>Low water</heading>
<speech by="#p1" eId="u1"><from>Odile Rill</from><p>The tern is <i>low</i>.</p>
<scene>(Laughter)</scene><p>It falls &amp; falls.</p></speech>
<speech by="#p2" eId="u2"><from>Jon Weir</from><p>Who measured it?</p></speech>
</debateSection></debateBody></debate></akomaNtoso>"""

TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Weirs</title>
</titleStmt><sourceDesc><bibl><date when="2031-05-06"/></bibl></sourceDesc></fileDesc><profileDesc>
<particDesc><listPerson><person xml:id="p1"><persName><forename>Odile</forename>
<surname>Rill</surname></persName></person><person xml:id="p2"><persName>Jon Weir</persName>
</person></listPerson></particDesc></profileDesc></teiHeader><text><body><div>
<head>Low water</head><note type="speaker">Odile Rill:</note><u who="#p1" xml:id="u1">
<seg>The tern is <hi>low</hi>.</seg><vocal><desc>(Laughter)</desc></vocal>
<seg>It falls &amp; falls.</seg></u><note type="speaker">Jon Weir:</note>
<u who="#p2" xml:id="u2"><seg>Who measured it?</seg></u></div></body></text></TEI>"""

PARLPARSE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE publicwhip [<!ENTITY mdash "&#8212;">]>
<publicwhip><major-heading id="debates/2031-05-06.1">Low water</major-heading>
<speech id="u1" speakername="Odile Rill" speakerid="p1" time="11:00:00">
<p>The tern is <i>low</i>.</p></speech>
<speech id="n1" nospeaker="true"><p>(Laughter)</p></speech>
<speech id="u1b" speakername="Odile Rill" speakerid="p1"><p>It falls &amp; falls.</p></speech>
<speech id="u2" speakername="Jon Weir" speakerid="p2"><p>Who measured it?</p></speech>
</publicwhip>"""

CANADA = """<?xml version="1.0" encoding="UTF-8"?>
<Hansard xml:lang="EN"><ExtractedInformation>
<ExtractedItem Name="Date">Tuesday, May 6, 2031</ExtractedItem>
</ExtractedInformation><HansardBody><SubjectOfBusiness>
<SubjectOfBusinessTitle>Low water</SubjectOfBusinessTitle><SubjectOfBusinessContent>
<Intervention id="u1"><PersonSpeaking><Affiliation DbId="p1">Odile Rill</Affiliation>
</PersonSpeaking>
<Content><ParaText>The tern is <B>low</B>.</ParaText><ProceduralText>(Laughter)</ProceduralText>
<ParaText>It falls &amp; falls.</ParaText></Content></Intervention>
<Intervention id="u2"><PersonSpeaking><Affiliation DbId="p2">Jon Weir</Affiliation>
</PersonSpeaking><Content><ParaText>Who measured it?</ParaText></Content></Intervention>
</SubjectOfBusinessContent></SubjectOfBusiness></HansardBody></Hansard>"""

BUNDESTAG = """<?xml version="1.0" encoding="UTF-8"?>
<dbtplenarprotokoll sitzung-datum="06.05.2031"><sitzungsverlauf><tagesordnungspunkt>
<p klasse="T_fett">Low water</p>
<rede id="u1"><p klasse="redner"><redner id="p1"><name><vorname>Odile</vorname>
<nachname>Rill</nachname></name></redner>Odile Rill:</p><p klasse="J_1">The tern is <i>low</i>.</p>
<kommentar>(Laughter)</kommentar><p klasse="O">It falls &amp; falls.</p></rede>
<rede id="u2"><p klasse="redner"><redner id="p2"><name><vorname>Jon</vorname>
<nachname>Weir</nachname></name></redner>Jon Weir:</p><p klasse="J_1">Who measured it?</p></rede>
</tagesordnungspunkt></sitzungsverlauf></dbtplenarprotokoll>"""

EUROPEAN_PARLIAMENT = """<?xml version="1.0" encoding="UTF-8"?>
<DEBATES DATE="2031-05-06"><CHAPTER><TL-CHAP VL="EN">Low water</TL-CHAP>
<INTERVENTION ID="u1"><ORATEUR LG="EN" MEPID="p1" LIB="Odile | Rill">
<EMPHAS NAME="B">Odile Rill</EMPHAS>. –
</ORATEUR><PARA>The tern is <EMPHAS NAME="I">low</EMPHAS>.</PARA>
<PARA><EMPHAS NAME="I">(Laughter)</EMPHAS></PARA><PARA>It falls &amp; falls.</PARA></INTERVENTION>
<INTERVENTION ID="u2"><ORATEUR LG="EN" MEPID="p2" LIB="Jon | Weir">
<EMPHAS NAME="B">Jon Weir</EMPHAS>. –
</ORATEUR><PARA>Who measured it?</PARA></INTERVENTION></CHAPTER></DEBATES>"""

NATIONAL_ASSEMBLY = """<?xml version="1.0" encoding="UTF-8"?>
<compteRendu xmlns="http://schemas.assemblee-nationale.fr/referentiel"><metadonnees>
<dateSeance>20310506150000000</dateSeance></metadonnees><contenu><point><texte>Low water</texte>
<paragraphe id_syceron="u1" id_acteur="p1"><orateurs><orateur><nom>Odile Rill</nom>
<id>7</id></orateur></orateurs>
<texte>The tern is <exposant>low</exposant>. <italique>(Laughter)</italique>
It falls &amp; falls.</texte></paragraphe>
<paragraphe id_syceron="u2" id_acteur="p2"><orateurs><orateur>
<nom>Jon Weir</nom><id>8</id></orateur>
</orateurs><texte>Who measured it?</texte></paragraphe></point></contenu></compteRendu>"""

FORMS = {
    "Akoma Ntoso": AKOMA_NTOSO,
    "TEI": TEI,
    "parlparse": PARLPARSE,
    "Canada": CANADA,
    "Bundestag": BUNDESTAG,
    "European Parliament": EUROPEAN_PARLIAMENT,
    "National Assembly": NATIONAL_ASSEMBLY,
}

WEB_PAGE = """<!DOCTYPE html><html><head><meta name="date" content="2031-05-06"><title>Weirs</title>
</head><body><nav><a href="/">Home</a></nav><h2>Low water</h2>
<p><b>Odile Rill:</b> The tern is <i>low</i>.<p>(Laughter)<p>It falls &amp; falls.
<p><b>Jon Weir:</b> Who measured it?<footer>All rights reserved</footer></body></html>"""

MARKDOWN = """---
title: Weirs
date: 2031-05-06
---

## Low water

**Odile Rill:** The tern is *low*.

(Laughter)

It falls &amp; falls.

**Jon Weir:** Who measured it?
"""

LIST = """{"title": "Weirs", "date": "2031-05-06", "speeches": [
{"speaker": "Odile Rill", "text": "<p>The tern is <i>low</i>.</p><p>It falls &amp; falls.</p>"},
{"speaker": "Jon Weir", "text": "Who measured it?"}]}"""

PAGES = {"web page": WEB_PAGE, "Markdown": MARKDOWN}

WEBVTT = """WEBVTT - Weirs
Date: 2031-05-06

NOTE made for tests

1
00:00:01.000 --> 00:00:02.000 align:start
<v.loud Odile Rill>The tern is</v>

00:02.000 --> 00:03.500
<v Odile Rill><i>low</i>.</v>

00:04.000 --> 00:05.000
(Laughter)

00:05.000 --> 00:07.000
<v Odile Rill>It falls &amp; falls.

00:08.000 --> 00:09.000
<v Jon Weir>Who measured it?</v>
"""

SUBRIP = """1
00:00:01,000 --> 00:00:03,500
Odile Rill: The tern is
<i>low</i>.

2
00:00:04,000 --> 00:00:05,000
(Laughter)

3
00:00:05,000 --> 00:00:07,000
It falls &amp; falls.

4
00:00:08,000 --> 00:00:09,000
{\\an8}Jon Weir: Who measured it?
"""

BROADCAST = """1
00:00:01,000 --> 00:00:03,500
>> Odile Rill: The tern is low.

2
00:00:04,000 --> 00:00:05,000
(Laughter)

3
00:00:05,000 --> 00:00:07,000
It falls & falls.
>> Jon Weir:

4
00:00:08,000 --> 00:00:09,000
Who measured it?
"""

SEGMENTS = """{"language": "en", "date": "2031-05-06", "segments": [
{"id": 0, "start": 1.0, "end": 2, "text": " The tern is", "speaker": "Odile Rill"},
{"id": 1, "start": 2, "end": 3.5, "text": " low.", "speaker": "Odile Rill"},
{"id": 2, "start": 4, "end": 5, "text": " (Laughter)"},
{"id": 3, "start": 5, "end": 7, "text": " It falls & falls.", "speaker": "Odile Rill"},
{"id": 4, "start": 8, "end": 9, "text": " Who measured it?", "speaker": "Jon Weir"}],
"text": " The tern is low. (Laughter) It falls & falls. Who measured it?"}"""

# one debate with times; captions have no headings
RECORDINGS = {
    "WebVTT": WEBVTT, "SubRip": SUBRIP, "broadcast captions": BROADCAST, "segments": SEGMENTS,
}  # fmt: skip

PARLIAMENT_TV = """{"meta": {"dateStart": "2031-05-06T09:00:00+01:00"}, "data": [
{"parliament": "WE", "session": {"number": 7}, "agendaItem": {"officialTitle": "Low water"},
"originID": "u1", "people": [{"label": "Odile Rill", "wid": "p1"}, {"label": "Jon Weir"}],
"textContents": [{"type": "proceedings", "textBody": [
{"type": "speech", "speaker": "Odile Rill", "text": "The tern is low.",
"sentences": [{"text": "The tern is low.", "timeStart": "1.000"}]},
{"type": "comment", "text": "(Laughter)"},
{"type": "speech", "speaker": "Odile Rill", "text": "It falls & falls."},
{"type": "speech", "speaker": "Jon Weir", "text": "Who measured it?"}]}]}]}"""

ROWS: list[list[str | int]] = [
    ["speaker", "date", "text"],
    ["Odile Rill", "2031-05-06", "The tern is low.\n\nIt falls & falls."],
    ["Jon Weir", "2031-05-06", "Who measured it?"],
]

# the debate as an office document; see ``support.documents``
ODT_BODY = """<text:h text:outline-level="1">Low water</text:h>
<text:p><text:span text:style-name="B">Odile Rill:</text:span> The tern is
<text:span>low</text:span>.</text:p><text:p>(Laughter)</text:p><text:p>It<text:s/>falls &amp;
falls.</text:p><text:p><text:span text:style-name="B">Jon Weir:</text:span>
Who measured it?</text:p>"""

RTF = r"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Calibri;}}
{\stylesheet{\s1\b heading 1;}{\*\cs2 Heading 1 Char;}}{\info{\title Weirs}{\author Nobody}}
{\header Page \chpgn\par}\pard\s1\b Low water\b0\par
\pard{\b Odile Rill:} The tern is {\i low}.\par
(Laughter)\par It falls & falls.\par
{\b Jon Weir:} Who measured it?\par}"""

EPUB_PAGES = {
    "one.xhtml": "<html><body><h2>Low water</h2><p><b>Odile Rill:</b> The tern is <i>low</i>.</p>"
    "<p>(Laughter)</p></body></html>",
    "two.xhtml": "<html><body><p>It falls &amp; falls.</p><p><b>Jon Weir:</b> Who measured it?</p>"
    "</body></html>",
}
EPUB_METADATA = "<dc:title>Weirs</dc:title><dc:date>2031-05-06</dc:date>"

DOCX_BODY = """<p><pPr><pStyle val="H"/></pPr><r><t>Low water</t></r></p>
<p><r><rPr><b/></rPr><t>Odile Rill:</t></r><r><t xml:space="preserve"> The tern is low.</t></r></p>
<p><r><t>(Laughter)</t></r></p><p><r><rPr><b val="0"/></rPr><t>It falls &amp; falls.</t></r></p>
<p><r><rPr><rStyle val="S"/></rPr><t>Jon Weir</t></r><r><t>: Who measured it?</t></r></p>"""
DOCX_STYLES = """<style styleId="H"><name val="heading 1"/></style>
<style styleId="S"><name val="Strong"/><rPr><b/></rPr></style>"""

PARAGRAPHS = [
    ("", ParagraphKind.NARRATIVE, "Low water"),
    ("Odile Rill", ParagraphKind.SPEECH, "The tern is low."),
    ("", ParagraphKind.NARRATIVE, "(Laughter)"),
    ("Odile Rill", ParagraphKind.SPEECH, "It falls & falls."),
    ("Jon Weir", ParagraphKind.SPEECH, "Who measured it?"),
]


def paragraphs_of(parsed: ParsedTranscript) -> list[tuple[str, ParagraphKind, str]]:
    """Return the speaker, kind and text of each paragraph."""
    return [
        (
            speech.speaker if paragraph.kind is ParagraphKind.SPEECH else "",
            paragraph.kind,
            paragraph.text,
        )
        for speech in parsed.speeches
        for paragraph in speech.paragraphs
    ]
