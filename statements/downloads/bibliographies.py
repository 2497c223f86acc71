"""Speeches and passages of them as items for reference managers."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from archive.languages import permanent
from statements.downloads.streams import missing
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.bibliography import Item, bibliography_item, passage_item
from statements.exports.quotations import Passage, quotation
from statements.models import Speech

BATCH = 200  # speeches


def of_passage(request: HttpRequest, public_id: str, passage: Passage, suffix: str) -> HttpResponse:
    """Answer with the item of a paragraph or a sentence."""
    words = quotation(public_id, passage)
    if words is None:
        return missing(public_id)
    address = request.build_absolute_uri(permanent(words.url))
    item = passage_item(words.speech, str(passage), words.place, address)
    kind = BIBLIOGRAPHIES[suffix]
    response = HttpResponse("".join(kind.write([item])), content_type=kind.content_type)
    name = f"{item['id']}.{suffix}"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def items(keys: Sequence[int], origin: str) -> Iterator[Item]:
    """Return the items of speeches in the order of their primary keys as listed, without those that
    were withdrawn meanwhile."""
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        speeches = Speech.objects.for_citation().in_bulk(batch)
        for key in batch:
            if speech := speeches.get(key):
                yield bibliography_item(speech, f"{origin}{speech.get_absolute_url()}")
