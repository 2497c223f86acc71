"""What the archive holds and lacks, as JSON."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import BeforeValidator, Field

from statements.api.answering import FRESH_FOR_S, answer_other_methods, share
from statements.api.schemas import Output, Refused
from statements.api.search import describe_parameter
from statements.coverage.gaps import gaps
from statements.coverage.matrix import Choice, choices, matrix
from statements.coverage.sources import languages, organs, sources, totals
from statements.models.revision import use_current
from statements.search import analytics

router = Router(tags=["reading"])
PATH = "/coverage"


class CoverageTotalsOut(Output):
    speeches: int
    words: int | None = Field(description="Spoken words; null while no index can be read.")
    speakers: int
    countries: int
    meetings: int
    sessions: int
    undated: int
    first_year: int | None
    last_year: int | None


class RightsOut(Output):
    statement: str = Field(description="Empty if no terms are recorded.")
    source_url: str
    files: int


class FileKindOut(Output):
    extension: str
    files: int


class CoveredSourceOut(Output):
    """A series of files, or the files that belong to none."""

    title: str = Field(description="Empty for files of no series.")
    rights: list[RightsOut]
    kinds: list[FileKindOut]
    files: int
    speeches: int
    first_year: int | None
    last_year: int | None


class OrganHoldingsOut(Output):
    name: str = Field(description="Empty for speeches whose organ is not known.")
    url: str
    speeches: int
    meetings: int
    sessions: int
    first_year: int | None
    last_year: int | None


class LanguageHoldingsOut(Output):
    language: str = Field(description="ISO 639 code; empty if the record does not state it.")
    speeches: int


class CoverageTableChoiceOut(Output):
    key: str = Field(description="Value of the parameter “columns”.")
    organ: str = Field(description="Empty for years.")
    debate: str


class CoveredColumnOut(Output):
    label: str = Field(description="Number of the session, or year.")
    title: str
    year: int
    url: str


class CoveredCountryOut(Output):
    code: str
    name: str
    url: str
    counts: list[int | None] = Field(
        description="Speeches at each column; null where none is to be expected: not a State or "
        "member then, or a body."
    )


class CoverageTableOut(Output):
    """Countries against sessions or years."""

    choice: CoverageTableChoiceOut
    columns: list[CoveredColumnOut]
    rows: list[CoveredCountryOut]
    hidden_columns: int = Field(description="Earlier columns that are left out.")


Run = Annotated[list[int], Field(description="First and last number of a run.")]


class MissingSessionsOut(Output):
    organ: str
    debate: str
    numbers: list[Run]


class SparseSessionOut(Output):
    """A session at which fewer than three quarters of the States spoke that could have."""

    column: CoveredColumnOut
    spoke: int
    possible: int


class MissingRecordsOut(Output):
    """Records missing between the first and the last that the archive has of a series."""

    series: str
    first: int
    last: int
    records: int = Field(description="That the archive has.")
    missing: int
    numbers: list[Run]


class GapsOut(Output):
    missing_sessions: list[MissingSessionsOut]
    sparse_sessions: list[SparseSessionOut]
    missing_records: list[MissingRecordsOut]
    missing_parts: list[str] = Field(description="Symbols of openings and resumptions of meetings.")
    meetings_without_speeches: list[Annotated[str, BeforeValidator(lambda meeting: meeting.symbol)]]
    years_without_speeches: list[Run]
    undated: int
    year_alone: int = Field(description="Speeches whose day is not known.")
    without_speaker: int
    without_country: int = Field(description="Speeches without a country, party, ward or body.")


class CoverageOut(Output):
    """What the archive holds and what it lacks."""

    totals: CoverageTotalsOut
    sources: list[CoveredSourceOut]
    organs: list[OrganHoldingsOut]
    languages: list[LanguageHoldingsOut]
    matrices: list[CoverageTableChoiceOut]
    matrix: CoverageTableOut | None
    gaps: GapsOut


ANSWERS: Mapping[int, Any] = {200: CoverageOut, 404: Refused}
_COLUMNS = describe_parameter(
    "columns", "Key of a table of countries; by default, the first of them.", {"type": "string"}
)


@router.get(
    PATH,
    response=ANSWERS,
    summary="What the archive holds",
    operation_id="coverage",
    openapi_extra={"parameters": [_COLUMNS]},
)
def coverage(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """Return sources and their terms, totals, countries against sessions or years, and gaps."""
    share(response)
    columns = request.GET.get("columns", "")
    with use_current():
        offered = choices()
        chosen = next((choice for choice in offered if choice.key == columns), None)
        if columns and chosen is None:
            keys = ", ".join(choice.key for choice in offered)
            return Status(404, {"errors": {"columns": f"It must be one of: {keys}."}})
        response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
        return Status(200, _record(offered, chosen or next(iter(offered), None)))


answer_other_methods(router, PATH, coverage, ANSWERS)


def _record(offered: Any, chosen: Choice | None) -> dict[str, Any]:
    return {
        "totals": {**totals(), "words": analytics.word_count()},
        "sources": sources(),
        "organs": organs(),
        "languages": languages(),
        "matrices": offered,
        "matrix": matrix(chosen) if chosen else None,
        "gaps": gaps(),
    }
