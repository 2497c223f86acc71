"""A withdrawn speech is nowhere to be found, from the moment it is withdrawn: every public page,
API answer and file is searched for words that only it contains."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from itertools import product
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from support import rows
from support.archive_index import archive_index

from archive import languages
from archive.edge import limits
from statements import ingest
from statements.api.lists.tables import LISTINGS
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.markup.files import MARKUP
from statements.exports.quotations import Passage
from statements.exports.tables.files import TABLES
from statements.harvesting.formats import FORMATS
from statements.models import DeletedSpeech, ResultSet, Speech, Transcript, Withdrawal
from statements.result_sets import storing
from statements.search import SearchParameters
from statements.urls import pages, urlpatterns

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db

# said, named, voted and printed in the one speech alone
WORD = "zanthoxylum"
SPEAKER = "Quillfeather"
DOCUMENT = "S/RES/9876 (1999)"
DELEGATION = "Tarnland"
ADDRESS = "the-withdrawn-one"
ALERTS = ("new-alert", "confirm-alert", "end-alert")  # pages without words of speeches
KEPT = ("result-set-", "collection-")
UNIQUE = [WORD, SPEAKER, DOCUMENT, DELEGATION, ADDRESS]
REASON = "A name was printed by mistake."
FILES = tuple(f".{suffix}" for suffix in (*TABLES, *BIBLIOGRAPHIES, "zip", "svg"))
LISTS = [f"/api/v1/{name}" for name in ("speeches", *(each.name for each in LISTINGS))]
LISTS_OF_CHANGES = ("/oai", "/api/v1/speeches")


@pytest.fixture
def spoken(
    archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> tuple[Speech, Callable[[], int]]:
    """A speech among others, in the index, and the function that updates the index."""
    source = rows.transcript(
        f"Mr. {SPEAKER}: the {WORD}.".encode(),
        problems=[
            {"code": "x", "message": f"Near “{WORD}”.", "severity": "note", "line": 1, "speech": 1}
        ],
        dropped=[{"text": f"{WORD} page", "reason": "furniture", "line": 2}],
    )
    made = rows.speech(
        f"The {WORD} flowers by the river, as resolution 9876 (1999) of the Council says.",
        f"In favour: {DELEGATION}, Kazakhstan",
        "The river rose by a metre.",
        narrative=[2],
        public_id=ADDRESS,
        transcript=source,
        meeting=archive.meeting,
        session=archive.speech.session,
        position=3,
        transcript_position=1,
        speaker=rows.speaker(SPEAKER, country=rows.country("NOR"), slug="a-lone-speaker"),
        country=rows.country("NOR"),
        speaker_line=f"Mr. {SPEAKER} (Norway)",
        speaker_printed=f"Mr. {SPEAKER}",
        affiliation="Norway",
        topics=[archive.topic],
        date=date(2020, 1, 9),
    )
    made.paragraphs.filter(position=1).update(
        text=f"The {WORD} flowers by the river, as S/RES/9876 (1999) says."
    )
    ingest.annotate_again(Speech.objects.filter(pk=made.pk))
    rows.speech("Another speech follows.", meeting=archive.meeting, position=4)
    archive_index()
    storing.keep(SearchParameters(q="river"))
    return made, archive_index


def answers(client: Client) -> Iterator[tuple[str, str]]:
    """Everything public, by address: pages by links, files, and every operation of the API."""
    feeds = [reverse("feed"), reverse("json-feed")]
    waiting = ["/", "/sitemap.xml", *feeds, "/robots.txt", *_with_arguments()]
    description = client.get("/api/v1/openapi.json").json()
    for path, q in product(description["paths"], [WORD[:6], SPEAKER[:5], "river", ""]):
        if "{" not in path and path not in LISTS:
            waiting.append(f"{path}?q={q}")
            waiting.append(f"{path}?q={q}&rows=country&columns=organ&facet=speaker")
    waiting.append(f"/search/?q={WORD[:6]}*")
    waiting.append(f"/search/?q={WORD[:-1]}n")  # would suggest the word
    waiting.append("/search/?q=river&group=country")
    waiting.extend([*_harvested(), *LISTS, *_records(client)])
    waiting.extend(["/llms.txt", "/opensearch.xml"])
    waiting.extend(f"/search/suggestions.json?q={word[:5]}" for word in (WORD, SPEAKER))
    facets = ("speaker", "country", "topic", "meeting", "year")
    waiting.extend(reverse("facet", args=[facet]) for facet in facets)
    seen = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer: Any = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = html.unescape(body.decode("utf-8", "replace"))
        yield address, text
        if answer.status_code in (301, 302):
            waiting.append(answer["Location"])
        for link in re.findall(r'(?:href|src)="([^"#]+)|<loc>([^<]+)', text):
            parts = urlsplit(urljoin(f"http://testserver{address}", html.unescape("".join(link))))
            # searches lead to searches without end: those above stand for them
            path = languages.path_in("en", parts.path)
            endless = path.startswith(("/search", "/api", "/static", "/admin", "/collection"))
            if parts.netloc == "testserver" and not endless and not path.endswith(FILES):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


def _harvested() -> Iterator[str]:
    """Every part of OAI-PMH; the archive is smaller than a part of a list."""
    yield f"{reverse('oai')}?verb=ListSets"
    for prefix in FORMATS:
        yield f"{reverse('oai')}?verb=ListRecords&metadataPrefix={prefix}"
        yield f"{reverse('oai')}?verb=ListIdentifiers&metadataPrefix={prefix}"
        yield (
            f"{reverse('oai')}?verb=GetRecord&metadataPrefix={prefix}"
            f"&identifier=oai:testserver:{ADDRESS}"
        )


def _records(client: Client) -> Iterator[str]:
    """Every row of the lists of the API, each by itself."""
    for listing in LISTINGS:
        for row in client.get(f"/api/v1/{listing.name}").json()["rows"] if listing.record else ():
            yield f"/api/v1/{listing.name}/{quote(str(row[listing.key]))}"


def _with_arguments() -> list[str]:
    hashes = Transcript.objects.values_list("sha256", flat=True)
    return [
        reverse("meeting", args=["riv-pv-7"]),
        reverse("session", args=["rivers-council-12-general-debate"]),
        reverse("country", args=["NOR"]),
        reverse("country-votes", args=["NOR"]),
        reverse("country-votes", args=["KAZ"]),
        reverse("topic", args=["floods"]),
        reverse("documents"),
        f"{reverse('documents')}?symbol={DOCUMENT}",
        reverse("browse-year", args=[2020]),
        reverse("browse-month", args=[2020, 1]),
        reverse("browse-day", args=[2020, 1, 9]),
        f"{reverse('collection')}?ids={ADDRESS}",
        *(each.get_absolute_url() for each in ResultSet.objects.all()),
        *(reverse("transcript", args=[each]) for each in hashes),
        *(reverse("original", args=[each]) for each in hashes),
        *(
            reverse("speech", args=[each])
            for each in Speech.objects.values_list("public_id", flat=True)
        ),
    ]


def leaks(client: Client) -> set[tuple[str, str]]:
    """Addresses whose answers contain words of the withdrawn speech alone."""
    found = set()
    for address, text in answers(client):
        for word in UNIQUE:
            asked = word in html.unescape(address) or "symbol=S" in address
            # copies of a speech are to be deleted by its identifier, and what readers keep names
            # by its address what was withdrawn since
            told = address.startswith(LISTS_OF_CHANGES) or "/result/" in address
            asked = asked or (word == ADDRESS and told)
            if word.lower() in text.lower() and not asked:
                found.add((address, word))
    return found


def test_a_public_speech_is_found_by_the_walk(
    client: Client, spoken: tuple[Speech, Callable[[], int]]
) -> None:
    everywhere = leaks(client)
    paths = {address.partition("?")[0] for address, _ in everywhere}
    assert {word for _, word in everywhere} == set(UNIQUE)
    assert {
        reverse("meeting", args=["riv-pv-7"]),
        reverse("session", args=["rivers-council-12-general-debate"]),
        reverse("documents"),
        reverse("search"),
        "/sitemap-speeches.xml",
        reverse("speakers"),
        "/api/v1/complete",
        "/api/v1/search",
        "/api/v1/documents",
        "/api/v1/speakers",
        "/api/v1/speeches",
        "/oai",
    } <= paths
    patterns = [each for each in (*pages, *urlpatterns) if isinstance(each, URLPattern)]
    names = {each.name for each in patterns if not (each.name or "").endswith(limits.FILES)}
    assert names <= WALKED | {"about", "help", "new-result-set", *ALERTS}, (
        "a new kind of page: have the walk look at it"
    )


WALKED = {
    *("home", "search", "feed", "robots", "sitemap", "sitemap-of", "speech", "meetings"),
    *("meeting", "countries", "country", "country-votes", "documents", "speakers", "speaker"),
    *("topics", "topic", "transcript", "original", "browse", "browse-undated", "browse-year"),
    *("browse-month", "browse-day", "facet", "sessions", "session"),
    *("json-feed", "added-feed", "added-json-feed"),
    *("card", "passage-card", "quotation", "embed", "page-of-original", "page-image"),
    *("organ", "affiliations", "affiliation", "coverage", "country-year", "session-country"),
    *("on-this-day", "on-this-day-today", "collection", "result-set"),
    *("oai", "opensearch", "suggestions", "llms"),
    *("data", "data-package"),  # offered if switched on: see tests/packages
}


def files() -> Iterator[tuple[str, str]]:
    """The address of every file, and the name of its pattern."""
    arguments = {
        "public_id": ADDRESS, "passage": Passage(1), "code": "NOR", "year": 2020, "month": 1,
        "day": 9, "result_id": ResultSet.objects.get().public_id,
        "sha256": Transcript.objects.get(speeches__public_id=ADDRESS).sha256,
    }  # fmt: skip
    slugs = {
        "meeting": "riv-pv-7", "organ": "rivers-council", "speaker": "a-lone-speaker",
        "session": "rivers-council-12-general-debate", "topic": "floods", "affiliation": "greens",
    }  # fmt: skip
    for each in urlpatterns:
        name = getattr(each, "name", None) or ""
        if not name.endswith(limits.FILES):
            continue
        known = arguments | {"slug": slugs.get(name.split("-")[0], "")}
        needed = {key: known[key] for key in each.pattern.converters if key != "suffix"}  # type: ignore[union-attr]
        if name.endswith("-figure"):
            yield reverse(name, kwargs=needed) + f"?symbol={quote(DOCUMENT)}", name
            continue
        of_name = {
            "file": TABLES,
            "bibliography": BIBLIOGRAPHIES,
            "markup": (*MARKUP, "epub"),
            "book": ("epub",),
        }
        suffixes = of_name.get(name.rpartition("-")[2], ("csv",))
        asked = {
            "documents": f"symbol={quote(DOCUMENT)}&",
            "search": "q=flowers&",
            "collection": f"ids={ADDRESS}&",
        }
        without_rows = name.endswith(("-bibliography", "-markup", "-book"))
        rows_are = [""] if without_rows else ["paragraphs", "speeches"]
        if name == "search-file":
            rows_are.append("matches")
        queries = [f"?{asked.get(name.split('-')[0], '')}rows={kind}" for kind in rows_are]
        for suffix, query in product(suffixes, queries):
            yield reverse(name, kwargs=needed | {"suffix": suffix}) + query, name


def contents(answer: Any) -> str:
    """All that a file holds, with the members of archives."""
    content = answer.getvalue()
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as archive:
        members = [archive.read(name) for name in archive.namelist()]
    return "".join(
        member.decode("utf-8", "replace") if not member.startswith(b"PK") else inner(member)
        for member in members
    )


def inner(workbook: bytes) -> str:
    with ZipFile(BytesIO(workbook)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def files_with_words(client: Client) -> set[str]:
    """The names of patterns of files that hold words of the withdrawn speech alone."""
    found = set()
    for address, name in files():
        text = contents(client.get(address)).lower()
        # what readers keep names what was withdrawn since, by its address
        words = (WORD, SPEAKER.lower(), *(() if name.startswith(KEPT) else (ADDRESS,)))
        if any(word in text for word in words):
            found.add(name)
    return found


def test_no_file_holds_a_word_of_a_withdrawn_speech(
    client: Client, spoken: tuple[Speech, Callable[[], int]]
) -> None:
    speech, _ = spoken
    before = files_with_words(client)
    assert {"search-file", "search-archive", "meeting-file", "country-file"} <= before
    assert {"speech-markup", "meeting-markup", "search-book", "country-book"} <= before
    bibliographies = {name for _, name in files() if name.endswith("-bibliography")}
    assert bibliographies - before == {"affiliation-bibliography"}
    ingest.withdraw([speech.pk], REASON)
    assert files_with_words(client) == set()


@pytest.mark.parametrize("followed", [False, True], ids=["at once", "once the index followed"])
def test_nothing_given_out_holds_a_word_of_a_withdrawn_speech(
    client: Client, spoken: tuple[Speech, Callable[[], int]], followed: bool
) -> None:
    speech, follow = spoken
    ingest.withdraw([speech.pk], REASON)
    if followed:
        follow()
    assert leaks(client) == set()


def test_a_reinstated_speech_is_where_it_was(
    client: Client, spoken: tuple[Speech, Callable[[], int]]
) -> None:
    speech, follow = spoken
    before = leaks(client)
    updated_at = Speech.objects.get(pk=speech.pk).updated_at
    ingest.withdraw([speech.pk], REASON)
    follow()
    ingest.reinstate([speech.pk])
    follow()
    assert leaks(client) == before
    again = Speech.objects.get(public_id=ADDRESS)
    assert (again.pk, again.position, again.updated_at) == (speech.pk, 3, updated_at)
    assert again.corrected_at is None


def test_the_address_says_since_when_and_why(
    client: Client, spoken: tuple[Speech, Callable[[], int]]
) -> None:
    speech, _ = spoken
    ingest.withdraw([speech.pk], REASON)
    answer = client.get(reverse("speech", args=[ADDRESS]))
    assert answer.status_code == 410
    page = answer.content.decode()
    since = Withdrawal.objects.get().withdrawn_at
    assert f"was withdrawn on {since:%-d %B %Y}." in page
    assert f"Reason: {REASON}" in page
    api = client.get(f"/api/v1/speeches/{ADDRESS}")
    assert api.status_code == 410
    assert api.json()["reason"] == REASON
    assert api.json()["since"].startswith(f"{since:%Y-%m-%d}")
    assert "no-store" in api["Cache-Control"]
    assert client.head(f"/api/v1/speeches/{ADDRESS}").status_code == 410


def test_an_erased_speech_says_why_too(
    client: Client, spoken: tuple[Speech, Callable[[], int]]
) -> None:
    speech, _ = spoken
    ingest.withdraw([speech.pk], "For a while.")
    ingest.erase(speech.pk, "A court ordered it.")
    assert DeletedSpeech.objects.get().transcript_hashes == [speech.transcript.sha256]
    assert not Withdrawal.objects.exists()
    answer = client.get(reverse("speech", args=[ADDRESS]))
    assert answer.status_code == 410
    assert "Reason: A court ordered it." in answer.content.decode()
    assert client.get(f"/api/v1/speeches/{ADDRESS}").json()["reason"] == "A court ordered it."
    assert leaks(client) == set()


def test_the_original_is_withheld_and_comes_back(
    client: Client, archive: rows.SmallArchive
) -> None:
    source = archive.transcript
    address = reverse("original", args=[source.sha256])
    etag = client.get(address)["ETag"]
    ingest.withdraw([archive.speech.pk], REASON)
    for headers in ({}, {"If-None-Match": etag}):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 410
        assert f"Reason: {REASON}" in answer.content.decode()
    page = client.get(reverse("transcript", args=[source.sha256])).content.decode()
    assert "Not available: A speech from this file was withdrawn" in page
    assert "A hyphen." not in page
    ingest.reinstate([archive.speech.pk])
    assert client.get(address).content == bytes(
        Transcript.objects.defer(None).get(pk=source.pk).content
    )


def test_a_file_whose_words_were_replaced_is_withheld_too(
    client: Client, archive: rows.SmallArchive
) -> None:
    former = archive.speech.transcript
    archive.speech.former_transcripts.add(former)
    archive.speech.transcript = rows.transcript()
    archive.speech.transcript_position = 9
    archive.speech.save()
    ingest.withdraw([archive.speech.pk], REASON)
    assert client.get(reverse("original", args=[former.sha256])).status_code == 410
    ingest.erase(archive.speech.pk, REASON)
    assert client.get(reverse("original", args=[former.sha256])).status_code == 410


def test_neighbours_and_counts_close_the_gap(client: Client, archive: rows.SmallArchive) -> None:
    second = Speech.objects.get(public_id="riv-pv-7-002")
    ingest.withdraw([archive.speech.pk], REASON)
    page: Any = client.get(second.get_absolute_url())
    neighbours = page.context["neighbours"]
    assert (neighbours.place, neighbours.places, neighbours.previous) == (1, 1, None)
    assert client.get("/").context["totals"]["speeches"] == 2
    [meeting] = client.get(reverse("meetings")).context["page"].object_list
    assert meeting.speech_count == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b"])
def test_a_reason_is_needed(archive: rows.SmallArchive, reason: str) -> None:
    with pytest.raises(ingest.IngestError):
        ingest.withdraw([archive.speech.pk], reason)
    with pytest.raises(ingest.IngestError):
        ingest.erase(archive.speech.pk, reason)
    assert Speech.objects.filter(pk=archive.speech.pk).exists()


def test_many_are_withdrawn_for_one_reason(archive: rows.SmallArchive) -> None:
    keys = list(Speech.objects.values_list("pk", flat=True))
    assert len(ingest.withdraw(keys, REASON)) == len(keys)
    assert Withdrawal.objects.count() == 1
    assert ingest.withdraw(keys, "Another reason.") == []
    assert Withdrawal.objects.get().reason == REASON
    assert len(ingest.reinstate(keys)) == len(keys)
    assert ingest.reinstate(keys) == []
    assert ingest.withdraw([], REASON) == []
