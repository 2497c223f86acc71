"""Document types: names of characters are read; what could grow or ask for a file is refused."""

import pytest

from statements.transcripts import UnreadableTranscript
from statements.transcripts.formats.markup.xml_tree import MAX_DEPTH, parse_tree


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("<a>Ren&eacute;&nbsp;Weir</a>", "René Weir"),
        ('<?xml version="1.0"?><!DOCTYPE a SYSTEM "a.dtd"><a>Ren&eacute;</a>', "René"),
        ('<!DOCTYPE a [<!ENTITY weir "&#163;">]><a>9&weir;</a>', "9£"),
        ('<!DOCTYPE a [<!ENTITY amp "&#38;#38;">]><a>9 &amp; 7</a>', "9 & 7"),
        ('<!DOCTYPE a [<!ENTITY lt "<b/>">]><a>9 &lt; 10</a>', "9 < 10"),
        ("<!DOCTYPE html><html><p>One</p></html>", "One"),
        ("<a>One </a><a>two</a>", "One two"),
    ],
)
def test_names_of_characters_are_known(document: str, text: str) -> None:
    assert parse_tree(document.encode()).text_content() == text


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY b "word">]><a>&b;</a>', "document-type"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "document-type"),
        ('<!DOCTYPE a [<!ENTITY % b SYSTEM "b.dtd"> %b;]><a/>', "document-type"),
        ("<!DOCTYPE a [<!ENTITY % b \"<!ENTITY nbsp 'x'>\"> %b;]><a/>", "document-type"),
        ('<!DOCTYPE a [<!ENTITY é "éé"><!ENTITY b "&é;&é;&é;">]><a>&b;</a>', "document-type"),
        ('<!DOCTYPE a [<!ENTITY weir "<b/>">]><a>&weir;</a>', "document-type"),
        ('<!DOCTYPE a [<!ATTLIST a who CDATA "Rill">]><a/>', "document-type"),
        ("<a>&weir;</a>", "broken-markup"),
        ('<!DOCTYPE a SYSTEM "a.dtd"><a>&weir;</a>', "broken-markup"),
        ("<a><b></a>", "broken-markup"),
        ("<a>" * (MAX_DEPTH + 1), "too-large"),
        ("<?xml version='1.0' encoding='weir'?><a/>", "broken-markup"),
        ("</fragments><a/>", "broken-markup"),
    ],
)
def test_the_rest_is_refused(document: str, code: str) -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        parse_tree(document.encode())
    assert refused.value.code == code


def test_lines_are_those_of_the_file() -> None:
    root = parse_tree(b"<a>\n<b/>\n\n<c>x</c></a>")
    assert [(element.name, element.line) for element in root.elements] == [("b", 2), ("c", 4)]
