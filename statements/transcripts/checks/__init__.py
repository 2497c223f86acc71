"""Checks of what was read, and the proof that no words were lost."""
