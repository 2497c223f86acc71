"""PostgreSQL: a row a paragraph with a tsvector under a GIN index, in the archive's own server.

What is measured is the CPU of the server's process for this connection, with no parallel workers,
so that it is all of it.
"""

from collections.abc import Sequence
from typing import Any

from benchmarks import debates
from benchmarks.searching.engines import DEEP, FACETS, TOP, Engine, Page, cpu_of, speeches_of
from benchmarks.searching.questions import Question

_TABLE = "benchmark_paragraph"


class PostgreSQL(Engine):
    def _connect(self) -> None:
        debates.open_archive(self.corpus.state)
        from django.db import connection

        connection.ensure_connection()
        self.connection: Any = connection
        self._run("SET max_parallel_workers_per_gather = 0")
        self._run("SET max_parallel_maintenance_workers = 0")
        self._run("SET maintenance_work_mem = '512MB'")
        self._run("SET work_mem = '256MB'")
        self._server = connection.connection.info.backend_pid

    def clock(self) -> float:
        return self.server_seconds()

    def server_seconds(self) -> float:
        return cpu_of(self._server)

    def prepare(self) -> None:
        debates.open_archive(self.corpus.state)

    def build(self) -> None:
        self._connect()
        self._run(f"DROP TABLE IF EXISTS {_TABLE}")
        self._run(
            f"""CREATE TABLE {_TABLE} (id serial, speech int, country text, year int, speaker text,
            body text, words tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED)"""
        )
        columns = "speech, country, year, speaker, body"
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {_TABLE} ({columns}) FROM STDIN") as copy,
        ):
            for one in self.corpus.passages():
                copy.write_row((one.speech, one.country, one.year, one.speaker, one.text))
        self._run(f"CREATE INDEX ON {_TABLE} USING gin (words)")
        self._run(f"CREATE INDEX ON {_TABLE} (id)")
        self._run(f"VACUUM ANALYZE {_TABLE}")

    def open(self) -> None:
        self._connect()

    def size(self) -> int:
        self._connect()
        return int(self._run("SELECT pg_total_relation_size(%s)", [_TABLE])[0][0])

    def page(self, question: Question, *, facets: bool) -> Page:
        conditions, values, keys, order = ["true"], [], [], "id"
        if question.words:
            asked = _asked(question)
            conditions.append(f"words @@ {asked}")
            values.append(_typed(question))
            keys = list(values)
            order = f"ts_rank(words, {asked}) DESC"
        if question.country:
            conditions.append("country = %s")
            values.append(question.country)
        if question.years:
            conditions.append("year BETWEEN %s AND %s")
            values += question.years
        where = f"FROM {_TABLE} WHERE {' AND '.join(conditions)}"
        first = self._run(f"SELECT speech {where} ORDER BY {order} LIMIT {TOP}", [*values, *keys])
        speeches = [one for (one,) in first]
        if not facets:
            return Page(self._run(f"SELECT count(*) {where}", values)[0][0], speeches)
        sets = "GROUPING SETS ((), (country), (year), (speaker))"
        grouped = "grouping(country), grouping(year), grouping(speaker)"
        rows = self._run(
            f"SELECT {grouped}, country, year, speaker, count(*) {where} GROUP BY {sets}", values
        )
        total, counted = 0, {name: dict[str, int]() for name in FACETS}
        for row in rows:
            flags, cells, count = row[:3], row[3:6], row[6]
            if 0 not in flags:
                total = count
            else:
                place = flags.index(0)
                counted[FACETS[place]][str(cells[place])] = count
        return Page(total, speeches, counted)

    def relevant(self, words: Sequence[str], count: int, *, every: bool) -> list[int]:
        """Every word is how it reads what people type."""
        asked = "plainto_tsquery('english', %s)"
        if not every:
            asked = f"replace({asked}::text, '&', '|')::tsquery"
        rows = self._run(
            f"SELECT speech FROM {_TABLE}, (SELECT {asked} AS asked) WHERE words @@ asked "
            f"ORDER BY ts_rank(words, asked) DESC LIMIT {DEEP * count}",
            [" ".join(words)],
        )
        return speeches_of([one for (one,) in rows], count)

    def _run(self, statement: str, values: list[Any] | None = None) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def _asked(question: Question) -> str:
    to_query = {"phrase": "phraseto_tsquery", "all": "plainto_tsquery"}
    return f"{to_query.get(question.how, 'to_tsquery')}('english', %s)"


def _typed(question: Question) -> str:
    match question.how:
        case "prefix":
            return f"{question.words[0]}:*"
        case "any":
            return " | ".join(question.words)
        case _:
            return " ".join(question.words)
