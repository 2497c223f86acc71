"""Lists of the API: every row once, in pages that a cursor leads through."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from support import rows

from statements import ingest
from statements.api.lists.requests import cursor
from statements.api.lists.tables import LISTINGS, Listing
from statements.models import Datestamp, Meeting, Speech, Topic, changes

pytestmark = pytest.mark.django_db

HOST = "http://testserver"
lists = pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)


@pytest.fixture
def archive(archive: rows.SmallArchive) -> rows.SmallArchive:
    """Several rows of each kind."""
    for number in range(3):
        meeting = rows.meeting(f"RIV/PV.2{number}", organ=f"Council {number}")
        rows.speech(
            f"As S/RES/{number + 1} (1999) says.",
            "In favour: Chad, Mali",
            narrative=[2],
            meeting=meeting,
            session=rows.session(number, slug=f"session-{number}"),
            country=rows.country(("NOR", "TCD", "MLI")[number]),
            speaker=rows.speaker(f"Brook {number}"),
            topics=[rows.topic(f"Topic {number}")],
        )
    ingest.annotate_again(Speech.objects.all())
    return archive


def pages(client: Client, address: str) -> Iterator[dict[str, Any]]:
    following: str | None = address
    while following:
        response = client.get(following)
        assert response.status_code == 200
        page = response.json()
        yield page
        following = page["next"]
        link = f'<{HOST}{following}>; rel="next"' if following else None
        assert response.headers.get("Link") == link


@lists
def test_pages_have_every_row_once(
    client: Client, archive: rows.SmallArchive, listing: Listing
) -> None:
    [whole] = pages(client, f"/api/v1/{listing.name}")
    assert len(whole["rows"]) >= 3
    keys = [row[listing.key] for row in whole["rows"]]
    assert len(set(keys)) == len(keys)
    small = [page["rows"] for page in pages(client, f"/api/v1/{listing.name}?limit=1")]
    assert [row for page in small for row in page] == whole["rows"]
    for row in whole["rows"]:
        listing.row.model_validate(row)
        assert list(row) == listing.fields
        assert client.get(row["url"].partition("#")[0]).status_code == 200
        if listing.record:
            one = client.get(f"/api/v1/{listing.name}/{row[listing.key]}")
            assert one.json() == row


@lists
def test_a_row_has_the_fields_that_are_asked_for(
    client: Client, archive: rows.SmallArchive, listing: Listing
) -> None:
    [whole] = pages(client, f"/api/v1/{listing.name}")
    for field in listing.fields:
        [page] = pages(client, f"/api/v1/{listing.name}?fields={field}")
        assert page["rows"] == [{field: row[field]} for row in whole["rows"]]


@lists
def test_an_empty_archive_has_empty_lists(client: Client, listing: Listing) -> None:
    assert client.get(f"/api/v1/{listing.name}").json() == {"rows": [], "next": None}


@pytest.mark.parametrize("name", ["speeches", *(listing.name for listing in LISTINGS)])
@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ("fields=nothing", "fields", "The fields are: "),
        ("fields=,", "fields", "The fields are: "),
        ("limit=0", "limit", "from 1 to 500"),
        ("limit=501", "limit", "from 1 to 500"),
        ("limit=²", "limit", "from 1 to 500"),
        ("cursor=x", "cursor", "Begin without a cursor"),
        ("cursor=W10", "cursor", "Begin without a cursor"),
        (f"cursor={cursor(['a', 'b', 'c'])}", "cursor", "Begin without a cursor"),
        (f"cursor={cursor([chr(0)])}", "cursor", "Begin without a cursor"),
        (f"cursor={cursor([1 << 62, chr(0)])}", "cursor", "Begin without a cursor"),
        ("cursor=" + "A" * 3_000, "cursor", "Begin without a cursor"),
        ("page=2", "page", "limit, cursor, fields"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_explained(
    client: Client, name: str, query: str, parameter: str, words: str
) -> None:
    response = client.get(f"/api/v1/{name}?{query}")
    assert response.status_code == 400
    assert words in response.json()["errors"][parameter]


@pytest.mark.parametrize("listing", [each for each in LISTINGS if each.record])
@pytest.mark.parametrize("key", ["nothing", "%00", "é", "x.1", "x.²", "a" * 500])
def test_what_there_is_not_is_answered_404(client: Client, listing: Listing, key: str) -> None:
    response = client.get(f"/api/v1/{listing.name}/{key}")
    assert response.status_code == 404
    assert f"/api/v1/{listing.name}" in response.json()["errors"][listing.key]


def test_rows_added_while_a_list_is_read_move_no_others(
    client: Client, archive: rows.SmallArchive
) -> None:
    keys = []
    for number, page in enumerate(pages(client, "/api/v1/topics?limit=1&fields=slug")):
        keys += [row["slug"] for row in page["rows"]]
        if not number:
            rows.speech(topics=[rows.topic("Early", slug="a-very-early-one")])
            Topic.objects.filter(slug=keys[0]).delete()
    assert keys == sorted(
        {*Topic.objects.values_list("slug", flat=True), keys[0]} - {"a-very-early-one"}
    )


# -- speeches ------------------------------------------------------------------------------------


def test_all_speeches_are_listed_and_each_is_as_when_read_alone(
    client: Client, archive: rows.SmallArchive
) -> None:
    found = [row for page in pages(client, "/api/v1/speeches?limit=2") for row in page["rows"]]
    assert len(found) == Speech.objects.count()
    for row in found:
        whole = client.get(f"/api/v1/speeches/{row['id']}").json()
        changed_at = row.pop("changed_at")
        assert datetime.fromisoformat(changed_at).tzinfo
        assert row == {name: whole[name] for name in row}
    [page] = pages(client, "/api/v1/speeches?fields=id,changed_at")
    assert {tuple(row) for row in page["rows"]} == {("id", "changed_at")}


@pytest.mark.parametrize(
    ("since", "ids"),
    [
        ("2001-01-02", {"riv-pv-7-001", "undated-1"}),
        ("2001-01-01", {"riv-pv-7-001", "undated-1", "riv-pv-7-002"}),
        ("2001-01-01T00:00:01Z", {"riv-pv-7-001", "undated-1"}),
        ("2001-01-01T01:00:01%2B01:00", {"riv-pv-7-001", "undated-1"}),
        ("2999-01-01", set()),
    ],
)
def test_what_changed_since_a_time_is_listed(
    client: Client, db: None, since: str, ids: set[str]
) -> None:
    archive = rows.small_archive()
    changes.assign()
    Datestamp.objects.update(changed_at=datetime(2001, 1, 1, tzinfo=UTC))
    Meeting.objects.filter(pk=archive.meeting.pk).update(place="Ghent")  # a change of two speeches
    changes.assign()
    Datestamp.objects.filter(pk="riv-pv-7-002").update(changed_at=datetime(2001, 1, 1, tzinfo=UTC))
    archive.undated.delete()
    ingest.withdraw([archive.speech.pk], "By mistake.")
    [page] = pages(client, f"/api/v1/speeches?changed_since={since}")
    listed = {row["id"] for key in ("rows", "gone") for row in page[key]}
    assert listed == ids
    assert {row["id"] for row in page["gone"]} == ids - {"riv-pv-7-002"}


@pytest.mark.parametrize("since", ["yesterday", "2020-02-30", "1", "2020-01-01T25:00:00Z"])
def test_a_time_that_is_none_is_explained(client: Client, since: str) -> None:
    response = client.get("/api/v1/speeches", {"changed_since": since})
    assert response.status_code == 400
    assert "2026-01-31" in response.json()["errors"]["changed_since"]


def test_the_description_allows_every_day(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    [since] = [
        each
        for each in paths["/api/v1/speeches"]["get"]["parameters"]
        if each["name"] == "changed_since"
    ]
    [example] = re.findall(r"2026-[0-9T:Z-]+", since["description"])
    for time in (example, "2020-02-29", "1999-12-30", "2020-10-10T00:00:00Z"):
        assert re.match(since["schema"]["pattern"], time)
        assert client.get("/api/v1/speeches", {"changed_since": time}).status_code == 200
    for time in ("2020-01-32", "2020-13-01", "2020-01-00"):
        assert not re.match(since["schema"]["pattern"], time)


def test_every_operation_says_when_it_may_have_no_answer(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for operation in operations.values():
            assert {"200", "304", "429", "503"} <= operation["responses"].keys(), path


def test_a_copy_misses_nothing_while_speeches_change(
    client: Client, archive: rows.SmallArchive
) -> None:
    changes.assign()
    Datestamp.objects.update(changed_at=datetime(2001, 1, 1, tzinfo=UTC))
    ids = list(Datestamp.objects.order_by("pk").values_list("pk", flat=True))
    events = [
        lambda: Speech.objects.filter(public_id=ids[0]).update(role="Chair"),
        lambda: Speech.objects.get(public_id=ids[1]).delete(),
        lambda: rows.speech(public_id="added-meanwhile"),
    ]
    copy: dict[str, str] = {}
    for page in pages(client, "/api/v1/speeches?limit=1&fields=id,role"):
        copy |= {row["id"]: row["role"] for row in page["rows"]}
        for gone in page["gone"]:
            copy.pop(gone["id"], None)
        if events:
            events.pop(0)()
    assert copy == dict(Speech.objects.values_list("public_id", "role"))


def test_a_speech_is_a_text_to_read_when_asked_for(
    client: Client, archive: rows.SmallArchive
) -> None:
    address = "/api/v1/speeches/riv-pv-7-001"
    response = client.get(address, headers={"accept": "text/plain"})
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Accept" in response["Vary"]
    text = response.content.decode()
    assert "The river rose by a metre.\n\n[The meeting was suspended at noon.]" in text
    assert f"{HOST}/speech/riv-pv-7-001/" in text
    for accept in ("*/*", "application/json", "text/html", ""):
        assert client.get(address, headers={"accept": accept}).json()["id"] == "riv-pv-7-001"


# -- other sites, and copies ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["speeches", "topics", "topics/floods", "speeches/riv-pv-7-001", "search?q=river"]
)
def test_pages_of_other_sites_may_read(
    client: Client, archive: rows.SmallArchive, address: str
) -> None:
    preflight = client.options(f"/api/v1/{address}")
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Origin"] == "*"
    assert "GET" in preflight["Access-Control-Allow-Methods"]
    assert preflight["Access-Control-Allow-Headers"] == "If-None-Match"
    response = client.get(f"/api/v1/{address}")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link"} <= set(response["Access-Control-Expose-Headers"].split(", "))


@pytest.mark.parametrize("address", ["speeches", "topics", "topics/floods"])
def test_a_list_that_has_not_changed_is_not_sent_again(
    client: Client, archive: rows.SmallArchive, address: str
) -> None:
    etag = client.get(f"/api/v1/{address}")["ETag"]
    again = client.get(f"/api/v1/{address}", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    archive.topic.title = "Floods"
    archive.topic.save()
    assert client.get(f"/api/v1/{address}", headers={"if-none-match": etag}).status_code == 200
    assert client.head(f"/api/v1/{address}").status_code == 200
