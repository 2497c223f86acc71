"""Direct answers: if a query is exactly a symbol or a name, the search page links to that page.

Only exact matches of folded names count; similar names are left to the search.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from statements.addresses import page_address
from statements.models import Country, Topic
from statements.models.sql import fetch_all
from statements.transcripts.languages.letter_case import usual_case
from statements.transcripts.languages.names import fold, initials_forms
from statements.transcripts.values.symbols import Symbol

MOST_OF_A_KIND = 10
LONGEST_NAME = 200

_HONORIFIC = re.compile(r"^(?:mr|mrs|ms|miss|sir|dame|dr|judge|prince|princess|sheikh)\b\.? +")
_AFFILIATION = re.compile(r"^(?P<name>[^()]*[^() ]) *\((?P<affiliation>[^()]+)\)$")


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """A page that a query names exactly."""

    kind: str  # "Meeting", "Country", "Speaker" or "Topic", in the language of the page
    label: str
    note: str
    url: str


# one statement for all kinds; its rows have the kind, the key of the page, its label and its note
_NAMED = """
WITH of_name AS (
    SELECT country_id FROM statements_countryname WHERE folded = %(affiliation)s
)
(SELECT 1, slug, symbol, organ FROM statements_meeting WHERE symbol = %(symbol)s)
UNION ALL
(SELECT 2, code, short_name, kind FROM statements_country
 WHERE code IN (
     SELECT %(name)s::varchar
     UNION ALL SELECT country_id FROM statements_countryname WHERE folded = %(folded)s)
 ORDER BY short_name LIMIT %(most)s)
UNION ALL
(SELECT 3, speaker.slug, trim(honorific || ' ' || name), coalesce(short_name, '')
 FROM statements_speaker AS speaker
 LEFT JOIN statements_country AS country ON country.code = speaker.country_id
 WHERE speaker.id IN (
     SELECT id FROM statements_speaker WHERE folded = ANY(%(forms)s)
     UNION ALL SELECT speaker_id FROM statements_speakername WHERE folded = ANY(%(forms)s))
   AND (%(affiliation)s::varchar IS NULL OR speaker.country_id IN (SELECT country_id FROM of_name))
 ORDER BY sort_name, speaker.slug LIMIT %(most)s)
UNION ALL
(SELECT 4, slug, title, kind FROM statements_topic WHERE folded = %(folded)s ORDER BY title)
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
        "most": MOST_OF_A_KIND,
    }
    rows = fetch_all(_NAMED, values)
    return [_answer(*row) for row in sorted(rows, key=lambda row: row[0])]


_KINDS = {
    1: (gettext_lazy("Meeting"), "meeting"),
    2: (gettext_lazy("Country"), "country"),
    3: (gettext_lazy("Speaker"), "speaker"),
    4: (gettext_lazy("Topic"), "topic"),
}
_NOTES = dict(Country.Kind.choices) | dict(Topic.Kind.choices)


def _answer(kind: int, key: str, label: str, note: str) -> DirectAnswer:
    kind_label, page = _KINDS[kind]
    if page in ("country", "topic"):
        note = str(_NOTES[note])
    if page == "speaker":
        label = usual_case(label)
    return DirectAnswer(str(kind_label), label, note, page_address(page, key))
