"""What the files of results and collections that readers keep are written of."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from statements.addresses import origin
from statements.downloads.files import ROWS, Refused, Source, chosen_rows
from statements.downloads.sources.searches import refusing
from statements.downloads.streams import refusal
from statements.exports.tables.columns import Rows
from statements.exports.tables.source import Export
from statements.models import ResultSet, Speech
from statements.result_sets.collections import TooManyIds, collected_ids, collection_address
from statements.result_sets.comparison import Comparison
from statements.views.saving.collections import too_many_ids
from statements.views.saving.result_sets import withdrawal_of


def result_set(request: HttpRequest, result_id: str) -> Source:
    """Return the source of the speeches of a result set that are still public, in its order. The
    description lists all of them, with the digests of those that are public. Raises Http404, and
    Refused if the result was withdrawn."""
    shown = ResultSet.objects.filter(public_id=result_id).first()
    if shown is None:
        raise Http404(gettext("No result was kept at this address."))
    if shown.withdrawn_at:
        raise Refused(refusal(f"{withdrawal_of(shown)} {shown.withdrawal_reason}", 410))
    with refusing():
        rows = chosen_rows(request, {each.value: each for each in Rows})
    comparison = Comparison(shown, None, "")
    beginning = origin(request)
    # whoever guesses withdrawn words could test the guess by their digest
    gone = set(comparison.unavailable)
    digests = [
        (name, None if name in gone or not digest else str(digest))
        for name, digest in zip(shown.speeches, shown.digests, strict=True)
    ]
    return Source(
        name=shown.query or "result",
        page=shown.get_absolute_url(),
        origin=beginning,
        table=Export(comparison.keys, rows, beginning),
        keys=comparison.keys,
        options=[(ROWS, rows.value)] if rows is not Rows.SPEECHES else (),
        described={
            "result": {
                "search": shown.parameters,
                "kept_at": shown.kept_at.isoformat(timespec="seconds"),
                "index_generation": shown.index_generation,
                "archive_revision": shown.archive_revision,
                "speeches": digests,
                "changed_since": comparison.changed,
                "withdrawn_since": comparison.unavailable,
            }
        },
    )


def collection(request: HttpRequest) -> Source:
    """Return the source of the speeches that an address names, in its order. Raises Refused."""
    with refusing():
        rows = chosen_rows(request, {each.value: each for each in Rows})
    try:
        public_ids = collected_ids(request.GET)
    except TooManyIds:
        raise Refused(refusal(too_many_ids(), 400)) from None
    by_id = dict(Speech.objects.filter(public_id__in=public_ids).values_list("public_id", "pk"))
    keys = [by_id[name] for name in public_ids if name in by_id]
    beginning = origin(request)
    return Source(
        name="collection",
        page=collection_address(public_ids),
        origin=beginning,
        table=Export(keys, rows, beginning),
        keys=keys,
        options=[(ROWS, rows.value)] if rows is not Rows.SPEECHES else (),
        described={"speeches_asked_for": list(public_ids)},
    )
