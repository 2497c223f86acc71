"""Statements of hot pages are planned once for each connection."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from statements.models.sql import fetch_all

STATEMENT = "SELECT place FROM generate_series(1, %s) AS place WHERE place = ANY(%s) ORDER BY 1"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def new_connection(db: None) -> Iterator[None]:
    connection.close()
    yield
    connection.close()


def prepared() -> list[tuple[int, int]]:
    """How often each prepared statement ran with a plan for any values, and for its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE %s",
            ["%generate_series%ANY%"],
        )
        return list(cursor.fetchall())


def test_a_statement_is_planned_once_for_all_values() -> None:
    for last in range(1, 9):
        assert fetch_all(STATEMENT, [last, [1, last, 99]]) == [(one,) for one in sorted({1, last})]
    assert prepared() == [(8, 0)]


def test_values_of_any_size_find_the_same() -> None:
    for huge in (7, 70_000, 7_000_000_000):
        assert fetch_all(STATEMENT, [9, [huge, 3]]) == ([(3,), (7,)] if huge == 7 else [(3,)])


def test_statements_may_have_names_for_values_or_none() -> None:
    assert fetch_all("SELECT %(word)s::text, %(none)s::text", {"word": "a%b", "none": None}) == [
        ("a%b", None)
    ]
    assert fetch_all("SELECT 1") == [(1,)]


def test_a_transaction_that_failed_leaves_the_connection_usable() -> None:
    fetch_all(STATEMENT, [3, [2]])
    with pytest.raises(ProgrammingError), transaction.atomic():
        fetch_all("SELECT nothing FROM nowhere_at_all")
    assert fetch_all(STATEMENT, [3, [2]]) == [(2,)]


def test_statements_are_recorded_as_those_of_other_cursors() -> None:
    with CaptureQueriesContext(connection) as captured:
        fetch_all(STATEMENT, [3, [2]])
    assert len(captured) == 1
    assert "generate_series" in captured[0]["sql"]


def test_nothing_is_prepared_where_the_setting_says_so() -> None:
    connection.ensure_connection()
    connection.connection.prepare_threshold = None
    assert fetch_all(STATEMENT, [3, [2]]) == [(2,)]
    assert prepared() == []


def test_other_cursors_go_on_binding_values_themselves() -> None:
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(STATEMENT, [3, [2]])
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1; SELECT %s", [2])  # two statements at once: never prepared
        assert cursor.fetchone() == (1,)
