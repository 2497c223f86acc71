"""Speakers: their names, the capacity in which they speak, and on whose behalf."""
