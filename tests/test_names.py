"""Names in the code say what a value is: hardly any is only a pronoun, participle or adverb."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
EMPTY_WORDS = frozenset(
    "one some others those found known kept gone told asked given wanted chosen held living "
    "instead beside most of at other there here had named spoken drawn apart anew both each it "
    "them they which what who whose where how meant sought taken seen done made put ones whole "
    "none any few many such".split()
)
SHARE = 0.03  # of the names that a package binds
SMALL = 40  # bound names; in a package with fewer, one would be too many


def _packages() -> list[Path]:
    """Return the packages, and those of the search, each of which is as large as other packages."""
    folders = [PROJECT / "archive", PROJECT / "statements"]
    folders += [folder for parent in list(folders) for folder in parent.iterdir()]
    folders += (PROJECT / "statements" / "search").iterdir()
    packages = {folder for folder in folders if (folder / "__init__.py").exists()}
    return sorted(folder.relative_to(PROJECT) for folder in packages)


def _modules(package: Path) -> Iterator[Path]:
    """Yield the modules of a package, with those of its folders that are no package here."""
    others = [other for other in _packages() if package in other.parents]
    for path in sorted((PROJECT / package).rglob("*.py")):
        folders = path.relative_to(PROJECT).parents
        if "migrations" not in path.parts and not any(other in folders for other in others):
            yield path


def _bound_names(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the variables, loop variables and parameters of a module with where they are bound."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, f"{path.relative_to(PROJECT)}:{node.lineno}"
        elif isinstance(node, ast.arg):
            yield node.arg, f"{path.relative_to(PROJECT)}:{node.lineno}"


@pytest.mark.parametrize("package", _packages(), ids=str)
def test_names_are_nouns(package):
    names = [bound for path in _modules(package) for bound in _bound_names(path)]
    empty = [f"{name} at {place}" for name, place in names if name.strip("_") in EMPTY_WORDS]
    allowed = max(SHARE * len(names), 1 if len(names) < SMALL else 0)
    assert len(empty) <= allowed, (
        f"{len(empty)} of {len(names)} names in {package} are only a pronoun, participle or "
        f"adverb; rename these to say what the value is:\n" + "\n".join(empty)
    )
