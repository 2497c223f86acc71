"""The tables of the public scope: what a visitor may see, column by column.

Every column is named here, so that none is given out by being added to a model.
"""

from collections.abc import Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from statements.models import (
    Affiliation,
    AgendaItem,
    Country,
    CountryGroup,
    DeletedSpeech,
    Document,
    GroupMembership,
    LanguageChange,
    Meeting,
    Member,
    Organ,
    Paragraph,
    Presidency,
    RecordedVote,
    Reference,
    Series,
    Session,
    Speaker,
    Speech,
    Topic,
    Transcript,
    Vote,
)
from statements.packages.tables import References, Table

_NO_NAME = Value("", output_field=models.CharField())


def public_tables() -> list[Table]:
    """Return the tables of the public scope."""
    return [*_texts(), *_sittings(), *_people(), *_sources()]


def public_files() -> "QuerySet[Transcript]":
    """Return the files from which public speeches came."""
    heard = Speech.objects.filter(transcript=OuterRef("pk"))
    files: QuerySet[Transcript] = Transcript.objects.public().filter(Exists(heard))
    return files.order_by("pk")


def public_meetings() -> "QuerySet[Meeting]":
    """Return the meetings of which there are public speeches."""
    return Meeting.objects.filter(Exists(Speech.objects.filter(meeting=OuterRef("pk"))))


def _same(*columns: str) -> dict[str, str]:
    """Return the paths of columns that are named like their fields."""
    return {column: column for column in columns}


def _slugs(related: "QuerySet[models.Model]") -> ArraySubquery:
    return ArraySubquery(related.order_by("slug").values("slug"))


def _texts() -> Sequence[Table]:
    public = Speech.objects.all()
    of_speech: References = {("speech",): ("speeches", ["id"])}
    of_paragraph: References = {("speech", "paragraph"): ("paragraphs", ["speech", "position"])}
    place = {"speech": "paragraph__speech__public_id", "paragraph": "paragraph__position"}
    in_public = {"paragraph__speech__in": public}
    span = {"start": "start", "end": "end"}
    return [
        Table(
            "speeches",
            _("Speeches"),
            public.order_by("pk").annotate(
                topic_ids=_slugs(Topic.objects.filter(speeches=OuterRef("pk"))),
                affiliation_ids=_slugs(Affiliation.objects.filter(speeches=OuterRef("pk"))),
            ),
            {
                "id": "public_id",
                "date": "date",
                "year": "year",
                "speaker": "speaker__slug",
                "country": "country_id",
                "meeting": "meeting__symbol",
                "session": "session__slug",
                **_same("position", "speaker_line", "speaker_printed", "affiliation", "role"),
                **_same("on_behalf_of", "language", "language_printed", "is_national"),
                "topics": "topic_ids",
                "affiliations": "affiliation_ids",
                "words": "words_digest__words",
                "file": "transcript__sha256",
                "position_in_file": "transcript_position",
                **_same("stored_at", "updated_at"),
            },
            ["id"],
            {
                ("speaker",): ("speakers", ["id"]),
                ("country",): ("countries", ["code"]),
                ("meeting",): ("meetings", ["symbol"]),
                ("session",): ("sessions", ["id"]),
                ("file",): ("files", ["sha256"]),
            },
        ),
        Table(
            "paragraphs",
            _("Paragraphs"),
            Paragraph.objects.filter(speech__in=public).order_by("speech_id", "position"),
            {
                "speech": "speech__public_id",
                **_same("position", "kind", "number", "page", "time_s", "turn_line"),
                **_same("is_divided", "text", "sentence_starts"),
            },
            ["speech", "position"],
            of_speech,
        ),
        Table(
            "references",
            _("Documents that speeches cite"),
            Reference.objects.filter(**in_public).order_by("paragraph_id", "start"),
            place | span | _same("symbol", "page", "title"),
            ["speech", "paragraph", "start"],
            of_paragraph,
        ),
        Table(
            "language_changes",
            _("Notes that the language changes"),
            LanguageChange.objects.filter(**in_public).order_by("paragraph_id", "start"),
            place | span | _same("language", "language_printed"),
            ["speech", "paragraph", "start"],
            of_paragraph,
        ),
        Table(
            "recorded_votes",
            _("Recorded votes"),
            RecordedVote.objects.filter(**in_public).order_by("paragraph_id"),
            {
                **place,
                "first_paragraph": "first_position",
                **_same("subject", "title", "motion", "outcome", "resolution"),
                **_same("in_favour", "against", "abstaining"),
            },
            ["speech", "paragraph"],
            of_paragraph,
        ),
        Table(
            "votes",
            _("Votes of delegations"),
            Vote.objects.filter(**in_public).order_by("paragraph_id", "position"),
            place | _same("position", "ballot", "delegation") | {"country": "country_id"},
            ["speech", "paragraph", "position"],
            {**of_paragraph, ("country",): ("countries", ["code"])},
        ),
        Table(
            "withdrawn_speeches",
            _("Withdrawn speeches, without their words"),
            Speech.all_objects.withdrawn().order_by("pk"),
            {
                "id": "public_id",
                "withdrawn_at": "withdrawal__withdrawn_at",
                "reason": "withdrawal__reason",
            },
            ["id"],
        ),
        Table(
            "deleted_speeches",
            _("Deleted speeches, without their words"),
            DeletedSpeech.objects.order_by("pk"),
            {"id": "public_id", "deleted_at": "deleted_at", "reason": "reason"},
            ["id"],
        ),
    ]


def _sittings() -> Sequence[Table]:
    meetings = public_meetings()
    sessions = Session.objects.filter(Exists(Speech.objects.filter(session=OuterRef("pk"))))
    of_meeting: References = {("meeting",): ("meetings", ["symbol"])}
    with_country: References = {**of_meeting, ("country",): ("countries", ["code"])}
    meeting = {"meeting": "meeting__symbol"}
    met = Q(Exists(meetings.filter(organ=OuterRef("name")))) | Q(
        Exists(sessions.filter(organ=OuterRef("name")))
    )
    organs = Organ.objects.filter(met)
    listed = Organ.objects.filter(
        Q(name__in=organs.values("name")) | Q(pk__in=organs.values("parent"))
    )
    on_agenda = AgendaItem.objects.filter(topic=OuterRef("pk"), meeting__in=meetings)
    return [
        Table(
            "organs",
            _("Organs"),
            listed.order_by("pk").annotate(
                parent_name=models.Case(
                    models.When(parent__in=listed, then="parent__name"), default=None
                )
            ),
            {"name": "name", "id": "slug", "parent": "parent_name"},
            ["name"],
            {("parent",): ("organs", ["name"])},
        ),
        Table(
            "sessions",
            _("Sessions"),
            sessions.order_by("pk"),
            {
                "id": "slug",
                "organ": "organ_id",
                **_same("number", "debate", "year", "first_day", "last_day", "symbols"),
            },
            ["id"],
            {("organ",): ("organs", ["name"])},
        ),
        Table(
            "meetings",
            _("Meetings"),
            meetings.order_by("pk"),
            {
                "symbol": "symbol",
                "id": "slug",
                "organ": "organ_id",
                **_same("symbol_printed", "number", "resumption", "date", "date_printed"),
                **_same("place", "first_page"),
            },
            ["symbol"],
            {("organ",): ("organs", ["name"])},
        ),
        Table(
            "agenda",
            _("Agendas of meetings"),
            AgendaItem.objects.filter(meeting__in=meetings).order_by("pk"),
            meeting | {"topic": "topic__slug"} | _same("position", "number"),
            ["meeting", "topic"],
            {**of_meeting, ("topic",): ("topics", ["id"])},
        ),
        Table(
            "presidencies",
            _("Presidents of meetings"),
            Presidency.objects.filter(meeting__in=meetings).order_by("pk"),
            meeting
            | _same("position", "name_printed", "affiliation")
            | {"speaker": "speaker__slug", "country": "country_id"},
            ["meeting", "position"],
            {**with_country, ("speaker",): ("speakers", ["id"])},
        ),
        Table(
            "members",
            _("Members listed on first pages"),
            Member.objects.filter(meeting__in=meetings).order_by("pk"),
            meeting
            | _same("position", "affiliation", "honorific", "name")
            | {"country": "country_id"},
            ["meeting", "position"],
            with_country,
        ),
        Table(
            "topics",
            _("Topics"),
            Topic.objects.filter(
                Q(Exists(Speech.objects.filter(topics=OuterRef("pk")))) | Q(Exists(on_agenda))
            ).order_by("pk"),
            {"id": "slug", "title": "title", "kind": "kind"},
            ["id"],
        ),
    ]


def _people() -> Sequence[Table]:
    chaired = Presidency.objects.filter(speaker=OuterRef("pk"), meeting__in=public_meetings())
    heard = Speech.objects.filter(speaker=OuterRef("pk"))
    merged = Speaker.objects.filter(merged_into=OuterRef("pk"))
    return [
        Table(
            "speakers",
            _("Speakers"),
            Speaker.objects.filter(Q(Exists(heard)) | Q(Exists(chaired)))
            .order_by("pk")
            .annotate(merged_ids=_slugs(merged)),
            {
                "id": "slug",
                **_same("name", "honorific", "sort_name"),
                "country": "country_id",
                "former_ids": "merged_ids",
            },
            ["id"],
            {("country",): ("countries", ["code"])},
        ),
        Table(
            "countries",
            _("Countries"),
            Country.objects.order_by("pk").annotate(
                successor_codes=ArraySubquery(
                    Country.objects.filter(predecessors=OuterRef("pk"))
                    .order_by("pk")
                    .values("code")
                )
            ),
            {
                **_same("code", "kind", "short_name", "formal_name", "valid_from", "valid_to"),
                "successors": "successor_codes",
            },
            ["code"],
        ),
        Table(
            "country_groups",
            _("Groups of States"),
            CountryGroup.objects.order_by("pk"),
            _same("code", "name"),
            ["code"],
        ),
        Table(
            "group_memberships",
            _("Memberships of groups"),
            GroupMembership.objects.filter(verified=True).order_by("pk"),
            {
                "group": "group_id",
                "country": "country_id",
                **_same("valid_from", "valid_to", "source"),
            },
            ["group", "country", "valid_from"],
            {
                ("group",): ("country_groups", ["code"]),
                ("country",): ("countries", ["code"]),
            },
        ),
        Table(
            "affiliations",
            _("Parties, wards, ministries and bodies"),
            Affiliation.objects.filter(
                Exists(Speech.objects.filter(affiliations=OuterRef("pk")))
            ).order_by("pk"),
            {"id": "slug", "kind": "kind", "name": "name"},
            ["id"],
        ),
    ]


def _sources() -> Sequence[Table]:
    files = public_files()
    inherited = {
        f"{name}_or_of_series": Coalesce(NullIf(F(name), _NO_NAME), F(f"series__{name}"), _NO_NAME)
        for name in ("rights", "source_url")
    }
    return [
        Table(
            "files",
            _("Original files"),
            files.annotate(**inherited),
            {
                **_same("sha256", "name", "size"),
                "series": "series__title",
                **{name.removesuffix("_or_of_series"): name for name in inherited},
                "published_at": "published_at",
            },
            ["sha256"],
            {("series",): ("series", ["title"])},
        ),
        Table(
            "series",
            _("Series of files, with their terms"),
            Series.objects.filter(Exists(files.filter(series=OuterRef("pk")))).order_by("pk"),
            _same("title", "rights", "source_url"),
            ["title"],
        ),
        Table(
            "documents",
            _("Titles of cited documents"),
            Document.objects.filter(verified=True).order_by("pk"),
            _same("symbol", "title", "source"),
            ["symbol"],
        ),
    ]
