"""The summary of an import: what happened to its files and speeches, in sentences."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.ingest import FileResult, FileState


class ImportSummary:
    """Counts the results of an import."""

    def __init__(self, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._states: Counter[FileState] = Counter()
        self._counts: Counter[str] = Counter()

    def count(self, result: FileResult) -> None:
        counts = self._counts
        self._states[result.state] += 1
        counts["discarded"] += result.is_discarded
        counts["new"] += result.stored
        counts["replaced"] += result.replaced
        counts["reinstated"] += result.reinstated
        if result.absent:
            counts["withdrawn"] += result.absent.withdrawn - result.reinstated
            counts["erased"] += result.absent.erased
        if result.state is FileState.STORED and result.tally:
            counts["no speaker"] += result.tally.no_speaker
            counts["no country"] += result.tally.no_country
            counts["undated"] += result.tally.undated

    def lines(self) -> Iterator[str]:
        yield self._totals()
        yield from self._about_absent_speeches()
        yield from self._about_stored_speeches()
        yield from self._about_unpublished_files()
        if self._dry_run:
            yield _("This was a dry run; nothing was written.")

    def failure(self) -> str:
        """Return how many files failed; "" if none did."""
        if not (failed := self._states[FileState.FAILED]):
            return ""
        return ngettext(
            "%(failed)s of %(count)s file could not be stored.",
            "%(failed)s of %(count)s files could not be stored.",
            self._states.total(),
        ) % {"failed": f"{failed:,}", "count": f"{self._states.total():,}"}

    def _totals(self) -> str:
        states, counts = self._states, self._counts
        files = states.total()
        files_read = ngettext("%(files)s file: ", "%(files)s files: ", files)
        totals = (
            _(
                "%(stored)s would be stored (%(new)s new speeches, %(replaced)s replaced), "
                "%(known)s already in the archive, %(failed)s failed."
            )
            if self._dry_run
            else _(
                "%(stored)s stored (%(new)s new speeches, %(replaced)s replaced), "
                "%(known)s already in the archive, %(failed)s failed."
            )
        )
        return (files_read + totals) % {
            "files": f"{files:,}",
            "stored": f"{states[FileState.STORED]:,}",
            "new": f"{counts['new']:,}",
            "replaced": f"{counts['replaced']:,}",
            "known": f"{states[FileState.KNOWN] + states[FileState.REINSTATED]:,}",
            "failed": f"{states[FileState.FAILED]:,}",
        }

    def _about_absent_speeches(self) -> Iterator[str]:
        if reinstated := self._counts["reinstated"]:
            message = (
                _("Withdrawn speeches that would be reinstated: %(count)s.")
                if self._dry_run
                else _("Withdrawn speeches reinstated: %(count)s.")
            )
            yield message % {"count": f"{reinstated:,}"}
        if withdrawn := self._counts["withdrawn"]:
            yield ngettext(
                "%(count)s speech already in the archive is withdrawn. Use --reinstate to make it "
                "public again.",
                "%(count)s speeches already in the archive are withdrawn. Use --reinstate to make "
                "them public again.",
                withdrawn,
            ) % {"count": f"{withdrawn:,}"}
        if erased := self._counts["erased"]:
            yield ngettext(
                "%(count)s speech in these files was permanently erased by an administrator.",
                "%(count)s speeches in these files were permanently erased by an administrator.",
                erased,
            ) % {"count": f"{erased:,}"}

    def _about_stored_speeches(self) -> Iterator[str]:
        states, counts = self._states, self._counts
        if states[FileState.STORED]:
            yield _(
                "In the stored files, %(speakers)s speeches have no known speaker, %(countries)s "
                "have no known country, and %(undated)s have no date."
            ) % {
                "speakers": f"{counts['no speaker']:,}",
                "countries": f"{counts['no country']:,}",
                "undated": f"{counts['undated']:,}",
            }
        elif not (
            states[FileState.FAILED]
            or states[FileState.SCAN]
            or states[FileState.HELD]
            or counts["reinstated"]
        ):
            yield _("Nothing changed.")

    def _about_unpublished_files(self) -> Iterator[str]:
        if discarded := self._counts["discarded"]:
            yield ngettext(
                "%(count)s file was discarded earlier and left unchanged. Upload it in the "
                "administration to review it again.",
                "%(count)s files were discarded earlier and left unchanged. Upload them in the "
                "administration to review them again.",
                discarded,
            ) % {"count": f"{discarded:,}"}
        if held := self._states[FileState.HELD]:
            message = (
                ngettext(
                    "%(count)s file would be kept for review.",
                    "%(count)s files would be kept for review.",
                    held,
                )
                if self._dry_run
                else ngettext(
                    "%(count)s file was kept for review. Publish or discard it in the "
                    "administration, under “Transcripts”.",
                    "%(count)s files were kept for review. Publish or discard them in the "
                    "administration, under “Transcripts”.",
                    held,
                )
            )
            yield message % {"count": f"{held:,}"}
        if scans := self._states[FileState.SCAN]:
            message = (
                ngettext(
                    "%(count)s file without text would be kept.",
                    "%(count)s files without text would be kept.",
                    scans,
                )
                if self._dry_run
                else ngettext(
                    "%(count)s file without text was kept. Add its text in the administration, "
                    "under “Files without text”.",
                    "%(count)s files without text were kept. Add their texts in the "
                    "administration, under “Files without text”.",
                    scans,
                )
            )
            yield message % {"count": f"{scans:,}"}
