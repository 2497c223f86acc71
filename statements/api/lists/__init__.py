"""Lists of all that the archive holds, in pages that a cursor leads through, and single records."""
