#!/usr/bin/env python3
"""Django's commands, with the private PostgreSQL running meanwhile."""

import importlib.util
import os
import sys
from pathlib import Path

WITHOUT_DATABASE = {
    "collectstatic", "compilemessages", "diffsettings", "findstatic", "help",
    "makemessages", "startapp", "startproject", "version",
}  # fmt: skip


def needs_database(arguments: list[str]) -> bool:
    """Return whether a command line may use the database."""
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in WITHOUT_DATABASE


def enter_environment() -> None:
    """Restart under the Python of `.venv` if this one has no Django."""
    python = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    if importlib.util.find_spec("django"):
        return
    if not python.exists() or Path(sys.prefix) == python.parent.parent:
        sys.exit("Django is not installed here: run `make setup`, then this command again.")
    os.execv(python, [str(python), *sys.argv])  # noqa: S606


def main() -> None:
    """Run one command."""
    enter_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
    if needs_database(sys.argv[1:]) and not os.environ.get("DATABASE_URL"):
        from archive.firstrun import private_postgres
        from archive.firstrun.state import StateError

        try:
            private_postgres.hold()
        except StateError as error:
            sys.exit(str(error))

    from django.core.management import execute_from_command_line

    from archive.command_failures import report_in_a_sentence

    with report_in_a_sentence():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
