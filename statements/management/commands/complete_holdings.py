"""After an upgrade: update the values that are derived from texts and files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from statements.ingest import (
    annotate_all,
    assign_affiliations,
    assign_organs,
    assign_series,
    assign_sessions,
    complete_from_files,
    propose_people,
)
from statements.management.progress import progress_bar
from statements.models import Speech
from statements.search.indexing import outbox


class Command(BaseCommand):
    help = _(
        "Derive references, changes of language and votes from the stored texts again, and fill "
        "in the organs, sessions, first pages, members, paragraph numbers and repeated speaker "
        "lines that earlier releases did not store. "
        "No text is changed. Run this command after an upgrade that asks for it, or after adding "
        "names of countries; it can be repeated at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every-file",
            action="store_true",
            help=_(
                "read every published file again, not only records of meetings without a first "
                "page; single statements can have paragraph numbers too"
            ),
        )

    @outbox.importing()
    def handle(self, *args: Any, **options: Any) -> None:
        checked = changed = 0
        total = Speech.objects.count()
        with progress_bar(_("Reading the texts"), _("speech")) as progress:
            for speeches, rows in annotate_all():
                checked += speeches
                changed += rows
                progress(checked, total)
        with_organ = assign_organs()
        in_session = assign_sessions()
        in_series = assign_series()
        affiliated = assign_affiliations()
        proposed = propose_people()
        completed = sum(complete_from_files(every_file=options["every_file"]))
        self.stdout.write(
            _(
                "%(speeches)s speeches checked, %(changed)s annotations changed, "
                "%(files)s files provided missing values, "
                "%(with_organ)s meetings got the organ of their symbol, "
                "%(in_session)s speeches assigned to a session, %(in_series)s files to a series, "
                "%(affiliated)s speeches to a party or body, "
                "%(proposed)s speakers newly proposed as one person or no longer."
            )
            % {
                "speeches": f"{checked:,}",
                "changed": f"{changed:,}",
                "with_organ": f"{with_organ:,}",
                "in_session": f"{in_session:,}",
                "affiliated": f"{affiliated:,}",
                "in_series": f"{in_series:,}",
                "files": f"{completed:,}",
                "proposed": f"{proposed:,}",
            }
        )
