"""Registers with dates: groups of States and offices, whose lines count once they are verified."""
