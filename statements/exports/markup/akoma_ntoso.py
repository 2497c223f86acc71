"""Debates in Akoma Ntoso 3.0 (OASIS LegalDocML): http://docs.oasis-open.org/legaldocml/akn-core/.

A speech with narrative in it is a ``speechGroup``, so that no element for what somebody said holds
words that nobody spoke. Recorded votes stand in the analysis at the head of a document.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from django.conf import settings

from archive.languages import in_default_language
from statements.exports.layout import Item, Turn
from statements.exports.markup.debate import Debate, identifier, stated_line
from statements.exports.markup.sections import SectionWriter
from statements.exports.markup.xml_text import Attributes, Inline, XmlWriter
from statements.exports.meetings.voting import Balloting
from statements.models import Affiliation, Paragraph, Speech
from statements.transcripts.record.motions import Outcome
from statements.transcripts.record.vote_lists import Ballot

_NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_UNDETERMINED = "und"  # in ISO 639-2
_NO_COUNTRY = "zz"  # for unknown territories, in the Unicode locale data
_PUBLISHER = "publisher"
_UNKNOWN = "unknown"  # of a speaker
_NO_DAY = "0001-01-01"  # a date is required; its name says that none is known


def write(debate: Debate) -> Iterator[str]:
    """Write a debate as an Akoma Ntoso document, in pieces."""
    writer = XmlWriter()
    writer.begin("akomaNtoso", {"xmlns": _NAMESPACE})
    writer.begin("debate", {"name": "speech" if debate.is_speech else "meeting"})
    _write_meta(writer, debate)
    _write_preface(writer, debate)
    writer.begin("debateBody")
    yield writer.take()
    body = _Body(writer, debate)
    for turn in debate.turns():
        body.add(turn)
        yield writer.take()
    body.finish()
    writer.end("akomaNtoso")
    yield writer.take()


# -- the head ---------------------------------------------------------------------------------


@in_default_language
def _write_meta(writer: XmlWriter, debate: Debate) -> None:
    writer.begin("meta")
    _write_identification(writer, debate)
    if debate.ballotings:
        writer.begin("analysis", _of_publisher())
        writer.begin("parliamentary")
        for number, balloting in enumerate(debate.ballotings, start=1):
            _write_voting(writer, debate, number, balloting)
        writer.end("analysis")
    writer.begin("references", _of_publisher())
    for name, key, href, shown in _references(debate):
        writer.line(name, attributes={"eId": key, "href": href, "showAs": shown})
    writer.end("meta")


def _of_publisher() -> Attributes:
    return {"source": f"#{_PUBLISHER}"}


def _write_identification(writer: XmlWriter, debate: Debate) -> None:
    page = debate.address(debate.path)
    language = debate.language or _UNDETERMINED
    manifestation = debate.address(f"{debate.path.rstrip('/')}.akn.xml")
    day, day_name = _day(debate)
    author = identifier("organ", debate.organ.slug) if debate.organ else _PUBLISHER
    meeting = debate.meeting
    writer.begin("identification", _of_publisher())
    for level, address in (
        ("FRBRWork", page),
        ("FRBRExpression", f"{page}{language}@"),
        ("FRBRManifestation", manifestation),
    ):
        writer.begin(level)
        writer.line("FRBRthis", attributes={"value": address})
        writer.line("FRBRuri", attributes={"value": address})
        if level == "FRBRWork":
            writer.line("FRBRalias", attributes={"value": debate.title, "name": "title"})
        writer.line("FRBRdate", attributes={"date": day, "name": day_name})
        writer.line("FRBRauthor", attributes={"href": f"#{author}"})
        if level == "FRBRWork":
            writer.line("FRBRcountry", attributes={"value": _NO_COUNTRY})
            if meeting:
                writer.line("FRBRnumber", attributes={"value": meeting.symbol})
        elif level == "FRBRExpression":
            writer.line("FRBRlanguage", attributes={"language": language})
        else:
            writer.line("FRBRformat", attributes={"value": "application/akn+xml"})
        writer.end()
    writer.end()


def _day(debate: Debate) -> tuple[str, str]:
    """Return the date that stands at the head, and its name, which says how exact it is."""
    if debate.day:
        return debate.day.isoformat(), "day"
    if debate.year:
        return f"{debate.year:04}-01-01", "year"
    return _NO_DAY, "unknown"


def _write_voting(writer: XmlWriter, debate: Debate, number: int, vote: Balloting) -> None:
    key = f"voting.{number}"
    place = debate.paragraph_id(vote.public_id, f"p{vote.position}")
    attributes: Attributes = {
        "eId": key,
        "outcome": f"#{identifier('outcome', vote.outcome)}" if vote.outcome else None,
        "href": f"#{place}",
    }
    writer.begin("voting", attributes)
    tally = vote.tally
    for ballot, count in (
        (Ballot.IN_FAVOUR, tally.in_favour),
        (Ballot.AGAINST, tally.against),
        (Ballot.ABSTAINING, tally.abstaining),
    ):
        slug = _ballot(ballot)
        writer.line(
            "count",
            attributes={
                "eId": f"{key}.{slug}",
                "value": count,
                "refersTo": f"#{identifier('ballot', slug)}",
            },
        )
    writer.end()


def _ballot(ballot: Ballot) -> str:
    return ballot.value.replace(" ", "-")


def _references(debate: Debate) -> Iterator[tuple[str, str, str, str]]:
    """Yield the element, identifier, address and name of everything that is referred to."""
    address = debate.address
    yield "TLCOrganization", _PUBLISHER, address("/") or "/", settings.SITE_NAME
    if organ := debate.organ:
        key = identifier("organ", organ.slug)
        yield "TLCOrganization", key, address(organ.get_absolute_url()), organ.name
    for country in debate.countries:
        key = identifier("country", country.code)
        yield "TLCOrganization", key, address(country.get_absolute_url()), country.short_name
    for stated in debate.affiliations:
        yield _organization(debate, stated)
    for speaker in debate.speakers:
        key = identifier("person", speaker.slug)
        yield "TLCPerson", key, address(speaker.get_absolute_url()), str(speaker)
    if any(speech.speaker is None for speech in debate.speeches):
        yield "TLCPerson", _UNKNOWN, "/ontology/person/unknown", ""
    for number, role in enumerate(debate.roles, start=1):
        key = identifier("role", str(number))
        yield "TLCRole", key, f"/ontology/role/{quote(role, safe='')}", role
    if debate.ballotings:
        for ballot in (Ballot.IN_FAVOUR, Ballot.AGAINST, Ballot.ABSTAINING):
            slug = _ballot(ballot)
            key = identifier("ballot", slug)
            yield "TLCConcept", key, f"/ontology/concept/ballot/{slug}", ballot.value
        for outcome in _outcomes(debate.ballotings):
            key = identifier("outcome", outcome)
            yield "TLCConcept", key, f"/ontology/concept/outcome/{outcome}", outcome


def _organization(debate: Debate, stated: Affiliation) -> tuple[str, str, str, str]:
    key = identifier("affiliation", stated.slug)
    return "TLCOrganization", key, debate.address(stated.get_absolute_url()), stated.name


def _outcomes(votes: Iterable[Balloting]) -> list[str]:
    had = {vote.outcome for vote in votes}
    return [outcome.value for outcome in Outcome if outcome.value in had]


def _write_preface(writer: XmlWriter, debate: Debate) -> None:
    writer.begin("preface")
    content: list[str | Inline] = [Inline("docTitle", debate.title)]
    if meeting := debate.meeting:
        content += [" ", Inline("docNumber", meeting.symbol)]
    if debate.day:
        day = debate.day.isoformat()
        content += [" ", Inline("docDate", day, {"date": day})]
    writer.line("p", *content)
    for rights in debate.rights:
        writer.line("p", rights)
    writer.end()


# -- the text ---------------------------------------------------------------------------------


class _Body(SectionWriter):
    def __init__(self, writer: XmlWriter, debate: Debate) -> None:
        super().__init__(writer, debate)
        self._roles = {role: number for number, role in enumerate(debate.roles, start=1)}

    def begin_section(self, number: int) -> None:
        attributes = {"name": "section", "eId": identifier("section", str(number))}
        self.writer.begin("debateSection", attributes)

    def end_section(self) -> None:
        self.writer.end("debateSection")

    def write_heading(self, turn: Turn, item: Item) -> None:
        self._write_line("heading", turn, item)

    def write_narrative(self, turn: Turn, item: Item) -> None:
        self._write_line("narrative", turn, item)

    def write_speech(self, turn: Turn) -> None:
        speech, writer = turn.speech, self.writer
        parts = list(_parts(turn.speech_items))
        key: Attributes = {"eId": self.debate.speech_id(speech.public_id)}
        said = {**self._said(speech), "xml:lang": self.debate.other_language(turn)}
        if len(parts) > 1:
            writer.begin("speechGroup", {**key, **said})
            key = {}
        line = stated_line(speech)
        for items in parts:
            if items and items[0].paragraph.kind == Paragraph.Kind.NARRATIVE:
                for item in items:
                    self.write_narrative(turn, item)
                continue
            writer.begin("speech", {**key, **said})
            if printed := (items[0].paragraph.turn_line if items else "") or line:
                writer.line("from", printed)
            line = ""
            for item in items:
                self._write_line("p", turn, item)
            if not items:
                writer.line("p")  # a speech has at least one paragraph
            writer.end("speech")
        if len(parts) > 1:
            writer.end("speechGroup")

    def _said(self, speech: Speech) -> Attributes:
        """Return who speaks, and in what office."""
        person = identifier("person", speech.speaker.slug) if speech.speaker else _UNKNOWN
        role = self._roles.get(speech.role)
        return {"by": f"#{person}", "as": f"#{identifier('role', str(role))}" if role else None}

    def _write_line(self, name: str, turn: Turn, item: Item) -> None:
        attributes = {"eId": self.paragraph_id(turn, item)}
        self.writer.line(name, *self._content(item), attributes=attributes)

    def _content(self, item: Item) -> Iterator[str | Inline]:
        for piece in item.pieces:
            if piece.href:
                yield Inline("ref", piece.text, {"href": self.debate.address(piece.href)})
            else:
                yield piece.text


def _parts(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the paragraphs of a speech, divided where narrative begins and ends, and where the
    record names the speaker again. A speech without paragraphs has one part, which is empty."""
    part: list[Item] = []
    for item in items:
        if part and (item.paragraph.kind != part[-1].paragraph.kind or item.paragraph.turn_line):
            yield part
            part = []
        part.append(item)
    yield part
