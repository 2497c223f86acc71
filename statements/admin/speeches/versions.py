"""Versions of a speech as a form showed it, to detect and show changes made by someone else."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from statements.admin import paragraphs
from statements.models import Speech

EDITED_FIELDS = [
    "speaker_printed",
    "affiliation",
    "speaker",
    "country",
    "affiliations",
    "role",
    "on_behalf_of",
    "language",
    "language_printed",
    "date",
    "year_stated",
    "session",
    "meeting",
    "position",
    "topics",
]
_MANY = ["affiliations", "topics"]


def version_digest(speech: Speech) -> str:
    """Return a digest of everything the form shows; it changes with every edit."""
    state = [
        [str(speech.serializable_value(name)) for name in EDITED_FIELDS if name not in _MANY],
        *(sorted(getattr(speech, name).values_list("pk", flat=True)) for name in _MANY),
        paragraphs.of_speech(speech),
        speech.withdrawal_id,
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def displayed_state(speech: Speech) -> str:
    """Return what the form shows as JSON, to submit with the form and compare if it is outdated."""
    return json.dumps(
        {
            "fields": {_label(name): display_value(getattr(speech, name)) for name in EDITED_FIELDS}
            | {_("Withdrawn"): withdrawal_text(speech)},
            "text": [paragraphs.as_text([piece]) for piece in paragraphs.of_speech(speech)],
        },
        ensure_ascii=False,  # escapes would make long texts in other scripts exceed the form limit
    )


def changes_since(before: str, speech: Speech) -> tuple[list[tuple[str, str, str]], Any]:
    """Return what has changed in a speech since `displayed_state` returned ``before``.

    The result has rows of label, old and new value, and pairs of old and new paragraphs. Both are
    empty if ``before`` is malformed.
    """
    current = json.loads(displayed_state(speech))
    try:
        previous = json.loads(before)
        fields = {str(name): str(value) for name, value in previous["fields"].items()}
        paragraph_texts = [str(text) for text in previous["text"]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return [], []
    rows = [
        (name, fields.get(name, ""), value)
        for name, value in current["fields"].items()
        if fields.get(name, "") != value
    ]
    return rows, paragraphs.differences(paragraph_texts, current["text"])


def withdrawal_text(speech: Speech) -> str:
    """Return the reason for a withdrawal, or "No" if the speech is public."""
    if speech.withdrawal:
        return _("Yes: %(reason)s") % {"reason": speech.withdrawal.reason}
    return _("No")


def display_value(value: Any) -> str:
    if value is None or value == "":
        return _("(empty)")
    if hasattr(value, "all"):
        value = list(value.all())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or _("(empty)")
    return str(value)


def _label(name: str) -> str:
    field = Speech._meta.get_field(name)
    return str(getattr(field, "verbose_name", name)).capitalize()
