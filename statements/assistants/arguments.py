"""The arguments of a tool: their description for clients, and the query string of the API that they
stand for.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.http import QueryDict

from statements.exports.quotations import ANCHOR, Passage

# the path of a speech in any language, or of a quotation of it
_ADDRESS = re.compile(
    rf"(?:.*/)?(?:speech|quotation)/(?P<id>[-\w]+)/?(?:(?P<path>{ANCHOR})/?)?"
    rf"(?:\?[^#]*)?(?:#(?P<anchor>{ANCHOR})?)?",
    re.ASCII,
)
_KINDS = {"string": "one string", "array": "strings", "integer": "a number"}
_ID = re.compile(r"[-\w]{1,120}", re.ASCII)


class Refusal(Exception):
    """A call that cannot be answered. The message has sentences for the caller, which say what to
    do."""


class Place(NamedTuple):
    """A speech, or words of it, as a caller names them."""

    speech: str  # public id
    passage: Passage | None = None


def input_schema(
    parameters: Sequence[Mapping[str, Any]], required: Sequence[str]
) -> dict[str, Any]:
    """Return the JSON schema of arguments that are described as parameters of the API are."""
    properties = {
        parameter["name"]: {**parameter["schema"], "description": parameter["description"]}
        for parameter in parameters
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def read(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> QueryDict:
    """Return arguments as a query string of the API.

    Raises Refusal for names that the tool does not have, for missing ones, and for values that a
    query string cannot represent. Values themselves are checked by what reads the query string.
    """
    names = list(schema["properties"])
    sentences = [
        f"There is no argument “{name[:60]}”. The arguments are: {', '.join(names)}."
        for name in arguments
        if name not in names
    ]
    query = QueryDict(mutable=True)
    for name in names:
        try:
            query.setlist(name, _texts(arguments.get(name)))
        except (TypeError, ValueError):
            kind = schema["properties"][name]["type"]
            sentences.append(f"The argument “{name}” must be {_KINDS[kind]}.")
    sentences += [
        f"The argument “{name}” is missing."
        for name in schema["required"]
        if not any(text.strip() for text in query.getlist(name))
    ]
    if sentences:
        raise Refusal(" ".join(dict.fromkeys(sentences)))
    return query


def _texts(value: Any) -> list[str]:
    """Return a value, or a list of values, as strings. Raises TypeError for other things, and
    ValueError for numbers and characters that no query string can have."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    for element in values:
        if isinstance(element, bool) or not isinstance(element, str | int | float):
            raise TypeError("not a string")
    return [_text(element) for element in values]


def _text(value: str | float) -> str:
    # JSON does not distinguish 2 from 2.0
    whole = isinstance(value, float) and value.is_integer()
    text = str(int(value)) if whole else str(value)
    text.encode()  # half of a surrogate pair is not a character
    return text


def place(text: str) -> Place:
    """Return the speech, and the passage if there is one, of an id or an address.

    >>> place("river-1"), place("https://archive.example.org/fr/speech/river-1/?q=ice#p4s2")
    (Place(speech='river-1', passage=None), Place(speech='river-1', passage=Passage(paragraph=4, \
sentence=2)))

    Raises Refusal for other texts.
    """
    text = text.strip()
    if _ID.fullmatch(text):
        return Place(text)
    match = _ADDRESS.fullmatch(text)
    if match is None or not _ID.fullmatch(match["id"]):
        raise Refusal(
            "“id” must be the id or the address of a speech, as the tool “search” returns them."
        )
    anchor = match["path"] or match["anchor"]
    return Place(match["id"], Passage.at(anchor) if anchor else None)


def number(query: QueryDict, name: str, default: int, limit: int) -> int:
    """Return an argument that is a whole number from 1. Raises Refusal for other values."""
    typed = query.get(name, "").strip()
    if not typed:
        return default
    if typed.isascii() and typed.isdigit() and len(typed) < 10 and 1 <= int(typed) <= limit:
        return int(typed)
    raise Refusal(f"“{name}” must be a whole number from 1 to {limit}.")
