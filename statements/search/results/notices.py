"""Notices about a search: words and signs that were ignored, values that no speech has, and
speeches that days leave out because their own day is not known.

Where the intended search is certain, it is offered. Nothing is guessed by similarity, which is the
work of ``did_you_mean``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from statements.models import Country
from statements.search.backends import search_backend
from statements.search.fields import AFFILIATION_FIELDS, SESSION_FIELD
from statements.search.parameters import SearchParameters
from statements.search.protocol import Answer, Question
from statements.search.query import (
    ParsedQuery,
    Terms,
    field_values,
    ignores_most_words,
    in_quotes,
    repair,
    with_dashes_bound,
    with_or_operators,
    with_united_states,
    with_value,
)
from statements.search.results import rows
from statements.search.results.offers.offices import offices_beside
from statements.search.results.offers.successions import successions
from statements.transcripts.languages.country_codes import ALPHA_3_CODES
from statements.transcripts.languages.notes import LANGUAGE_NAMES


@dataclass(frozen=True, slots=True)
class Notice:
    sentence: str
    label: str = ""  # of the search that may have been intended
    alternative: SearchParameters | None = None
    is_addition: bool = False  # the alternative finds these speeches, and others


def notices(parameters: SearchParameters, query: ParsedQuery, answer: Answer) -> list[Notice]:
    """Return the notices about a search and its answer."""
    return [
        *_on_words(parameters, query),
        *_on_fields(parameters, query),
        *_on_filters(parameters, answer.unknown_values),
        *_on_days(parameters, answer.day_unknown),
        *_on_people(parameters),
        *(
            Notice(office.sentence, office.label, office.parameters)
            for office in offices_beside(parameters, query)
        ),
        *(
            Notice(other.sentence, other.names, other.parameters, is_addition=True)
            for other in successions(parameters, query)
        ),
    ]


def _on_people(parameters: SearchParameters) -> Iterator[Notice]:
    """Offer all pages that are perhaps of the people selected."""
    if not parameters.speaker:
        return
    pages = rows.perhaps_the_same(parameters.speaker)
    if others := [slug for slug in pages if slug not in parameters.speaker]:
        sentence = ngettext(
            "%(count)d other page is perhaps of the same person.",
            "%(count)d other pages are perhaps of the same person.",
            len(others),
        ) % {"count": len(others)}
        everything = replace(parameters, speaker=(*parameters.speaker, *others), page=1)
        yield Notice(sentence, gettext("all of them"), everything, is_addition=True)


# -- words and signs --------------------------------------------------------------------------


def _on_words(parameters: SearchParameters, query: ParsedQuery) -> Iterator[Notice]:
    if ignores_most_words(query):
        words = ", ".join(
            gettext("“%(word)s”") % {"word": word} for word in dict.fromkeys(query.ignored_words)
        )
        sentence = gettext("Ignored common words: %(words)s.") % {"words": words}
        yield _notice(parameters, sentence, in_quotes(query))
    elif alternatives := with_or_operators(query):
        sentence = gettext("“or” was ignored. OR in capitals finds either word.")
        yield _notice(parameters, sentence, alternatives)
    if named := with_united_states(query):
        sentence = gettext("“US” also finds the word “us”.")
        yield _notice(parameters, sentence, named)
    if bound := with_dashes_bound(query):
        sentence = gettext("A dash was ignored. Directly before a word, it excludes the word.")
        yield _notice(parameters, sentence, bound)


def _notice(parameters: SearchParameters, sentence: str, q: str | None) -> Notice:
    """Return a notice that offers a query, if it can be run."""
    repaired = repair(q)
    if not repaired:
        return Notice(sentence)
    return Notice(sentence, repaired, replace(parameters, q=repaired, page=1))


# -- values -----------------------------------------------------------------------------------


def _on_fields(parameters: SearchParameters, query: ParsedQuery) -> Iterator[Notice]:
    values = field_values(query, _FIELD_SENTENCES)
    if not values:
        return
    answers = search_backend().search([Question(tree=typed.condition, size=0) for typed in values])
    for typed, answer in zip(values, answers, strict=True):
        if answer.total:
            continue
        if typed.field == "country":
            sentence, code = _on_country(typed.value)
            corrected = with_value(query, typed.place, code) if code else None
            yield _notice(parameters, sentence, corrected)
        elif isinstance(typed.condition, Terms):
            yield Notice(_FIELD_SENTENCES[typed.field](typed.condition.values[0]))


def _on_filters(
    parameters: SearchParameters, unknown_values: Mapping[str, Sequence[str]]
) -> Iterator[Notice]:
    for name in SearchParameters.FILTERS:
        for value in unknown_values.get(name, ()):
            if name != "country":
                yield Notice(_no_speech(name, value))
                continue
            sentence, code = _on_country(value)
            if code:
                other = parameters.without_value(name, value).with_value(name, code)
                yield Notice(sentence, code, other)
            else:
                yield Notice(sentence)


def _on_days(parameters: SearchParameters, day_unknown: Mapping[int, int]) -> Iterator[Notice]:
    """Yield a notice for each year that the days cut, if it has speeches whose day is unknown."""
    for year, count in day_unknown.items():
        first, last = parameters.date_from, parameters.date_to
        if first and first.year == year:
            first = date(year, 1, 1)
        if last and last.year == year:
            last = date(year, 12, 31)
        sentence = ngettext(
            "%(count)s more is from %(year)d, day unknown.",
            "%(count)s more are from %(year)d, day unknown.",
            count,
        ) % {"count": number_format(count, force_grouping=True), "year": year}
        label = gettext("all of %(year)d") % {"year": year}
        whole_year = replace(parameters, date_from=first, date_to=last, page=1)
        yield Notice(sentence, label, whole_year)


def _on_country(value: str) -> tuple[str, str]:
    """Return the sentence about a code or name of a country that no speech has, and the code that
    was intended, or ""."""
    code = value.upper()
    with_code = Country.objects.filter(code=ALPHA_3_CODES.get(code, code))
    countries = list(with_code or Country.objects.named(value)[:2])
    if len(countries) != 1:
        return _no_speech("country", value), ""
    [country] = countries
    if search_backend().canonical_value("country", country.code):
        sentence = gettext(
            "“%(text)s” is not a country code here. The code of %(country)s is %(code)s."
        )
        names = {"text": value, "country": country, "code": country.code}
        return sentence % names, country.code
    sentence = gettext("There are no speeches by %(country)s (%(code)s).")
    return sentence % {"country": country, "code": country.code}, ""


def _no_language(code: str) -> str:
    if name := LANGUAGE_NAMES.get(code):
        return gettext("No speech is marked as delivered in %(language)s.") % {"language": name}
    return gettext("“%(code)s” is not a known language code.") % {"code": code}


def _no_meeting(symbol: str) -> str:
    return _no_speech("meeting", symbol)


def _no_speech(facet: str, value: str) -> str:
    return str(SearchParameters.FACETS_BY_NAME[facet].no_speech) % {"value": value}


def _no_capacity(capacity: str) -> str:
    return _no_speech("capacity", capacity)


def _no_group(code: str) -> str:
    return _no_speech("member_of", code)


_Sentence = Callable[[str], str]
_FIELD_SENTENCES: dict[str, _Sentence] = {
    "country": str,
    "lang": _no_language,
    "symbol": _no_meeting,
    "capacity": _no_capacity,
    "group": _no_group,
    **{field: partial(_no_speech, field) for field in (*AFFILIATION_FIELDS, SESSION_FIELD)},
}
