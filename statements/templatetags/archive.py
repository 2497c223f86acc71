"""Template tags and filters of the archive's pages."""

from datetime import date
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from archive import languages
from archive.languages import date_format
from statements.addresses import address_with, search_address
from statements.exports.profiles import Period
from statements.headings import Who
from statements.models import Session, Speech
from statements.search import limits
from statements.templatetags.escaping import LINK, SPAN, escape, fill, join
from statements.transcripts.languages.identification import assumed_language

register = template.Library()


@register.simple_tag
def offers_data() -> bool:
    """Return whether the site gives out the public data package."""
    return bool(settings.PUBLISH_DATA)


@register.simple_tag
def site_name() -> str:
    """Return the name of the site."""
    name: str = settings.SITE_NAME
    return name


@register.simple_tag
def max_query_length() -> int:
    """The number of characters that a query may have."""
    return limits.MAX_QUERY_CHARACTERS


@register.simple_tag
def search_for(**filters: str) -> str:
    """Return the address of the search for all speeches with these values of facets."""
    return search_address(*((name, value) for name, value in filters.items() if value))


@register.filter
def localized(name: str, kind: str) -> str:
    """Return a stored name in the language of the page, see ``languages.localized``."""
    return languages.localized(name or "", kind)


@register.filter
def language_attribute(text: str) -> SafeString:
    """Return the attribute of an element with words of a speech, so that screen readers pronounce
    them in their language; "" where it is that of the page."""
    code = assumed_language(text)
    return join([f' lang="{code}"' if code != languages.current() else ""])


@register.filter
def speech_count(count: int) -> str:
    """Return a number of speeches as text: "1 speech", "1,204 speeches"."""
    printed = number_format(count, force_grouping=True)
    return ngettext("%(count)s speech", "%(count)s speeches", count) % {"count": printed}


@register.simple_tag(takes_context=True)
def current(context: template.Context, *names: str) -> str:
    """Return the value of ``aria-current`` for an entry of the site's navigation."""
    return "true" if context.get("url_name") in names else "false"


@register.simple_tag(takes_context=True)
def frame(context: template.Context, name: str) -> SafeString:
    """Render a template that depends only on the kind of page and the language, such as the site's
    header; the result is cached."""
    match = getattr(context.get("request"), "resolver_match", None)
    url_name = match.url_name if match is not None else None
    render = _frame.__wrapped__ if settings.DEBUG else _frame
    site = settings.SITE_NAME, offers_data()
    return render(name, url_name, site, get_script_prefix(), languages.current())


@lru_cache(maxsize=256)
def _frame(
    name: str, url_name: str | None, site: tuple[str, bool], prefix: str, language: str
) -> SafeString:
    return render_to_string(name, {"url_name": url_name})


_DAY = '<time datetime="{}">{}</time>'
_ROW_OF_SPEECH = (
    '<article class="row"><h{level}><a href="{}">{}</a></h{level}> <p class="facts">{}</p>'
    "</article>"
)
_DELEGATION = '<span class="delegation">{}</span>, {}'
# two lines, which the comma joins where styles are not seen
_TITLE = '<span class="delegation">{}</span><span class="visually-hidden">, </span>{}'


@register.simple_tag
def day(date: date | None, year: int | None = None) -> SafeString:
    """Return a date as a ``time`` element; the year alone if only that is known."""
    return _day(date, year, languages.current())


@lru_cache(maxsize=1 << 12)
def _day(date: date | None, year: int | None, language: str) -> SafeString:
    if date:
        return join([fill(_DAY, date.isoformat(), date_format(date, "j F Y"))])
    if year:
        return join([fill(_DAY, f"{year:04d}", str(year))])
    return join([f'<span class="undated">{escape(gettext("undated"))}</span>'])


@register.simple_tag
def period(first: date | None, last: date | None) -> str:
    """Return a period as text, such as "from 1 May 2004"; "" if both ends are open."""
    dates = {
        "first": first and date_format(first, "j F Y"),
        "last": last and date_format(last, "j F Y"),
    }
    if first and last:
        return gettext("from %(first)s to %(last)s") % dates
    if first:
        return gettext("from %(first)s") % dates
    return gettext("until %(last)s") % dates if last else ""


@register.filter
def days_or_years(span: Period) -> str:
    """Return a period as text: its days if they are known, "9 January 2020 – 3 March 2021", or its
    years, "1994–1999"; "" if not even a year is known."""
    if span.first_day and span.last_day:
        ends = dict.fromkeys(date_format(each, "j F Y") for each in (span.first_day, span.last_day))
        return " – ".join(ends)
    return "–".join(dict.fromkeys(str(year) for year in (span.first_year, span.last_year) if year))


@register.simple_tag
def session_days(session: Session) -> SafeString:
    """Return the days of a session as ``time`` elements; the year if they are not known."""
    first, last = session.first_day, session.last_day
    if first and last and first != last:
        return join([day(first), " – ", day(last)])
    return day(first or last, session.year)


@register.simple_tag
def speech_row(
    speech: Speech, query: str = "", meeting_query: str = "", level: int = 3
) -> SafeString:
    """Return a speech as an entry of a list, with a heading of a level: country, speaker, role,
    where and when. The query strings are of a search whose matches are marked where the links
    lead."""
    heading = speech.heading
    facts = [fill(SPAN, fact) for fact in (heading.who.role, heading.body) if fact]
    if speech.sitting:
        sitting = speech.sitting.get_absolute_url()
        if speech.meeting_id is not None:
            sitting = address_with(sitting, meeting_query)
        facts.append(fill(LINK, sitting, heading.sitting))
    facts.append(day(speech.date, speech.year))
    address = escape(address_with(speech.get_absolute_url(), query))
    return join(
        [_ROW_OF_SPEECH.format(address, delegate(heading.who), " ".join(facts), level=level)]
    )


@register.simple_tag
def delegate(who: Who) -> SafeString:
    """Return who spoke, the delegation in front."""
    if who.delegation:
        return join([fill(_DELEGATION, who.delegation, who.speaker)])
    return join([escape(who.speaker)])


@register.simple_tag
def linked_delegate(speech: Speech) -> SafeString:
    """Return who spoke, with links to the pages of the country and the person."""
    who, country, speaker = speech.heading.who, speech.country, speech.speaker
    person = fill(LINK, speaker.get_absolute_url(), who.speaker) if speaker else escape(who.speaker)
    if not who.delegation:
        return join([person])
    delegation = escape(who.delegation)
    if country:
        delegation = fill(LINK, country.get_absolute_url(), who.delegation)
    elif who.delegation == speech.first_affiliation:
        first, *_ = speech.affiliations.all()
        delegation = fill(LINK, first.get_absolute_url(), who.delegation)
    return join([_TITLE.format(delegation, person)])
