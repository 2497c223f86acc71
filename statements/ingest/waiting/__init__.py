"""What waits for a decision: how it was described, how it is judged, and what the worker does."""
