"""Verified backups: dumped, restored into a scratch database, and compared row by row."""
