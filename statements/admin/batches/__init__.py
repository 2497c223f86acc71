"""Many files at once: what became of them, the list of what waits, and decisions over many."""
