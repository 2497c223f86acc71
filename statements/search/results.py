"""What a search yields: speeches with the paragraphs that matched, facets, total, index state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from statements.models import Speech
from statements.search.parameters import SearchParameters


class SearchUnavailable(Exception):
    """The index cannot be read; the message is a sentence for readers."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index that answered can be trusted."""

    generation: str
    lag_s: float  # age of the oldest change not yet indexed, 0.0 where there is none
    complete: bool  # False while the index is known to miss speeches


@dataclass(frozen=True, slots=True)
class Extract:
    """A matching paragraph: escaped text with the matching words in ``<mark>``."""

    paragraph: int  # position in the speech
    url: str  # the speech's address with the paragraph's anchor
    html: SafeString


@dataclass(frozen=True, slots=True)
class Hit:
    speech: Speech
    extracts: Sequence[Extract]


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str  # what the address carries
    label: str  # what a reader sees
    count: int  # speeches found under every filter but this facet's own
    selected: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    parameters: SearchParameters
    total: int  # speeches, exact
    hits: Sequence[Hit]
    facets: Mapping[str, Sequence[FacetValue]]  # by name, in the order of parameters.FACETS
    index: IndexState

    @property
    def pages(self) -> int:
        return -(-self.total // self.parameters.page_size)
