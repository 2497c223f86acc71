"""Parses web pages as browsers do, by Lexbor, into the tree that readers of XML use as well."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from statements.transcripts.formats.markup.xml_tree import MAX_ELEMENTS, Element
from statements.transcripts.values.parsed import UnreadableTranscript

_MAX_DEPTH = 300  # deeper elements, as unclosed tags make them, only lose their own type


def parse_html(text: str) -> Element:
    """Return the root of a page. Every text is a page to a browser, so nothing is malformed.

    Raises UnreadableTranscript if the page has too many elements.
    """
    root = LexborHTMLParser(text).root
    tree = Element("html")
    pending: list[tuple[LexborNode | None, Element, int]] = [
        (root.child if root else None, tree, 1)
    ]
    count = 0
    while pending:
        node, parent, depth = pending.pop()
        if node is None:
            continue
        count += 1
        if count > MAX_ELEMENTS:
            raise UnreadableTranscript("too-large", "The page has too many elements.")
        pending.append((node.next, parent, depth))
        tag = node.tag
        if tag == "-text":
            parent.content.append(node.text_content or "")
        elif tag and not tag.startswith("-"):
            attributes = {name: value or "" for name, value in node.attributes.items()}
            element = parent
            if depth < _MAX_DEPTH:
                element = Element(tag, attributes)
                parent.content.append(element)
            pending.append((node.child, element, depth + 1))
    return tree
