"""The formats of files of meetings and speeches in markup."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from statements.exports.markup import akoma_ntoso, tei
from statements.exports.markup.debate import Debate


@dataclass(frozen=True, slots=True)
class MarkupFormat:
    """A format of a file of a debate."""

    suffix: str
    label: str
    media_type: str
    write: Callable[[Debate], Iterator[str]]

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8"


_FORMATS = (
    MarkupFormat("tei.xml", "TEI", "application/tei+xml", tei.write),
    MarkupFormat("akn.xml", "Akoma Ntoso", "application/akn+xml", akoma_ntoso.write),
)
MARKUP: Mapping[str, MarkupFormat] = {each.suffix: each for each in _FORMATS}
