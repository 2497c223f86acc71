"""Reads uploaded files, one by one, in a request or in the worker.

A reader that is killed leaves its file to the next reader; a file that crashes its readers several
times is set aside.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from archive.database.errors import is_no_space
from statements.ingest.drafts.draft import Draft, Metadata
from statements.ingest.drafts.label_memory import draft_with_memory, keep_origins
from statements.ingest.intake.files import check_storable, read_file
from statements.ingest.matching import Matcher
from statements.ingest.waiting import attempts
from statements.ingest.waiting.descriptions import (
    Description,
    SpeechesDiffer,
    compose,
    descriptions_of,
    is_at_another_place,
    merge_metadata,
    metadata_from_json,
    waiting_descriptions,
    with_corrections,
)
from statements.ingest.waiting.review import store_draft
from statements.ingest.waiting.scans import request_recognition, why_unavailable
from statements.ingest.waiting.summaries import summarize_waiting
from statements.models import DeliveredFile, Delivery, Transcript
from statements.transcripts import ReadingTimeout
from statements.transcripts.values.choices import (
    NO_CHOICES,
    LabelChoices,
    applied,
    current_choices,
)
from statements.transcripts.values.parsed import (
    NO_TEXT,
    ParsedTranscript,
    UnreadableTranscript,
)

State = Transcript.State
Outcome = DeliveredFile.Outcome
POLL_S = 2.0  # between looks for uploads
_CANDIDATES = 20  # more than there are readers at a time
_log = logging.getLogger(__name__)


def read_delivered(
    delivery: Delivery | None = None,
    *,
    seconds: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    isolated: bool = False,
) -> int:
    """Read the unread files of one upload or of all; return the number of files read.

    Stops after ``seconds``; a file that is not finished then stays unread. If ``isolated``, every
    file is read in a process of its own, so that none can crash this one.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    matcher = Matcher()
    count = 0
    while not stop():
        timeout_s = None if deadline is None else deadline - time.monotonic()
        if timeout_s is not None and timeout_s <= 0:
            break
        try:
            if not read_next(delivery, timeout_s=timeout_s, matcher=matcher, isolated=isolated):
                break
        except ReadingTimeout:
            break
        count += 1
    return count


def read_until_stopped(stop: threading.Event) -> None:
    """Read uploads as they come in until ``stop`` is set."""

    def read() -> None:
        read_delivered(stop=stop.is_set)
        while not stop.is_set() and summarize_waiting():
            pass

    attempts.repeat_until_stopped(read, stop, pause_s=POLL_S, name="reading")


def read_next(
    delivery: Delivery | None = None,
    *,
    timeout_s: float | None = None,
    matcher: Matcher | None = None,
    isolated: bool = False,
) -> bool:
    """Read the first unread file that no other process is reading; return whether there is one."""
    # files that ended a reader come last, so that they delay no others
    unread = DeliveredFile.objects.filter(outcome=Outcome.UNREAD).order_by("attempts", "pk")
    if delivery is not None:
        unread = unread.filter(delivery=delivery)
    for pk in list(unread.values_list("pk", flat=True)[:_CANDIDATES]):
        with attempts.work_lock(attempts.Kind.READING, pk) as is_locked:
            file = unread.filter(pk=pk).first() if is_locked else None
            if file is None:
                continue
            if file.attempts >= attempts.MAX_ATTEMPTS:
                _set_aside(file)
                return True
            is_isolated = isolated or file.attempts > 0
            with attempts.attempt(file):
                _FileReading(file, matcher or Matcher(), timeout_s, is_isolated).run()
            return True
    return False


def try_again(file: DeliveredFile) -> bool:
    """Have a file that was set aside read again, in a process of its own; return whether it was."""
    with transaction.atomic():
        is_reopened = Transcript.objects.filter(pk=file.transcript_id, state=State.ASIDE).update(
            state=State.UNREAD
        )
        if is_reopened:
            # one attempt stays counted, so that the file is read in a process of its own
            DeliveredFile.objects.filter(pk=file.pk).update(
                outcome=Outcome.UNREAD, attempts=1, message=""
            )
    return bool(is_reopened)


def _set_aside(file: DeliveredFile) -> None:
    _log.error("“%s” crashed its reader %d times and was set aside", file.name, file.attempts)
    message = _(
        "The reader crashed %(count)d times on this file, so the file was set aside. Try again, "
        "or save it in another format and upload that."
    ) % {"count": attempts.MAX_ATTEMPTS}
    with transaction.atomic():
        Transcript.objects.filter(pk=file.transcript_id, state=State.UNREAD).update(
            state=State.ASIDE
        )
        _record(file, Outcome.ASIDE, message)


class _FileReading:
    """One attempt to read an uploaded file, parsed at most once for each encoding."""

    transcript: Transcript

    def __init__(
        self, file: DeliveredFile, matcher: Matcher, timeout_s: float | None, isolated: bool
    ) -> None:
        self._file = file
        self._matcher = matcher
        self._timeout_s = timeout_s
        self._isolated = isolated
        self._scan: int | None = file.given.get("scan")
        self._metadata = metadata_from_json(file.given.get("metadata") or {})
        self._encoding: str | None = file.given.get("encoding")
        self._parsed: dict[tuple[str | None, LabelChoices], ParsedTranscript] = {}
        self._content = b""

    def run(self) -> None:
        file = self._file
        transcript = Transcript.objects.defer(None).filter(pk=file.transcript_id).first()
        if transcript is None:
            _refuse(file, _("The file was deleted before it was read."))
            return
        self.transcript = transcript
        if transcript.state != State.UNREAD and not self._is_describable():
            _record(file, Outcome.KNOWN, self._why_unchanged())
            return
        self._content = bytes(transcript.content)
        try:
            self._parse(self._encoding)
            with transaction.atomic():
                self.transcript = (
                    Transcript.objects.select_for_update().defer(None).get(pk=transcript.pk)
                )
                self._take()
        except (ReadingTimeout, OperationalError, InterfaceError):
            raise
        except UnreadableTranscript as error:
            if error.code == NO_TEXT and self._scan is None:
                _keep_scan(file, str(error))
            else:
                _refuse(file, str(error))
        except ValueError as error:
            _refuse(file, str(error))
        except Exception as error:
            if is_no_space(error):  # not the fault of the file; it is read later
                raise
            # an error in reading one file must not stop the files behind it
            _log.exception("reading “%s” failed", transcript.name)
            _refuse(file, _("This file could not be processed. Details are in the server log."))

    def _is_describable(self) -> bool:
        """Whether new metadata of a known file can have an effect."""
        return self.transcript.state == State.RECEIVED or self.transcript.is_published

    def _parse(self, encoding: str | None) -> ParsedTranscript:
        key = encoding, current_choices()
        if key not in self._parsed:
            with nullcontext() if self._isolated else attempts.process_timeout():
                self._parsed[key] = read_file(
                    self.transcript.name,
                    self._content,
                    encoding=encoding,
                    timeout_s=self._timeout_s,
                    isolated=self._isolated,
                )
        return self._parsed[key]

    def _draft(self, descriptions: list[Description]) -> Draft:
        """Compose a draft; it is read under what was decided about its labels before."""
        stored = self.transcript.draft
        former = Draft.from_json(stored) if stored else None
        with applied(former.label_choices if former else NO_CHOICES):
            draft, _ = draft_with_memory(
                lambda: self._parse(descriptions[-1].encoding),
                lambda parsed: compose(parsed, descriptions, self._matcher),
            )
        if former:
            keep_origins(draft, former)
        check_storable(draft)
        return draft

    def _take(self) -> None:
        """Store the draft of a new file; apply the metadata of a known one."""
        description = Description(
            self._file.given.get("path") or self.transcript.name, self._metadata, self._encoding
        )
        if self.transcript.state == State.UNREAD:
            draft = self._draft([description])
            encoding = self._parse(description.encoding).encoding
            store_draft(self.transcript, draft, [description], self._matcher, encoding=encoding)
            self._link_scan()
            _record(self._file, Outcome.READ)
        elif self._is_describable():
            self._describe(description)
        else:
            _record(self._file, Outcome.KNOWN, self._why_unchanged())

    def _describe(self, description: Description) -> None:
        """Apply the metadata of a known file to its draft, or add one more place to it."""
        transcript = self.transcript
        before = descriptions_of(transcript)
        waiting = waiting_descriptions(before)
        same = next(
            (former for former in waiting if former.path == description.path), None
        ) or next((former for former in waiting if former.matches(description.path)), None)
        if is_at_another_place(transcript, description.path, description.metadata):
            after = [*before, description]
            message = _(
                "This file has the same content as another file. Its position was added to that "
                "file, to be reviewed with it."
            )
        elif same is not None and (
            description.metadata != Metadata() or description.encoding != same.encoding
        ):
            merged = Description(
                same.path,
                merge_metadata(same.metadata, description.metadata),
                description.encoding or same.encoding,
            )
            after = [merged if former is same else former for former in before]
            message = _("The new metadata was applied to the waiting file.")
        else:
            after = before
        if after == before:
            self._link_scan()
            _record(self._file, Outcome.KNOWN, self._why_unchanged(description))
            return
        draft = self._draft(waiting_descriptions(after))
        conflicts: list[str] = []
        if transcript.draft is not None and transcript.revision and waiting:
            try:
                draft, conflicts = with_corrections(
                    self._draft(waiting), Draft.from_json(transcript.draft), draft, self._matcher
                )
            except (SpeechesDiffer, ValueError):
                message = _(
                    "The new metadata was not applied because the file was corrected by hand and "
                    "is no longer read the same way. Correct it on its page, or discard it and "
                    "upload it again."
                )
                _record(self._file, Outcome.KNOWN, message)
                return
        store_draft(transcript, draft, after, self._matcher)
        self._link_scan()
        _record(self._file, Outcome.READ, " ".join([message, *conflicts]))

    def _link_scan(self) -> None:
        """Record which scan the file is the text of, unless the file is already public."""
        transcript = self.transcript
        if self._scan in (None, transcript.pk) or transcript.state == State.PUBLISHED:
            return
        exists = Transcript.objects.filter(pk=self._scan, state=State.SCAN).exists()
        Transcript.objects.filter(pk=transcript.pk, scan=None).update(
            scan_id=self._scan if exists else None
        )

    def _why_unchanged(self, description: Description | None = None) -> str:
        """Return why the metadata of a known file change nothing; "" if none were sent."""
        transcript = self.transcript
        if self._scan is not None:
            if transcript.state in (State.PUBLISHED, State.REPLACED):
                return _("This file is already public, so it was not linked to the scan.")
            if transcript.state == State.RECEIVED:
                return ""
            return _("This file was not linked to the scan.")
        if self._metadata == Metadata():
            return ""
        match transcript.state:
            case State.RECEIVED if description and _is_known(transcript, description):
                return _("The archive already has this metadata.")
            case State.RECEIVED:
                return _(
                    "The new metadata was not applied because the file has the same content as "
                    "“%(name)s”. With a symbol and a position, it would be added as another "
                    "position of that file."
                ) % {"name": transcript.name}
            case State.PUBLISHED | State.ANOTHER:
                return _(
                    "The new metadata was not applied because the file is already published. "
                    "Edit its speeches instead."
                )
            case State.SCAN:
                return _(
                    "The new metadata was not applied because the file is a scan without text."
                )
        return _("The new metadata was not applied.")


def _is_known(transcript: Transcript, description: Description) -> bool:
    return any(
        former.matches(description.path)
        or (description.place and former.place == description.place)
        for former in descriptions_of(transcript)
    )


def _keep_scan(file: DeliveredFile, message: str) -> None:
    """Keep a file without text, so that its text can be recognised or added later."""
    is_recognized = not why_unavailable()
    with transaction.atomic():
        is_kept = Transcript.objects.filter(pk=file.transcript_id, state=State.UNREAD).update(
            state=State.SCAN
        )
        if not is_kept:
            _record(file, Outcome.REFUSED, message)
            return
        if is_recognized and file.transcript is not None:
            request_recognition(file.transcript, by=file.delivery.sender_id, given=file.given)
            sentence = _("%(reason)s The scan was kept, and its text is being recognized.")
        else:
            sentence = _("%(reason)s The scan was kept.")
        _record(file, Outcome.SCAN, sentence % {"reason": message})


def _record(file: DeliveredFile, outcome: Outcome, message: str = "") -> None:
    file.outcome, file.message = outcome, message
    file.save(update_fields=["outcome", "message"])


def _refuse(file: DeliveredFile, message: str) -> None:
    """Delete the file but keep the reason, also for other uploads of the same unread bytes."""
    same_bytes = Q(pk=file.pk)
    if file.transcript_id is not None:
        same_bytes |= Q(transcript_id=file.transcript_id, transcript__state=State.UNREAD)
    with transaction.atomic():
        DeliveredFile.objects.filter(same_bytes).update(outcome=Outcome.REFUSED, message=message)
        unread = Transcript.objects.filter(pk=file.transcript_id, state=State.UNREAD)
        # a file that was read and discarded earlier is discarded again
        unread.filter(received_at__lt=file.delivery.received_at).update(state=State.DISCARDED)
        unread.delete()
