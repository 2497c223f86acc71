"""What is known about a file while it is stored: its drafts, problems and counts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import ngettext

from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.ingest.drafts.validation import no_speech_fault
from statements.ingest.errors import InvalidDraft
from statements.ingest.intake.results import Tally
from statements.ingest.intake.sources import ROW_NOT_STORED, SourceFile
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import Preview
from statements.models import Transcript
from statements.transcripts.formats.printed.text_layer import is_partly_scanned

MAX_PROBLEMS_PER_CODE = 100  # kept with a streamed file


class IntakeEntry:
    """One attempt to store a file."""

    transcript: Transcript  # set by ``transcript_rows.assign_transcripts``

    def __init__(self, file: SourceFile, existing: Transcript | None) -> None:
        self.file = file
        self.existing = existing  # transcript with the same bytes
        self.draft: Draft | None = None  # of a file that is not streamed
        self.offset = 0  # speeches that the transcript already has
        self.tally = Tally()
        self.stored = 0
        self.replaced = 0
        self.dropped: list[dict[str, Any]] = []
        self._problems: list[dict[str, Any]] = []
        self._problem_codes: Counter[str] = Counter()

    def read(self, matcher: Matcher) -> None:
        if self.file.is_streamed:
            return  # its drafts are read while they are stored
        [self.draft] = self.file.drafts(matcher)
        self._record(self.draft)
        if not self.draft.speeches:
            raise InvalidDraft([no_speech_fault()])

    @property
    def is_partly_scanned(self) -> bool:
        """Whether some pages have no text, but others do."""
        codes = [problem["code"] for problem in self._problems]
        return is_partly_scanned(self.file.encoding, codes)

    def drafts(self, matcher: Matcher) -> Iterator[Draft]:
        if self.draft is not None:
            yield self.draft
            return
        for draft in self.file.drafts(matcher):
            self._record(draft)
            if draft.speeches:
                yield draft

    def _record(self, draft: Draft) -> None:
        self.dropped += draft.dropped
        self.tally.add_problems(draft.problems)
        for problem in draft.problems:
            self._problem_codes[problem["code"]] += 1
            if (
                not self.file.is_streamed
                or self._problem_codes[problem["code"]] <= MAX_PROBLEMS_PER_CODE
            ):
                self._problems.append(problem)

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The problems to keep, and for each code the number of those left out."""
        kept_codes = Counter(problem["code"] for problem in self._problems)
        return self._problems + [
            {
                "code": code,
                "message": ngettext(
                    "%(count)d more problem of this kind.",
                    "%(count)d more problems of this kind.",
                    count,
                )
                % {"count": count},
                "severity": "note",
                "line": None,
                "speech": None,
            }
            for code, count in (self._problem_codes - kept_codes).items()
        ]

    @property
    def unstored_rows(self) -> int:
        return self._problem_codes[ROW_NOT_STORED]

    def unstored_rows_message(self) -> str:
        first = next(problem for problem in self._problems if problem["code"] == ROW_NOT_STORED)
        return ngettext(
            "%(count)s row could not be stored; row %(row)d: %(reason)s",
            "%(count)s rows could not be stored; row %(row)d: %(reason)s",
            self.unstored_rows,
        ) % {
            "count": f"{self.unstored_rows:,}",
            "row": first["line"],
            "reason": first["message"],
        }


Origins = list[tuple[IntakeEntry, int]]  # for each speech of a draft its file and position in it


def joined_drafts(
    entries: Sequence[IntakeEntry], matcher: Matcher
) -> Iterator[tuple[Draft, Origins]]:
    """Yield the drafts of one file, or one draft with the speeches of several files."""
    if len(entries) == 1:
        for draft in entries[0].drafts(matcher):
            yield draft, [(entries[0], speech.position) for speech in draft.speeches]
        return
    speeches: list[DraftSpeech] = []
    origins: Origins = []
    for entry in entries:
        for draft in entry.drafts(matcher):
            for speech in draft.speeches:
                speeches.append(replace(speech, position=len(speeches) + 1))
                origins.append((entry, speech.position))
    yield Draft(speeches), origins


def count_speeches(current: Preview, draft: Draft, origins: Origins) -> None:
    for speech in current.speeches:
        origins[speech.index][0].tally.add(speech)
    entry = origins[0][0]
    if entry.draft is draft:  # also what the preview says about the file as a whole
        entry.tally.add_problems(current.problems[len(draft.problems) :])


def check_rows(entries: Sequence[IntakeEntry]) -> None:
    """Raise InvalidDraft if no row of a table can be stored."""
    for entry in entries:
        if entry.unstored_rows and not entry.tally.speeches:
            raise InvalidDraft([entry.unstored_rows_message()])
