"""Direct ways: a query that is exactly a symbol or a name leads to that page before any search.

Only exact matches under folding count; what is merely similar is the search's work.
"""

import re
from dataclasses import dataclass

from statements.models import Country, Meeting, Speaker, Topic
from statements.transcripts.names import fold
from statements.transcripts.symbols import Symbol

MOST_OF_A_KIND = 10
LONGEST_NAME = 200

_HONORIFIC = re.compile(r"^(?:mr|mrs|ms|miss|sir|dame|dr|judge|prince|princess|sheikh)\b\.? +")
_AFFILIATION = re.compile(r"^(?P<name>[^()]+?) *\((?P<affiliation>[^()]+)\)$")


@dataclass(frozen=True, slots=True)
class Signpost:
    """A page that a query names exactly."""

    kind: str  # "Meeting", "Country", "Speaker", "Topic"
    label: str
    note: str
    url: str


def signposts(query: str) -> list[Signpost]:
    """The pages that a query names, the most particular kind first."""
    name = query.strip().strip("\"“”'").strip()
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        return []
    return [*_meetings(name), *_countries(name), *_speakers(name), *_topics(name)]


def _meetings(name: str) -> list[Signpost]:
    try:
        symbol = str(Symbol.parse(name))
    except ValueError:
        return []
    return [
        Signpost("Meeting", meeting.symbol, meeting.organ, meeting.get_absolute_url())
        for meeting in Meeting.objects.filter(symbol=symbol)
    ]


def _countries(name: str) -> list[Signpost]:
    folded = fold(name)
    countries = Country.objects.named(folded) | Country.objects.filter(code=name).distinct()
    return [
        Signpost(
            "Country", country.short_name, country.get_kind_display(), country.get_absolute_url()
        )
        for country in countries[:MOST_OF_A_KIND]
    ]


def _speakers(name: str) -> list[Signpost]:
    folded = fold(name)
    speakers = Speaker.objects.select_related("country")
    if with_affiliation := _AFFILIATION.match(folded):
        folded = with_affiliation["name"]
        countries = Country.objects.named(fold(with_affiliation["affiliation"]))
        speakers = speakers.filter(country__in=countries)
    forms = {folded, _HONORIFIC.sub("", folded)}
    return [
        Signpost(
            "Speaker",
            str(speaker),
            speaker.country.short_name if speaker.country else "",
            speaker.get_absolute_url(),
        )
        for speaker in speakers.named(forms)[:MOST_OF_A_KIND]
    ]


def _topics(name: str) -> list[Signpost]:
    return [
        Signpost("Topic", topic.title, topic.get_kind_display(), topic.get_absolute_url())
        for topic in Topic.objects.filter(folded=fold(name))
    ]
