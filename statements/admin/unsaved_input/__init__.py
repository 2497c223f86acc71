"""Preserve form input when a session has expired or the CSRF token is missing.

Forms in the administration carry a signed note that names the user and the path of the form. If
such a form is submitted by an anonymous user or without a valid token, its fields are stored.
After logging in, the user sees them in the form again; they are saved only when the user submits
the form with a valid token. Nothing is stored without a valid note, so strangers can neither fill
the database nor put text into someone else's form.
"""

from statements.admin.unsaved_input.storage import (
    MAX_PATH_LENGTH,
    NOTE,
    RESTORED_KEY,
    Note,
    discard_saved,
    form_note,
    inputs_of_user,
    keep,
    mark_saved,
    preserves_input,
    restored_fields,
    show_as_posted,
    submitted_note,
)

__all__ = [
    "MAX_PATH_LENGTH",
    "NOTE",
    "RESTORED_KEY",
    "Note",
    "discard_saved",
    "form_note",
    "inputs_of_user",
    "keep",
    "mark_saved",
    "preserves_input",
    "restored_fields",
    "show_as_posted",
    "submitted_note",
]
