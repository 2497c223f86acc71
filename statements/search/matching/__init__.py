"""A query meets the index: evaluation, scoring, ranking, facets and groups."""
