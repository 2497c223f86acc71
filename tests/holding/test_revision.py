"""The revision: every committed change of public data gives it a new name."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from support import rows

from archive import languages
from statements.models import Country, Meeting, Paragraph, Speech, Topic, Transcript, revision

# what no public page shows
PRIVATE = {
    "statements_changedspeech",
    "statements_datestamp",  # lists of changes have entity tags of their content
    "statements_alert",
    "statements_delivery",
    "statements_deliveredfile",
    "statements_indexoutbox",
    "statements_decidedspeaker",
    "statements_labelchoice",
    "statements_persondecision",
    "statements_recognition",
    "statements_recognizedpage",
    "statements_reviewjob",
    "statements_reviewtask",
    "statements_unsavedinput",
}


def test_every_table_is_watched_or_private(db: None) -> None:
    models = apps.get_app_config("statements").get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE proname = 'statements_note_revision'"
        )
        watched = {table for (table,) in cursor.fetchall()}
    assert tables - watched == PRIVATE
    assert watched <= tables


CHANGES: dict[str, Callable[[rows.SmallArchive], Any]] = {
    "a text": lambda archive: Paragraph.objects.filter(speech=archive.speech).update(text="Other."),
    "a date": lambda archive: Speech.objects.filter(pk=archive.speech.pk).update(date=None),
    "a name": lambda archive: Country.objects.filter(pk=archive.country.pk).update(
        short_name="Elsewhere"
    ),
    "a former state": lambda archive: archive.country.successors.add(
        Country.objects.exclude(pk=archive.country.pk)[0]
    ),
    "a topic": lambda archive: archive.speech.topics.clear(),
    "a title": lambda archive: Topic.objects.update(title="Another title"),
    "a meeting": lambda archive: Meeting.objects.update(place="Elsewhere"),
    "a problem noted": lambda archive: Transcript.objects.update(problems=[{"code": "x"}]),
    "a new speech": lambda archive: rows.speech("New.", country=archive.country),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_gives_another(db: None, change: str) -> None:
    archive = rows.small_archive()
    before = revision.read()
    assert revision.read() == before
    CHANGES[change](archive)
    assert revision.read() != before


def test_a_change_that_is_taken_back_is_none(db: None) -> None:
    archive = rows.small_archive()
    before = revision.read()
    with transaction.atomic():
        CHANGES["a text"](archive)
        transaction.set_rollback(True)
    assert revision.read() == before


@contextmanager
def another_connection() -> Iterator["psycopg.Connection[Any]"]:
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    with psycopg.connect(**settings) as other:
        yield other


CHANGE = "UPDATE statements_topic SET title = title || '.'"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_commits_in_any_order_give_a_name_each(order: tuple[int, int]) -> None:
    rows.small_archive()
    names = [revision.read()]
    with another_connection() as first, another_connection() as second:
        writers = first, second
        first.execute("UPDATE statements_topic SET title = title || '.'")
        # it does not wait for the first, which has changed another table
        second.execute("SET statement_timeout = '5s'")
        second.execute("UPDATE statements_meeting SET place = 'Elsewhere'")
        assert revision.read() == names[0]
        for number in order:
            writers[number].commit()
            names.append(revision.read())
    assert len(set(names)) == 3


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_committed_yet_keeps_no_page_stale() -> None:
    rows.small_archive()
    with another_connection() as other:
        other.execute(CHANGE)
        during = revision.read()
        other.commit()
    assert revision.read() != during


@pytest.mark.django_db(transaction=True)
def test_a_serializable_writer_is_never_refused_because_of_it() -> None:
    rows.small_archive()
    with another_connection() as careful, another_connection() as other:
        careful.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        careful.execute("SELECT count(*) FROM statements_speech")  # its view of the data begins
        other.execute(CHANGE)
        other.commit()
        before = revision.read()
        careful.execute("UPDATE statements_meeting SET place = 'Elsewhere'")
        careful.commit()
    assert revision.read() != before


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_need_few_slots_and_lose_no_change() -> None:
    rows.small_archive()
    unchanged: list[int] = []

    def write(number: int) -> None:
        with another_connection() as own:
            own.autocommit = True
            for turn in range(20):
                before = own.execute(f"SELECT {revision.TOKENS}").fetchone()
                own.execute(
                    "INSERT INTO statements_topic (slug, title, folded, kind)"
                    " VALUES (%(name)s, %(name)s, %(name)s, 'subject')",
                    {"name": f"topic-{number}-{turn}"},
                )
                if own.execute(f"SELECT {revision.TOKENS}").fetchone() == before:
                    unchanged.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Topic.objects.filter(slug__startswith="topic-").count() == 120
    assert not unchanged
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM statements_revision")
        assert cursor.fetchone()[0] <= 12


@pytest.mark.django_db(transaction=True)
def test_emptied_tables_are_a_change() -> None:
    rows.small_archive()
    before = revision.read()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE statements_topic CASCADE")
    assert revision.read() != before


def test_what_is_kept_is_made_anew_after_a_change(db: None) -> None:
    archive = rows.small_archive()
    made = []

    @revision.cached_per_revision(maxsize=2)
    def count(table: str) -> int:
        made.append(table)
        return Speech.objects.count()

    assert count("a") == count("a") == count("b")
    assert made == ["a", "b"]
    rows.speech("New.", country=archive.country)
    assert count("a") == Speech.objects.count()
    assert made == ["a", "b", "a"]
    fill = [str(number) for number in range(2 * len(languages.offered()))]
    made.clear()
    for table in (*fill, *fill[1:], "a"):
        count(table)
    assert made == [*fill, "a"]
    with revision.use("another"):
        assert revision.current() == "another"
        count("a")
    assert len(made) == len(fill) + 2
    assert revision.current() != "another"
