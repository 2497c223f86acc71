"""The description of a file of a table: what was asked, of what state of the archive, and what the
file contains."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from statements.exports.tables.source import Table


@dataclass(slots=True)
class Digest:
    """The size and the SHA-256 of bytes that pass through."""

    size: int = 0
    _hash: Any = field(default_factory=sha256)

    def passing(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Return the same bytes, counted."""
        for piece in pieces:
            self.size += len(piece)
            self._hash.update(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return str(self._hash.hexdigest())


def manifest(
    table: Table, digest: Digest, *, has_columns: bool, described: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the description of a file whose bytes have all passed, after what else is known of
    it. Numbers and rights of speeches are left out where rows are of no speeches."""
    tally = table.tally
    of_speeches = {"speeches": tally.speeches, "rights": list(tally.rights)}
    return {
        **described,
        "rows_are": table.rows_are,
        "columns": list(table.columns) if has_columns else None,
        "rows": tally.rows,
        "shortened_cells": tally.shortened,
        **(of_speeches if tally.speeches is not None else {}),
        "bytes": digest.size,
        "sha256": digest.sha256,
    }
