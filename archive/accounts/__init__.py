"""Accounts of the archive's staff: signing in, guessing prevented, second factor, sessions.

Nothing here knows of speeches or transcripts. docs/decisions/accounts.md says why each library
was chosen and where the limits come from.
"""
