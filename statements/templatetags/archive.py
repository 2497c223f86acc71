"""Template tags and filters of the archive's pages."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from html import escape as escape_all
from typing import Any

from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from statements.exports import citation
from statements.exports.layout import Item, Piece, Turn
from statements.exports.texts import RollEntry
from statements.models import Speech
from statements.search import limits

register = template.Library()

# languages of delivery that Django has no name for
_LANGUAGES = {
    "am": gettext_lazy("Amharic"),
    "fil": gettext_lazy("Filipino"),
    "la": gettext_lazy("Latin"),
    "lo": gettext_lazy("Lao"),
    "mt": gettext_lazy("Maltese"),
    "prs": gettext_lazy("Dari"),
    "ps": gettext_lazy("Pashto"),
    "rw": gettext_lazy("Kinyarwanda"),
    "so": gettext_lazy("Somali"),
    "ti": gettext_lazy("Tigrinya"),
    "zh": gettext_lazy("Chinese"),
}

_KINDS_OF_NAME = {
    "speaker": gettext_lazy("Speaker"),
    "country": gettext_lazy("Country"),
    "topic": gettext_lazy("Topic"),
    "meeting": gettext_lazy("Meeting"),
    "role": gettext_lazy("Role"),
}


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
def cite(speech: Speech, paragraph: int | None = None) -> str:
    """Return the citation of a speech, or of one of its paragraphs."""
    return citation.cite(speech, paragraph)


@register.filter
def speech_count(count: int) -> str:
    """Return a number of speeches as text: "1 speech", "1,204 speeches"."""
    printed = number_format(count, force_grouping=True)
    return ngettext("%(count)s speech", "%(count)s speeches", count) % {"count": printed}


def _language_name(code: str) -> str:
    """Return the name of a language, or its code if it has no name here."""
    if name := _LANGUAGES.get(code):
        return str(name)
    # the names of Django are messages of its own catalogues
    return gettext(LANG_INFO[code]["name"]) if "name" in LANG_INFO.get(code, {}) else code


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
    return render(name, url_name, settings.SITE_NAME, get_script_prefix(), get_language())


@lru_cache(maxsize=256)
def _frame(
    name: str, url_name: str | None, site: str, prefix: str, language: str | None
) -> SafeString:
    return render_to_string(name, {"url_name": url_name})


# -- parts that a page repeats dozens of times: rendering a template takes several times as long --

_has_special = re.compile("[&<>\"']").search


def escape(text: str) -> str:
    """Escape a text as ``html.escape`` does, but faster if it has nothing to escape."""
    return escape_all(text) if _has_special(text) else text


_DAY = '<time datetime="{}">{}</time>'
_ROW_OF_SPEECH = (
    '<article class="row"><h3><a href="{}">{}</a></h3> <p class="facts">{}</p></article>'
)
_SPAN = "<span>{}</span>"
_LINK = '<a href="{}">{}</a>'
_EXTRACT = '<p class="extract">{} <a href="{}">{}<span class="visually-hidden"> {}</span></a></p>'


@register.simple_tag
def day(date: date | None, year: int | None = None) -> SafeString:
    """Return a date as a ``time`` element; the year alone if only that is known."""
    return _day(date, year, get_language())


@lru_cache(maxsize=1 << 12)
def _day(date: date | None, year: int | None, language: str | None) -> SafeString:
    if date:
        return _joined([_filled(_DAY, date.isoformat(), date_format(date, "j F Y"))])
    if year:
        return _joined([_filled(_DAY, f"{year:04d}", str(year))])
    return _joined([f'<span class="undated">{escape(gettext("undated"))}</span>'])


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


@register.simple_tag
def speech_row(speech: Speech) -> SafeString:
    """Return a speech as an entry of a list: who spoke, when and where."""
    meeting, byline = speech.meeting, speech.byline
    facts: list[str] = [day(speech.date, speech.year)]
    if speech.role and speech.speaker:
        facts.insert(0, _filled(_SPAN, str(speech.speaker)))
    if meeting:
        facts.append(_filled(_LINK, meeting.get_absolute_url(), meeting.symbol))
    if meeting and meeting.organ:
        facts.append(_filled(_SPAN, meeting.organ))
    if speech.role and speech.role not in byline:
        facts.append(_filled(_SPAN, speech.role))
    address = escape(speech.get_absolute_url())
    return _joined([_ROW_OF_SPEECH.format(address, escape(byline), " ".join(facts))])


@register.simple_tag
def speeches_found(hits: Iterable[Any]) -> SafeString:
    """Return the entries of a list of ``results.Hit``."""
    return mark_safe("\n".join(f"<li>{_speech_found(hit)}</li>" for hit in hits))  # noqa: S308


def _speech_found(hit: Any) -> str:
    """Return the speech, its extracts, the names that match, and the words that are missing."""
    of_speech = escape(gettext("of %(speech)s") % {"speech": hit.speech.byline})
    paragraph = escape(gettext("para. %(number)s"))
    parts: list[str] = [speech_row(hit.speech)]
    parts += [
        # the text of an extract is escaped already, and holds marks
        _EXTRACT.format(
            extract.html, escape(extract.url), paragraph % {"number": extract.paragraph}, of_speech
        )
        for extract in hit.extracts
    ]
    if hit.names:
        names = (f"<span>{escape(_label(name.kind))}: {name.html}</span>" for name in hit.names)
        parts.append(f'<p class="facts matched">{"".join(names)}</p>')
    if hit.missing:
        words = ", ".join(f"<s>{escape(word)}</s>" for word in hit.missing)
        missing = escape(gettext("Missing: %(words)s")) % {"words": words}
        parts.append(f'<p class="hint">{missing}</p>')
    return "".join(parts)


def _label(kind: str) -> str:
    return str(_KINDS_OF_NAME.get(kind, capfirst(kind)))


_IN_ROLL = '<li><a href="?page={}#{}">{}</a></li>'


@register.simple_tag
def roll_names(roll: Iterable[RollEntry], page_size: int) -> SafeString:
    """Return the speakers of a meeting, each linked to the speech on its page of the record."""
    return _joined(
        _filled(_IN_ROLL, str(place // page_size + 1), entry.public_id, entry.byline)
        for place, entry in enumerate(roll)
    )


_TRANSLATED = '{} <span class="printed">({})</span>'


@register.simple_tag
def language_heard(speech: Speech) -> SafeString:
    """Return the language of delivery as printed; also by name if the text is a translation."""
    if speech.language and speech.language != "en":
        sentence = gettext("%(language)s; the English text is a translation") % {
            "language": _language_name(speech.language)
        }
        return _joined([_filled(_TRANSLATED, sentence, speech.language_printed)])
    return _joined([escape(speech.language_printed)])


_BETWEEN = '<div class="between">{}</div>'
_TURN = (
    '<article class="turn" id="{}"><h3><a href="{}">{}</a></h3> <p class="facts">{}</p> '
    '<div class="spoken">{}</div></article>'
)


@register.simple_tag
def turn_of_meeting(turn: Turn) -> SafeString:
    """Return a speech in the record of its meeting, with the narrative before and after it."""
    speech, address = turn.speech, turn.speech.get_absolute_url()
    byline, role, speaker, country = speech.byline, speech.role, speech.speaker, speech.country
    facts = []
    if role and speaker:
        facts.append(_filled(_LINK, speaker.get_absolute_url(), str(speaker)))
    if role and role not in byline:
        facts.append(_filled(_SPAN, role))
    if country:
        facts.append(_filled(_LINK, country.get_absolute_url(), country.short_name))
    if speech.on_behalf_of:
        on_behalf_of = gettext("on behalf of %(group)s") % {"group": speech.on_behalf_of}
        facts.append(_filled(_SPAN, on_behalf_of))
    if speech.is_national:
        facts.append(_filled(_SPAN, gettext("in a national capacity")))
    if speech.language_printed:
        facts.append(_SPAN.format(language_heard(speech)))
    head = map(escape, (speech.public_id, address, byline))
    text = items_of_meeting(turn.speech_items, speech, 4)
    parts = [_TURN.format(*head, " ".join(facts), text)]
    if turn.before:
        parts.insert(0, _BETWEEN.format(items_of_meeting(turn.before, speech, 3)))
    if turn.after:
        parts.append(_BETWEEN.format(items_of_meeting(turn.after, speech, 3)))
    return _joined(parts)


_PARAGRAPH_OF_SPEECH = (
    '<div class="paragraph {kind}" id="{anchor}"><a class="anchor" href="#{anchor}"{cited}>'
    '<span class="visually-hidden">{label} </span>{position}</a>{text}</div>'
)
_PARAGRAPH_OF_MEETING = (
    '<div class="paragraph {kind}"><a class="anchor" href="{address}#{anchor}">'
    '<span class="visually-hidden">{label} </span>{position}</a>{text}</div>'
)
_HEADING_OF_SPEECH = '<p class="record-heading{}">{}</p>'
_HEADING_OF_MEETING = '<p class="record-heading{}" role="heading" aria-level="{}">{}</p>'


@register.simple_tag
def items_of_speech(items: Iterable[Item], speech: Speech | None = None) -> SafeString:
    """Return paragraphs for the page of their speech; with ``speech``, each has its citation."""
    citation_of_speech = escape(citation.cite(speech)) if speech else ""
    label = escape(gettext("Link to paragraph"))
    parts = []
    for item in items:
        position = item.paragraph.position
        cited = f' data-cite="{citation_of_speech}, para. {position}"' if speech else ""
        if item.is_heading:
            text = _HEADING_OF_SPEECH.format(_agenda_class(item), _marked(item.pieces))
        else:
            text = _text(item)
        parts.append(
            _PARAGRAPH_OF_SPEECH.format(
                kind=item.paragraph.kind,
                anchor=item.paragraph.anchor,
                cited=cited,
                label=label,
                position=position,
                text=text,
            )
        )
        parts.append(_vote(item))
    return _joined(parts)


@register.simple_tag
def items_of_meeting(items: Iterable[Item], speech: Speech, level: int) -> SafeString:
    """Return paragraphs for the record of their meeting; headings have the given level."""
    address = escape(speech.get_absolute_url())
    label = escape(gettext("Go to this speech, paragraph"))
    parts = []
    for item in items:
        if item.is_heading:
            text = _marked(item.pieces)
            if item.topic:
                text = _filled(_LINK, item.topic.get_absolute_url(), item.paragraph.text)
            parts.append(_HEADING_OF_MEETING.format(_agenda_class(item), level, text))
        else:
            parts.append(
                _PARAGRAPH_OF_MEETING.format(
                    kind=item.paragraph.kind,
                    address=address,
                    anchor=item.paragraph.anchor,
                    label=label,
                    position=item.paragraph.position,
                    text=_text(item),
                )
            )
        parts.append(_vote(item))
    return _joined(parts)


def _agenda_class(item: Item) -> str:
    return " agenda-item" if item.topic else ""


def _text(item: Item) -> str:
    number = item.paragraph.number
    numbered = f' data-number="{number}."' if number else ""
    return f"<p{numbered}>{_marked(item.pieces)}</p>"


def _marked(pieces: Iterable[Piece]) -> str:
    """Return the text of a paragraph with its references and notes marked, and nothing added."""
    return "".join(map(_marked_piece, pieces))


def _marked_piece(piece: Piece) -> str:
    text = escape(piece.text)
    if not (piece.href or piece.kind):
        return text
    title = f' title="{escape(piece.title)}"' if piece.title else ""
    if piece.href:
        return f'<a href="{escape(piece.href)}"{title}>{text}</a>'
    return f'<span class="{escape(piece.kind)}"{title}>{text}</span>'


def _vote(item: Item) -> str:
    return render_to_string("meeting/_vote.html", {"vote": item.vote}) if item.vote else ""


_OFFERED = '<li><a href="{}" rel="nofollow"><span>{}</span> <span class="count">{}</span></a></li>'
_CHOSEN = (
    '<li><a href="{}" rel="nofollow" aria-current="true">'
    '<span><span aria-hidden="true">✓ </span>{}'
    '<span class="visually-hidden"> ({})</span></span>'
    ' <span class="count">{}</span></a></li>'
)
_FACET = (
    '<section aria-labelledby="facet-{0}"><h3 id="facet-{0}">{1}</h3> <ul>{2}</ul>{3}</section>'
)
_ALL_OF_FACET = (
    ' <p class="more"><a href="{}" rel="nofollow">{}'
    '<span class="visually-hidden"> ({})</span></a></p>'
)
_ORDER = '<li><a href="{}" rel="nofollow"{}>{}</a></li>'
_ROW = '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td></tr>'


def _filled(pattern: str, *texts: str, **numbers: int | str) -> str:
    """Fill a pattern with escaped texts: ``format_html`` at a fifth of the time."""
    return pattern.format(*map(escape, texts), **numbers)


@register.simple_tag
def choices(offered: Iterable[Any]) -> SafeString:
    """Return the values of a facet, each a ``refinements.Choice``; selected ones can be removed."""
    remove = gettext("selected; remove")
    return _joined(
        _filled(_CHOSEN, choice.url, choice.label, remove, choice.speeches)
        if choice.selected
        else _filled(_OFFERED, choice.url, choice.label, choice.speeches)
        for choice in offered
    )


@register.simple_tag
def facets_listed(facets: Iterable[Any]) -> SafeString:
    """Return the facets of a result list, each a ``refinements.Facet``."""
    return _joined(
        _FACET.format(
            facet.name, escape(str(facet.label)), choices(facet.choices), _link_to_all(facet)
        )
        for facet in facets
    )


def _link_to_all(facet: Any) -> str:
    if not facet.all_url:
        return ""
    show_all = gettext("Show all %(count)s") % {
        "count": number_format(facet.size, force_grouping=True)
    }
    return _filled(_ALL_OF_FACET, facet.all_url, show_all, str(facet.label))


@register.simple_tag
def orders_listed(orders: Iterable[Any]) -> SafeString:
    """Return the entries of a list of orders or groupings, each a ``refinements.Order``."""
    return _joined(
        _ORDER.format(
            escape(order.url),
            ' aria-current="true"' if order.selected else "",
            escape(str(order.label)),
        )
        for order in orders
    )


@register.simple_tag
def bars(chart: Any) -> SafeString:
    """Return the SVG elements of a ``charts.Chart``."""
    reach = f'y="0" width="{chart.step}" height="{chart.height}"'
    return _joined(
        f'<a href="{escape(bar.url)}" aria-label="{bar.label}: {bar.speeches}">'
        f"<title>{bar.label}: {bar.speeches}</title>"
        f'<rect class="reach" x="{bar.x}" {reach} />'
        f'<rect class="bar" x="{bar.x}" y="{bar.y}" width="{chart.bar_width}"'
        f' height="{bar.height}" /></a>'
        for bar in chart.counted  # labels and numbers have nothing to escape
    )


@register.simple_tag
def bars_as_rows(chart: Any) -> SafeString:
    """Return the rows of a table with the data of a ``charts.Chart``."""
    return _joined(_filled(_ROW, bar.url, bar.label, bar.speeches) for bar in chart.counted)


def _joined(escaped: Iterable[str]) -> SafeString:
    return mark_safe("".join(escaped))  # noqa: S308 - texts were escaped by ``_filled``
