"""Drafts become rows, in one transaction each, after a preview of what that changes."""
