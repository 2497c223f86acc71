"""Backups that are proven: dumped, restored into a scratch database, and compared row by row."""
