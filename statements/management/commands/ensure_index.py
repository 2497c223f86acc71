"""Build the search index unless there is a readable one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from statements.management.progress import progress_bar
from statements.search import operations, search_backend


class Command(BaseCommand):
    help = _("Build the search index unless there is one that is readable and complete.")

    def handle(self, *args: Any, **options: Any) -> None:
        backend = search_backend()
        if backend.report().is_complete:
            return
        with progress_bar(_("Building the index"), _("speech")) as progress:
            try:
                built = backend.rebuild(progress)
            except operations.AlreadyRebuilding as error:
                raise CommandError(str(error)) from error
        self.stdout.write(str(built))
