"""Resumption tokens. They contain all that the next part of a list needs, so that they never expire
and the server keeps nothing."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from statements.harvesting.requests import ProtocolError
from statements.models.changes import Change, Selection

_LONGEST = 2_000  # characters of a token


@dataclass(frozen=True, slots=True)
class Token:
    """Where a list goes on."""

    verb: str
    prefix: str  # of the metadata format
    selection: Selection
    after: Change  # the last one of the part before
    cursor: int  # number of records in the parts before
    size: int  # of the whole list, when it began

    def __str__(self) -> str:
        selection, after = self.selection, self.after
        parts = [
            self.verb,
            self.prefix,
            _seconds(selection.since),
            _seconds(selection.until),
            selection.subset,
            _seconds(after.changed_at),
            after.public_id,
            self.cursor,
            self.size,
        ]
        text = json.dumps(parts, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, verb: str) -> "Token":
        """Read a token given for a verb. Raises ProtocolError (badResumptionToken)."""
        try:
            return cls._of_parts(_parts(text), verb)
        except (ValueError, TypeError, OverflowError, OSError, binascii.Error) as error:
            raise ProtocolError(
                "badResumptionToken", "The resumption token is not one of this list."
            ) from error

    @classmethod
    def _of_parts(cls, parts: list[Any], verb: str) -> "Token":
        token_verb, prefix, since, until, subset, changed_at, public_id, cursor, size = parts
        texts, numbers = (token_verb, prefix, subset, public_id), (changed_at, cursor, size)
        if token_verb != verb or not all(
            isinstance(part, str) and "\0" not in part for part in texts
        ):
            raise ValueError("a text is not one")
        if not all(type(part) is int and 0 <= part < 1 << 40 for part in numbers):
            raise ValueError("a number is not one")
        selection = Selection(_time(since), _time(until), subset)
        last = Change(public_id, datetime.fromtimestamp(changed_at, UTC), None, ())
        return cls(token_verb, prefix, selection, last, cursor, size)


def _parts(text: str) -> list[Any]:
    if len(text) > _LONGEST:
        raise ValueError("too long")
    padded = text + "=" * (-len(text) % 4)
    parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    if not isinstance(parts, list):
        raise TypeError("not a list")
    return parts


def _seconds(time: datetime | None) -> int | None:
    return int(time.timestamp()) if time else None


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
