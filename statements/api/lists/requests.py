"""The parameters of lists: how many rows, after which, and which of their fields."""

import base64
import binascii
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from statements.api.search import describe_parameter
from statements.search import InvalidParameters

MOST, USUAL = 500, 100  # rows of a page
_LONGEST = 1_000  # characters of a cursor

type Key = Sequence[str | int]  # by which rows are ordered


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a list."""

    limit: int
    after: Key | None  # the key of the last row of the page before
    fields: Collection[str]
    since: datetime | None = None

    @classmethod
    def of_query(
        cls,
        query: Mapping[str, str],
        names: Sequence[str],
        kinds: Sequence[type],
        *,
        is_dated: bool = False,
    ) -> "Request":
        """Read a query string. Names are those of fields, kinds the types of the parts of a
        key.

        Raises InvalidParameters with a sentence for each parameter that cannot be used.
        """
        errors: dict[str, str] = {}
        known = ("limit", "cursor", "fields", *(["changed_since"] if is_dated else []))
        for name in sorted(set(query) - set(known)):
            errors[name] = f"There is no such parameter. There are: {', '.join(known)}."
        values: dict[str, Any] = {}
        for name, read in (
            ("limit", _limit),
            ("cursor", lambda text: _key(text, kinds)),
            ("fields", lambda text: _fields(text, names)),
            ("changed_since", _time),
        ):
            try:
                values[name] = read(query.get(name, ""))
            except ValueError as error:
                errors.setdefault(name, str(error))
        if errors:
            raise InvalidParameters(errors)
        return cls(values["limit"], values["cursor"], values["fields"], values["changed_since"])


def cursor(key: Key) -> str:
    """Return the cursor that leads to the rows after the one with a key."""
    text = json.dumps(list(key), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def described(names: Sequence[str], *, is_dated: bool = False) -> list[dict[str, Any]]:
    """Return the OpenAPI descriptions of the parameters of a list."""
    one = f"({'|'.join(names)})"
    parameters: list[tuple[str, str, Mapping[str, Any]]] = [
        ("limit", "Rows of a page.", {"type": "integer", "minimum": 1, "maximum": MOST}),
        (
            "cursor",
            "Where the list goes on, as in “next” of the page before.",
            {"type": "string", "maxLength": _LONGEST},
        ),
        (
            "fields",
            "Only these fields of each row, separated by commas.",
            {"type": "string", "pattern": f"^{one}(,{one})*$"},
        ),
    ]
    if is_dated:
        parameters.append(
            (
                "changed_since",
                "Only what changed since this second, such as 2026-01-31T09:30:00Z, or this day.",
                {"type": "string", "pattern": _TIME},
            )
        )
    return [describe_parameter(*parameter) for parameter in parameters]


_TIME = (
    r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$"
)


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        raise ValueError(f"The limit must be a number from 1 to {MOST}.")
    return int(text)


def _key(text: str, kinds: Sequence[type]) -> Key | None:
    if not text:
        return None
    try:
        padded = text[: _LONGEST + 1] + "=" * (-len(text) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if [type(part) for part in parts] == list(kinds) and all(map(_is_storable, parts)):
            return list(parts)
    except (ValueError, TypeError, RecursionError, binascii.Error):
        pass
    raise ValueError("The cursor is not one of this list. Begin without a cursor.")


def _is_storable(part: str | int) -> bool:
    """Return whether the database could compare a part of a key."""
    if isinstance(part, int):
        return 0 <= part < 1 << 31
    return "\0" not in part and part.isprintable()


def _fields(text: str, names: Sequence[str]) -> Sequence[str]:
    if not text:
        return names
    fields = [part.strip() for part in text.split(",")]
    if unknown := [field for field in fields if field not in names]:
        raise ValueError(
            f"There is no field “{unknown[0][:40]}”. The fields are: {', '.join(names)}."
        )
    return fields


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("Give a time as 2026-01-31T09:30:00Z, or a day as 2026-01-31.") from None
    # a time without an offset is one in UTC
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).replace(microsecond=0)
