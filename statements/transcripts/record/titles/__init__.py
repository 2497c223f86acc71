"""Titles of statements: who speaks, in what office, for which State, where and when."""
