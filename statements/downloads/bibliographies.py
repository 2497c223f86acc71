"""Speeches, paragraphs and sentences as files for reference managers."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from archive.languages import permanent
from statements.downloads.streams import refusal
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.bibliography import Item, bibliography_item, passage_item
from statements.exports.quotations import Passage, quotation
from statements.models import Speech
from statements.models.withdrawal_notices import departure

BATCH = 200  # speeches


def of_speech(request: HttpRequest, public_id: str, suffix: str) -> HttpResponse:
    """Answer with the item of a speech."""
    speech = Speech.objects.for_citation().filter(public_id=public_id).first()
    if speech is None:
        return _missing(public_id)
    address = request.build_absolute_uri(permanent(speech.get_absolute_url()))
    return _file([bibliography_item(speech, address)], public_id, suffix)


def of_passage(request: HttpRequest, public_id: str, passage: Passage, suffix: str) -> HttpResponse:
    """Answer with the item of a paragraph or a sentence."""
    words = quotation(public_id, passage)
    if words is None:
        return _missing(public_id)
    address = request.build_absolute_uri(permanent(words.url))
    item = passage_item(words.speech, str(passage), words.place, address)
    return _file([item], item["id"], suffix)


def items(keys: Sequence[int], origin: str) -> Iterator[Item]:
    """Return the items of speeches in the order of their primary keys as listed, without those that
    were withdrawn meanwhile."""
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        speeches = Speech.objects.for_citation().in_bulk(batch)
        for key in batch:
            if speech := speeches.get(key):
                yield bibliography_item(speech, f"{origin}{speech.get_absolute_url()}")


def _file(written: Iterable[Item], name: str, suffix: str) -> HttpResponse:
    kind = BIBLIOGRAPHIES[suffix]
    response = HttpResponse("".join(kind.write(written)), content_type=kind.content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{suffix}") or ""
    return response


def _missing(public_id: str) -> HttpResponse:
    """Return the response for a speech that was withdrawn. Raises Http404 if it was not."""
    if departed := departure(public_id):
        return refusal(f"{departed.sentence} {departed.reason}".strip(), 410)
    raise Http404(gettext("There is no speech at this address."))
