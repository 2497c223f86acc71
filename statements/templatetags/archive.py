"""What templates of the archive's pages ask for beside Django's own tags."""

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
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from statements.exports import citation
from statements.exports.layout import Item, Piece, Turn
from statements.exports.texts import RollEntry
from statements.models import Speech

register = template.Library()

# languages of delivery for which Django has no English name
_LANGUAGES = {
    "am": "Amharic",
    "fil": "Filipino",
    "la": "Latin",
    "lo": "Lao",
    "mt": "Maltese",
    "prs": "Dari",
    "ps": "Pashto",
    "rw": "Kinyarwanda",
    "so": "Somali",
    "ti": "Tigrinya",
    "zh": "Chinese",
}


@register.simple_tag
def site_name() -> str:
    name: str = settings.SITE_NAME
    return name


@register.simple_tag
def cite(speech: Speech, paragraph: int | None = None) -> str:
    return citation.cite(speech, paragraph)


def _language_name(code: str) -> str:
    """The English name of a language code; the code itself where no name is known."""
    return _LANGUAGES.get(code) or str(LANG_INFO.get(code, {}).get("name", code))


@register.simple_tag(takes_context=True)
def current(context: template.Context, *names: str) -> str:
    """The value of ``aria-current`` for an entry of the site's navigation."""
    return "true" if context.get("url_name") in names else "false"


@register.simple_tag(takes_context=True)
def frame(context: template.Context, name: str) -> SafeString:
    """A template of what stands around every page and depends on nothing but the kind of page:
    made once for each kind."""
    match = getattr(context.get("request"), "resolver_match", None)
    url_name = match.url_name if match is not None else None
    make = _frame.__wrapped__ if settings.DEBUG else _frame
    return make(name, url_name, settings.SITE_NAME, get_script_prefix())


@lru_cache(maxsize=256)
def _frame(name: str, url_name: str | None, site: str, prefix: str) -> SafeString:
    return render_to_string(name, {"url_name": url_name})


# -- what stands on a page dozens of times: a template takes several times as long ----------------

_has_special = re.compile("[&<>\"']").search


def escape(text: str) -> str:
    """As ``html.escape``, quicker for texts that stay as they are."""
    return escape_all(text) if _has_special(text) else text


_DAY = '<time datetime="{}">{}</time>'
_ROW_OF_SPEECH = (
    '<article class="row"><h3><a href="{}">{}</a></h3> <p class="facts">{}</p></article>'
)
_SPAN = "<span>{}</span>"
_LINK = '<a href="{}">{}</a>'
_EXTRACT = (
    '<p class="extract">{} <a href="{}">para. {}<span class="visually-hidden"> of {}</span></a></p>'
)


@register.simple_tag
@lru_cache(maxsize=1 << 12)
def day(date: date | None, year: int | None = None) -> SafeString:
    """A day as printed; the year, where only that is known."""
    if date:
        return _joined([_filled(_DAY, date.isoformat(), date_format(date, "j F Y"))])
    if year:
        return _joined([_filled(_DAY, f"{year:04d}", str(year))])
    return mark_safe('<span class="undated">undated</span>')


@register.simple_tag
def speech_row(speech: Speech) -> SafeString:
    """A speech in a list: who spoke, when and where."""
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
    """The entries of a list of ``results.Hit``."""
    return mark_safe("\n".join(f"<li>{_speech_found(hit)}</li>" for hit in hits))  # noqa: S308


def _speech_found(hit: Any) -> str:
    """The speech, the extracts that answer, names that match, words it lacks."""
    byline = escape(hit.speech.byline)
    parts: list[str] = [speech_row(hit.speech)]
    parts += [
        # the text of an extract is escaped, but for the marks in it
        _EXTRACT.format(one.html, escape(one.url), one.paragraph, byline)
        for one in hit.extracts
    ]
    if hit.names:
        names = (f"<span>{escape(capfirst(one.kind))}: {one.html}</span>" for one in hit.names)
        parts.append(f'<p class="facts matched">{"".join(names)}</p>')
    if hit.missing:
        words = ", ".join(f"<s>{escape(word)}</s>" for word in hit.missing)
        parts.append(f'<p class="hint">Without {words}</p>')
    return "".join(parts)


_IN_ROLL = '<li><a href="?page={}#{}">{}</a></li>'


@register.simple_tag
def roll_names(roll: Iterable[RollEntry], page_size: int) -> SafeString:
    """Who spoke in a meeting; each name leads to the speech, on its page of the record."""
    return _joined(
        _filled(_IN_ROLL, str(place // page_size + 1), entry.public_id, entry.byline)
        for place, entry in enumerate(roll)
    )


_TRANSLATED = '{}; the English text is a translation <span class="printed">({})</span>'


@register.simple_tag
def language_heard(speech: Speech) -> SafeString:
    """The language of delivery as printed, and by its name where the text is a translation."""
    if speech.language and speech.language != "en":
        name = _language_name(speech.language)
        return _joined([_filled(_TRANSLATED, name, speech.language_printed)])
    return _joined([escape(speech.language_printed)])


_BETWEEN = '<div class="between">{}</div>'
_TURN = (
    '<article class="turn" id="{}"><h3><a href="{}">{}</a></h3> <p class="facts">{}</p> '
    '<div class="spoken">{}</div></article>'
)


@register.simple_tag
def turn_of_meeting(turn: Turn) -> SafeString:
    """A speech in the record of its meeting, with what nobody spoke before and after it."""
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
        facts.append(_filled(_SPAN, f"on behalf of {speech.on_behalf_of}"))
    if speech.is_national:
        facts.append(_SPAN.format("in a national capacity"))
    if speech.language_printed:
        facts.append(_SPAN.format(language_heard(speech)))
    head = map(escape, (speech.public_id, address, byline))
    text = items_of_meeting(turn.spoken, speech, 4)
    parts = [_TURN.format(*head, " ".join(facts), text)]
    if turn.before:
        parts.insert(0, _BETWEEN.format(items_of_meeting(turn.before, speech, 3)))
    if turn.after:
        parts.append(_BETWEEN.format(items_of_meeting(turn.after, speech, 3)))
    return _joined(parts)


_PARAGRAPH_OF_SPEECH = (
    '<div class="paragraph {kind}" id="{anchor}"><a class="anchor" href="#{anchor}"{cited}>'
    '<span class="visually-hidden">Link to paragraph </span>{position}</a>{text}</div>'
)
_PARAGRAPH_OF_MEETING = (
    '<div class="paragraph {kind}"><a class="anchor" href="{address}#{anchor}">'
    '<span class="visually-hidden">Paragraph </span>{position}'
    '<span class="visually-hidden"> in its speech</span></a>{text}</div>'
)
_HEADING_OF_SPEECH = '<p class="record-heading{}">{}</p>'
_HEADING_OF_MEETING = '<p class="record-heading{}" role="heading" aria-level="{}">{}</p>'


@register.simple_tag
def items_of_speech(items: Iterable[Item], speech: Speech | None = None) -> SafeString:
    """Paragraphs on the page of their speech; if that is given, each says how it is cited."""
    whole = escape(citation.cite(speech)) if speech else ""
    parts = []
    for item in items:
        position = item.paragraph.position
        cited = f' data-cite="{whole}, para. {position}"' if speech else ""
        if item.is_heading:
            text = _HEADING_OF_SPEECH.format(_agenda_class(item), _marked(item.pieces))
        else:
            text = _text(item)
        parts.append(
            _PARAGRAPH_OF_SPEECH.format(
                kind=item.paragraph.kind,
                anchor=item.paragraph.anchor,
                cited=cited,
                position=position,
                text=text,
            )
        )
        parts.append(_vote(item))
    return _joined(parts)


@register.simple_tag
def items_of_meeting(items: Iterable[Item], speech: Speech, level: int) -> SafeString:
    """Paragraphs in the record of their meeting; headings are of a level."""
    address = escape(speech.get_absolute_url())
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
    """The text of a paragraph with its references and notes marked, and no sign added to it."""
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
    '<span class="visually-hidden"> (chosen: remove)</span></span>'
    ' <span class="count">{}</span></a></li>'
)
_FACET = (
    '<section aria-labelledby="facet-{0}"><h3 id="facet-{0}">{1}</h3> <ul>{2}</ul>{3}</section>'
)
_ALL_OF_FACET = (
    ' <p class="more"><a href="{}" rel="nofollow">All {}'
    '<span class="visually-hidden"> of {}</span></a></p>'
)
_ORDER = '<li><a href="{}" rel="nofollow"{}>{}</a></li>'
_ROW = '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td></tr>'


def _filled(pattern: str, *texts: str, **numbers: int | str) -> str:
    """As ``format_html``, which takes five times as long."""
    return pattern.format(*map(escape, texts), **numbers)


@register.simple_tag
def choices(offered: Iterable[Any]) -> SafeString:
    """The values of a facet, ``refinements.Choice``; the link of what is chosen removes it."""
    return _joined(
        _filled(_CHOSEN if one.selected else _OFFERED, one.url, one.label, one.speeches)
        for one in offered
    )


@register.simple_tag
def facets_listed(facets: Iterable[Any]) -> SafeString:
    """The facets beside results, each a ``refinements.Facet``."""
    return _joined(
        _FACET.format(
            facet.name,
            facet.label,
            choices(facet.choices),
            _filled(_ALL_OF_FACET, facet.all_url, f"{facet.size:,}", facet.label.lower())
            if facet.all_url
            else "",
        )
        for facet in facets
    )


@register.simple_tag
def orders_listed(orders: Iterable[Any]) -> SafeString:
    """Orders or groupings, each a ``refinements.Order``."""
    return _joined(
        _ORDER.format(
            escape(order.url), ' aria-current="true"' if order.selected else "", escape(order.label)
        )
        for order in orders
    )


@register.simple_tag
def bars(chart: Any) -> SafeString:
    """What stands in the drawing of a ``charts.Chart``."""
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
    return _joined(_filled(_ROW, bar.url, bar.label, bar.speeches) for bar in chart.counted)


def _joined(escaped: Iterable[str]) -> SafeString:
    return mark_safe("".join(escaped))  # noqa: S308 - texts were escaped by ``_filled``
