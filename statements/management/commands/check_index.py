"""Compare the index with the database, speech by speech; optionally repair it."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.management.progress import progress_bar
from statements.search import operations, search_backend

MAX_LISTED = 20


class Command(BaseCommand):
    help = _(
        "Compare the search index with the database by id and content. The exit status is 1 if "
        "they differ. With --repair, index the differing speeches and compare again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair", action="store_true", help=_("index the differing speeches again")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        drift = self._check()
        if drift and options["repair"]:
            search_backend().repair(drift)
            self.stdout.write(_("Repaired. Comparing again."))
            drift = self._check()
        if drift:
            raise CommandError(_("The index and the database differ."), returncode=1)
        self.stdout.write(self.style.SUCCESS(_("The index and the database agree.")))

    def _check(self) -> operations.Drift:
        with progress_bar(_("Comparing"), _("speech")) as progress:
            drift = search_backend().check(progress)
        self.stdout.write(
            _("Database: %(in_database)d speeches. Index %(generation)s: %(in_index)d speeches.")
            % {
                "in_database": drift.in_database,
                "generation": drift.generation,
                "in_index": drift.in_index,
            }
        )
        if drift.damage:
            self.stdout.write(_("The index is damaged: %(reason)s") % {"reason": drift.damage})
        self._list(_("Missing in the index"), drift.missing)
        self._list(_("Only in the index"), drift.surplus)
        self._list(_("With content that differs from the database"), drift.different)
        self._list(_("Waiting in the outbox"), drift.waiting)
        return drift

    def _list(self, label: str, speeches: Sequence[int]) -> None:
        if not speeches:
            return
        ids = ", ".join(map(str, speeches[:MAX_LISTED]))
        if (more := len(speeches) - MAX_LISTED) > 0:
            rest = ngettext("%(ids)s and %(count)d more", "%(ids)s and %(count)d more", more)
            ids = rest % {"ids": ids, "count": more}
        self.stdout.write(f"{label} ({len(speeches)}): {ids}")
