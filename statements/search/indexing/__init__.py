"""Keeps the index up to date with the database: outbox, worker, rebuilds and consistency checks."""
