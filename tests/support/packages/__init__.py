"""Packages as other programs read them, and the state of the database that they are made of."""

import gzip
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.db import connection
from pyarrow import parquet

from archive.backup import verification
from statements.packages.descriptor import Package


def read_table(package: Package, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table from its JSON Lines."""
    with gzip.open(package.folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def database_state() -> dict[str, tuple[int, str]]:
    """Return the number and a digest of the rows of each table of the archive."""
    connection.ensure_connection()
    verification.prepare(connection.connection)
    tables = verification.summarize(connection.connection).tables
    return {name: state for name, state in tables.items() if name.startswith("public.statements_")}


def database_faults() -> list[str]:
    connection.ensure_connection()
    return verification.faults(connection.connection)


def contents(folder: Path) -> dict[str, str]:
    """Return all that the files of a package say, unpacked, by the name of the file."""
    texts = {}
    for path in folder.iterdir():
        if path.suffix == ".gz":
            texts[path.name] = gzip.decompress(path.read_bytes()).decode()
        elif path.suffix == ".parquet":
            texts[path.name] = str(parquet.read_table(path).to_pylist())
        elif path.suffix == ".zip":
            with ZipFile(path) as archive:
                texts[path.name] = "\n".join(
                    f"{name} {archive.read(name).decode('utf-8', 'replace')}"
                    for name in archive.namelist()
                )
        else:
            texts[path.name] = path.read_text()
    return texts
