"""The adapter through which Haystack uses the index."""
