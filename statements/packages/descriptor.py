"""The descriptor of a package, ``datapackage.json`` (https://datapackage.org/standard/data-package/).

What this archive adds to the standard stands under the key "rostrum".
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.text import slugify
from django.utils.translation import gettext as _

from statements.coverage.sources import sources
from statements.models import revision
from statements.models.withdrawal_notices import departures_digest
from statements.packages.contents import Scope

FILE_NAME = "datapackage.json"
FORMAT = 1  # of packages; raised when older code could not read them
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_OWN = "rostrum"
_DESCRIPTIONS = {
    Scope.PUBLIC: "What visitors of {name} may see: speeches with their paragraphs, votes, "
    "references, speakers, meetings and sources. The words of withdrawn speeches are not in it.",
    Scope.FULL: "All rows and original files of {name}, from which the archive can be made again. "
    "It has what visitors may not see: never publish it.",
}


class PackageError(Exception):
    """A package could not be written or read; ``str()`` says why and what to do."""


@dataclass(frozen=True)
class Package:
    """A complete package in a folder."""

    folder: Path
    descriptor: Mapping[str, Any]

    @cached_property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the descriptors of its files by their names."""
        return {resource["path"]: resource for resource in self.descriptor["resources"]}

    @property
    def scope(self) -> Scope:
        return Scope(self.descriptor[_OWN]["scope"])

    @property
    def revision(self) -> str:
        """Return the revision of the archive whose state it has."""
        return str(self.descriptor[_OWN]["revision"])

    @property
    def departures(self) -> str:
        """Return the digest of the withdrawn and deleted speeches whose words it lacks; "" if an
        older release wrote it."""
        return str(self.descriptor[_OWN].get("departures", ""))

    @property
    def schema(self) -> Sequence[str]:
        """Return the latest migrations of the database that it was made from."""
        return [str(name) for name in self.descriptor[_OWN]["schema"]]

    @property
    def created_at(self) -> datetime:
        return datetime.fromisoformat(self.descriptor["created"])


def describe(scope: Scope, files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the descriptor of a package with these files, of the state of the archive that the
    transaction sees."""
    name = settings.SITE_NAME
    terms = [
        {"source": source.title, "statement": rights.statement, "files": rights.files}
        for source in sources()
        for rights in source.rights
    ]
    listed = {
        source.title: next((each.source_url for each in source.rights if each.source_url), "")
        for source in sources()
        if source.title
    }
    described: dict[str, Any] = {
        "$schema": _PROFILE,
        "name": f"{slugify(name) or 'archive'}-{scope}",
        "title": name,
        "description": _DESCRIPTIONS[scope].format(name=name),
        "created": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    if settings.BASE_URL:
        described["homepage"] = settings.BASE_URL
    if listed:
        described["sources"] = [
            {"title": title} | ({"path": path} if path else {}) for title, path in listed.items()
        ]
    own = {
        "scope": scope.value,
        "format": FORMAT,
        "revision": revision.read(),
        "departures": departures_digest(),
        "schema": latest_migrations(),
        # of the sources, in their own words: no licence holds for the whole archive
        "rights": terms,
    }
    return described | {_OWN: own, "resources": list(files)}


def latest_migrations() -> list[str]:
    """Return the names of the migrations that the code ends with."""
    return sorted(name for _app, name in MigrationLoader(connection).graph.leaf_nodes("statements"))


def read_package(folder: Path) -> Package:
    """Read the descriptor of a package; its files are not read. Raises PackageError."""
    try:
        descriptor = json.loads((folder / FILE_NAME).read_text("utf-8"))
        package = Package(folder, descriptor)
        is_ours = descriptor[_OWN]["format"] == FORMAT and all(
            {"path", "bytes", "hash", "name"} <= resource.keys()
            and Path(resource["path"]).name == resource["path"]
            for resource in package.resources.values()
        )
        _values = package.scope, package.schema, package.revision, package.created_at
    except (FileNotFoundError, NotADirectoryError):
        raise PackageError(
            _("There is no complete package in %(folder)s: it has no %(file)s.")
            % {"folder": folder, "file": FILE_NAME}
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        is_ours = False
    if not is_ours:
        raise PackageError(
            _("%(file)s is damaged, or of another program or release. Use another package.")
            % {"file": folder / FILE_NAME}
        )
    return package


def verify_files(package: Package, progress: Callable[[int, int], None]) -> None:
    """Compare the sizes and checksums of all files; ``progress`` is called with bytes. Raises
    PackageError for the first that is missing or differs."""
    total = sum(resource["bytes"] for resource in package.resources.values())
    finished = 0
    for name, resource in package.resources.items():
        try:
            size = (package.folder / name).stat().st_size
            is_same = (
                size == resource["bytes"] and hash_of(package.folder / name) == resource["hash"]
            )
        except FileNotFoundError:
            is_same = False
        if not is_same:
            raise PackageError(
                _(
                    "%(file)s is missing or damaged: it does not match its checksum. Copy the "
                    "package again, or use another one."
                )
                % {"file": package.folder / name}
            )
        finished += resource["bytes"]
        progress(finished, total)


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file as descriptors state it."""
    with file.open("rb") as opened:
        return f"sha256:{file_digest(opened, 'sha256').hexdigest()}"
