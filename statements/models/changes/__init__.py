"""When speeches changed, for programs that keep copies of them."""

from statements.models.changes.datestamps import ChangedSpeech, Datestamp, assign
from statements.models.changes.lists import Change, Selection, change_of, earliest

__all__ = ["Change", "ChangedSpeech", "Datestamp", "Selection", "assign", "change_of", "earliest"]
