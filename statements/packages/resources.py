"""The files of a package: tables as JSON Lines and Parquet, and ZIP files."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from itertools import batched
from typing import Any, BinaryIO

from django.utils.translation import override

from statements.exports.tables.archives import Member, joined, zipped
from statements.packages.tables import Column, Table, json_value

LEVEL = 6  # of 9, of gzip
GROUP = 20_000  # rows of a row group of Parquet, which are held in memory

# called with the number of items that are written, and their total
type Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Resource:
    """A file of a package."""

    name: str
    file_name: str
    title: Any  # a text, perhaps one that waits for the language
    state: Callable[[], str]  # two files of the same state have the same content
    write: Callable[[BinaryIO, Progress], int]  # returns the number of items
    items: str  # what the number counts, a key of the descriptor
    described: Mapping[str, Any] = field(default_factory=dict)  # more keys of the descriptor

    def descriptor(self) -> dict[str, Any]:
        """Return the resource descriptor (https://datapackage.org/standard/data-resource/) without
        what is known only of the file itself."""
        with override("en"):
            title = str(self.title)
        return {"name": self.name, "title": title, "path": self.file_name, **self.described}


def has_parquet() -> bool:
    """Return whether the package that writes Parquet is installed (the extra ``parquet``)."""
    return find_spec("pyarrow") is not None


def json_lines(table: Table, state: Callable[[], str], **described: Any) -> Resource:
    """Return a table as a file of one JSON object a line (https://jsonlines.org), in gzip."""

    def write(file: BinaryIO, progress: Progress) -> int:
        counted = _Counted(_lines(table), table.query.count(), progress)
        # without name and time, so that the same rows are the same bytes
        with gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
            for piece in joined(counted):
                packed.write(piece)
        return counted.number

    return Resource(
        table.name,
        f"{table.name}.jsonl.gz",
        table.title,
        state,
        write,
        "rows",
        {
            "profile": "tabular-data-resource",
            "format": "jsonl",
            "compression": "gz",
            "mediatype": "application/gzip",
            "encoding": "utf-8",
            "schema": table.schema(),
            **described,
        },
    )


def digest(table: Table) -> str:
    """Return the SHA-256 of the lines of a table."""
    sha = sha256()
    for piece in joined(_lines(table)):
        sha.update(piece)
    return sha.hexdigest()


def _lines(table: Table) -> Iterator[str]:
    names = list(table.paths)
    for row in table.rows():
        values = dict(zip(names, map(json_value, row), strict=True))
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def parquet_name(table: str) -> str:
    """Return the name of the Parquet file of a table among the files of a package."""
    return f"{table}-parquet"


def parquet(table: Table, state: Callable[[], str]) -> Resource:
    """Return a table as a file of Apache Parquet; ``has_parquet`` must be true."""

    def write(file: BinaryIO, progress: Progress) -> int:
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        columns = table.columns
        schema = pyarrow.schema([_arrow_field(column) for column in columns])
        counted = _Counted(table.rows(), table.query.count(), progress)
        with ParquetWriter(file, schema, compression="zstd") as writer:
            for rows in batched(counted, GROUP):
                arrays = [
                    pyarrow.array(values, kind.type)
                    for values, kind in zip(zip(*rows, strict=True), schema, strict=True)
                ]
                writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
        return counted.number

    return Resource(
        parquet_name(table.name),
        f"{table.name}.parquet",
        table.title,
        state,
        write,
        "rows",
        {"format": "parquet", "mediatype": "application/vnd.apache.parquet"},
    )


def zip_file(
    name: str, title: Any, state: Callable[[], str], members: Iterable[Member], total: int
) -> Resource:
    """Return a ZIP file of documents, whose number is at most ``total``."""

    def write(file: BinaryIO, progress: Progress) -> int:
        counted = _Counted(members, total, progress)
        for piece in zipped(counted):
            file.write(piece)
        return counted.number

    described = {"format": "zip", "mediatype": "application/zip"}
    return Resource(name, f"{name}.zip", title, state, write, "files", described)


class _Counted[Item]:
    """Items that are counted while they pass."""

    def __init__(self, items: Iterable[Item], total: int, progress: Progress) -> None:
        self.number = 0
        self._items, self._total, self._progress = items, total, progress

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            yield item
            self.number += 1
            self._progress(self.number, self._total)


def _arrow_field(column: Column) -> Any:
    import pyarrow

    kinds = {
        "boolean": pyarrow.bool_(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "datetime": pyarrow.timestamp("us", tz="UTC"),
        "date": pyarrow.date32(),
    }
    if column.type == "array":
        item = Column(column.name, "", column.field.base_field, True)  # type: ignore[attr-defined]
        kind = pyarrow.list_(kinds.get(item.type, pyarrow.string()))
    else:
        kind = kinds.get(column.type, pyarrow.string())
    return pyarrow.field(column.name, kind, nullable=column.is_nullable)
