"""The operators' guide names every setting, command and target."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "operations.md").read_text()


def settings_named() -> list[str]:
    words = (PROJECT / "archive" / "settings.py").read_text()
    words += (PROJECT / "archive" / "serving.py").read_text()
    return sorted(set(re.findall(r"""env(?:iron)?\.\w+\(\s*["']([A-Z_]+)["']""", words)))


def commands() -> list[str]:
    apps = (PROJECT / "statements", PROJECT / "archive" / "accounts")
    files = (file for app in apps for file in app.glob("management/commands/[!_]*.py"))
    return sorted(file.stem for file in files)


@pytest.mark.parametrize("name", settings_named())
def test_every_setting_is_described(name):
    assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize("name", commands())
def test_every_command_is_described(name):
    assert re.search(rf"^\| `{name}\b", PAGE, re.MULTILINE)


def test_the_composition_asks_for_nothing_that_is_not_described():
    words = (PROJECT / "docker-compose.yml").read_text()
    for name in set(re.findall(r"\$\{([A-Z_]+)", words)):
        assert name in PAGE
