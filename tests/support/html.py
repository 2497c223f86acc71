"""Pages taken apart, to see what of them a browser would run or fetch."""

from html.parser import HTMLParser


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
        if tag in {"script", "style"} and dict(attrs).get("type") != "application/json":
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.inline.append(data)

    def links(self, rel: str) -> list[str]:
        """Where the links of one relation lead."""
        return [str(each.get("href")) for tag, each in self.found if each.get("rel") == rel]
