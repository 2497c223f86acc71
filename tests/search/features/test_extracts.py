"""Extracts: the part of a paragraph that is shown, highlighted and escaped."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.factories import make_speech

from statements.search.parameters import SearchParameters
from statements.search.query import (
    Phrase,
    Prefix,
    Proximity,
    StemExpansion,
    Word,
    parse,
    positive_leaves,
)
from statements.search.results.highlighting import WINDOW, Highlighter
from statements.search.results.page import find


def marked(text: str, q: str) -> str:
    return Highlighter(positive_leaves(parse(q))).extract(text)


@pytest.mark.parametrize(
    ("text", "q", "html"),
    [
        ("Two rivers meet.", "river", "Two <mark>rivers</mark> meet."),
        ("A ceasefire now.", '"a ceasefire"', "<mark>A ceasefire</mark> now."),
        ("Now: a “ceasefire”.", '"now a ceasefire"', "<mark>Now: a “ceasefire</mark>”."),
        ("Dam, dams; damned.", "dam", "<mark>Dam</mark>, <mark>dams</mark>; damned."),
        ("Côte d’Ivoire", "cote", "<mark>Côte</mark> d’Ivoire"),
        ("Co\u0302te", "Côte", "<mark>Co\u0302te</mark>"),
        ("Peace & war", "war peace", "<mark>Peace</mark> &amp; <mark>war</mark>"),
        ("Dam not river", "dam -river", "<mark>Dam</mark> not river"),
        ("a b c b c", '"b c" b', "a <mark>b c</mark> <mark>b c</mark>"),
        ("Democratic, democrats, demos", "democrat*",
         "<mark>Democratic</mark>, <mark>democrats</mark>, demos"),
        ("An election is elected", "electio*", "An <mark>election</mark> is elected"),
        ("National nations", "nation", "National <mark>nations</mark>"),
        ("Dams on a dam", '"dam"', "Dams on a <mark>dam</mark>"),
        ("Co-operation cooperates", "cooperation", "<mark>Co-operation</mark> cooperates"),
        ("By cooperation and co-operations", "co-operation",
         "By <mark>cooperation</mark> and <mark>co-operations</mark>"),
        ("Peace keeping or peace-keeping", '"peace-keeping"',
         "<mark>Peace keeping</mark> or <mark>peace-keeping</mark>"),
        ("Organisations that organize", "organization", "<mark>Organisations</mark> that organize"),
        ("Les droits nationaux et les nations présentes qui sont là", "national",
         "Les droits <mark>nationaux</mark> et les nations présentes qui sont là"),
        ("Élan of an élite", "éli*", "Élan of an <mark>élite</mark>"),
        ("dam by the river; dam", '"river dam"~2',
         "<mark>dam</mark> by the <mark>river</mark>; <mark>dam</mark>"),
        ("dam by the river; then a dam", '"river dam"~1', "dam by the river; then a dam"),
        ("dam by the dam", '"dam dam"~2', "<mark>dam</mark> by the <mark>dam</mark>"),
        ("a dam", '"dam dam"~2', "a dam"),
        ("The U.S.S.R. and USSR", "ussr", "The <mark>U.S.S.R</mark>. and <mark>USSR</mark>"),
        ("The U.S.S.R. and USSR’s", "u.s.s.r.",
         "The <mark>U.S.S.R</mark>. and <mark>USSR</mark>’s"),
        ("By O’Brien and OBrien", "O'Brien", "By <mark>O’Brien</mark> and <mark>OBrien</mark>"),
        ("In N'Djamena é", "ndjamena", "In <mark>N&#x27;Djamena</mark> é"),
        ("COVID-19-related covid19 19", "covid19",
         "<mark>COVID-19</mark>-related <mark>covid19</mark> 19"),
        ("Covid-19 and a covid", "covid-19", "<mark>Covid-19</mark> and a covid"),
        ("1,000,000 or 1000000 of 1,000", "1000000",
         "<mark>1,000,000</mark> or <mark>1000000</mark> of 1,000"),
        ("Ten per cent or 10 percent per year", "percent",
         "Ten <mark>per cent</mark> or 10 <mark>percent</mark> per year"),
        ("Ten percent or ten Per cent", '"ten per cent"',
         "<mark>Ten percent</mark> or <mark>ten Per cent</mark>"),
        ("Saint Kitts & Nevis", '"kitts and nevis"', "Saint <mark>Kitts &amp; Nevis</mark>"),
        ("Saint Kitts and Nevis", '"kitts & nevis"', "Saint <mark>Kitts and Nevis</mark>"),
        ("An e-mail, no email", "email", "An <mark>e-mail</mark>, no <mark>email</mark>"),
        ("Woman, women, womb", "wom?n", "<mark>Woman</mark>, <mark>women</mark>, womb"),
        ("Climats, climate, climb", "climate~1",
         "<mark>Climats</mark>, <mark>climate</mark>, climb"),
        ("联合国的和平", "和平", "联合国的<mark>和平</mark>"),
        ("国家与联合国", "国", "<mark>国</mark>家与联合<mark>国</mark>"),
        ("联合国；联合的国", "联合国", "<mark>联合国</mark>；联合的国"),
        ("第5条规定", '"第5条"', "<mark>第5条</mark>规定"),
        ("中国 peace", '"国 peace"', "中<mark>国 peace</mark>"),
        ("Dam or river", "dam OR lake", "<mark>Dam</mark> or river"),
        ("Dam or river", "speaker:river dam same:paragraph", "<mark>Dam</mark> or river"),
        ("<b>dams</b>", "(dam* OR lake)", "&lt;b&gt;<mark>dams</mark>&lt;/b&gt;"),
        ("<b>dam</b>", "dam", "&lt;b&gt;<mark>dam</mark>&lt;/b&gt;"),
        ('<img src=x on="f()"', "x", "&lt;img src=<mark>x</mark> on=&quot;f()&quot;"),
        ("<mark>dam</mark>", "mark", "&lt;<mark>mark</mark>&gt;dam&lt;/<mark>mark</mark>&gt;"),
        ("&amp;lt;", "lt", "&amp;amp;<mark>lt</mark>;"),
    ],
)  # fmt: skip
def test_what_matches_is_marked_and_the_rest_escaped(text, q, html):
    assert marked(text, q) == html


def test_a_long_paragraph_is_cut_between_words_around_what_matches():
    text = " ".join(f"before{number}" for number in range(200))
    text += " the river dam here " + " ".join(f"after{number}" for number in range(200))
    html = marked(text, "river dam")
    assert "<mark>river</mark> <mark>dam</mark>" in html
    assert html.startswith("…")
    assert html.endswith("…")
    plain = re.sub("<[^>]+>|…", "", html)
    assert len(plain) <= WINDOW + 20
    assert set(plain.split()) <= set(text.split())


def test_the_window_holds_the_most_marks():
    text = "river " + "word " * 200 + "river dam river " + "word " * 200 + "dam"
    assert marked(text, "river dam").count("<mark>") == 3


def test_a_text_without_spaces_is_cut_all_the_same():
    html = marked("x" * 2000 + " dam " + "y" * 2000, "dam")
    assert "<mark>dam</mark>" in html
    assert len(html) < 2 * WINDOW


@pytest.mark.django_db
def test_the_best_three_paragraphs_of_a_speech_are_shown(archive_index):
    speech = make_speech(
        ["River.", "Nothing here.", "A river and a dam.", "A dam.", "River, river, dam!", "Dam."]
    )
    archive_index()
    [hit] = find(SearchParameters(q="river dam")).hits
    assert len(hit.extracts) == 3
    assert {one.paragraph for one in hit.extracts[:2]} == {3, 5}
    assert hit.extracts[0].url == f"{speech.get_absolute_url()}#p{hit.extracts[0].paragraph}"


@pytest.mark.django_db
def test_extracts_show_the_text_as_it_is_now(archive_index):
    speech = make_speech(["The river is calm.", "The dam holds."])
    archive_index()
    speech.paragraphs.filter(position=1).update(text="The river is <i>high</i>.")
    [hit] = find(SearchParameters(q="river")).hits
    assert hit.extracts[0].html == "The <mark>river</mark> is &lt;i&gt;high&lt;/i&gt;."


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["umarov", ""], ids=["matched by its speaker", "matched by nothing"])
def test_where_no_paragraph_matches_the_opening_is_shown(archive_index, q):
    make_speech(
        [("narrative", "The meeting was called to order."), "We <b>thank</b> you.", "So be it."],
        speaker="Umarov",
        country="KAZ",
    )
    archive_index()
    [hit] = find(SearchParameters(q=q)).hits
    assert [(one.paragraph, one.html) for one in hit.extracts] == [
        (2, "We &lt;b&gt;thank&lt;/b&gt; you.")
    ]


@pytest.mark.django_db
def test_a_speech_of_narrative_alone_is_shown_without_extract(archive_index):
    make_speech([("narrative", "The meeting rose.")], speaker="Umarov", country="KAZ")
    archive_index()
    [hit] = find(SearchParameters(q="umarov")).hits
    assert not hit.extracts


PIECES = (
    "river rivers River RIVERS, dam dams. the of co-operation cooperation co operation rivers' "
    "river's _river river_ 2014 dam-river river--dam (dam) S/PV.9 s pv 9 … — “dam” drew drawing "
    "driver ri-ver -dam"
).split()
SOUGHT = [
    *map(Word, ("river", "dam", "cooperation", "co-operation", "draw")),
    *map(Prefix, ("riv", "coop")),
    *map(Phrase, [("river", "dam"), ("the", "river"), ("co", "operation"), ("s", "pv", "9")]),
    Phrase(("cooperation",)),
    Proximity(("river", "dam"), 2),
    Proximity(("of", "dam"), 0),
    StemExpansion("nation", ("river",)),
]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.lists(st.sampled_from(SOUGHT), min_size=1, max_size=3, unique=True),
)
def test_letters_without_accents_are_marked_as_any_others(text, leaves):
    marker = Highlighter(leaves)
    # a letter that is not Latin has the whole text read the other way
    assert marker.marks(text) == marker.marks(f"{text} ж")


ACCENTED = (
    "río Ríver rívérs dám dám-river co-opération œuvre Straße a-dam-river river\u2011dam "
    "r\u0301iver les des nous pas dans le barrage; d’été «dâm» ŉ ĳ ǆ × ÷ "
    "£5 river§dam dam·s ª² µ DRAŴ nàtion"
).split()


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES, *ACCENTED]), max_size=14).map(" ".join),
    st.lists(st.sampled_from(SOUGHT), min_size=1, max_size=3, unique=True),
)
def test_letters_with_accents_are_marked_as_in_a_text_of_any_script(text, leaves):
    marker = Highlighter(leaves)
    assert marker.marks(f"{text} é") == marker.marks(f"{text} é ж")
