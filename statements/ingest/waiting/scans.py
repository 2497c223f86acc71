"""Text recognition (OCR) of scans, if the operator wants it and Tesseract is installed."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from statements.ingest.waiting.descriptions import descriptions_of, metadata_to_json
from statements.models import DeliveredFile, Recognition, Transcript
from statements.transcripts.formats.printed.text_layer import is_partly_scanned
from statements.transcripts.sandbox.tesseract import OcrUnavailable, Tesseract

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def open_tesseract() -> Tesseract:
    """Return the program with the languages of the settings.

    Raises OcrUnavailable if text recognition is off, or something is not installed.
    """
    if not settings.OCR:
        raise OcrUnavailable(_("Text recognition (OCR) is off. Administrators can set OCR=1."))
    return Tesseract(settings.OCR_LANGUAGES)


def why_unavailable() -> str:
    """Return why text recognition cannot be used, or ""."""
    try:
        open_tesseract()
    except OcrUnavailable as error:
        return str(error)
    return ""


def request_recognition(
    scan: Transcript,
    *,
    by: "AbstractBaseUser | int | None" = None,
    given: dict[str, Any] | None = None,
) -> bool:
    """Have the worker recognise the text of a scan; return whether it will.

    ``given`` are the metadata sent with the scan, as ``DeliveredFile.given`` keeps them. Without
    it, those of an earlier request that failed are used again.
    """
    with transaction.atomic():
        state = Transcript.objects.select_for_update().filter(pk=scan.pk).values_list("state")
        if state.first() != (Transcript.State.SCAN,):
            return False
        former = Recognition.objects.filter(transcript=scan).first()
        if former is not None:
            if former.outcome == Recognition.Outcome.WAITING:
                return True
            given = former.given if given is None else given
            former.delete()
        user_id = by if isinstance(by, int) or by is None else by.pk
        Recognition.objects.create(transcript=scan, asked_by_id=user_id, given=given or {})
    return True


def lacks_pages(transcript: Transcript) -> bool:
    """Return whether a file that waits for review lacks the text of some pages, which can be
    recognised."""
    codes = [problem["code"] for problem in transcript.problems]
    is_waiting = transcript.state == Transcript.State.RECEIVED
    return is_waiting and is_partly_scanned(transcript.encoding, codes)


def request_missing_pages(
    transcript: Transcript, *, by: "AbstractBaseUser | int | None" = None
) -> bool:
    """Have the worker recognise those pages of a waiting file that have no text; return whether it
    will.

    The file becomes a scan. Its text will be a file of its own, which has the text of the other
    pages too; the draft, and what was corrected in it, is given up.
    """
    with transaction.atomic():
        current = Transcript.objects.select_for_update().get(pk=transcript.pk)
        if not lacks_pages(current):
            return False
        description = descriptions_of(current)[0]
        given = {
            "keeps_text": True,
            "path": description.path,
            "metadata": metadata_to_json(description.metadata),
        }
        Transcript.objects.filter(pk=current.pk).update(
            state=Transcript.State.SCAN,
            draft=None,
            summary=None,
            doubts=None,
            revision=F("revision") + 1,
        )
        DeliveredFile.objects.filter(transcript=current, outcome=DeliveredFile.Outcome.READ).update(
            outcome=DeliveredFile.Outcome.SCAN
        )
        return request_recognition(current, by=by, given=given)
