"""SQLite's FTS5: a row a paragraph, Porter's stemmer, facets by a join."""

import sqlite3
from collections.abc import Sequence

from benchmarks.searching.engines import DEEP, FACETS, TOP, Engine, Page, speeches_of
from benchmarks.searching.questions import Question


class Fts5(Engine):
    def build(self) -> None:
        self.folder.mkdir()
        base = sqlite3.connect(self.folder / "fts5.sqlite")
        base.executescript(
            """PRAGMA journal_mode = OFF;
            CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='porter unicode61');
            CREATE TABLE paragraph (
                id INTEGER PRIMARY KEY, speech INTEGER, country, year INTEGER, speaker);
            BEGIN;"""
        )
        for number, passage in enumerate(self.corpus.passages(), 1):
            base.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, passage.text))
            row = (number, passage.speech, passage.country, passage.year, passage.speaker)
            base.execute("INSERT INTO paragraph VALUES (?, ?, ?, ?, ?)", row)
        base.execute("INSERT INTO words (words) VALUES ('optimize')")
        base.commit()
        base.execute("ANALYZE")
        base.close()

    def open(self) -> None:
        path = self.folder / "fts5.sqlite"
        self.base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def close(self) -> None:
        self.base.close()

    def page(self, question: Question, *, facets: bool) -> Page:
        conditions, values = ["1"], []
        tables, order = "paragraph", "paragraph.id"
        if question.words:
            tables = "words JOIN paragraph ON paragraph.id = words.rowid"
            conditions.append("words MATCH ?")
            values.append(_match(question))
            order = "bm25(words)"
        if question.country:
            conditions.append("country = ?")
            values.append(question.country)
        if question.years:
            conditions.append("year BETWEEN ? AND ?")
            values += map(str, question.years)
        where = f"FROM {tables} WHERE {' AND '.join(conditions)}"
        speeches = self._rows(f"SELECT speech {where} ORDER BY {order} LIMIT {TOP}", values)
        if not facets:
            if question.words and not (question.country or question.years):
                where = "FROM words WHERE words MATCH ?"  # no need of the join
            total = self._rows(f"SELECT count(*) {where}", values)[0][0]
            return Page(total, [one for (one,) in speeches])
        counted = self._facets(where, values)
        return Page(sum(counted["year"].values()), [one for (one,) in speeches], counted)

    def _facets(self, where: str, values: list[str]) -> dict[str, dict[str, int]]:
        sums = " UNION ALL ".join(
            f"SELECT '{name}', {name}, count(*) FROM found GROUP BY {name}" for name in FACETS
        )
        columns = ", ".join(FACETS)
        counted: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        found = f"WITH found AS MATERIALIZED (SELECT {columns} {where})"
        for name, value, count in self._rows(f"{found} {sums}", values):
            counted[name][str(value)] = count
        return counted

    def _rows(self, statement: str, values: list[str]) -> list[tuple]:
        return self.base.execute(statement, values).fetchall()

    def relevant(self, words: Sequence[str], count: int, *, every: bool) -> list[int]:
        """Every word is how it reads bare words."""
        rows = self._rows(
            "SELECT speech FROM words JOIN paragraph ON paragraph.id = words.rowid "
            f"WHERE words MATCH ? ORDER BY bm25(words) LIMIT {DEEP * count}",
            [(" " if every else " OR ").join(f'"{word}"' for word in words)],
        )
        return speeches_of([one for (one,) in rows], count)


def _match(question: Question) -> str:
    quoted = [f'"{word}"' for word in question.words]
    match question.how:
        case "prefix":
            return f"{quoted[0]}*"
        case "phrase":
            return f'"{" ".join(question.words)}"'
        case "any":
            return " OR ".join(quoted)
        case _:
            return " ".join(quoted)
