"""The list of countries and bodies."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from archive.languages import localized
from statements.transcripts.languages.names import sort_form
from statements.views import holdings
from statements.views.catalogue.filtering import FILTER, filter_of, matching
from statements.views.holdings import HeardCountry

MOST_WITHOUT_LETTERS = 40


class _Section(NamedTuple):
    label: Promise
    size: int
    # by the initial letter of their names, or all without one if they are few
    by_letter: Sequence[tuple[str, Sequence[HeardCountry]]]


def countries(request: HttpRequest) -> HttpResponse:
    text = filter_of(request)
    sections = []
    for label, heard in holdings.countries():
        if found := matching(heard, text, lambda entry: entry.words):
            sections.append(_Section(label, len(found), _by_letter(found)))
    context = {"sections": sections, FILTER: text, "affiliations": holdings.affiliations()}
    return render(request, "country/countries.html", context)


def _by_letter(heard: Sequence[HeardCountry]) -> list[tuple[str, Sequence[HeardCountry]]]:
    if len(heard) <= MOST_WITHOUT_LETTERS:
        return [("", heard)]
    groups = groupby(heard, lambda entry: sort_form(_name(entry))[:1].upper())
    return [(letter, list(group)) for letter, group in groups]


def _name(entry: HeardCountry) -> str:
    return localized(entry.country.short_name, "country")
