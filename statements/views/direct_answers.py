"""Direct answers: if a query is exactly a symbol or a name, the search page links to that page.

Only exact matches of folded names count; similar names are left to the search.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext, gettext_lazy, pgettext

from archive.languages import localized
from statements.addresses import page_address, search_address
from statements.models import Country, Topic
from statements.models.sql import fetch_all
from statements.search import (
    OfficeSearch,
    SearchPage,
    SearchUnavailable,
    View,
    delegation_search,
    office_searches,
)
from statements.transcripts.languages.letter_case import usual_case
from statements.transcripts.languages.names import fold, initials_forms
from statements.transcripts.values.symbols import Symbol

MOST_OF_A_KIND = 10
LONGEST_NAME = 200

_HONORIFIC = re.compile(r"^(?:mr|mrs|ms|miss|sir|dame|dr|judge|prince|princess|sheikh)\b\.? +")
_SURNAME = re.compile(r"[^\W\d_]{4,}")
_AFFILIATION = re.compile(r"^(?P<name>[^()]*[^() ]) *\((?P<affiliation>[^()]+)\)$")


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """A page that a query names exactly, or a search for which it names countries."""

    kind: str  # "Meeting", "Country", "Speaker" or "Topic", in the language of the page
    label: str
    note: str
    url: str
    speeches: int = 0  # that a search finds, if it was counted


# one statement for all kinds; its rows have the kind, the key of the page, its label and its note
_NAMED = """
WITH of_name AS (
    SELECT country_id FROM statements_countryname WHERE folded = %(affiliation)s
)
(SELECT 1, slug, symbol, coalesce(organ_id, ''), NULL::varchar[] FROM statements_meeting
 WHERE symbol = %(symbol)s)
UNION ALL
(SELECT 2, code, short_name, kind, NULL FROM statements_country
 WHERE code IN (
     SELECT %(name)s::varchar
     UNION ALL SELECT country_id FROM statements_countryname WHERE folded = %(folded)s)
 ORDER BY short_name LIMIT %(most)s)
UNION ALL
(SELECT 3, speaker.slug, trim(honorific || ' ' || name), coalesce(short_name, ''), ARRAY(
     SELECT other.slug FROM statements_speakerproposal AS own
     JOIN statements_speakerproposal AS perhaps ON perhaps.number = own.number
     JOIN statements_speaker AS other ON other.id = perhaps.speaker_id
     WHERE own.speaker_id = speaker.id ORDER BY other.slug)
 FROM statements_speaker AS speaker
 LEFT JOIN statements_country AS country ON country.code = speaker.country_id
 WHERE speaker.merged_into_id IS NULL AND speaker.id IN (
     SELECT id FROM statements_speaker WHERE folded = ANY(%(forms)s)
     UNION ALL SELECT speaker_id FROM statements_speakername WHERE folded = ANY(%(forms)s)
     UNION ALL (
         SELECT id FROM statements_speaker
         WHERE %(surname)s::varchar IS NOT NULL
           AND replace(folded, '-', ' ') LIKE '%% ' || %(surname)s
         LIMIT %(most)s))
   AND (%(affiliation)s::varchar IS NULL OR speaker.country_id IN (SELECT country_id FROM of_name))
 ORDER BY sort_name, speaker.slug LIMIT %(most)s)
UNION ALL
(SELECT 4, slug, title, kind, NULL FROM statements_topic WHERE folded = %(folded)s ORDER BY title)
"""


def direct_answers(query: str) -> list[DirectAnswer]:
    """Return the pages that a query names: meetings, countries, speakers, then topics."""
    name = query.strip().strip("\"“”'").strip()
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        return []
    try:
        symbol = str(Symbol.parse(name))
    except ValueError:
        symbol = None
    folded = fold(name)
    with_affiliation = _AFFILIATION.match(folded)
    of_speaker = with_affiliation["name"] if with_affiliation else folded
    values = {
        "symbol": symbol,
        "name": name,
        "folded": folded,
        "forms": sorted(
            initials_forms(of_speaker) | initials_forms(_HONORIFIC.sub("", of_speaker))
        ),
        "affiliation": fold(with_affiliation["affiliation"]) if with_affiliation else None,
        "surname": folded if _SURNAME.fullmatch(folded) else None,
        "most": MOST_OF_A_KIND,
    }
    rows = fetch_all(_NAMED, values)
    answers: list[DirectAnswer] = []
    for kind, key, label, note, pages in sorted(rows, key=lambda row: row[0]):
        answer = _answer(kind, key, label, note)
        answers += [_all_pages(answer, pages), answer] if pages else [answer]
    try:
        answers += map(_office_search, office_searches(name))
    except SearchUnavailable:  # since the page was found
        pass
    return list(dict.fromkeys(answers))


def delegation_answers(page: SearchPage) -> list[DirectAnswer]:
    """Return the search for what the countries named in the query of a page said with its other
    words."""
    try:
        found = delegation_search(page.parameters, page.query)
    except SearchUnavailable:  # since the page was found
        return []
    if found is None:
        return []
    names = {"countries": get_text_list(list(found.countries), gettext("and")), "q": found.q}
    if found.q:
        # Translators: a link to what countries said: "Brazil and India on: climate change"
        label = gettext("%(countries)s on: %(q)s") % names
    else:
        label = names["countries"]
    kind = _KINDS_OF_VIEWS[found.parameters.view]
    url = f"{page_address('search')}?{found.parameters.to_query()}"
    return [DirectAnswer(str(kind), label, "", url, found.speeches)]


def _office_search(office: OfficeSearch) -> DirectAnswer:
    url = f"{page_address('search')}?{office.parameters.to_query()}"
    return DirectAnswer(pgettext("noun", "Search"), capfirst(office.label), office.holder, url)


def _all_pages(answer: DirectAnswer, slugs: Sequence[str]) -> DirectAnswer:
    """Return the search for the speeches of all pages that are perhaps of one person."""
    sentence = gettext("All speeches of %(count)d pages that are perhaps of one person")
    url = search_address(*(("speaker", slug) for slug in slugs))
    return DirectAnswer(
        pgettext("noun", "Search"), sentence % {"count": len(slugs)}, answer.note, url
    )


_KINDS = {
    1: (gettext_lazy("Meeting"), "meeting"),
    2: (gettext_lazy("Country"), "country"),
    3: (gettext_lazy("Speaker"), "speaker"),
    4: (gettext_lazy("Topic"), "topic"),
}
_KINDS_OF_VIEWS = {
    View.SPEECHES: gettext_lazy("Speeches"),
    View.COMPARE: gettext_lazy("Compare"),
    View.TIME: gettext_lazy("Over time"),
}
_NOTES = dict(Country.Kind.choices) | dict(Topic.Kind.choices)


def _answer(kind: int, key: str, label: str, note: str) -> DirectAnswer:
    kind_label, page = _KINDS[kind]
    if page in ("country", "topic"):
        note = str(_NOTES[note])
    if page == "country":
        label = localized(label, "country")
    if page == "speaker":
        label, note = usual_case(label), localized(note, "country")
    if page == "meeting":
        note = localized(note, "organ")
    return DirectAnswer(str(kind_label), label, note, page_address(page, key))
