"""Speeches in the formats in which archives and libraries exchange records."""
