"""Pages about the archive as a whole."""
