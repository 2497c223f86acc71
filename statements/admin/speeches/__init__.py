"""Stored speeches in the administration: correcting, withdrawing, reinstating and erasing them."""

from statements.admin.speeches.editing import SpeechAdmin

__all__ = ["SpeechAdmin"]
