"""A table of speeches, of any length: one transcript, a speech a row, stored as it is read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from archive.database.retrying import retry_outages
from statements.ingest.drafts.building import draft_of
from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.ingest.drafts.validation import faults_of
from statements.ingest.errors import IngestError, InvalidDraft
from statements.ingest.intake.batch import KNOWN, FileResult, FileState, Returning, Tally
from statements.ingest.intake.large_files import LARGEST, send, sha256_of
from statements.ingest.intake.receiving import safe_name
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import Preview, preview
from statements.ingest.publishing.store import OnCollision, Source, store_speeches
from statements.models import Transcript
from statements.transcripts.formats.tables import open_table, read_rows
from statements.transcripts.parsed import ParsedSpeech, ParsedTranscript, UnreadableTranscript

ROWS_AT_ONCE = 200
_LEFT_OUT = "row-not-stored"
MOST_OF_A_KIND = 100  # problems of one code that are kept


@dataclass(slots=True, kw_only=True)
class TableIntake:
    """How a table is taken in."""

    columns: Mapping[str, str] = field(default_factory=dict)
    on_collision: OnCollision = OnCollision.REFUSE
    encoding: str | None = None
    dry_run: bool = False
    matcher: Matcher = field(default_factory=Matcher)
    returning: Returning = field(default_factory=Returning)

    def take(self, path: Path) -> FileResult:
        """Store every row that can be stored, in one transaction; a row that cannot is told.
        Raises OutageTooLong."""
        try:
            return retry_outages(partial(self._take, path))
        except (UnreadableTranscript, IngestError, DatabaseError, ValueError) as error:
            return FileResult(path, FileState.FAILED, str(error).strip())
        except OSError as error:
            return FileResult(path, FileState.FAILED, f"{error.strerror or error}.")

    def _take(self, path: Path) -> FileResult:
        if path.stat().st_size > LARGEST:
            raise UnreadableTranscript(
                "too-large", "The table has more than 1 GB. Please split it."
            )
        sha256 = sha256_of(path)
        there = Transcript.objects.filter(sha256=sha256).first()
        if there is not None and there.state != Transcript.State.DISCARDED:
            return self.returning.result(path, there, KNOWN[there.state])
        intake = _Rows(self.matcher, self.on_collision)
        with path.open("rb") as stream:
            rows = read_rows(
                open_table(stream), path.name, columns=self.columns, encoding=self.encoding
            )
            if self.dry_run:
                for speeches in batched(rows, ROWS_AT_ONCE):
                    intake.look(path.name, speeches)
                intake.refuse_none_sound()
            else:
                self._store(path, sha256, there, rows, intake)
        return intake.result(path)

    def _store(
        self,
        path: Path,
        sha256: str,
        there: Transcript | None,
        rows: Iterator[ParsedSpeech],
        intake: "_Rows",
    ) -> None:
        with transaction.atomic():
            transcript = self._emptied(there) if there else self._keep(path, sha256)
            for speeches in batched(rows, ROWS_AT_ONCE):
                intake.store(transcript, speeches)
            intake.refuse_none_sound()
            # what other speeches of its meetings told of some of its own was noted with it
            noted = Transcript.objects.values_list("problems", flat=True).get(pk=transcript.pk)
            stored = bool(intake.stored or intake.replaced)
            state = Transcript.State.PUBLISHED if stored else Transcript.State.DISCARDED
            Transcript.objects.filter(pk=transcript.pk).update(
                state=state,
                published_at=timezone.now() if stored else None,
                problems=[*intake.told(), *noted],
                dropped=intake.dropped,
                encoding=self.encoding or "utf-8",
            )

    def _emptied(self, discarded: Transcript) -> Transcript:
        """One taken in before, of whose problems nothing is left to be told."""
        Transcript.objects.filter(pk=discarded.pk).update(problems=[])
        return discarded

    def _keep(self, path: Path, sha256: str) -> Transcript:
        size = path.stat().st_size
        with path.open("rb") as stream:
            content = send(stream, size)
        # one by one, "save" would have the bytes sent back
        Transcript.objects.bulk_create(
            [Transcript(sha256=sha256, content=content, size=size, name=safe_name(path.name))]
        )
        kept: Transcript = Transcript.objects.get(sha256=sha256)
        return kept


@dataclass(slots=True)
class _Rows:
    """What was made of the rows so far."""

    matcher: Matcher
    on_collision: OnCollision
    tally: Tally = field(default_factory=Tally)
    stored: int = 0
    replaced: int = 0
    left_out: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)

    def store(self, transcript: Transcript, speeches: Sequence[ParsedSpeech]) -> None:
        draft = self._draft(transcript.name, speeches)
        if not draft.speeches:
            self._note(draft)
            return
        sources = [Source(transcript, speech.position) for speech in draft.speeches]
        found, stored, replaced = store_speeches(sources, draft, self.on_collision, self.matcher)
        self._count(found, draft)
        self.stored += len(stored)
        self.replaced += len(replaced)

    def look(self, name: str, speeches: Sequence[ParsedSpeech]) -> None:
        draft = self._draft(name, speeches)
        if not draft.speeches:
            self._note(draft)
            return
        found = preview(draft, matcher=self.matcher)
        self._count(found, draft)
        self.stored = self.tally.new

    def result(self, path: Path) -> FileResult:
        if self.stored or self.replaced:
            state, message = FileState.STORED, ""
        else:
            state, message = FileState.KNOWN, "every speech is there already"
        if self.left_out:
            message = self._why_left_out()
        return FileResult(path, state, message, self.tally, self.stored, self.replaced)

    def refuse_none_sound(self) -> None:
        if self.left_out and not self.tally.speeches:
            raise InvalidDraft([self._why_left_out()])

    def _why_left_out(self) -> str:
        first = next(each for each in self.problems if each["code"] == _LEFT_OUT)
        rows = "1 row" if self.left_out == 1 else f"{self.left_out:,} rows"
        return f"{rows} could not be stored; row {first['line']}: {first['message']}"

    def told(self) -> list[dict[str, Any]]:
        """The problems, of each kind at most a hundred, and how many more there are."""
        more = [
            {
                "code": code,
                "message": f"{count - MOST_OF_A_KIND} more problems of this kind follow.",
                "severity": "note",
                "line": None,
                "speech": None,
            }
            for code, count in self.seen.items()
            if count > MOST_OF_A_KIND
        ]
        return self.problems + more

    def _draft(self, name: str, speeches: Sequence[ParsedSpeech]) -> Draft:
        parsed = ParsedTranscript(name, "table", "utf-8", tuple(speeches))
        draft = draft_of(parsed, matcher=self.matcher)
        if faults_of(draft, self.matcher.countries):
            draft.speeches = list(self._sound(draft))
        return draft

    def _sound(self, draft: Draft) -> Iterator[DraftSpeech]:
        for speech in draft.speeches:
            faults = faults_of(Draft([speech]), self.matcher.countries)
            if not faults:
                yield speech
                continue
            self.left_out += 1
            draft.problems.append(
                {
                    "code": _LEFT_OUT,
                    "message": " ".join(faults),
                    "severity": "error",
                    "line": speech.position,
                    "speech": speech.position,
                }
            )

    def _count(self, found: Preview, draft: Draft) -> None:
        self.tally.add(found.speeches)
        self._note(draft)

    def _note(self, draft: Draft) -> None:
        self.dropped += draft.dropped
        self.tally.note(draft.problems)
        for problem in draft.problems:
            self.seen[problem["code"]] += 1
            if self.seen[problem["code"]] <= MOST_OF_A_KIND:
                self.problems.append(problem)
