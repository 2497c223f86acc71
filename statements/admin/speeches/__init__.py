"""The admin for stored speeches: editing, withdrawing, reinstating and erasing them."""

from statements.admin.speeches.speech_admin import SpeechAdmin

__all__ = ["SpeechAdmin"]
