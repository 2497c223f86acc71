"""Speeches as dictionaries, with the keys of the API and of all exported files."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from statements.exports.bibliography import bibliography_item
from statements.exports.citation import cite, cite_paragraph
from statements.exports.values import (
    FullSpeech,
    ListedVote,
    MarkedParagraph,
    MarkedReference,
    MarkedVote,
)
from statements.models import Paragraph, Session, Speech, Transcript


def record(speech: Speech) -> dict[str, Any]:
    """Return a speech without its text, in values that JSON and CSV can represent.

    Fetch the speech with ``for_listing`` and its topics; otherwise each relation is a query.
    """
    meeting = speech.meeting
    session = speech.session
    country = speech.country
    return {
        "id": speech.public_id,
        "url": speech.get_absolute_url(),
        "title": speech.heading.title,
        "speaker": speech.speaker_printed,
        "speaker_url": speech.speaker.get_absolute_url() if speech.speaker else None,
        "affiliation": speech.affiliation,
        "role": speech.role,
        "on_behalf_of": speech.on_behalf_of,
        "country": {"code": country.code, "name": country.short_name} if country else None,
        "affiliations": [
            {
                "kind": affiliation.kind,
                "name": affiliation.name,
                "slug": affiliation.slug,
                "url": affiliation.get_absolute_url(),
            }
            for affiliation in speech.affiliations.all()
        ],
        "language": speech.language,
        "is_national": speech.is_national,
        "capacity": speech.capacity,
        "date": speech.date.isoformat() if speech.date else None,
        "year": speech.year,
        "meeting": meeting.symbol if meeting else None,
        "meeting_url": meeting.get_absolute_url() if meeting else None,
        "session": _session(session) if session else None,
        "organ": speech.organ,
        "topics": [{"slug": topic.slug, "title": topic.title} for topic in speech.topics.all()],
        "position": speech.position,
    }


def full_record(full: FullSpeech, address: str) -> dict[str, Any]:
    """Return a speech at an absolute address with its citation, its paragraphs, and their
    annotations."""
    cited = cite(full.speech)
    paragraphs = [_paragraph(paragraph, cited, address) for paragraph in full.paragraphs]
    return record(full.speech) | {
        "citation": cite(full.speech, address),
        "csl": bibliography_item(full.speech, address),
        "source": _source(full.speech.transcript),
        "paragraphs": paragraphs,
        "recorded_votes": [
            _recorded_vote(vote, full.paragraphs[vote.first_position - 1 : paragraph.position])
            for paragraph in full.paragraphs
            for vote in paragraph.recorded_votes
        ],
    }


def _source(transcript: Transcript) -> dict[str, Any]:
    return {
        "file": transcript.name,
        "url": transcript.get_absolute_url(),
        "sha256": transcript.sha256,
        "series": transcript.series.title if transcript.series else "",
        "rights": transcript.rights_statement,
        "source_url": transcript.source_link,
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "title": session.title,
        "organ": session.organ_id,
        "number": session.number,
        "debate": session.debate,
        "year": session.year,
        "url": session.get_absolute_url(),
    }


def _recorded_vote(vote: MarkedVote, paragraphs: Sequence[MarkedParagraph]) -> dict[str, Any]:
    listed = Counter(cast.ballot for paragraph in paragraphs for cast in paragraph.votes)
    return {
        "first_paragraph": vote.first_position,
        "last_paragraph": paragraphs[-1].position,
        "subject": vote.subject,
        "title": vote.title,
        "motion": vote.motion,
        "outcome": vote.outcome,
        "resolution": vote.resolution,
        "totals": [
            {"ballot": ballot, "printed": printed, "listed": listed[ballot]}
            for ballot, printed in vote.totals.items()
        ],
    }


def _paragraph(paragraph: MarkedParagraph, cited: str, address: str) -> dict[str, Any]:
    is_spoken = paragraph.kind == Paragraph.Kind.SPEECH
    return {
        "position": paragraph.position,
        "kind": paragraph.kind,
        "number": paragraph.number,
        "time_s": paragraph.time_s,
        "turn_line": paragraph.turn_line,
        "page": paragraph.page,
        "is_divided": paragraph.is_divided,
        "text": paragraph.text,
        "sentence_starts": list(paragraph.sentence_starts),
        "citation": cite_paragraph(cited, paragraph, address) if is_spoken else None,
        "references": [_reference(reference) for reference in paragraph.references],
        "language_changes": [change._asdict() for change in paragraph.language_changes],
        "votes": [_vote(vote) for vote in paragraph.votes],
    }


def _reference(reference: MarkedReference) -> dict[str, Any]:
    return {
        "start": reference.start,
        "end": reference.end,
        "symbol": reference.symbol,
        "page": reference.page,
    }


def _vote(vote: ListedVote) -> dict[str, Any]:
    country = vote.country
    return {
        "ballot": vote.ballot,
        "delegation": vote.delegation,
        "country": {"code": country.code, "name": country.short_name} if country else None,
    }
