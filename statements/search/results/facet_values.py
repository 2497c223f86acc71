"""The values of facets and groups of results, with labels; pages that are perhaps of one person are
one value if a page asks for people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from statements.search.parameters import SearchParameters
from statements.search.protocol import Answer, Groups
from statements.search.results.hits import Hit

# for each page that is perhaps of the same person as others: all of them
Pages = Mapping[str, tuple[str, ...]]


class FacetValue(NamedTuple):
    value: str  # in the address
    label: str  # for readers
    # speeches found under every filter but this facet’s own
    count: int  # type: ignore[assignment]  # hides a method of tuples that nobody needs
    selected: bool
    # other values that are perhaps of the same person; the count includes them if ``find`` was
    # asked for people
    perhaps_the_same: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Group:
    value: str  # in the address
    label: str
    count: int  # speeches found that have it
    hits: Sequence[Hit]  # the best of them
    perhaps_the_same: Sequence[str] = ()  # as of ``FacetValue``


def without_divided(pages_of: Pages, selected: Sequence[str]) -> Pages:
    """Return the pages of people without those people of whom only some pages are selected."""
    divided = {
        slug
        for page in selected
        if not set(pages := pages_of.get(page, ())).issubset(selected)
        for slug in pages
    }
    if not divided:
        return pages_of
    return {slug: pages for slug, pages in pages_of.items() if slug not in divided}


def label_groups(
    groups: Groups,
    hits: Sequence[Sequence[Hit]],
    labels: Mapping[str, str],
    pages_of: Pages,
) -> list[Group]:
    return [
        Group(
            group.value,
            labels.get(group.value, group.value),
            group.count,
            hits_of_group,
            _others(group.value, pages_of),
        )
        for group, hits_of_group in zip(groups.shown, hits, strict=True)
    ]


def _others(page: str, pages_of: Pages) -> Sequence[str]:
    """Return the other pages of a person."""
    return [other for other in pages_of.get(page, ()) if other != page]


def label_facets(
    parameters: SearchParameters,
    answer: Answer,
    labels: Mapping[str, Mapping[str, str]],
    pages_of: Pages,
) -> dict[str, list[FacetValue]]:
    facets = {}
    for name in SearchParameters.FACETS:
        selected, of_facet = getattr(parameters, name), labels[name]
        facets[name] = [
            FacetValue(value, of_facet.get(value, value), count, value in selected)
            for value, count in answer.facets[name].values
        ]
    facets["speaker"] = [
        speaker._replace(perhaps_the_same=_others(speaker.value, pages_of))
        for speaker in facets["speaker"]
    ]
    return facets
