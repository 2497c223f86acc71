"""Pages of the archive by date."""
