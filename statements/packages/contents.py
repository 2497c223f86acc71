"""What a package of each scope contains."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from statements.exports.markup.debate import meeting_document, speech_document
from statements.exports.markup.files import MARKUP, MarkupFormat
from statements.exports.tables.archives import Member, joined
from statements.models import Speech, Transcript, revision
from statements.models.withdrawal_notices import withheld
from statements.packages.full_tables import full_tables, last_key
from statements.packages.public_tables import public_files, public_meetings, public_tables
from statements.packages.resources import (
    Resource,
    digest,
    has_parquet,
    json_lines,
    parquet,
    parquet_name,
    zip_file,
)
from statements.packages.tables import with_rows

ORIGINALS = "originals"


class Scope(StrEnum):
    """Whom a package is for: anybody, or those who keep the archive."""

    PUBLIC = "public"
    FULL = "full"


def resources(scope: Scope, *, originals: bool) -> list[Resource]:
    """Return the files of a package; ``originals`` adds original files to a public one."""
    return _full() if scope is Scope.FULL else _public(originals=originals)


def titles() -> dict[str, Any]:
    """Return what the files of a public package contain, by their names, for the language of
    pages."""
    named = {table.name: table.title for table in public_tables()}
    named |= {parquet_name(name): title for name, title in named.items()}
    return named | {_document_name(markup): _document_title(markup) for markup in MARKUP.values()}


def _public(*, originals: bool) -> list[Resource]:
    """All files depend on the same state: the revision of what pages show, and their address."""
    words = (revision.read(), settings.BASE_URL)
    now = sha256("\n".join(words).encode()).hexdigest()
    tables = with_rows(public_tables())  # programs take an empty file for a damaged one
    contents = [json_lines(table, lambda: now) for table in tables]
    if has_parquet():
        contents += [parquet(table, lambda: now) for table in tables]
    contents += [_documents(markup, lambda: now) for markup in MARKUP.values()]
    if originals:
        files = public_files().order_by("pk")
        keys = list(files.values_list("pk", flat=True))
        title = _("Original files, named by their SHA-256")
        members = _originals(keys, public=True)
        contents.append(zip_file(ORIGINALS, title, lambda: now, members, len(keys)))
    return contents


def _documents(markup: MarkupFormat, state: Callable[[], str]) -> Resource:
    """Return the documents of all meetings, and of speeches that were made in none."""
    name = _document_name(markup)
    meetings = public_meetings().order_by("pk")
    alone = Speech.objects.filter(meeting=None).order_by("pk").values_list("public_id", flat=True)

    def members() -> Iterator[Member]:
        written = (meeting_document(meeting, settings.BASE_URL) for meeting in meetings.iterator())
        speeches = (speech_document(key, settings.BASE_URL) for key in alone.iterator())
        for debate in chain(written, speeches):
            if debate is not None:
                yield f"{name}/{debate.key}.xml", joined(markup.write(debate))

    total = meetings.count() + alone.count()
    return zip_file(name, _document_title(markup), state, members(), total)


def _document_name(markup: MarkupFormat) -> str:
    return markup.suffix.partition(".")[0]


def _document_title(markup: MarkupFormat) -> Any:
    return format_lazy(_("Meetings and speeches in {format}"), format=markup.label)


def _full() -> list[Resource]:
    """Files depend on the rows of their table, of which not all change the revision."""
    tables = full_tables()
    contents = [
        json_lines(table, partial(digest, table), last_key=last_key(table)) for table in tables
    ]
    keys = list(Transcript.objects.order_by("pk").values_list("pk", flat=True))
    hashes = Transcript.objects.order_by("pk").values_list("sha256", flat=True)
    now = sha256("\n".join(hashes).encode()).hexdigest()
    title = _("Original files, named by their SHA-256")
    members = _originals(keys, public=False)
    return [*contents, zip_file(ORIGINALS, title, lambda: now, members, len(keys))]


def _originals(keys: Sequence[int], *, public: bool) -> Iterator[Member]:
    """Read files one at a time; those that the site does not give out are left out of a public
    package."""
    for key in keys:
        file = Transcript.objects.defer(None).only("sha256", "name", "content").get(pk=key)
        if not public or withheld(file) is None:
            suffix = PurePath(file.name).suffix.lower()
            yield f"{file.sha256}{suffix if suffix.isascii() else ''}", [bytes(file.content)]
