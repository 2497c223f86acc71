"""Parsed values as JSON and back, so that they can cross from one process to another.

Only what the annotations of the values name is ever built: nothing in the JSON can choose a type.
"""

import datetime
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from statements.transcripts.parsed import ParsedTranscript

Builder = Callable[[Any], Any]


def to_json(parsed: ParsedTranscript) -> str:
    return json.dumps(_plain(parsed), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> ParsedTranscript:
    """Raises ValueError where the JSON is none of a transcript."""
    try:
        built = _builder(ParsedTranscript)(json.loads(text))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"no transcript: {error}") from error
    if not isinstance(built, ParsedTranscript):
        raise ValueError("no transcript")  # noqa: TRY004 - the text is at fault, not the caller
    return built


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


@cache
def _builder(kind: Any) -> Builder:
    """What turns plain JSON into a value of ``kind``."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _record_builder(kind)
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        each = _builder(arguments[0])
        return lambda plain: tuple(each(item) for item in plain)
    if get_origin(kind) in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        inner = _builder(next(each for each in arguments if each is not NoneType))
        return lambda plain: None if plain is None else inner(plain)
    if kind is datetime.date:
        return datetime.date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if kind in (str, int, bool, float):
        return lambda plain: _same_kind(plain, kind)
    raise TypeError(f"{kind} has no form in JSON")


def _record_builder(kind: type[Any]) -> Builder:
    hints = get_type_hints(kind)
    builders = {each.name: _builder(hints[each.name]) for each in fields(kind)}

    def build(plain: Any) -> Any:
        return kind(**{name: made(plain[name]) for name, made in builders.items()})

    return build


def _same_kind(plain: Any, kind: type[Any]) -> Any:
    if type(plain) is not kind:
        raise TypeError(f"{plain!r} is no {kind.__name__}")
    return plain
