"""Helpers of the search tests: random archives and queries, a reference, a second engine."""
