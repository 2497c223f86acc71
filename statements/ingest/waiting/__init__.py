"""Uploaded files until they are published or discarded: reading, review, and the worker's jobs."""
