"""The work of every regular expression grows with the length of a text, not with its square.

Each pattern is tried by the methods that the source calls it with, on texts that repeat what the
pattern looks for. Processor time is compared between two sizes: eight times the text may cost
some twenty times the work, not the sixty-four times of a square.
"""

import importlib
import pkgutil
import re
import time
from pathlib import Path

import pytest

import archive
import statements

METHODS = ("search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split")
SMALL, LARGE = 1_000, 8_000
QUICK_S = 0.004  # of a large text: too little to be anything but linear
REPEATED = [" ", "a", "A", "1", ".", "-", "(", '"', "\n", "\t", "a ", "A ", "1 ", "a-", "a,", "a\n"]
NOT_IMPORTED = re.compile(r"\.migrations|__main__|^archive\.(serving|wsgi)")

Use = tuple[str, "re.Pattern[str] | re.Pattern[bytes]", str]


def uses() -> list[Use]:
    """Every pattern that a module names, with each method that the source calls it by."""
    found: dict[tuple[str | bytes, int, str], Use] = {}
    for package in (archive, statements):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if NOT_IMPORTED.search(module.name):
                continue
            imported = importlib.import_module(module.name)
            source = Path(str(imported.__file__)).read_text("utf-8")
            for name, pattern in vars(imported).items():
                if not isinstance(pattern, re.Pattern):
                    continue
                for method in METHODS:
                    if re.search(rf"\b{re.escape(name)}\.{method}\b", source):
                        key = pattern.pattern, pattern.flags, method
                        found.setdefault(key, (f"{module.name}.{name}", pattern, method))
    return list(found.values())


def cost(pattern: "re.Pattern[str] | re.Pattern[bytes]", method: str, text: str | bytes) -> float:
    """The least processor time of three tries, in seconds; of one, where that is next to none."""
    least = float("inf")
    arguments = (text[:0], text) if method in ("sub", "subn") else (text,)
    for _ in range(3):
        started = time.thread_time()
        result = getattr(pattern, method)(*arguments)
        if method == "finditer":
            for _match in result:
                pass
        least = min(least, time.thread_time() - started)
        if least < QUICK_S:
            break
    return least


def test_there_are_patterns() -> None:
    assert len(uses()) > 80


@pytest.mark.parametrize("use", uses(), ids=lambda use: f"{use[0]}.{use[2]}")
def test_work_grows_with_the_text(use: Use) -> None:
    name, pattern, method = use
    is_bytes = isinstance(pattern.pattern, bytes)
    printed = pattern.pattern.decode("latin-1") if is_bytes else pattern.pattern
    words = re.findall(r"[A-Za-z]{2,}", str(printed))[:12]
    repeated = dict.fromkeys([*REPEATED, *sorted(set(str(printed))), *words])
    for unit in [*repeated, *(f"{word} " for word in words)]:
        small, large = ((unit * (size // len(unit))) for size in (SMALL, LARGE))
        texts = [each.encode() if is_bytes else each for each in (small, large)]
        of_large = cost(pattern, method, texts[1])
        if of_large >= QUICK_S:
            of_small = cost(pattern, method, texts[0])
            assert of_large < 24 * max(of_small, QUICK_S / 24), f"{name} on {unit!r} repeated"
