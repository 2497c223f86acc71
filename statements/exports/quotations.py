"""Quotations: the words of a paragraph or a sentence of a speech, found by their address."""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple, Self

from django.conf import settings
from django.db.models import Max, Min, Q

from archive.languages import in_default_language
from statements.addresses import passage_anchor
from statements.exports import citation
from statements.exports.cards import Card
from statements.exports.opening import OPENING_CHARACTERS, cut
from statements.models import Paragraph, Speech

# what the heading and the citation of a speech need, without what is large
_SHOWN = tuple(
    f"speech__{name}" for name in ("speaker", "country", "meeting", "session", "transcript")
)
_NOT_SHOWN = tuple(
    f"speech__transcript__{name}" for name in ("content", "draft", "dropped", "problems")
)
# of a paragraph, or of a sentence of it
ANCHOR = "p[1-9][0-9]{0,5}(?:s[1-9][0-9]{0,5})?"


class Passage(NamedTuple):
    """Which words of a speech: a paragraph, or one of its sentences, counted from 1."""

    paragraph: int
    sentence: int = 0  # 0 is the whole paragraph

    @classmethod
    def at(cls, anchor: str) -> Self:
        """Return the passage at an anchor that matches ``ANCHOR``.

        >>> Passage.at("p4s2"), Passage.at("p4")
        (Passage(paragraph=4, sentence=2), Passage(paragraph=4, sentence=0))
        """
        paragraph, _, sentence = anchor.removeprefix("p").partition("s")
        return cls(int(paragraph), int(sentence or 0))

    def __str__(self) -> str:
        """Return the anchor of the words on the page of the speech."""
        paragraph = passage_anchor(self.paragraph)
        return f"{paragraph}s{self.sentence}" if self.sentence else paragraph


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a speech, as spoken and without a mark, and where they stand."""

    passage: Passage
    text: str
    source: Paragraph  # that contains the words

    @property
    def speech(self) -> Speech:
        return self.source.speech

    @property
    def url(self) -> str:
        """The address of the words on the page of the speech, without the host."""
        return f"{self.speech.get_absolute_url()}#{self.passage}"

    @property
    def opening(self) -> str:
        """The first words, for descriptions."""
        return cut(self.text, OPENING_CHARACTERS - 2)

    @property
    def paragraph(self) -> Passage:
        return Passage(self.passage.paragraph)

    @property
    def sentences(self) -> list[Passage]:
        """The sentences of the paragraph, if it has more than one."""
        count = len(self.source.sentence_starts or ())
        numbers = range(1, count + 1) if count > 1 else ()
        return [Passage(self.passage.paragraph, number) for number in numbers]

    @property
    def place(self) -> str:
        """Where the words stand in the speech: "p. 3, para. 4, sentence 2"."""
        place = citation.cite_paragraph("", self.source).removeprefix(", ")
        return f"{place}, sentence {self.passage.sentence}" if self.passage.sentence else place

    def citation(self, url: str) -> str:
        """Return the citation, which ends in the absolute address of the words."""
        return f"{citation.cite(self.speech)}, {self.place}, {url}"

    @property
    def card(self) -> Card:
        return card_of(self.speech, self.text)

    @in_default_language
    def as_html(self, url: str) -> str:
        """Return the quotation as HTML for other sites, in the default language; ``url`` is the
        absolute address."""
        words = escape(self.text)
        source = escape(self.speech.heading.title)
        return (
            f'<blockquote cite="{escape(url)}">\n  <p>{words}</p>\n</blockquote>\n'
            f'<p>— <a href="{escape(url)}">{source}</a></p>'
        )


def quotation(public_id: str, passage: Passage) -> Quotation | None:
    """Return the words of a public speech at a passage.

    None if there are none: no such speech, paragraph or sentence, or words that nobody spoke.
    """
    rows = Paragraph.objects.filter(
        speech__in=Speech.objects.filter(public_id=public_id),
        position=passage.paragraph,
        kind=Paragraph.Kind.SPEECH,
    )
    source = rows.select_related(*_SHOWN).defer(*_NOT_SHOWN).first()
    text = _words(source, passage.sentence) if source else ""
    return Quotation(passage, text, source) if source and text else None


def paragraphs_around(shown: Quotation) -> tuple[Passage | None, Passage | None]:
    """Return the paragraphs before and after that of a quotation that were spoken too."""
    position = shown.passage.paragraph
    spoken = Paragraph.objects.filter(speech=shown.speech, kind=Paragraph.Kind.SPEECH)
    positions = spoken.aggregate(
        before=Max("position", filter=Q(position__lt=position)),
        after=Min("position", filter=Q(position__gt=position)),
    )
    before, after = (positions[side] and Passage(positions[side]) for side in ("before", "after"))
    return before, after


def card_of(speech: Speech, text: str = "") -> Card:
    """Return the card of a speech, or of words of it."""
    who, body, sitting, day = speech.heading
    return Card(
        delegation=who.delegation,
        speaker=who.speaker,
        role=who.role,
        where=", ".join(filter(None, (body, sitting))),
        day=day,
        site=settings.SITE_NAME,
        quotation=text,
    )


def _words(paragraph: Paragraph, sentence: int) -> str:
    """Return the text of a paragraph, or of one of its sentences; "" if there is no such one."""
    if not sentence:
        return paragraph.text.strip()
    starts = [*(paragraph.sentence_starts or ()), len(paragraph.text)]
    if sentence >= len(starts):
        return ""
    return paragraph.text[starts[sentence - 1] : starts[sentence]].strip()
