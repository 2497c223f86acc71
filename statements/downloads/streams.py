"""Bodies of responses that are written while they are sent."""

import threading
from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from statements.models.withdrawal_notices import departure

AT_ONCE = 2  # of the four threads of a process; the others answer pages
RETRY_AFTER_S = 10

_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many files are being written as may be at once."""


class Place:
    """One of the places in which files are written. It must be left, which may be repeated."""

    def __init__(self) -> None:
        """Raises Busy."""
        if not _places.acquire(blocking=False):
            raise Busy
        self._is_taken = True

    def leave(self) -> None:
        """Let another file be written."""
        if self._is_taken:
            self._is_taken = False
            _places.release()


class Stream:
    """The pieces of a body, written in a place that is left at the end or when the response is
    closed, whether it was sent or not."""

    def __init__(self, pieces: Iterator[bytes], place: Place) -> None:
        self._pieces, self._place = pieces, place

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:  # the end, or a failure
            self._place.leave()
            raise

    def close(self) -> None:
        """Stop writing. The server calls it also when a client goes away."""
        try:
            close = getattr(self._pieces, "close", None)
            if close is not None:
                close()
        finally:
            self._place.leave()


def busy() -> HttpResponse:
    """Return the response for a file that cannot be written now."""
    sentence = gettext("Too many files are being written. Please try again in a moment.")
    return refusal(sentence, 503, RETRY_AFTER_S)


def refusal(sentence: str, status: int, retry_after_s: int = 0) -> HttpResponse:
    """Return a response in plain text, which programs and browsers show alike."""
    text = "text/plain; charset=utf-8"
    response = HttpResponse(f"{sentence}\n", status=status, content_type=text)
    response["Cache-Control"] = "no-store"
    if retry_after_s:
        response["Retry-After"] = str(retry_after_s)
    return response


def missing(public_id: str) -> HttpResponse:
    """Return the response for a speech that was withdrawn. Raises Http404 if it was not."""
    if departed := departure(public_id):
        return refusal(f"{departed.sentence} {departed.reason}".strip(), 410)
    raise Http404(gettext("There is no speech at this address."))
