"""Parses pages, to find what a browser would run or fetch."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text inside of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        is_data = dict(attrs).get("type") in {"application/json", "application/ld+json"}
        if tag in {"script", "style"} and not is_data:
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.inline.append(data)

    def links(self, rel: str) -> list[str]:
        """Where the links of one relation lead."""
        return [str(each.get("href")) for tag, each in self.found if each.get("rel") == rel]


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the hidden and text fields of a page's form."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if attributes.get("type") in (None, "text", "hidden", "number", "date"):
            if "name" in attributes:
                value = unescape(attributes.get("value", ""))
                found.setdefault(attributes["name"], []).append(value)
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>\s?(.*?)</textarea>', page, re.S):
        found[name] = [unescape(text)]
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'<option value="([^"]*)"[^>]* selected', options)
        if chosen:
            found.setdefault(name, [unescape(value) for value in chosen])
    return found


def without_sentences(page: str) -> str:
    """Return a page without the elements around the sentences of a speech."""
    return re.sub(r'<span id="p\d+s\d+">(.*?)</span>', r"\1", page)
