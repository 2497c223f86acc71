"""Pages of countries, votes, parties, wards and bodies, and the list of meetings."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from statements.addresses import search_address
from statements.exports.meetings.voting import Balloting, ballotings
from statements.exports.profiles import count_by, first_and_last
from statements.models import Affiliation, Country, CountryName, Meeting, Speaker, Speech, Vote
from statements.search import Procedure, SearchParameters, SearchUnavailable, View, word_lists
from statements.transcripts.languages.names import fold
from statements.views import holdings, refinements
from statements.views.catalogue.counted_entries import counted_entries
from statements.views.charts import addresses_by_year, year_chart
from statements.views.error_pages import get_or_404
from statements.views.paging import page_of

SPEAKERS_SHOWN = 30
TOPICS_SHOWN = 12
VOTES_SHOWN = 3
WORDS_SHOWN = 24


def country(request: HttpRequest, code: str) -> HttpResponse:
    if code != code.upper():
        return redirect("country", code=code.upper(), permanent=True)
    shown = get_or_404(
        Country.objects.with_relations(), gettext("There is no country with this code."), code=code
    )
    speeches = _speeches_of(request, shown, country=shown.code)
    speakers = list(shown.speakers.most_heard_first().with_years())
    counts = shown.votes.by_ballot()
    labels = _ballot_labels()
    context = {
        "country": shown,
        "names": _other_names(shown),
        "speakers": sorted(speakers[:SPEAKERS_SHOWN], key=_latest_first),
        "speaker_count": len(speakers),
        "ends": first_and_last(shown.speeches.all(), without_chair=True),
        "topics": counted_entries(
            count_by(shown.speeches.all(), "topics__slug", "topics__title", TOPICS_SHOWN),
            lambda slug: search_address(("country", shown.code), ("topic", slug)),
        ),
        "words": _key_words(shown),
        "words_url": refinements.address(_without_chair(shown).in_view(View.WORDS)),
        "counts": [(labels[ballot], counts[ballot]) for ballot in labels if ballot in counts],
        "votes": cast_votes(shown.votes.for_listing()[:VOTES_SHOWN]) if counts else (),
        **speeches,
    }
    return render(request, "country/country.html", context)


def _latest_first(speaker: Speaker) -> tuple[int, int, str]:
    """Return the key of the order in which speakers stand below each other in time."""
    last, first = speaker.last_year, speaker.first_year  # type: ignore[attr-defined]
    return -(last or 0), -(first or 0), speaker.sort_name


def _without_chair(country: Country) -> SearchParameters:
    return SearchParameters(country=(country.code,), procedure=Procedure.HIDE)


class LinkedWord(NamedTuple):
    """A word that a country uses more than others, with the address of its lines."""

    word: str
    speeches: int
    url: str


def _key_words(country: Country) -> list[LinkedWord]:
    """Return the words that a country uses more than all others, without those of its names; none
    while the index cannot tell."""
    search = _without_chair(country)
    reference = SearchParameters(procedure=Procedure.HIDE)
    parameters = word_lists.KeynessParameters(
        search=search, reference=reference, limit=2 * WORDS_SHOWN
    )
    try:
        rows = word_lists.keyness(parameters).rows
    except SearchUnavailable:  # the page is complete without what a search would find
        return []
    own = {word for name in country.names.all() for word in name.folded.split()}
    return [
        LinkedWord(
            row.figures.word,
            row.figures.speeches,
            refinements.address(
                search.in_view(View.CONTEXT, tuple(row.line_parameters.to_pairs()))
            ),
        )
        for row in rows
        if row.figures.word not in own
    ][:WORDS_SHOWN]


def affiliations(request: HttpRequest) -> HttpResponse:
    by_kind = holdings.affiliations()
    return render(request, "affiliation/affiliations.html", {"by_kind": by_kind})


def affiliation(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Affiliation.objects.prefetch_related("names"),
        gettext("There is no party, ward or body at this address."),
        slug=slug,
    )
    heard = Q(speeches__affiliations=shown, speeches__withdrawal=None)
    counted = Speaker.objects.filter(heard).annotate(speech_count=Count("speeches", filter=heard))
    speakers = counted.order_by("-speech_count", "sort_name", "slug")
    context = {
        "affiliation": shown,
        "speakers": speakers[:SPEAKERS_SHOWN],
        "speaker_count": speakers.count(),
        **_speeches_of(request, shown, **{shown.facet: shown.slug}),
    }
    return render(request, "affiliation/affiliation.html", context)


class CastVote(NamedTuple):
    """How a country voted, and on what."""

    vote: Vote
    balloting: Balloting | None  # None until ``complete_holdings`` has read an old record


class BallotChoice(NamedTuple):
    """A kind of vote that a country's record can be narrowed to."""

    ballot: str
    label: str
    votes: int
    is_chosen: bool


def country_votes(request: HttpRequest, code: str) -> HttpResponse:
    """List the recorded votes of a country, the newest first; with ``ballot``, those of a kind."""
    if code != code.upper():
        return redirect("country-votes", code=code.upper(), permanent=True)
    shown = get_or_404(
        Country.objects.all(), gettext("There is no country with this code."), code=code
    )
    labels = _ballot_labels()
    chosen = ballot_of(request)
    votes = shown.votes.filter(ballot=chosen) if chosen else shown.votes.all()
    counts = shown.votes.by_ballot()
    page = page_of(request, votes.for_listing())
    context = {
        "country": shown,
        "choices": [
            BallotChoice(ballot, str(label), counts[ballot], ballot == chosen)
            for ballot, label in labels.items()
            if ballot in counts
        ],
        "chosen": labels.get(chosen, ""),
        "all_count": sum(counts.values()),
        "page": page,
        "votes": cast_votes(page.object_list),
    }
    return render(request, "country/votes.html", context)


def ballot_of(request: HttpRequest) -> str:
    """Return the kind of votes that a page is narrowed to, "" for all. Raises Http404."""
    chosen = request.GET.get("ballot", "")
    if chosen and chosen not in _ballot_labels():
        raise Http404(gettext("There is no vote of this kind."))
    return chosen


def _ballot_labels() -> dict[str, str]:
    return dict(Vote._meta.get_field("ballot").flatchoices)


def country_in_year(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Lead to what a country said in a year: to the speech if there is only one."""
    speeches = Speech.objects.filter(country=code, year=year)
    return only_speech(speeches, country=code, year=str(year))


def only_speech(speeches: QuerySet[Speech], **filters: str) -> HttpResponse:
    """Lead to the only one of some speeches; if there are several, to the search for them.

    Raises Http404 if there are none.
    """
    found = list(speeches.only("public_id")[:2])
    if not found:
        raise Http404(gettext("The archive has no such speech."))
    if len(found) == 1:
        return redirect(found[0])
    return redirect(search_address(*filters.items()))


def cast_votes(votes: Iterable[Vote]) -> list[CastVote]:
    """Return votes, fetched ``for_listing``, with what was voted on."""
    votes = list(votes)
    keys: list[int | None] = [vote.recorded for vote in votes]  # type: ignore[attr-defined]
    by_key = ballotings(key for key in keys if key is not None)
    return [
        CastVote(vote, by_key.get(key) if key is not None else None)
        for vote, key in zip(votes, keys, strict=True)
    ]


def _speeches_of(
    request: HttpRequest, subject: Affiliation | Country, **filters: str
) -> dict[str, Any]:
    """Return what these pages share: a page of speeches and their chart by year."""
    speeches = subject.speeches.all()
    return {
        "chart": year_chart(speeches.counts_by_year(), addresses_by_year(**filters)),
        "page": page_of(request, speeches.for_listing().latest_first()),
        "filters": filters,
    }


def _other_names(country: Country) -> list[CountryName]:
    shown = {fold(country.short_name), fold(country.formal_name)}
    return [name for name in country.names.all() if name.folded not in shown]


def meetings(request: HttpRequest) -> HttpResponse:
    rows = Meeting.objects.with_speech_counts()
    context = {"page": page_of(request, rows), "organs": holdings.organs()}
    return render(request, "meeting/meetings.html", context)
