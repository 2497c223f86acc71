"""Readers: one for each form of file."""
