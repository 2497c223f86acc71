"""Debates in TEI P5, as ParlaMint uses it: https://clarin-eric.github.io/ParlaMint/ and
https://clarin-eric.github.io/parla-clarin/.

What nobody said is a note; a paragraph of a speech is a ``seg`` with the anchor that it has on the
page of the speech.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings

from archive.languages import date_format, in_default_language
from statements.exports.layout import Item, Turn
from statements.exports.markup.debate import PARTS, Debate, identifier, stated_line
from statements.exports.markup.sections import SectionWriter
from statements.exports.markup.xml_text import Attributes, Inline, XmlWriter
from statements.models import Affiliation, Meeting, Paragraph, Speaker
from statements.transcripts.languages.notes import LANGUAGE_NAMES

_NAMESPACE = "http://www.tei-c.org/ns/1.0"
_UNDETERMINED = "und"  # in ISO 639-2
_PARTS = {
    "chair": "Conducts the meeting",
    "regular": "Speaks for a delegation or as a member",
    "guest": "Speaks for the secretariat or another body, or as a guest",
}
# of organizations, in the terms of ParlaMint where it has one
_ORGANIZATIONS = {
    Affiliation.Kind.PARTY.value: "politicalParty",
    Affiliation.Kind.MINISTRY.value: "ministry",
    Affiliation.Kind.WARD.value: "constituency",
    Affiliation.Kind.BODY.value: "body",
}


def write(debate: Debate) -> Iterator[str]:
    """Write a debate as a TEI document, in pieces."""
    writer = XmlWriter()
    key = identifier("speech" if debate.is_speech else "meeting", debate.key)
    language = debate.language or _UNDETERMINED
    attributes = {"xmlns": _NAMESPACE, "xml:id": f"{key}.tei", "xml:lang": language}
    writer.begin("TEI", attributes)
    _write_header(writer, debate)
    writer.begin("text")
    writer.begin("body")
    yield writer.take()
    body = _Body(writer, debate)
    for turn in debate.turns():
        body.add(turn)
        yield writer.take()
    body.finish()
    writer.end("TEI")
    yield writer.take()


# -- the header -------------------------------------------------------------------------------


@in_default_language
def _write_header(writer: XmlWriter, debate: Debate) -> None:
    writer.begin("teiHeader")
    writer.begin("fileDesc")
    _write_title(writer, debate)
    _write_publication(writer, debate)
    _write_sources(writer, debate)
    writer.end("fileDesc")
    _write_encoding(writer)
    _write_profile(writer, debate)
    writer.end("teiHeader")


def _write_title(writer: XmlWriter, debate: Debate) -> None:
    writer.begin("titleStmt")
    writer.line("title", debate.title, attributes={"type": "main"})
    if meeting := debate.meeting:
        organ = debate.organ
        of = f"#{identifier('organ', organ.slug)}" if organ else None
        attributes: Attributes = {"n": meeting.number, "corresp": of}
        writer.line("meeting", meeting.symbol, attributes=attributes)
    writer.end()
    writer.begin("extent")
    count = len(debate.speeches)
    writer.line(
        "measure",
        f"{count} {'speech' if count == 1 else 'speeches'}",
        attributes={"unit": "speeches", "quantity": count},
    )
    writer.end()


def _write_publication(writer: XmlWriter, debate: Debate) -> None:
    writer.begin("publicationStmt")
    writer.line("publisher", settings.SITE_NAME)
    writer.line("idno", debate.address(debate.path), attributes={"type": "URI"})
    if debate.rights:
        writer.begin("availability")
        for rights in debate.rights:
            writer.line("p", rights)
        writer.end()
    if changed := debate.changed_at:
        day = changed.date()
        writer.line("date", date_format(day, "j F Y"), attributes={"when": day.isoformat()})
    writer.end()


def _write_sources(writer: XmlWriter, debate: Debate) -> None:
    writer.begin("sourceDesc")
    transcripts = {speech.transcript_id: speech.transcript for speech in debate.speeches}
    if not transcripts:
        writer.begin("bibl")
        writer.line("title", debate.title)
        writer.end()
    for transcript in transcripts.values():
        writer.begin("bibl")
        writer.line("title", transcript.name)
        if transcript.source_link:
            writer.line("idno", transcript.source_link, attributes={"type": "URI"})
        page = debate.address(transcript.get_absolute_url())
        writer.line("idno", page, attributes={"type": "URI", "subtype": "transcript"})
        writer.line("idno", transcript.sha256, attributes={"type": "SHA-256"})
        _write_date(writer, debate)
        writer.end()
    writer.end()


def _write_date(writer: XmlWriter, debate: Debate) -> None:
    if day := debate.day:
        writer.line("date", date_format(day, "j F Y"), attributes={"when": day.isoformat()})
    elif debate.year:
        writer.line("date", str(debate.year), attributes={"when": f"{debate.year:04}"})
    else:
        writer.line("date", "undated")  # so that no reader takes another date for it


def _write_encoding(writer: XmlWriter) -> None:
    writer.begin("encodingDesc")
    writer.begin("classDecl")
    writer.begin("taxonomy", {"xml:id": "speaker_types"})
    writer.line("desc", "Types of speakers")
    for key, description in _PARTS.items():
        writer.begin("category", {"xml:id": key})
        writer.line("catDesc", description)
        writer.end()
    writer.end("encodingDesc")


def _write_profile(writer: XmlWriter, debate: Debate) -> None:
    writer.begin("profileDesc")
    writer.begin("langUsage")
    code = debate.language
    name = LANGUAGE_NAMES.get(code, "Undetermined")
    writer.line("language", name, attributes={"ident": code or _UNDETERMINED})
    writer.end()
    if debate.topics:
        writer.begin("textClass")
        writer.begin("keywords")
        for topic in debate.topics:
            writer.line("term", topic.title)
        writer.end("textClass")
    _write_participants(writer, debate)
    writer.begin("settingDesc")
    writer.begin("setting")
    if organ := debate.organ:
        writer.line("name", organ.name, attributes={"type": "org"})
    if isinstance(debate.sitting, Meeting) and debate.sitting.place:
        writer.line("name", debate.sitting.place, attributes={"type": "place"})
    _write_date(writer, debate)
    writer.end("profileDesc")


def _write_participants(writer: XmlWriter, debate: Debate) -> None:
    organizations, speakers = list(_organizations(debate)), debate.speakers
    if not (organizations or speakers):
        return
    writer.begin("particDesc")
    if organizations:
        writer.begin("listOrg")
        for key, role, name in organizations:
            writer.begin("org", {"xml:id": key, "role": role})
            writer.line("orgName", name, attributes={"full": "yes"})
            writer.end()
        writer.end()
    if speakers:
        writer.begin("listPerson")
        belonging = _belonging(debate)
        for speaker in speakers:
            writer.begin("person", {"xml:id": _person(speaker)})
            writer.line("persName", str(speaker))
            page = debate.address(speaker.get_absolute_url())
            writer.line("idno", page, attributes={"type": "URI"})
            for organization, roles in belonging[speaker.pk].items():
                writer.begin("affiliation", {"ref": organization})
                for role in roles:
                    writer.line("roleName", role)
                writer.end()
            writer.end()
        writer.end()
    writer.end()


def _organizations(debate: Debate) -> Iterator[tuple[str, str, str]]:
    """Yield identifier, role and name of each body that speakers belong to or that meets."""
    if organ := debate.organ:
        yield identifier("organ", organ.slug), "organ", organ.name
    for country in debate.countries:
        yield identifier("country", country.code), "country", country.short_name
    for stated in debate.affiliations:
        yield identifier("affiliation", stated.slug), _ORGANIZATIONS[stated.kind], stated.name


def _belonging(debate: Debate) -> Mapping[int, Mapping[str | None, Iterable[str]]]:
    """Return what each speaker speaks for, by the key of the speaker: the reference to each body
    with the offices held there, as printed. The reference is None where only an office is known."""
    belonging: defaultdict[int, defaultdict[str | None, dict[str, None]]]
    belonging = defaultdict(lambda: defaultdict(dict))
    for speech in debate.speeches:
        if speech.speaker_id is None:
            continue
        bodies = [identifier("affiliation", stated.slug) for stated in speech.affiliations.all()]
        if speech.country:
            bodies.insert(0, identifier("country", speech.country.code))
        first = f"#{bodies[0]}" if bodies else None
        for body in bodies:
            belonging[speech.speaker_id][f"#{body}"].update()
        if speech.role:
            belonging[speech.speaker_id][first][speech.role] = None
    return belonging


def _person(speaker: Speaker) -> str:
    return identifier("person", speaker.slug)


# -- the text ---------------------------------------------------------------------------------


class _Body(SectionWriter):
    _page: int | None = None  # that was begun last

    def begin_section(self, number: int) -> None:
        self.writer.begin("div", {"type": "debateSection"})

    def end_section(self) -> None:
        self.writer.end("div")

    def write_heading(self, turn: Turn, item: Item) -> None:
        self.writer.line("head", *self._content(item), attributes=self._named(turn, item))

    def write_narrative(self, turn: Turn, item: Item) -> None:
        kind = "vote" if item.paragraph.votes or item.vote else "narrative"
        self._begin_page(item)
        attributes = {"type": kind, **self._named(turn, item)}
        self.writer.line("note", *self._content(item), attributes=attributes)

    def write_speech(self, turn: Turn) -> None:
        speech, writer = turn.speech, self.writer
        key = self.debate.speech_id(speech.public_id)
        part = PARTS.get(speech.capacity) if speech.capacity else None
        said: Attributes = {
            "who": f"#{_person(speech.speaker)}" if speech.speaker else None,
            "ana": f"#{part}" if part else None,
            "xml:lang": self.debate.other_language(turn),
        }
        if line := stated_line(speech):
            self._write_speaker(line)
        writer.begin("u", {"xml:id": key, **said})
        count = 1
        for item in turn.speech_items:
            if item.paragraph.turn_line:
                count += 1
                previous, key = key, f"{self.debate.speech_id(speech.public_id)}.u{count}"
                writer.end("u")
                self._write_speaker(item.paragraph.turn_line)
                writer.begin("u", {"xml:id": key, "prev": f"#{previous}", **said})
            if item.paragraph.kind == Paragraph.Kind.SPEECH:
                self._begin_page(item)
                writer.line("seg", *self._content(item), attributes=self._named(turn, item))
            else:
                self.write_narrative(turn, item)
        writer.end("u")

    def _write_speaker(self, line: str) -> None:
        self.writer.line("note", line, attributes={"type": "speaker"})

    def _begin_page(self, item: Item) -> None:
        page = item.paragraph.page
        if page is not None and page != self._page:
            self.writer.line("pb", attributes={"n": page})
            self._page = page

    def _named(self, turn: Turn, item: Item) -> Attributes:
        return {"xml:id": self.paragraph_id(turn, item), "n": item.paragraph.number}

    def _content(self, item: Item) -> Iterator[str | Inline]:
        for piece in item.pieces:
            if piece.href:
                target = {"target": self.debate.address(piece.href)}
                yield Inline("ref", piece.text, target)
            else:
                yield piece.text
