"""Matches become a page of results; whether the index can answer at all."""
