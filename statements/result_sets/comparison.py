"""Compares a result set with what its search finds now."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from statements.models import ResultSet, Speech
from statements.result_sets.storing import digests_of_public, search_of
from statements.search import InvalidParameters, Listing, SearchUnavailable, find_all


@dataclass(frozen=True)
class Comparison:
    """What happened to the speeches of a result set since it was kept.

    Lists are of public ids: of the result set in its order, and those added in the order of the
    search.
    """

    result_set: ResultSet
    listing: Listing | None  # what the search finds now; None if that cannot be said
    failure: str  # the sentence that says why it cannot be said, or ""

    @cached_property
    def _public(self) -> dict[str, tuple[int, object]]:
        return dict(digests_of_public(public_id__in=self.result_set.speeches))

    @cached_property
    def keys(self) -> Sequence[int]:
        """The primary keys of the speeches that are still public, in the order of the result."""
        rows = (self._public.get(public_id) for public_id in self.result_set.speeches)
        return [row[0] for row in rows if row]

    @cached_property
    def changed(self) -> Sequence[str]:
        """Speeches with other words than when the result was kept."""
        digests = zip(self.result_set.speeches, self.result_set.digests, strict=True)
        return [
            public_id
            for public_id, digest in digests
            if public_id in self._public and self._public[public_id][1] != digest
        ]

    @cached_property
    def unavailable(self) -> Sequence[str]:
        """Speeches that were withdrawn or erased."""
        return [
            public_id for public_id in self.result_set.speeches if public_id not in self._public
        ]

    @cached_property
    def unmatched(self) -> Sequence[str]:
        """Public speeches that the search no longer finds."""
        if self.listing is None:
            return []
        matching = set(self.listing.speeches)
        return [
            public_id
            for public_id in self.result_set.speeches
            if public_id in self._public and self._public[public_id][0] not in matching
        ]

    @cached_property
    def added(self) -> Sequence[str]:
        """Speeches that the search finds now and did not find then."""
        if self.listing is None:
            return []
        stored = set(self.keys)
        keys = [key for key in self.listing.speeches if key not in stored]
        public_ids = dict(Speech.objects.filter(pk__in=keys).values_list("pk", "public_id"))
        # one that was withdrawn and is reinstated, but not yet indexed, is in neither
        former = set(self.result_set.speeches)
        added = [public_ids[key] for key in keys if key in public_ids]
        return [public_id for public_id in added if public_id not in former]

    @property
    def is_same(self) -> bool:
        """Whether the search finds the same speeches with the same words."""
        differences = (self.added, self.changed, self.unmatched, self.unavailable)
        return not self.failure and not any(differences)


def compare(result_set: ResultSet) -> Comparison:
    """Return what has changed since a result was kept."""
    try:
        _, listing = find_all(search_of(result_set))
    except InvalidParameters as invalid:
        return Comparison(result_set, None, " ".join(invalid.errors.values()))
    except SearchUnavailable as unavailable:
        return Comparison(result_set, None, str(unavailable))
    return Comparison(result_set, listing, "")
