"""The parts of a speech that are indexed. Haystack prescribes the file name;
``statements.search.index.documents`` turns them into documents."""

from collections.abc import Iterable
from typing import Any

from haystack import indexes

from statements.models import Paragraph, Speech
from statements.models.countries import groups_of
from statements.models.querysets import SpeechQuerySet


class SpeechIndex(indexes.SearchIndex, indexes.Indexable):  # type: ignore[misc]
    # positions and texts of paragraphs; narrative apart, for nobody spoke it
    text = indexes.MultiValueField(document=True)
    narrative = indexes.MultiValueField()

    # words that find the whole speech: every printed form of a name is one
    speaker_words = indexes.MultiValueField()
    country_words = indexes.MultiValueField()
    topic_words = indexes.MultiValueField()
    meeting_words = indexes.MultiValueField()
    role_words = indexes.MultiValueField()

    # facets
    country = indexes.CharField(model_attr="country_id", null=True)
    speaker = indexes.CharField(model_attr="speaker__slug", null=True)
    organ = indexes.CharField(null=True)
    session = indexes.CharField(model_attr="session__slug", null=True)
    meeting = indexes.CharField(model_attr="meeting__symbol", null=True)
    language = indexes.CharField(model_attr="language")
    capacity = indexes.CharField(null=True)
    topic = indexes.MultiValueField()
    member_of = indexes.MultiValueField()
    party = indexes.MultiValueField()
    ward = indexes.MultiValueField()
    body = indexes.MultiValueField()
    year = indexes.IntegerField(model_attr="year", null=True)

    # order
    date = indexes.DateField(model_attr="date", null=True)
    position = indexes.IntegerField(model_attr="position")

    def get_model(self) -> type[Speech]:
        return Speech

    def get_updated_field(self) -> str:
        return "updated_at"

    def index_queryset(self, using: str | None = None) -> SpeechQuerySet[Speech]:
        return Speech.objects.for_indexing()

    def read_queryset(self, using: str | None = None) -> SpeechQuerySet[Speech]:
        return Speech.objects.for_listing()

    def prepare_text(self, speech: Speech) -> list[tuple[int, str]]:
        return _texts(speech, Paragraph.Kind.SPEECH)

    def prepare_narrative(self, speech: Speech) -> list[tuple[int, str]]:
        return _texts(speech, Paragraph.Kind.NARRATIVE)

    def prepare_speaker_words(self, speech: Speech) -> list[str]:
        names = [speech.speaker_printed]
        if speaker := speech.speaker:
            # as pages print it: who copies a name from there finds it
            names += [str(speaker), *(other.name for other in speaker.names.all())]
        return _once(names)

    def prepare_country_words(self, speech: Speech) -> list[str]:
        names = [speech.affiliation, speech.on_behalf_of]
        if country := speech.country:
            names += [country.short_name, country.formal_name]
            names += [other.name for other in country.names.all()]
        for stated in speech.affiliations.all():
            names += [stated.name, *(other.name for other in stated.names.all())]
        return _once(names)

    def prepare_topic_words(self, speech: Speech) -> list[str]:
        return _once(topic.title for topic in speech.topics.all())

    def prepare_meeting_words(self, speech: Speech) -> list[str]:
        meeting = speech.meeting
        return _once([meeting.symbol, meeting.symbol_printed]) if meeting else []

    def prepare_role_words(self, speech: Speech) -> list[str]:
        return _once([speech.role])

    def prepare_organ(self, speech: Speech) -> str | None:
        return speech.organ or None

    def prepare_topic(self, speech: Speech) -> list[str]:
        return sorted(topic.slug for topic in speech.topics.all())

    def prepare_capacity(self, speech: Speech) -> str | None:
        return speech.capacity

    def prepare_member_of(self, speech: Speech) -> list[str]:
        return groups_of(speech.country, speech.date, speech.year) if speech.country else []

    def prepare_party(self, speech: Speech) -> list[str]:
        return _affiliations(speech, "party")

    def prepare_ward(self, speech: Speech) -> list[str]:
        return _affiliations(speech, "ward")

    def prepare_body(self, speech: Speech) -> list[str]:
        return _affiliations(speech, "body")

    def prepare(self, obj: Speech) -> dict[str, Any]:
        data: dict[str, Any] = super().prepare(obj)
        data["speech"] = obj.pk
        return data


def _texts(speech: Speech, kind: str) -> list[tuple[int, str]]:
    arrays = [speech.__dict__.get(f"paragraph_{name}s") for name in ("position", "kind", "text")]
    paragraphs: Iterable[tuple[int, str, str]] = (
        speech.paragraphs.values_list("position", "kind", "text")
        if None in arrays  # ``for_indexing`` has not read the speech
        else zip(*arrays, strict=True)
    )
    return [(position, text) for position, of_kind, text in paragraphs if of_kind == kind]


def _affiliations(speech: Speech, facet: str) -> list[str]:
    stated = speech.affiliations.all()
    return sorted(affiliation.slug for affiliation in stated if affiliation.facet == facet)


def _once(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name})
