"""Holders of offices that records print without a name: a search for one of them offers the
speeches that print the office alone, from the days of the term.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext

from archive.languages import date_format
from statements.models import OfficeTerm, Speaker, SpeakerName, revision
from statements.search.backends import search_backend
from statements.search.parameters import Procedure, SearchParameters
from statements.search.protocol import Question
from statements.search.query import ParsedQuery, field_values, parse, repair, with_query
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.titles import HONORIFICS


@dataclass(frozen=True, slots=True)
class OfficeSearch:
    """The search for speeches that print an office, from the term of one of its holders."""

    holder: str
    office: str
    label: str  # what is searched for: speeches printed as “The Secretary-General” since …
    speeches: int
    parameters: SearchParameters

    @property
    def sentence(self) -> str:
        sentence = gettext("Records may print %(holder)s only as %(office)s.")
        return sentence % {"holder": self.holder, "office": self.office}


@dataclass(frozen=True, slots=True)
class _Term:
    holder: str
    office: str
    printed: tuple[str, ...]
    longer_titles: tuple[str, ...]
    first: date
    last: date | None
    forms: frozenset[str]  # folded names of the holder


class _Register:
    """The verified terms, as they are in one revision of the archive."""

    def __init__(self, revision_read: str) -> None:
        self.revision = revision_read
        rows = OfficeTerm.objects.filter(verified=True).select_related("office")
        self.terms = [
            _Term(
                row.holder,
                row.office.name,
                tuple(row.office.printed),
                tuple(row.office.longer_titles),
                row.valid_from,
                row.valid_to,
                frozenset({fold(row.holder), fold(row.surname)}),
            )
            for row in rows
        ]
        self._pages: dict[str, list[_Term]] | None = None

    def named(self, name: str) -> list[_Term]:
        """Return the terms of the person with this name or surname, with an honorific or not."""
        folded = fold(name)
        first, _, rest = folded.partition(" ")
        has_honorific = rest and not HONORIFICS.isdisjoint({first, f"{first}."})
        forms = {folded, rest} if has_honorific else {folded}
        return [term for term in self.terms if not forms.isdisjoint(term.forms)]

    def of_pages(self, slugs: Iterable[str]) -> list[_Term]:
        """Return the terms of the people who have these pages."""
        if self._pages is None:
            self._pages = self._read_pages()
        return list(dict.fromkeys(term for slug in slugs for term in self._pages.get(slug, ())))

    def _read_pages(self) -> dict[str, list[_Term]]:
        """Return the terms by page: a page with the whole name, or with the surname and without a
        country."""
        names = [fold(term.holder) for term in self.terms]
        forms = [form for term in self.terms for form in term.forms]
        is_named = Q(folded__in=names) | Q(folded__in=forms, country=None)
        pages: dict[str, list[_Term]] = {}
        rows = [
            *Speaker.objects.filter(is_named).values_list("slug", "folded"),
            *SpeakerName.objects.filter(folded__in=names).values_list("speaker__slug", "folded"),
        ]
        for slug, folded in rows:
            pages.setdefault(slug, []).extend(term for term in self.terms if folded in term.forms)
        return pages


_register: _Register | None = None


def _register_now() -> _Register:
    global _register
    register, now = _register, revision.current()
    if register is None or register.revision != now:
        register = _register = _Register(now)
    return register


# -- what is offered --------------------------------------------------------------------------

_ALL_SPEECHES = SearchParameters(procedure=Procedure.SHOW)  # those of chairs are counted too


def office_searches(name: str) -> list[OfficeSearch]:
    """Return the searches for the offices that a person with this name or surname held, of those
    that find speeches. Raises SearchUnavailable."""
    return list(_searches(_register_now().named(name), _ALL_SPEECHES))


def all_office_searches() -> list[OfficeSearch]:
    """Return the searches of all terms that find speeches. Raises SearchUnavailable."""
    return list(_searches(_register_now().terms, _ALL_SPEECHES))


def offices_of_speaker(slug: str) -> list[OfficeSearch]:
    """Return the searches for the offices that the person of a page held, of those that find
    speeches. Raises SearchUnavailable."""
    return list(_searches(_register_now().of_pages([slug]), _ALL_SPEECHES))


def offices_beside(parameters: SearchParameters, query: ParsedQuery) -> Iterator[OfficeSearch]:
    """Yield searches that look for an office in place of its holder, whose page is selected or
    whose name is typed for the field of speakers."""
    typed = [value for value in field_values(query, ("speaker",)) if not value.excluded]
    if not (parameters.speaker or typed):
        return
    register = _register_now()
    if parameters.speaker:
        yield from _searches(
            register.of_pages(parameters.speaker), replace(parameters, speaker=(), page=1)
        )
    for value in typed:
        yield from _searches(register.named(value.value), parameters, query, value.place)


def _searches(
    terms: Sequence[_Term],
    parameters: SearchParameters,
    query: ParsedQuery | None = None,
    place: int | None = None,
) -> Iterator[OfficeSearch]:
    """Yield for each term the search for its office, beside what is searched for, or in place of
    the word at a place in the query."""
    conditions = _conditions(terms)
    searches = [
        (term, search)
        for term in terms
        if term.office in conditions
        and (search := _search(term, conditions[term.office].q, parameters, query, place))
    ]
    questions = [
        Question(tree=parse(search.q), filters=search.filters, size=0) for _, search in searches
    ]
    answers = search_backend().search(questions) if questions else []
    for (term, search), answer in zip(searches, answers, strict=True):
        if answer.total:
            label = _label(conditions[term.office].printed, search)
            yield OfficeSearch(term.holder, term.office, label, answer.total, search)


def _search(
    term: _Term,
    condition: str,
    parameters: SearchParameters,
    query: ParsedQuery | None,
    place: int | None,
) -> SearchParameters | None:
    """Return the search for the office in the days of a term; None if it cannot be run."""
    if query is not None and place is not None:
        q = repair(with_query(query, place, condition))
    elif parameters.q:
        q = repair(f"({parameters.q}) {condition}")
    else:
        q = condition
    first = max(filter(None, (term.first, parameters.date_from)))
    last = min(filter(None, (term.last, parameters.date_to)), default=None)
    if not q or (last and first > last):
        return None
    return replace(parameters, q=q, date_from=first, date_to=last, page=1)


class _Condition(NamedTuple):
    printed: str  # a form that occurs
    q: str


def _conditions(terms: Iterable[_Term]) -> dict[str, _Condition]:
    """Return for each office that speeches print the condition that finds them, without the longer
    titles that contain a printed form."""
    offices = {term.office: term for term in terms}
    forms = [form for term in offices.values() for form in (*term.printed, *term.longer_titles)]
    questions = [Question(tree=parse(_in_field([form])), size=0) for form in forms]
    answers = search_backend().search(questions) if questions else []
    present = {form for form, answer in zip(forms, answers, strict=True) if answer.total}
    conditions = {}
    for name, term in offices.items():
        if printed := [form for form in term.printed if form in present]:
            others = [title for title in term.longer_titles if title in present]
            without = f" -{_in_field(others)}" if others else ""
            conditions[name] = _Condition(printed[0], f"{_in_field(printed)}{without}")
    return conditions


def _in_field(forms: Sequence[str]) -> str:
    quoted = [f'"{form}"' for form in forms]
    return f"speaker:({' OR '.join(quoted)})" if len(quoted) > 1 else f"speaker:{quoted[0]}"


def _label(printed: str, search: SearchParameters) -> str:
    first, last = (
        date_format(day, "j F Y") if day else "" for day in (search.date_from, search.date_to)
    )
    names = {"printed": printed, "first": first, "last": last}
    if last:
        return gettext("speeches printed as “%(printed)s” from %(first)s to %(last)s") % names
    return gettext("speeches printed as “%(printed)s” since %(first)s") % names
