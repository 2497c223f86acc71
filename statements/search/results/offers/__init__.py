"""Searches offered beside a search: other States, and offices of people."""
