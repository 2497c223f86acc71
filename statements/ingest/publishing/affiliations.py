"""Parties, wards, ministries and bodies of speeches: as their sources state them, or as the archive
knows what is printed."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.text import slugify

from statements.ingest.drafts.draft import DraftSpeech
from statements.ingest.locks import lock_authorities
from statements.ingest.matching import Matcher
from statements.ingest.publishing.authorities import free_slugs
from statements.models import Affiliation, AffiliationName, Speech
from statements.transcripts.languages.names import fold
from statements.transcripts.values.affiliations import ParsedAffiliation, parse_affiliations


def affiliations_of(speeches: Sequence[DraftSpeech], matcher: Matcher) -> list[set[int]]:
    """Return the keys of the affiliations of each speech; create those that are missing.

    The caller holds the lock of the authorities.
    """
    stated = [parse_affiliations(speech.affiliations) for speech in speeches]
    keys = _get_or_create(each for affiliations in stated for each in affiliations)
    found = []
    for speech, affiliations in zip(speeches, stated, strict=True):
        of_speech = {keys[affiliation] for affiliation in affiliations}
        if not speech.country:
            named = (speech.affiliation, speech.source_metadata.get("affiliation", ""))
            of_speech |= {key for name in named if (key := matcher.affiliation(name))}
        found.append(of_speech)
    return found


def add_affiliations(keys_by_speech: Mapping[int, Iterable[int]]) -> None:
    """Add affiliations to speeches, by keys."""
    through = Speech.affiliations.through
    through.objects.bulk_create(
        [
            through(speech_id=speech, affiliation_id=key)
            for speech, keys in keys_by_speech.items()
            for key in sorted(keys)
        ],
        ignore_conflicts=True,
    )


def _get_or_create(stated: Iterable[ParsedAffiliation]) -> dict[ParsedAffiliation, int]:
    """Return the keys of affiliations; another name of one of the same kind counts too."""
    names = {each: (str(each.kind), fold(each.name)) for each in stated}
    if not names:
        return {}
    folded = {name for _kind, name in names.values()}
    fields = ("affiliation__kind", "folded", "affiliation_id")
    other_names = AffiliationName.objects.filter(folded__in=folded)
    existing = {(kind, name): key for kind, name, key in other_names.values_list(*fields)}
    own = Affiliation.objects.filter(folded__in=folded).values_list("kind", "folded", "pk")
    existing |= {(kind, name): key for kind, name, key in own}
    missing = {key: each for each, key in names.items() if key not in existing}
    slugs = free_affiliation_slugs({key: each.name for key, each in missing.items()})
    created = Affiliation.objects.bulk_create(
        Affiliation(slug=slugs[key], kind=key[0], name=each.name, folded=key[1])
        for key, each in missing.items()
    )
    existing |= {(row.kind, row.folded): row.pk for row in created}
    return {each: existing[key] for each, key in names.items()}


def free_affiliation_slugs[Key](names: Mapping[Key, str]) -> dict[Key, str]:
    """Return an unused slug for each name."""
    bases = {key: slugify(fold(name))[:130] or "affiliation" for key, name in names.items()}
    return free_slugs(Affiliation, "slug", bases)


@transaction.atomic
def assign_affiliations() -> int:
    """Give speeches without a country or affiliation the one whose name they print, if the archive
    has one with that name; return their number. Speeches that a person corrected stay as they
    are."""
    lock_authorities()
    matcher = Matcher()
    speeches = Speech.all_objects.filter(country=None, affiliations=None).exclude(affiliation="")
    rows = speeches.select_related("transcript").order_by("pk")
    keys = {
        speech.pk: {key}
        for speech in rows.defer(*_LARGE_FIELDS).iterator(chunk_size=2_000)
        if (key := matcher.affiliation(speech.affiliation)) and speech.corrected_at is None
    }
    add_affiliations(keys)
    return len(keys)


_LARGE_FIELDS = [
    f"transcript__{name}" for name in ("content", "draft", "dropped", "descriptions", "problems")
]
