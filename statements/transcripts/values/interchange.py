"""What a reading process and its caller agree on: limits, answers, and parsed values as JSON.

Only types that the annotations of the values name are ever built; nothing in the JSON can choose
one.
"""

import datetime
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from statements.transcripts.values.parsed import ParsedTranscript

PROCESSOR_SECONDS = 20
ADDRESS_SPACE = 512 * 1024**2  # bytes
LARGEST_RESULT = 64 * 1024**2  # bytes
READ, REFUSED = "read", "refused"  # first line of the answer; JSON follows
NO_SPACE = 28  # exit status of a process that could not write its answer because the disk is full

Builder = Callable[[Any], Any]


def to_json(parsed: ParsedTranscript) -> str:
    return json.dumps(_plain(parsed), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> ParsedTranscript:
    """Build a transcript from its JSON; raises ValueError if the JSON is not one."""
    try:
        built = _builder(ParsedTranscript)(json.loads(text))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a transcript: {error}") from error
    if not isinstance(built, ParsedTranscript):
        raise ValueError("not a transcript")  # noqa: TRY004 - the text is at fault, not the caller
    return built


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


@cache
def _builder(kind: Any) -> Builder:
    """Return a function that turns plain JSON into a value of type ``kind``."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _record_builder(kind)
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        build_item = _builder(arguments[0])
        return lambda plain: tuple(build_item(item) for item in plain)
    if get_origin(kind) in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        build_value = _builder(next(kind for kind in arguments if kind is not NoneType))
        return lambda plain: None if plain is None else build_value(plain)
    if kind is datetime.date:
        return datetime.date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if kind in (str, int, bool, float):
        return lambda plain: _check(plain, kind)
    raise TypeError(f"{kind} cannot be written as JSON")


def _record_builder(kind: type[Any]) -> Builder:
    hints = get_type_hints(kind)
    builders = {field.name: _builder(hints[field.name]) for field in fields(kind)}

    def build(plain: Any) -> Any:
        return kind(**{name: build_field(plain[name]) for name, build_field in builders.items()})

    return build


def _check(plain: Any, kind: type[Any]) -> Any:
    if type(plain) is not kind:
        raise TypeError(f"{plain!r} is not of type {kind.__name__}")
    return plain
