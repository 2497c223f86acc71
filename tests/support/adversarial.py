"""Every regular expression of reading, and for each the texts that would make it slow.

A pattern is slow where a repetition can go on for long and then fail, or can begin at every place
of a text. So each repetition of each pattern is repeated, after what leads to it and before
something that does not fit.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import statements.transcripts
from statements.transcripts.languages.pack import PACKS

FOLDER = Path(statements.transcripts.__file__).parent
_DIRECT = {"match", "search", "sub", "split", "findall", "fullmatch", "finditer"}
_CLASSES = {
    sre.CATEGORY_DIGIT: "7",
    sre.CATEGORY_NOT_DIGIT: "a",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_WORD: "a",
    sre.CATEGORY_NOT_WORD: "-",
}
_ANYTHING = "aA 7.,(-/\n:é"
_LONG = 9  # repetitions from here on are worth pumping


def patterns() -> dict[str, re.Pattern[Any]]:
    """All patterns that the modules of reading hold or use, by place."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(statements.transcripts.__path__, "statements.transcripts."):
        if module.name.endswith("__main__"):
            continue
        short = module.name.removeprefix("statements.transcripts.")
        for name, value in vars(importlib.import_module(module.name)).items():
            for number, pattern in enumerate(_within(value)):
                found.setdefault(f"{short}.{name}.{number}", pattern)
            if _compiles_packs(value):
                for pack in PACKS:
                    for called, pattern in _of_pack(name, value(pack)):
                        if pattern.pattern:
                            found.setdefault(f"{short}.{called}.{pack.code}", pattern)
    for path in sorted(FOLDER.rglob("*.py")):
        for call in _calls(path):
            if call.func.attr in _DIRECT:  # type: ignore[attr-defined]
                written = ast.literal_eval(call.args[0])
                found[f"{path.stem} line {call.lineno} {call.func.attr}"] = re.compile(written)  # type: ignore[attr-defined]
    return found


def _compiles_packs(value: object) -> bool:
    """Return whether this is a cached function from a language pack to its patterns."""
    return hasattr(value, "cache_info") and list(inspect.signature(value).parameters) == ["pack"]  # type: ignore[arg-type]


def _of_pack(name: str, value: object) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The patterns of one pack, each with the name by which the module asks it."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif is_dataclass(value):
        for entry in fields(value):
            for pattern in _within(getattr(value, entry.name)):
                yield entry.name, pattern


def compiled_in_sources() -> int:
    """How often the sources say ``re.compile``."""
    return sum(
        call.func.attr == "compile"  # type: ignore[attr-defined]
        for path in FOLDER.rglob("*.py")
        for call in _calls(path)
    )


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _DIRECT | {"compile"}
        ):
            yield node


def _within(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _within(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _within(each)


def texts(pattern: re.Pattern[Any], size: int) -> Iterator[str]:
    """Long texts made for this pattern."""
    source = pattern.pattern
    written = source.decode("latin-1") if isinstance(source, bytes) else source
    tree = _parser.parse(written, pattern.flags | re.UNICODE)
    pumps = {(prefix, body) for prefix, body in _pumps(list(tree), "") if body}
    pumps |= {("", body) for _, body in pumps}
    pumps.add(("", _sample(list(tree), 0)))
    pumps |= {("", letter) for letter in _sample(list(tree), 0) if letter.strip()}
    pumps.discard(("", ""))  # of an expression that matches nothing
    for prefix, body in sorted(pumps):
        repeated = body * (size // len(body))
        for end in ("", "\0", "a!", "\n\n"):
            yield prefix + repeated + end


def _pumps(items: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
    """What leads to each long repetition, and what it repeats; in both of its first forms."""
    for at, (kind, argument) in enumerate(items):
        before = prefix + _sample(items[:at], 0)
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            _, most, body = argument
            if most >= _LONG:
                for variant in range(4):
                    repeated = _sample(list(body), variant)
                    yield before, repeated
                    # and with what may follow: "(?:a+,)*" is slow where commas are missing
                    yield before, repeated + _sample(items[at + 1 :][:1], variant)
            yield from _pumps(list(body), before)
        else:
            for inner in _inner(kind, argument):
                yield from _pumps(inner, before)


def _inner(kind: Any, argument: Any) -> Iterator[list[Any]]:
    if kind is sre.SUBPATTERN:
        yield list(argument[3])
    elif kind is sre.ATOMIC_GROUP:
        yield list(argument)
    elif kind is sre.BRANCH:
        yield from map(list, argument[1])
    elif kind in (sre.ASSERT, sre.ASSERT_NOT):
        yield list(argument[1])


def _sample(items: list[Any], variant: int) -> str:
    """A short text that fits; ``variant`` chooses among the possible ones."""
    return "".join(_one(kind, argument, variant) for kind, argument in items)


def _one(kind: Any, argument: Any, variant: int) -> str:
    if kind is sre.LITERAL:
        return chr(argument)
    if kind is sre.NOT_LITERAL:
        return next(letter for letter in _ANYTHING[variant:] if ord(letter) != argument)
    if kind is sre.ANY:
        return _ANYTHING[variant]
    if kind is sre.IN:
        return _of_set(argument, variant)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, most, body = argument
        return _sample(list(body), variant) * max(least, min(most, 1 if variant < 3 else 2))
    if kind is sre.BRANCH:
        branches = argument[1]
        return _sample(list(branches[variant % len(branches)]), variant)
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return ""
    return "".join(_sample(inner, variant) for inner in _inner(kind, argument))


def _of_set(argument: list[Any], variant: int) -> str:
    letters: list[str] = []
    refused: list[Any] = []
    negated = argument[0][0] is sre.NEGATE
    for kind, value in argument:
        if kind is sre.LITERAL:
            letters.append(chr(value))
        elif kind is sre.RANGE:
            letters += [chr(value[0]), chr(value[1])]
        elif kind is sre.CATEGORY:
            letters.append(_CLASSES[value])
            refused.append(value)
    if not negated:
        return letters[variant % len(letters)]
    fitting = [
        letter
        for letter in _ANYTHING
        if letter not in letters and not any(_is(letter, each) for each in refused)
    ]
    return fitting[variant % len(fitting)] if fitting else "¤"


def _is(letter: str, category: Any) -> bool:
    word = letter.isalnum() or letter == "_"
    return {
        sre.CATEGORY_DIGIT: letter.isdigit(),
        sre.CATEGORY_NOT_DIGIT: not letter.isdigit(),
        sre.CATEGORY_SPACE: letter.isspace(),
        sre.CATEGORY_NOT_SPACE: not letter.isspace(),
        sre.CATEGORY_WORD: word,
        sre.CATEGORY_NOT_WORD: not word,
    }[category]


_SEARCHES = frozenset({"search", "sub", "split", "findall", "finditer"})


def seconds(pattern: re.Pattern[Any], text: str, asked: set[str]) -> float:
    """What it costs to ask a pattern as the modules do."""
    given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    started = time.process_time()
    if asked & _SEARCHES:
        for _ in pattern.finditer(given):
            pass
    if "match" in asked:
        pattern.match(given)
    if "fullmatch" in asked:
        pattern.fullmatch(given)
    return time.process_time() - started


def asked(name: str) -> set[str]:
    """The methods with which the pattern called so by ``patterns`` is asked; all, if unknown."""
    every = _SEARCHES | {"match", "fullmatch"}
    if " line " in name:
        return {name.rpartition(" ")[2]}
    module, called = name.split(".")[-3:-1]
    return _uses().get(f"{module}.{called}", set()) & every or set(every)


@cache
def _uses() -> dict[str, set[str]]:
    """With which methods a module asks its patterns, by module and name."""
    found: dict[str, set[str]] = {}
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Attribute):
                continue
            asked_value = node.value.func if isinstance(node.value, ast.Call) else node.value
            if isinstance(asked_value, ast.Name):
                found.setdefault(f"{path.stem}.{asked_value.id}", set()).add(node.attr)
            elif isinstance(asked_value, ast.Attribute):
                found.setdefault(f"{path.stem}.{asked_value.attr}", set()).add(node.attr)
    return found
