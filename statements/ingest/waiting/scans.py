"""Text recognition (OCR) of scans, if the operator wants it and Tesseract is installed."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from statements.models import Recognition, Transcript
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
