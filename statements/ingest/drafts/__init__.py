"""Parsed values become drafts: completed with metadata, placed in meetings, and validated."""
