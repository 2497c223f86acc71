"""People and their pages: which speakers are proposed as one person, and what was decided."""
