"""Files that were handed in are read in their turn, here or by the worker.

What is read, by whomever, is read by ``read_next``; a reader that is killed leaves its file to the
next, and a file that ends its readers is set aside.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from archive.database.errors import is_no_space
from statements.ingest.drafts.building import Metadata
from statements.ingest.drafts.draft import Draft
from statements.ingest.intake.receiving import NO_TEXT, check_storable, read_file
from statements.ingest.matching import Matcher
from statements.ingest.waiting import attempts
from statements.ingest.waiting.descriptions import (
    Description,
    NotTheSame,
    compose,
    descriptions_of,
    is_at_another_place,
    metadata_from_json,
    waiting_in,
    with_corrections,
    with_more,
)
from statements.ingest.waiting.summaries import judge_waiting, summary_fields
from statements.models import DeliveredFile, Delivery, Transcript
from statements.transcripts import ReadingTimeout
from statements.transcripts.parsed import ParsedTranscript, UnreadableTranscript

State = Transcript.State
Outcome = DeliveredFile.Outcome
POLL_S = 2.0  # after which the worker looks whether something was handed in
_CANDIDATES = 20  # more than there are readers at once
_BROKEN = "This file made the reader fail. Please tell the operators, who find more in the log."
_SET_ASIDE = (
    f"Reading this file ended the reader {attempts.MOST} times, so it was set aside. The file is "
    "kept. Try again, or save it in another format and upload that."
)
_log = logging.getLogger(__name__)


def read_delivered(
    delivery: Delivery | None = None,
    *,
    seconds: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    apart: bool = False,
) -> int:
    """Read what waits to be read, of one delivery or of all, for so many seconds; how many files
    were read. What is not finished then is left as it was. With ``apart``, no file is read in
    this process, so that none can end it."""
    until = None if seconds is None else time.monotonic() + seconds
    matcher = Matcher()
    count = 0
    while not stop():
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            break
        try:
            if not read_next(delivery, within=left, matcher=matcher, apart=apart):
                break
        except ReadingTimeout:
            break
        count += 1
    return count


def read_as_they_come(stop: threading.Event) -> None:
    """Read whatever waits until told to stop."""

    def read() -> None:
        read_delivered(stop=stop.is_set)
        while not stop.is_set() and judge_waiting():
            pass

    attempts.repeat_until_stopped(read, stop, pause_s=POLL_S, name="reading")


def read_next(
    delivery: Delivery | None = None,
    *,
    within: float | None = None,
    matcher: Matcher | None = None,
    apart: bool = False,
) -> bool:
    """Read the first file that waits and that nobody else is reading; False where there is none."""
    # what ended a reader before comes last, so that it holds up nothing else
    unread = DeliveredFile.objects.filter(outcome=Outcome.UNREAD).order_by("attempts", "pk")
    if delivery is not None:
        unread = unread.filter(delivery=delivery)
    for pk in list(unread.values_list("pk", flat=True)[:_CANDIDATES]):
        with attempts.held(attempts.Kind.READING, pk) as ours:
            file = unread.filter(pk=pk).first() if ours else None
            if file is None:
                continue
            if file.attempts >= attempts.MOST:
                _set_aside(file)
                return True
            with attempts.attempt(file):
                _read(file, within, matcher or Matcher(), apart=apart or file.attempts > 0)
            return True
    return False


def try_again(file: DeliveredFile) -> bool:
    """Have a file that was set aside read once more, in a process of its own; whether it was."""
    with transaction.atomic():
        again = Transcript.objects.filter(pk=file.transcript_id, state=State.ASIDE).update(
            state=State.UNREAD
        )
        if again:
            # one attempt is remembered, so that it is read apart and cannot end this reader
            DeliveredFile.objects.filter(pk=file.pk).update(
                outcome=Outcome.UNREAD, attempts=1, message=""
            )
    return bool(again)


def _set_aside(file: DeliveredFile) -> None:
    _log.error("“%s” ended its reader %d times and is set aside", file.name, file.attempts)
    with transaction.atomic():
        Transcript.objects.filter(pk=file.transcript_id, state=State.UNREAD).update(
            state=State.ASIDE
        )
        _tell(file, Outcome.ASIDE, _SET_ASIDE)


def _read(file: DeliveredFile, within: float | None, matcher: Matcher, *, apart: bool) -> None:
    transcript = Transcript.objects.defer(None).filter(pk=file.transcript_id).first()
    if transcript is None:
        _refuse(file, "It was deleted before it was read.")
        return
    if transcript.state not in (State.UNREAD, State.RECEIVED, State.PUBLISHED, State.ANOTHER):
        _tell(file, Outcome.KNOWN, _not_applied(file, transcript))
        return
    reader = _Reader(transcript, within, apart)
    try:
        reader.read(file.given.get("encoding"))
        with transaction.atomic():
            current = Transcript.objects.select_for_update().defer(None).get(pk=transcript.pk)
            _take(file, current, reader, matcher)
    except (ReadingTimeout, OperationalError, InterfaceError):
        raise
    except UnreadableTranscript as error:
        if error.code == NO_TEXT and file.given.get("scan") is None:
            _keep_scan(file, str(error))
        else:
            _refuse(file, str(error))
    except ValueError as error:
        _refuse(file, str(error))
    except Exception as error:
        if is_no_space(error):  # no fault of the file, which is read when there is space
            raise
        # whatever else a file does to its reader, it must not stop those that wait behind it
        _log.exception("reading “%s” failed", transcript.name)
        _refuse(file, _BROKEN)


class _Reader:
    """Reads one file, in each encoding once."""

    def __init__(self, transcript: Transcript, within: float | None, apart: bool) -> None:
        self._name = transcript.name
        self._data = bytes(transcript.content)
        self._within = within
        self._apart = apart
        self._parsed: dict[str | None, ParsedTranscript] = {}

    def read(self, encoding: str | None) -> ParsedTranscript:
        if encoding not in self._parsed:
            with nullcontext() if self._apart else attempts.ended_if_hanging():
                self._parsed[encoding] = read_file(
                    self._name,
                    self._data,
                    encoding=encoding,
                    within=self._within,
                    apart=self._apart,
                )
        return self._parsed[encoding]

    def draft(self, descriptions: list[Description], matcher: Matcher) -> Draft:
        draft = compose(self.read(descriptions[-1].encoding), descriptions, matcher)
        check_storable(draft)
        return draft


def _take(file: DeliveredFile, transcript: Transcript, reader: _Reader, matcher: Matcher) -> None:
    """Make of a file that was read what it is: new, one more place, or described again."""
    told = Description(
        file.given.get("path") or transcript.name,
        metadata_from_json(file.given.get("metadata") or {}),
        file.given.get("encoding"),
    )
    match transcript.state:
        case State.UNREAD:
            draft = reader.draft([told], matcher)
            _store(transcript, draft, [told], matcher, encoding=reader.read(told.encoding).encoding)
            _set_scan(file, transcript)
            _tell(file, Outcome.READ)
        case State.RECEIVED | State.ANOTHER | State.PUBLISHED:
            _describe_again(file, transcript, told, reader, matcher)
        case _:
            _tell(file, Outcome.KNOWN, _not_applied(file, transcript))


def _describe_again(
    file: DeliveredFile,
    transcript: Transcript,
    told: Description,
    reader: _Reader,
    matcher: Matcher,
) -> None:
    before = descriptions_of(transcript)
    waiting = waiting_in(before)
    same = next((each for each in waiting if each.path == told.path), None) or next(
        (each for each in waiting if each.is_of(told.path)), None
    )
    if is_at_another_place(transcript, told.path, told.metadata):
        after = [*before, told]
        message = (
            "It has the same bytes as another file. Its place was added, to be reviewed with it."
        )
    elif same is not None and (told.metadata != Metadata() or told.encoding != same.encoding):
        told = Description(
            same.path, with_more(same.metadata, told.metadata), told.encoding or same.encoding
        )
        after = [told if each is same else each for each in before]
        message = "The metadata you sent now was applied to the waiting file."
    else:
        after = before
    if after == before:
        _set_scan(file, transcript)
        _tell(file, Outcome.KNOWN, _not_applied(file, transcript, told))
        return
    draft = reader.draft(waiting_in(after), matcher)
    conflicts: list[str] = []
    if transcript.draft is not None and transcript.revision and waiting:
        try:
            draft, conflicts = with_corrections(
                reader.draft(waiting, matcher), Draft.from_json(transcript.draft), draft, matcher
            )
        except (NotTheSame, ValueError):
            _tell(
                file,
                Outcome.KNOWN,
                "The metadata you sent was not applied: the file was corrected by hand, and it is "
                "no longer read as it was then. Correct it on its page, or discard it and upload "
                "it again.",
            )
            return
    _store(transcript, draft, after, matcher)
    _set_scan(file, transcript)
    _tell(file, Outcome.READ, " ".join([message, *conflicts]))


def _store(
    transcript: Transcript,
    draft: Draft,
    descriptions: list[Description],
    matcher: Matcher,
    *,
    encoding: str | None = None,
) -> None:
    """Keep a draft, as the transcript's row is held."""
    fields: dict[str, Any] = {
        "draft": draft.to_json(),
        "descriptions": [each.to_json() for each in descriptions],
        **summary_fields(draft, matcher),
    }
    if encoding is not None:
        fields |= {"encoding": encoding}
    if transcript.state in (State.PUBLISHED, State.ANOTHER):
        fields |= {"state": State.ANOTHER}
    else:
        fields |= {"state": State.RECEIVED, "problems": draft.problems, "dropped": draft.dropped}
    if transcript.state != State.UNREAD:
        fields |= {"revision": F("revision") + 1}
    Transcript.objects.filter(pk=transcript.pk).update(**fields)


def _set_scan(file: DeliveredFile, transcript: Transcript) -> None:
    """Note of what scan a file is the text, where that is not public already."""
    scan = file.given.get("scan")
    if scan is None or scan == transcript.pk or transcript.state == State.PUBLISHED:
        return
    exists = Transcript.objects.filter(pk=scan, state=State.SCAN).exists()
    Transcript.objects.filter(pk=transcript.pk, scan=None).update(scan_id=scan if exists else None)


def _not_applied(
    file: DeliveredFile, transcript: Transcript, told: Description | None = None
) -> str:
    """Why what was said of a known file changes nothing; "" where nothing was said."""
    if file.given.get("scan") is not None:
        if transcript.state in (State.PUBLISHED, State.REPLACED):
            return "It is already public, so it was not made the text of the scan."
        return "" if transcript.state == State.RECEIVED else "It was not made the text of the scan."
    said = told.metadata if told else metadata_from_json(file.given.get("metadata") or {})
    if said == Metadata():
        return ""
    match transcript.state:
        case State.RECEIVED if told and _is_known(transcript, told):
            return "The metadata you sent is already known."
        case State.RECEIVED:
            return (
                f"The metadata you sent was not applied: the file has the same bytes as "
                f"“{transcript.name}”. With a symbol and a position of its own it would become "
                "another place of that file."
            )
        case State.PUBLISHED | State.ANOTHER:
            return (
                "The metadata you sent was not applied: the file is already published. "
                "Edit its speeches instead."
            )
        case State.SCAN:
            return "The metadata you sent was not applied: the file is a scan without a text."
    return "The metadata you sent was not applied."


def _is_known(transcript: Transcript, told: Description) -> bool:
    known = descriptions_of(transcript)
    return any(each.is_of(told.path) or (told.place and each.place == told.place) for each in known)


def _keep_scan(file: DeliveredFile, message: str) -> None:
    """Keep the file as it is, to be given its text later."""
    with transaction.atomic():
        kept = Transcript.objects.filter(pk=file.transcript_id, state=State.UNREAD).update(
            state=State.SCAN
        )
        if kept:
            _tell(file, Outcome.SCAN, f"{message} The scan itself is kept.")
        else:
            _tell(file, Outcome.REFUSED, message)


def _tell(file: DeliveredFile, outcome: Outcome, message: str = "") -> None:
    file.outcome, file.message = outcome, message
    file.save(update_fields=["outcome", "message"])


def _refuse(file: DeliveredFile, message: str) -> None:
    """Keep the reason and nothing else; whoever sent the same bytes meanwhile is told it, too."""
    same = Q(pk=file.pk)
    if file.transcript_id is not None:
        same |= Q(transcript_id=file.transcript_id, transcript__state=State.UNREAD)
    with transaction.atomic():
        DeliveredFile.objects.filter(same).update(outcome=Outcome.REFUSED, message=message)
        kept = Transcript.objects.filter(pk=file.transcript_id, state=State.UNREAD)
        # one that had been read before, and was discarded, is as it was
        kept.filter(received_at__lt=file.delivery.received_at).update(state=State.DISCARDED)
        kept.delete()
