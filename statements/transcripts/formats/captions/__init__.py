"""Readers for captions and recognised speech: short pieces of text, each with its time."""
