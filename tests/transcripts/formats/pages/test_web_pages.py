"""Web pages: menus are left out and listed, bold names are evidence, broken markup is repaired."""

from datetime import date

import pytest
from support.spoken_words import spoken

from statements.transcripts import ParagraphKind, UnreadableTranscript, read
from statements.transcripts.formats.pages.recognition import is_web_page

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Weirs &amp; locks</title>
<meta property="article:published_time" content="2024-05-06T10:00:00Z"><style>p {color: red}</style>
<script>document.write("<p>Never said.</p>")</script></head><body>
<header><nav><a href="/">Home</a> | <a href="/a">About</a></nav></header>
<div class="content-with-sidebar"><h1>Debate on weirs</h1>
<p><b>Ms. Rill (Peru):</b> The tern is <em>low</em>&nbsp;&ndash; very low.</p>
<p>It falls.<p style="display: none">Hidden.</p>
<ul><li>first the north weir, which is the longer one of the two<li>then the south weir</ul>
<table><tr><th>Weir<th>Depth<tr><td>North<td>2 m</table>
<p><strong>Mr. Weir (Malta)</strong>: Who measured it?</p></div>
<ul class="menu"><li><a href="/1">One</a><li><a href="/2">Two</a></ul>
<footer>All rights reserved</footer></body></html>"""


def test_a_page_is_read_without_its_menus() -> None:
    parsed = read("page.html", PAGE.encode())
    assert spoken(parsed) == [
        ("Rill", "The tern is low – very low."),
        ("Rill", "It falls."),
        ("Rill", "first the north weir, which is the longer one of the two"),
        ("Rill", "then the south weir"),
        ("Rill", "Weir Depth"),
        ("Rill", "North 2 m"),
        ("Weir", "Who measured it?"),
    ]
    assert parsed.speeches[0].paragraphs[0].text == "Debate on weirs"
    assert parsed.speeches[0].paragraphs[0].kind is ParagraphKind.NARRATIVE
    assert [dropped.text for dropped in parsed.dropped] == [
        "Home | About",
        "One Two",
        "All rights reserved",
    ]
    assert parsed.meeting.first_page == ("Weirs & locks",)
    assert parsed.meeting.date == date(2024, 5, 6)


def test_only_the_main_part_is_read_and_the_rest_listed() -> None:
    page = "<body><div>Before</div><main><p>Mr. Abel (Malta): Yes.</p></main><p>After</p></body>"
    parsed = read("page.html", page.encode())
    assert spoken(parsed) == [("Abel", "Yes.")]
    assert sorted(dropped.text for dropped in parsed.dropped) == ["After", "Before"]


def test_one_paragraph_may_hold_a_whole_debate() -> None:
    page = """<p><b>Ms. Rill (Peru):</b> The tern<br>is low.<br><b>Mr. Weir (Malta):</b> Who
    measured it?<br><br>Nobody.<br>Mr. Abel (Malta): I did.</p>"""
    assert spoken(read("page.html", page.encode())) == [
        ("Rill", "The tern is low."),
        ("Weir", "Who measured it?"),
        ("Weir", "Nobody."),
        ("Abel", "I did."),
    ]


def test_a_bold_label_that_names_nobody_ends_the_speech_before() -> None:
    page = "<p><b>Ms. Rill (Peru):</b> One.</p><p><b>Q</b> Two?</p><p><b>THE FLOOR:</b> Three!</p>"
    assert [name for name, _ in spoken(read("page.html", page.encode()))] == ["Rill", "", ""]


def test_bold_words_of_a_sentence_are_no_label() -> None:
    page = "<p>Ms. Rill (Peru): One.</p><p><b>Never</b> was the tern so low.</p>"
    assert spoken(read("page.html", page.encode()))[1] == ("Rill", "Never was the tern so low.")


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        ('<meta charset="iso-8859-1">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">', "cp1250"),
        ('<meta charset="utf-8">', "cp1252"),  # labelled wrongly
        ("", "utf-16"),
        ("", "utf-8-sig"),
    ],
)
def test_the_encoding_of_a_page_is_found(head: str, codec: str) -> None:
    words = "Mr. Abel (Malta): It’s the café that is open to all, and to nobody else this year."
    page = f"<html><head>{head}</head><body><p>{words}</p></body></html>"
    assert spoken(read("page.html", page.encode(codec)))[0][1] == words.partition(": ")[2]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 5000 + "<p>Mr. Abel (Malta): Yes.</p>",
        "<html>" + "<font><b>" * 3000 + "Mr. Abel (Malta): Yes.",
        "<table>" * 500 + "<tr><td>Mr. Abel (Malta): Yes.",
        "<p>Mr. Abel (Malta): Yes.</p><!-- never closed " + "<p>" * 1000,
        "<html><p>Mr. Abel (Malta): Yes.</p><script>" + "<p>" * 1000,
    ],
)
def test_a_broken_or_deep_page_is_read(page: str) -> None:
    assert spoken(read("page.html", page.encode())) == [("Abel", "Yes.")]


def test_a_page_of_menus_is_refused() -> None:
    with pytest.raises(UnreadableTranscript, match="only menus") as refused:
        read("page.html", b"<html><nav>Home</nav><script>1</script></html>")
    assert refused.value.code == "empty"


def test_only_pages_begin_like_pages() -> None:
    assert is_web_page(b"\xef\xbb\xbf \n<!-- x --><!DOCTYPE HTML PUBLIC '-//W3C//DTD'><title>x")
    assert is_web_page(b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>')
    assert is_web_page(b"<b>Mr. Abel (Malta):</b> Yes.")
    assert not is_web_page(b"<b> Mr. Abel (Malta): Yes.")
    assert not is_web_page(b"<a><p>x</p></a>")
    assert not is_web_page(b"Mr. Abel (Malta): <p>")
