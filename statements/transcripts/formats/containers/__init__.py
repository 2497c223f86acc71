"""Archives, and data put behind a file."""
