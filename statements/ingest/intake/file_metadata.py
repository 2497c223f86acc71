"""The metadata that come with files: in a table, in their names, or the same for all."""

from dataclasses import dataclass, field, fields, replace
from functools import reduce
from pathlib import Path

from statements.ingest.drafts.draft import Metadata
from statements.ingest.intake.metadata_table import MetadataTable
from statements.ingest.intake.name_patterns import NamePattern


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMetadata:
    """Each source fills the gaps of those before it."""

    table: MetadataTable | None = None
    names: NamePattern | None = None
    defaults: Metadata = field(default_factory=Metadata)

    def of(self, path: Path) -> Metadata:
        """Return the metadata of a file. Raises BadRow or UnknownName."""
        row = self.table.of(path) if self.table else None
        named = self.names.metadata_of(path) if self.names else None
        known = [metadata for metadata in (row, named, self.defaults) if metadata]
        return reduce(_fill_gaps, known)


def _fill_gaps(metadata: Metadata, others: Metadata) -> Metadata:
    """Return the metadata with the values of others where it has none."""
    blank = {
        name: getattr(others, name)
        for name in (metadata_field.name for metadata_field in fields(metadata))
        if not getattr(metadata, name)
    }
    if metadata.date:
        blank.pop("date_printed", None)
        blank.pop("year", None)
    return replace(metadata, **blank)
