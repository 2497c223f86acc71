"""Checks of a whole archive of published records: import, lists, citations, capacities."""
