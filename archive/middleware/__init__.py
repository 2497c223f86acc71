"""Middleware for faults, compression and the addresses of the administration."""
