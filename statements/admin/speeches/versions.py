"""What a person saw of a speech, so that what somebody else changed since is noticed and shown."""

import hashlib
import json
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from statements.admin import paragraphs
from statements.models import Speech

EDITED = [
    "speaker_printed",
    "affiliation",
    "speaker",
    "country",
    "role",
    "on_behalf_of",
    "language",
    "language_printed",
    "date",
    "year_stated",
    "meeting",
    "position",
    "topics",
]

User = AbstractBaseUser | AnonymousUser


def version_of(speech: Speech) -> str:
    """A digest of everything the form shows; another digest means that somebody changed it."""
    state = [
        [str(speech.serializable_value(name)) for name in EDITED if name != "topics"],
        sorted(speech.topics.values_list("pk", flat=True)),
        paragraphs.stored(speech),
        speech.withdrawal_id,
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def seen(speech: Speech) -> str:
    """The same in words, to be sent along with a form and shown where it is out of date."""
    return json.dumps(
        {
            "fields": {_label(name): shown(getattr(speech, name)) for name in EDITED}
            | {"Withdrawn": withdrawn(speech)},
            "text": [paragraphs.as_text([piece]) for piece in paragraphs.stored(speech)],
        },
        ensure_ascii=False,  # or a long text in another script would outgrow a form
    )


def changes_since(before: str, speech: Speech) -> tuple[list[tuple[str, str, str]], Any]:
    """What of a speech differs from what was ``seen`` before: rows of label, former and present
    value, and pairs of former and present paragraphs. Nothing where ``before`` is no such text."""
    now = json.loads(seen(speech))
    try:
        then = json.loads(before)
        fields = {str(name): str(value) for name, value in then["fields"].items()}
        text = [str(each) for each in then["text"]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return [], []
    rows = [
        (name, fields.get(name, ""), value)
        for name, value in now["fields"].items()
        if fields.get(name, "") != value
    ]
    return rows, paragraphs.differences(text, now["text"])


def withdrawn(speech: Speech) -> str:
    """Why a speech is withdrawn; "no" where it is public."""
    return f"Yes: {speech.withdrawal.reason}" if speech.withdrawal else "no"


def shown(value: Any) -> str:
    if value is None or value == "":
        return "(empty)"
    if hasattr(value, "all"):
        value = list(value.all())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "(empty)"
    return str(value)


def _label(name: str) -> str:
    field = Speech._meta.get_field(name)
    return str(getattr(field, "verbose_name", name)).capitalize()
