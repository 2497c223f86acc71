"""Staff accounts: login, lockout after failed attempts, two-factor authentication, sessions.

This package does not depend on speeches or transcripts. docs/decisions/accounts.md explains the
choice of libraries and limits.
"""
