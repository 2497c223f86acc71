"""Stores drafts as rows, in one transaction each, after a preview of the changes."""
