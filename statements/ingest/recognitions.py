"""The worker's text recognition (OCR): scans in turns of a few pages, each page a row when done.

A worker that is killed loses one page. The text becomes an hOCR file that is delivered as the text
of the scan, read and reviewed like any other.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import PurePath

from django.db import transaction
from django.utils.translation import gettext as _

from statements.ingest.errors import IngestError
from statements.ingest.intake.reading import read_delivered
from statements.ingest.intake.uploads import Incoming, deliver
from statements.ingest.waiting import attempts
from statements.ingest.waiting.descriptions import metadata_from_json
from statements.ingest.waiting.scans import open_tesseract
from statements.models import DeliveredFile, Recognition, RecognizedPage, Transcript
from statements.transcripts.sandbox.ocr import (
    count_pages,
    join_pages,
    recognize_page,
    typeset_pages,
)
from statements.transcripts.sandbox.tesseract import OcrUnavailable, Tesseract
from statements.transcripts.values.parsed import UnreadableTranscript

Outcome = Recognition.Outcome
POLL_S = 2.0  # between looks for requests
_PAGES_PER_TURN = 5  # of one scan, before it is the turn of the next
_log = logging.getLogger(__name__)


def recognize_until_stopped(stop: threading.Event) -> None:
    """Recognise scans as they are requested until ``stop`` is set."""
    attempts.repeat_until_stopped(
        lambda: recognize_waiting(stop=stop.is_set), stop, pause_s=POLL_S, name="recognition"
    )


def recognize_waiting(*, stop: Callable[[], bool] = lambda: False) -> int:
    """Recognise all requested scans in turns; return the number of requests that ended."""
    ended = 0
    waiting = Recognition.objects.filter(outcome=Outcome.WAITING).order_by("attempts", "pk")
    while not stop() and (keys := list(waiting.values_list("pk", flat=True))):
        before = ended
        is_any_locked = False
        for pk in keys:
            with attempts.work_lock(attempts.Kind.RECOGNIZING, pk) as is_locked:
                recognition = waiting.filter(pk=pk).first() if is_locked else None
                if recognition is not None and not stop():
                    is_any_locked = True
                    ended += _take_turn(recognition, stop)
        if not is_any_locked and ended == before:
            break  # another process has them all
    return ended


def _take_turn(recognition: Recognition, stop: Callable[[], bool]) -> bool:
    """Recognise the next pages of a scan; return whether the request ended."""
    if recognition.attempts >= attempts.MAX_ATTEMPTS:
        message = _("The worker crashed %(count)d times on this scan. Try again, or add its text.")
        _end(recognition, message % {"count": attempts.MAX_ATTEMPTS})
        return True
    with attempts.attempt(recognition):
        try:
            return _recognize_pages(recognition, open_tesseract(), stop)
        except (UnreadableTranscript, OcrUnavailable, IngestError) as error:
            _end(recognition, str(error))
            return True


def _recognize_pages(
    recognition: Recognition, tesseract: Tesseract, stop: Callable[[], bool]
) -> bool:
    rows = Transcript.objects.defer(None).only("content", "name", "state")
    scan = rows.get(pk=recognition.transcript_id)
    if scan.state != Transcript.State.SCAN:
        raise IngestError(_("The scan is no longer waiting for its text."))
    data = bytes(scan.content)
    if recognition.pages is None:
        recognition.pages = count_pages(data)
        recognition.save(update_fields=["pages"])
    done = set(recognition.recognized_pages.values_list("number", flat=True))
    missing = [number for number in range(1, recognition.pages + 1) if number not in done]
    if not done and recognition.given.get("keeps_text"):
        kept = typeset_pages(data)
        RecognizedPage.objects.bulk_create(
            RecognizedPage(recognition=recognition, number=number, hocr=hocr)
            for number, hocr in kept.items()
        )
        missing = [number for number in missing if number not in kept]
    for number in missing[:_PAGES_PER_TURN]:
        if stop():
            return False
        hocr = recognize_page(data, number, tesseract)
        RecognizedPage.objects.create(recognition=recognition, number=number, hocr=hocr)
    if len(missing) > _PAGES_PER_TURN:
        return False
    _deliver_text(recognition, scan, tesseract.languages)
    return True


def _deliver_text(recognition: Recognition, scan: Transcript, languages: str) -> None:
    """Make the recognised pages the text of their scan, and read it."""
    pages = recognition.recognized_pages.order_by("number").values_list("hocr", flat=True)
    text = Incoming(
        f"{PurePath(recognition.given.get('path') or scan.name).with_suffix('.hocr')}",
        join_pages(map(bytes, pages), languages),
        metadata=metadata_from_json(recognition.given.get("metadata") or {}),
    )
    with transaction.atomic():
        delivery = deliver([text], scan=scan)
        _end(recognition)
    read_delivered(delivery)
    file = delivery.files.get()
    if file.outcome == DeliveredFile.Outcome.REFUSED:
        _end(recognition, file.message)


def _end(recognition: Recognition, failure: str = "") -> None:
    """End a request; the pages are no longer needed."""
    recognition.outcome = Outcome.FAILED if failure else Outcome.DONE
    recognition.message = failure
    recognition.save(update_fields=["outcome", "message"])
    recognition.recognized_pages.all().delete()
    if failure:
        _log.warning("no text was recognised of scan %d: %s", recognition.transcript_id, failure)
