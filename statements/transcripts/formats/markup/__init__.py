"""Readers for XML."""
