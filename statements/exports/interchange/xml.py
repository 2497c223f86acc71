"""Texts for XML documents."""

import re

# characters that XML 1.0 does not allow
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Return a text without the characters that XML does not allow, such as form feeds."""
    return _NOT_IN_XML.sub("", text)
