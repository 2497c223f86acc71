"""Template tags for the text of speeches and of whole records."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from django import template
from django.conf.locale import LANG_INFO
from django.core.paginator import Page
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from archive.languages import localized
from statements.addresses import address_with
from statements.exports import citation
from statements.exports.layout import Item, Turn
from statements.exports.meetings.roll import Roll, RollEntry
from statements.exports.outline import words_around
from statements.ingest.drafts.draft import DraftParagraph
from statements.models import Meeting, Speech
from statements.search import NO_PASSAGES, Passage, Passages
from statements.templatetags.archive import day, delegate, language_attribute
from statements.templatetags.escaping import LINK, SPAN, escape, fill, join
from statements.templatetags.paragraphs import mark_up, paragraph, passage_links
from statements.transcripts.values.recording_times import clock

register = template.Library()
register.filter("recording_time", clock)

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


@register.filter("language_name")
def _language_name(code: str) -> str:
    """Return the name of a language, or its code if it has no name here."""
    if name := _LANGUAGES.get(code):
        return str(name)
    # the names of Django are messages of its own catalogues
    return gettext(LANG_INFO[code]["name"]) if "name" in LANG_INFO.get(code, {}) else code


_RECORDS = {
    "PV": gettext_lazy("verbatim record"),
    "SR": gettext_lazy("summary record"),
    "VTC": gettext_lazy("videoconference statements"),
}


@register.filter
def record_name(meeting: Meeting) -> str:
    """Return what the record of a meeting is, by the type in its symbol."""
    return str(_RECORDS.get(meeting.record_type) or gettext("record of a meeting"))


_PAGE_OF_ROLL = (
    '<tbody><tr><th class="record-page" colspan="{columns}" scope="rowgroup">'
    '<a href="?{search}page={page}#record"{current}>{label}</a></th></tr>{rows}</tbody>'
)
_ROWS_OF_ROLL = "<tbody>{rows}</tbody>"
_IN_ROLL = (
    '<tr><td class="number">{place}</td><th scope="row"><a href="?{search}page={page}#{anchor}">'
    '{who}</a></th><td class="number">{words}</td>{language}</tr>'
)
_LANGUAGE_IN_ROLL = "<td>{}</td>"


@register.simple_tag
def roll_rows(
    roll: Roll, page: Page[RollEntry], query: str = "", *, with_chair: bool = False
) -> SafeString:
    """Return the rows of a meeting's roll, under the pages of the record if it has several. Each
    leads to the speech on its page, where the matches of a search are marked if there is a
    ``query`` string; ``with_chair`` includes what is said to conduct the meeting."""
    search = "".join(f"{escape(part)}&amp;" for part in (query, with_chair and "chair=all") if part)
    size, pages = page.paginator.per_page, page.paginator.num_pages
    by_page = groupby(
        roll.entries if with_chair else roll.by_delegations,
        key=lambda entry: (entry.place - 1) // size + 1,
    )
    form = _PAGE_OF_ROLL if pages > 1 else _ROWS_OF_ROLL
    label = escape(gettext("Page %(number)s of the record"))
    return join(
        form.format(
            columns=4 if roll.has_languages else 3,
            search=search,
            page=number,
            current=' aria-current="true"' if number == page.number else "",
            label=label % {"number": number},
            rows="".join(
                _in_roll(entry, number, search, with_language=roll.has_languages)
                for entry in entries
            ),
        )
        for number, entries in by_page
    )


def _in_roll(entry: RollEntry, page: int, search: str, *, with_language: bool) -> str:
    who, role = delegate(entry.who), entry.who.role
    language = _language_name(entry.language) if entry.language else entry.language_printed
    return _IN_ROLL.format(
        place=entry.place,
        search=search,
        page=page,
        anchor=escape(entry.public_id),
        who=f"{who}, {escape(role)}" if role else who,
        words="" if entry.words is None else number_format(entry.words, force_grouping=True),
        language=_LANGUAGE_IN_ROLL.format(escape(language)) if with_language else "",
    )


_IN_SESSION = '<li><a href="{}">{}</a>{}</li>'


@register.simple_tag
def session_roll(speeches: Iterable[Speech]) -> SafeString:
    """Return the speakers of a session, each linked to the speech, with its day and meeting."""
    return join(
        _IN_SESSION.format(
            escape(speech.get_absolute_url()), delegate(speech.heading.who), _facts(speech)
        )
        for speech in speeches
    )


def _facts(speech: Speech) -> str:
    """Return role, day and meeting of a speech in a roll, as far as they are known."""
    role = speech.heading.who.role
    facts: list[str] = [escape(role)] if role else []
    if speech.date:
        facts.append(day(speech.date))
    if speech.meeting:
        facts.append(fill(LINK, speech.meeting.get_absolute_url(), speech.meeting.symbol))
    return "".join(f", {fact}" for fact in facts)


_TRANSLATED = '{} <span class="printed">({})</span>'


@register.simple_tag
def language_heard(turn: Turn) -> SafeString:
    """Return the language of delivery as printed; also by name if the text is in another one."""
    heard, printed, text = turn.speech.language, turn.speech.language_printed, turn.language
    if not (heard and text and heard != text):
        return join([escape(printed or (_language_name(heard) if heard else ""))])
    sentence = gettext("%(language)s; this text is a translation")
    sentence %= {"language": _language_name(heard)}
    return join([fill(_TRANSLATED, sentence, printed) if printed else escape(sentence)])


_UNCERTAIN = '<u class="uncertain">{}</u>'


@register.simple_tag
def text_with_uncertain_words(paragraph: DraftParagraph) -> SafeString:
    """Return the text of a draft with the words underlined that recognition was not certain of."""
    if not paragraph.uncertain_words:
        return join([escape(paragraph.text)])
    places = set(paragraph.uncertain_words)
    words = (
        fill(_UNCERTAIN, word) if place in places else escape(word)
        for place, word in enumerate(paragraph.text.split())
    )
    return join([" ".join(words)])


_BETWEEN = '<div class="between"{}>{}</div>'
_TURN = (
    '<article class="turn" id="{}"><h3><a href="{}">{}</a></h3> <p class="facts">{}</p> '
    '<div class="spoken"{}>{}</div></article>'
)


@register.simple_tag
def turn_of_meeting(turn: Turn, query: str = "", passages: Passages = NO_PASSAGES) -> SafeString:
    """Return a speech in the record of its meeting, with the narrative before and after it, and
    with the passages that a search matches, whose ``query`` string is passed on to the speech."""
    speech, address = turn.speech, address_with(turn.speech.get_absolute_url(), query)
    byline, role, speaker, country = speech.byline, speech.role, speech.speaker, speech.country
    facts = []
    if role and speaker:
        facts.append(fill(LINK, speaker.get_absolute_url(), str(speaker)))
    if role and role not in byline:
        facts.append(fill(SPAN, role))
    if country:
        name = localized(country.short_name, "country")
        facts.append(fill(LINK, country.get_absolute_url(), name))
    if speech.on_behalf_of:
        on_behalf_of = gettext("on behalf of %(group)s") % {"group": speech.on_behalf_of}
        facts.append(fill(SPAN, on_behalf_of))
    if speech.is_national:
        facts.append(fill(SPAN, gettext("in a national capacity")))
    if speech.language_printed:
        facts.append(SPAN.format(language_heard(turn)))
    head = map(escape, (speech.public_id, address, byline))
    matched = passages.of(speech.pk), len(passages)
    text = _items_of_meeting(turn.speech_items, address, 4, *matched)
    parts = [_TURN.format(*head, " ".join(facts), language_attribute(turn.sample), text)]
    if turn.before:
        before = _items_of_meeting(turn.before, address, 3, *matched)
        parts.insert(0, _BETWEEN.format(_language_of(turn.before), before))
    if turn.after:
        after = _items_of_meeting(turn.after, address, 3, *matched)
        parts.append(_BETWEEN.format(_language_of(turn.after), after))
    return join(parts)


def _language_of(items: Sequence[Item]) -> SafeString:
    return language_attribute(items[0].paragraph.text)


_PARAGRAPH_OF_SPEECH = (
    '<div class="paragraph {kind}" id="{anchor}"><a class="anchor" href="#{anchor}"{cited}>'
    '<span class="visually-hidden">{label} </span>{position}</a>{text}{links}</div>'
)
_PARAGRAPH_OF_MEETING = (
    '<div class="paragraph {kind}"{anchor_of_passage}><a class="anchor" href="{address}#{anchor}">'
    '<span class="visually-hidden">{label} </span>{position}</a>{text}{links}</div>'
)
_HEADING_OF_SPEECH = '<p class="record-heading{}">{}</p>'
_HEADING_OF_MEETING = '<p class="record-heading{}" role="heading" aria-level="{}">{}</p>'


@register.simple_tag
def items_of_speech(
    items: Iterable[Item],
    speech: Speech,
    passages: Passages = NO_PASSAGES,
    pdf: str = "",
    *,
    is_cited: bool = True,
) -> SafeString:
    """Return paragraphs for the page of their speech, with the passages that a search matches; if
    ``is_cited``, each has its citation. ``pdf`` is the hash of the file whose pages they are on,
    if those can be shown."""
    citation_of_speech = escape(citation.cite(speech)) if is_cited else ""
    label = escape(gettext("Link to paragraph"))
    matched, count = passages.of(speech.pk), len(passages)
    parts = []
    page = None  # of the paragraph before
    for item in items:
        position = item.paragraph.position
        passage = matched.get(position)
        cited = ""
        if is_cited:
            cited = f' data-cite="{citation.cite_paragraph(citation_of_speech, item.paragraph)}"'
        if item.is_heading:
            text = _HEADING_OF_SPEECH.format(_agenda_class(item), mark_up(item.pieces))
        else:
            begun = item.paragraph.page if item.paragraph.page != page else None
            spans = passage.spans if passage else ()
            text = paragraph(item, spans, page=begun, pdf=pdf, in_sentences=True)
            page = item.paragraph.page
        parts.append(
            _PARAGRAPH_OF_SPEECH.format(
                kind=item.paragraph.kind,
                anchor=item.paragraph.anchor,
                cited=cited,
                label=label,
                position=position,
                text=text,
                links=passage_links(passage, count),
            )
        )
        parts.append(_vote(item))
    return join(parts)


PASSAGES_LISTED = 12
_LISTED_PASSAGE = (
    '<li><a href="#{}"><span class="count">{number}</span> '
    "<span{language}>{}<mark>{}</mark>{}</span></a></li>"
)
_MORE_PASSAGES = '<li class="more"><a href="#{}">{}</a></li>'


@register.simple_tag
def passages_listed(turn: Turn, passages: Passages) -> SafeString:
    """Return the passages of a speech that a search matches, each a link to its first match, with
    the number of its paragraph and the words around it."""
    matched = passages.of(turn.speech.pk)
    language = language_attribute(turn.sample)
    entries: list[str] = []
    for item in turn.items:
        if len(entries) == PASSAGES_LISTED:
            break
        if passage := matched.get(item.paragraph.position):
            words = words_around(item.paragraph, *passage.spans[0])
            number = item.paragraph.position
            entries.append(
                fill(_LISTED_PASSAGE, passage.anchor, *words, number=number, language=language)
            )
    if more := len(passages) - len(entries):
        sentence = ngettext("and %(count)s more", "and %(count)s more", more)
        entries.append(
            fill(_MORE_PASSAGES, passages.anchors[len(entries)], sentence % {"count": more})
        )
    return join(entries)


def _items_of_meeting(
    items: Iterable[Item], address: str, level: int, matched: Mapping[int, Passage], count: int
) -> str:
    """Return paragraphs for the record of their meeting; headings have the given level. ``address``
    is that of the speech, ``matched`` are its passages of ``count`` on the page, by position."""
    address = escape(address)
    label = escape(gettext("Go to this speech, paragraph"))
    parts = []
    for item in items:
        if item.is_heading:
            text = mark_up(item.pieces)
            if item.topic:
                text = fill(LINK, item.topic.get_absolute_url(), item.paragraph.text)
            parts.append(_HEADING_OF_MEETING.format(_agenda_class(item), level, text))
        else:
            passage = matched.get(item.paragraph.position)
            parts.append(
                _PARAGRAPH_OF_MEETING.format(
                    kind=item.paragraph.kind,
                    anchor_of_passage=f' id="{passage.anchor}"' if passage else "",
                    address=address,
                    anchor=item.paragraph.anchor,
                    label=label,
                    position=item.paragraph.position,
                    text=paragraph(item, passage.spans if passage else ()),
                    links=passage_links(passage, count),
                )
            )
        parts.append(_vote(item))
    return "".join(parts)


def _agenda_class(item: Item) -> str:
    return " agenda-item" if item.topic else ""


def _vote(item: Item) -> str:
    return render_to_string("meeting/_vote.html", {"vote": item.vote}) if item.vote else ""
