"""The text of a paragraph as HTML: references, notes, sentences and matches are marked, and nothing
is added or left out.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

from django.urls import reverse
from django.utils.translation import gettext

from statements.exports.layout import Item, Piece, cut_pieces
from statements.search import Passage
from statements.templatetags.escaping import escape, fill
from statements.transcripts.values.recording_times import clock

Spans = Sequence[tuple[int, int]]  # in the text of a paragraph: start and end, in characters

# where a turn begins that the reader joined to the one before
_TURN_LINE = '<div><p class="turn-line">{}</p>{text}</div>'
_PAGE_LINK = '<a class="page-link" href="{}" data-image="{}">{}</a>'
_PAGE_NAMES = ("page-of-original", "page-image")
_SENTENCE = '<span id="{}s{}">{}</span>'


def paragraph(
    item: Item,
    spans: Spans = (),
    *,
    page: int | None = None,
    pdf: str = "",
    in_sentences: bool = False,
) -> str:
    """Return a paragraph with matches in ``spans``. ``page`` is that of the file if one begins
    here, ``pdf`` the hash of the file if its pages can be shown; ``in_sentences`` gives each
    sentence its anchor."""
    number, time_s = item.paragraph.number, item.paragraph.time_s
    numbered = f' data-number="{number}."' if number else ""
    timed = f' data-time="{clock(time_s)}"' if time_s is not None else ""
    label = f"{gettext('p.')} {page}" if page else ""
    paged = f' data-page="{label}"' if page and not pdf else ""
    marked = _sentences(item, spans) if in_sentences else mark_up(item.pieces, spans)
    text = f"<p{numbered}{timed}{paged}>{marked}</p>"
    if page and pdf:
        address, image = (reverse(name, args=[pdf, page]) for name in _PAGE_NAMES)
        text += _PAGE_LINK.format(address, image, label)
    turn_line = item.paragraph.turn_line
    return fill(_TURN_LINE, turn_line, text=text) if turn_line else text


def _sentences(item: Item, spans: Spans) -> str:
    """Return the text of a paragraph, each sentence with its anchor."""
    if not item.paragraph.sentence_starts:
        return mark_up(item.pieces, spans)
    anchor, place, parts = item.paragraph.anchor, 0, []
    sentences = cut_pieces(item.pieces, item.paragraph.sentence_starts)
    for number, pieces in enumerate(sentences, start=1):
        parts.append(_SENTENCE.format(anchor, number, mark_up(pieces, spans, place)))
        place += sum(len(piece.text) for piece in pieces)
    return "".join(parts)


def mark_up(pieces: Iterable[Piece], spans: Spans = (), place: int = 0) -> str:
    """Return pieces that begin at a place of the text in which ``spans`` are counted."""
    parts = []
    for piece in pieces:
        parts.append(
            _wrap(piece, _with_matches(piece.text, spans, place) if spans else escape(piece.text))
        )
        place += len(piece.text)
    return "".join(parts)


def _wrap(piece: Piece, html: str) -> str:
    if not (piece.href or piece.kind):
        return html
    title = f' title="{escape(piece.title)}"' if piece.title else ""
    if piece.href:
        return f'<a href="{escape(piece.href)}"{title}>{html}</a>'
    return f'<span class="{escape(piece.kind)}"{title}>{html}</span>'


def _with_matches(text: str, spans: Spans, place: int) -> str:
    """Return a text, escaped, that begins at ``place``, with the parts inside spans marked."""
    parts, position = [], 0
    for number in range(bisect_right(spans, place, key=itemgetter(1)), len(spans)):
        start, end = spans[number]
        if start >= place + len(text):
            break
        start, end = max(start - place, position), min(end - place, len(text))
        parts.append(f"{escape(text[position:start])}<mark>{escape(text[start:end])}</mark>")
        position = end
    parts.append(escape(text[position:]))
    return "".join(parts)


_PASSAGE = '<div class="passage">{}{}{}</div>'
_HERE = '<a class="here" href="#{}">{}</a>'
_STEP = '<a href="#{}" aria-label="{}">{}</a>'


def passage_links(passage: Passage | None, count: int) -> str:
    """Return the number of a passage among ``count``, and links to the passages around it; ""
    without one."""
    if passage is None:
        return ""
    sentence = gettext("Passage %(number)s of %(count)s")
    here = fill(_HERE, passage.anchor, sentence % {"number": passage.number, "count": count})
    previous, following = gettext("Previous passage"), gettext("Next passage")
    return _PASSAGE.format(
        fill(_STEP, passage.previous, previous, "↑") if passage.previous else "",
        here,
        fill(_STEP, passage.next, following, "↓") if passage.next else "",
    )
