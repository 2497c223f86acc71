"""The database becomes an index: the outbox, the worker, rebuilding and checking."""
