"""The sessions of speeches: found by organ, number and debate, or created."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from statements.ingest.locks import lock_authorities
from statements.ingest.publishing.authorities import free_slugs
from statements.ingest.publishing.organs import get_or_create_organ
from statements.ingest.publishing.preview import SpeechPreview
from statements.models import Session, Speech
from statements.transcripts.datasets import GeneralDebate


@dataclass(frozen=True, slots=True)
class SessionKey:
    organ: str
    number: int
    debate: str  # "" for a session as a whole
    year: int


def session_key(speech: SpeechPreview, organ: str) -> SessionKey | None:
    """Return the key of the session in which a speech was made; None if it is not known.

    ``organ`` counts if the speech states none.
    """
    place = speech.speech.place
    year = speech.date.year if speech.date else speech.year
    if place is None or not (place.session and year):
        return None
    organ = (place.organ or organ).strip()
    return SessionKey(organ, place.session, place.debate, year) if organ else None


def get_or_create_sessions(keys: Iterable[SessionKey]) -> dict[SessionKey, Session]:
    """Return the sessions with these keys; create those that are missing.

    The year counts only for new sessions. The caller holds the lock of the authorities.
    """
    keys = set(keys)
    if not keys:
        return {}
    organs = {name: get_or_create_organ(name) for name in sorted({key.organ for key in keys})}
    names = {key: (organs[key.organ].name, key.number, key.debate) for key in keys}
    existing = {
        (session.organ_id, session.number, session.debate): session
        for session in Session.objects.filter(number__in={key.number for key in keys})
    }
    sorted_keys = sorted(keys, key=lambda key: key.year, reverse=True)  # the earliest year counts
    by_name = {names[key]: key for key in sorted_keys}
    missing = [key for name, key in by_name.items() if name not in existing]
    slugs = free_slugs(Session, "slug", {key: _slug(key) for key in missing})
    created = Session.objects.bulk_create(
        Session(
            slug=slugs[key],
            organ=organs[key.organ],
            number=key.number,
            debate=key.debate,
            year=key.year,
        )
        for key in missing
    )
    existing |= {(each.organ_id, each.number, each.debate): each for each in created}
    return {key: existing[name] for key, name in names.items()}


def free_session_slug(session: Session) -> str:
    """Return an unused slug for a session that is entered by hand."""
    key = SessionKey(session.organ_id, session.number, session.debate, session.year)
    return free_slugs(Session, "slug", {"new": _slug(key)})["new"]


def _slug(key: SessionKey) -> str:
    return slugify(f"{key.organ} {key.number} {key.debate}")[:190] or "session"


def assign_sessions() -> int:
    """Assign speeches that earlier releases stored without a session to the one that the name of
    their file states; return their number."""
    speeches = Speech.all_objects.filter(session=None, year__isnull=False).order_by("pk")
    # the pattern of the names is a superset of those of the data set, which decides
    speeches = speeches.filter(transcript__name__regex=r"^[A-Z]+_[0-9]+_[0-9]{4}\.txt$")
    corpus = GeneralDebate()
    by_session: dict[SessionKey, list[int]] = defaultdict(list)
    for pk, name, year in speeches.values_list("pk", "transcript__name", "year"):
        metadata = corpus.source_metadata(name)
        if metadata and metadata.session and metadata.year == year:
            key = SessionKey(metadata.organ, metadata.session, metadata.debate, year)
            by_session[key].append(pk)
    return sum(_assign(key, pks) for key, pks in by_session.items())


@transaction.atomic
def _assign(key: SessionKey, pks: Sequence[int]) -> int:
    lock_authorities()
    session = get_or_create_sessions([key])[key]
    # "save" would set ``updated_at``, and the speeches would look corrected
    return Speech.all_objects.filter(pk__in=pks, session=None).update(session=session)
