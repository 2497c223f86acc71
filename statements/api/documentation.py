"""The documentation of the API as a page, made of its OpenAPI description.

The description is all it knows: an operation that is added is documented by that alone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from statements.api.lists.tables import LISTINGS
from statements.models import Meeting, Speaker, Speech

# query strings of calls to try, by the name of the operation
EXAMPLES: Mapping[str, Sequence[str]] = {
    "search": ("q=peace&page_size=5", "q=%22human+rights%22&sort=oldest", "q=peace&group=country"),
    "complete": ("q=peac",),
    "concordance": ("q=peace&order=right",),
    "trends": ("q=peace&q=war",),
    "compare": ("q=peace&q=war",),
    "keyness": ("q=peace&ref_q=war",),
    "collocates": ("q=peace&window=3",),
    "matrix": ("rows=country&columns=year",),
    "changes": ("limit=5", "changed_since=2026-01-31&fields=id,title,changed_at"),
    "meetings": ("limit=5&fields=symbol,date,speeches",),
    "sessions": ("limit=5&fields=title,organ,year",),
    "organs": ("limit=5",),
    "speakers": ("limit=5&fields=slug,name",),
    "countries": ("limit=5&fields=code,name",),
    "topics": ("limit=5&fields=slug,title",),
    "documents": ("limit=5&fields=symbol,speeches",),
    "votes": ("limit=5&fields=id,subject,outcome",),
    "transcripts": ("limit=5&fields=name,size,rights",),
}
_PATH_PARAMETER = re.compile(r"\{[a-z_]+\}")
LISTS = "lists"  # tag of operations that take no filters of searches
ANY_QUERY = "q=peace"  # for other operations that take a query
SHARED_BY = 3  # operations; their parameter is described once for all

type Described = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a call, or a part of an answer."""

    name: str
    type: str
    text: str
    is_required: bool = False
    record: str = ""  # the name of the record that it contains, which is described too


@dataclass(frozen=True, slots=True)
class Record:
    """The parts of an object in answers."""

    name: str
    text: str
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True)
class Operation:
    """An address of the API."""

    name: str
    path: str
    summary: str
    text: str
    parameters: Sequence[Field]
    takes_filters: bool
    answer: str  # the name of the record
    refusals: Sequence[tuple[str, str]]  # status and description
    examples: Sequence[str]  # addresses without the host


class Documentation(DocsBase):
    """The page at ``/api/v1/docs``, which needs no script."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        described = api.get_openapi_schema()
        context = {
            "openapi_url": self.get_openapi_url(api, kwargs),
            "host": request.build_absolute_uri("/").removesuffix("/"),
            "filters": filters(described),
            "operations": operations(described, _keys()),
            "records": records(described),
        }
        return compressed_page(request, context)


@gzip_page
def compressed_page(request: HttpRequest, context: Mapping[str, Any]) -> HttpResponse:
    return render(request, "api/documentation.html", dict(context))


def operations(described: Described, keys: Mapping[str, str]) -> list[Operation]:
    """Return the operations of an OpenAPI description; ``keys`` are values of parameters in paths,
    for examples."""
    shared = {field.name for field in filters(described)}
    return [
        _operation(path, operation, set() if _is_list(operation) else shared, keys)
        for path, methods in described["paths"].items()
        for operation in methods.values()
    ]


def filters(described: Described) -> list[Field]:
    """Return the parameters that several searches describe in the same words."""
    fields = [
        _parameter(parameter)
        for methods in described["paths"].values()
        for operation in methods.values()
        for parameter in (() if _is_list(operation) else operation.get("parameters", ()))
    ]
    return [field for field, count in Counter(fields).items() if count >= SHARED_BY]


def records(described: Described) -> list[Record]:
    """Return the objects of answers, and the values that have a name."""
    schemas: Described = described.get("components", {}).get("schemas", {})
    return [
        Record(
            name,
            schema.get("description") or ("" if "properties" in schema else _type(schema)),
            [
                _field(part, value, part in schema.get("required", ()))
                for part, value in schema.get("properties", {}).items()
            ],
        )
        for name, schema in sorted(schemas.items())
    ]


def _is_list(operation: Described) -> bool:
    return LISTS in operation.get("tags", ())


def _operation(
    path: str, operation: Described, shared: set[str], keys: Mapping[str, str]
) -> Operation:
    fields = [_parameter(parameter) for parameter in operation.get("parameters", ())]
    names = {field.name for field in fields}
    responses: Mapping[Any, Any] = operation["responses"]  # by status, as number or text
    answer = responses.get("200") or responses.get(200, {})
    return Operation(
        name=operation["operationId"],
        path=path,
        summary=operation.get("summary", ""),
        text=" ".join(operation.get("description", "").split()),
        parameters=[field for field in fields if field.name not in shared],
        takes_filters=len(names & shared) > 1,
        answer=_record(_schema(answer)),
        refusals=[
            (str(status), response["description"])
            for status, response in sorted(responses.items(), key=lambda item: str(item[0]))
            if str(status) != "200"
        ],
        examples=list(_examples(path, operation["operationId"], names, keys)),
    )


def _examples(path: str, name: str, parameters: set[str], keys: Mapping[str, str]) -> Iterator[str]:
    if "{" in path:
        if name in keys:
            yield _PATH_PARAMETER.sub(lambda _: quote(keys[name]), path)
        return
    default = (ANY_QUERY,) if "q" in parameters else ()
    for query in EXAMPLES.get(name, default):
        yield f"{path}?{query}"


def _keys() -> dict[str, str]:
    """Return the key of a speech, a speaker, a meeting, … of this archive, if it has any, by the
    operation that reads it."""
    speakers = Speaker.objects.filter(merged_into=None)
    keys = {
        "speech": Speech.objects.order_by("pk").values_list("public_id", flat=True).first(),
        "speaker": speakers.order_by("pk").values_list("slug", flat=True).first(),
        "meeting": Meeting.objects.order_by("pk").values_list("slug", flat=True).first(),
    }
    for listing in LISTINGS:
        for _, row in listing.source.page(None, 1, [listing.key]) if listing.record else ():
            keys[listing.record] = row[listing.key]
    return {name: key for name, key in keys.items() if key}


def _parameter(parameter: Described) -> Field:
    schema = parameter.get("schema", {})
    return _field(
        parameter["name"],
        {**schema, "description": parameter.get("description", schema.get("description", ""))},
        parameter.get("required", False),
    )


def _field(name: str, schema: Described, is_required: bool) -> Field:
    return Field(name, _type(schema), schema.get("description", ""), is_required, _record(schema))


def _schema(response: Described) -> Described:
    content: Described = response.get("content", {}).get("application/json", {})
    schema: Described = content.get("schema", {})
    return schema


def _record(schema: Described) -> str:
    """Return the name of the record that a value is, or is a list of; "" if there is none."""
    if reference := schema.get("$ref"):
        return str(reference).rpartition("/")[2]
    inner = [*schema.get("anyOf", ()), *schema.get("allOf", ())]
    parts = (schema.get(key) for key in ("items", "additionalProperties"))
    inner.extend(part for part in parts if isinstance(part, dict))
    return next(filter(None, map(_record, inner)), "")


def _type(schema: Described) -> str:
    """Return the type of a value in words, such as "array of string or null"."""
    if "$ref" in schema:
        return _record(schema)
    if values := schema.get("enum"):
        return " | ".join(map(str, values))
    if "const" in schema:
        return str(schema["const"])
    if inner := [*schema.get("anyOf", ()), *schema.get("allOf", ())]:
        return " or ".join(dict.fromkeys(map(_type, inner)))
    kind = str(schema.get("format") or schema.get("type", "any"))
    if kind == "array":
        return f"array of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return kind
