"""Invented files, and the ways to upload them."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from statements import ingest
from statements.models import Transcript

RECORD = """\
The President: I declare the meeting open and give the floor to the representative of Nigeria.

3/17

Ms. Okafor (Nigeria): The water was low this year.

We ask that the gauges along the border be read by both sides on the same day.

Mr. Lindqvist (Sweden) (spoke in French): My delegation agrees with every word of that.
"""


def statement(
    words: str = "The water was low this year.", line: str = "Ms. Okafor (Nigeria)"
) -> bytes:
    return f"{line}: {words}\n\nWe thank the Secretariat for its tables.\n".encode()


def file_of(data: bytes, name: str = "okafor.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/plain")


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:statements_{name}", args=args)


Person = Callable[..., Client]


def hand_in(client: Client, files: Iterable[SimpleUploadedFile], **fields: Any) -> HttpResponse:
    """Upload files as the form does; yields the page with their results once all are read, or the
    page of a single file."""
    answer: Any = client.post(url("transcript_upload"), {"transcripts": list(files)} | fields)
    address = answer.headers.get("Location", "")
    if "/delivery/" in address:
        ingest.read_delivered()
        answer = client.get(address)
    return cast("HttpResponse", answer)


def received(data: bytes | None = None, name: str = "okafor.txt", **metadata: Any) -> Transcript:
    """A transcript that waits for review."""
    given = ingest.receive(name, data or statement(), metadata=ingest.Metadata(**metadata))
    return Transcript.objects.defer(None).get(pk=given.transcript.pk)
