"""Fixtures of all tests: the private PostgreSQL, an index for each test, a browser.

What keeps the suite fast, and is there for new tests to share:

- ``db`` rolls back; ``transactional_db`` and ``live_server`` clean the tables, which takes five
  times as long. What migrations insert is always there (``clean_tables``).
- ``archive`` and ``rows`` make rows directly; publishing a transcript takes longer, so only tests
  of publishing do it. ``archive_index`` gives an empty index, to be filled once in a fixture.
- Passwords are hashed with little work, files are read by forked workers (``new_interpreters`` for
  tests of their limits), and index and cards do not wait for the disk.
- ``client`` answers in milliseconds, a browser in seconds; ``page`` and ``visit`` share one.
- A test that takes more than ten seconds is marked ``long``, so that its file starts first.
- A command as a process of its own takes a second to start; ``call_command`` does not.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chromium
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ["support.archive_index"]

NO_BROWSER = "no Chromium could be found or had"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have the private PostgreSQL up before the first test that needs a database."""
    if not os.environ.get("DATABASE_URL"):
        from archive.firstrun import private_postgres

        private_postgres.hold()


@pytest.fixture(scope="session", autouse=True)
def throwaway_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep index, cards and collected files of this run out of the archive's own."""
    from django.conf import settings

    index = tmp_path_factory.mktemp("index")
    os.environ["INDEX_DIR"] = str(index)  # for commands that a test starts as processes
    settings.HAYSTACK_CONNECTIONS["default"]["PATH"] = str(index)
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    settings.CARDS_DIR = tmp_path_factory.mktemp("cards")
    settings.DATA_DIR = tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> None:
    """Let files of this run reach the disk when they may: none must survive a loss of power."""
    os.fsync = lambda _: None


@pytest.fixture(scope="session", autouse=True)
def no_rate_limits() -> None:
    """Let the tests ask as much as they like, also where DATABASE_URL is set."""
    from django.conf import settings

    os.environ["RATE_LIMITS"] = "0"  # for servers that a test starts as processes
    settings.RATE_LIMITS = {}


@pytest.fixture(scope="session", autouse=True)
def forked_workers() -> Callable[..., Any]:
    """Read files in forked processes, which start faster than new interpreters; return the function
    that starts these."""
    from support.sites import forked_workers

    from statements.transcripts.sandbox import client

    start_interpreter = client.start_worker
    client.start_worker = forked_workers.start
    return start_interpreter


@pytest.fixture
def new_interpreters(forked_workers: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in new interpreters, as the archive does: for tests of these."""
    from statements.transcripts.sandbox import client

    monkeypatch.setattr(client, "start_worker", forked_workers)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> None:
    """Hash passwords as the archive does, but with the least work: tests make many people."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["support.sites.people.QuickHasher", *settings.PASSWORD_HASHERS[1:]]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Clean the tables after a test with real transactions: what migrations inserted stays."""
    import clean_tables
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        seeds = clean_tables.remember()
    TransactionTestCase._fixture_teardown = lambda _: clean_tables.clean(seeds)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Return a Chromium that is started once."""
    from playwright.sync_api import sync_playwright

    # Playwright's event loop lives in this thread, where tests ask the database too
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(), args=flags)
        yield started
        started.close()


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """Return a page of a fresh visitor."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the project's folder."""
    return Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Drop the test database even if sessions are open: a long run must not fail at its end because
    of a session that is closing, or one of the server's own."""
    from django.db.backends.postgresql.creation import DatabaseCreation

    def drop(self: Any, name: str, verbosity: int) -> None:
        with self._nodb_cursor() as cursor:
            quoted = self.connection.ops.quote_name(name)
            cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")

    DatabaseCreation._destroy_test_db = drop


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no browser; the end of the run says so loudly.

    Where files are shared out among processes, those that take long come first: one that came last
    would be waited for alone. Otherwise more tests take more time.
    """
    if not chromium.find():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
    if "PYTEST_XDIST_WORKER" in os.environ:
        tests = Counter(item.path for item in items)
        long = {
            item.path
            for item in items
            if item.get_closest_marker("long") or item.get_closest_marker("browser")
        }
        items.sort(key=lambda item: (item.path not in long, -tests[item.path], item.path))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report how many browser tests were skipped because there is no browser."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and NO_BROWSER in report.longrepr[2]
    ]
    if skipped:
        terminalreporter.write_line(
            f"WARNING: {len(skipped)} browser tests were NOT RUN: {NO_BROWSER}.",
            red=True,
            bold=True,
        )
