"""Results that readers keep: the same list later, and what has changed since."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils.html import strip_tags
from django.utils.timezone import now
from support import rows

from statements.ingest import annotate_again, erase, withdraw
from statements.models import Paragraph, ResultSet, Speech
from statements.result_sets import storing
from statements.search import SearchParameters

SECRET = "lighthouse"


@pytest.fixture
def index(archive_index: Callable[[], int]) -> Callable[[], int]:
    """Store four speeches about a river, and one about something else."""
    norway = rows.country("NOR")
    for number, words in enumerate(("high", "low", f"near the {SECRET}", "wide"), 1):
        rows.speech(
            f"The river is {words}.",
            country=norway if number < 3 else None,
            public_id=f"river-{number}",
            position=number,
        )
    rows.speech("It rained.", public_id="rain", position=9)
    annotate_again(Speech.objects.all())  # stores digests
    archive_index()
    return archive_index


def keep(client: Client, query: str = "q=river&sort=oldest") -> str:
    """Return the address of the result of a search, kept."""
    page = client.get(f"/result/new/?{query}").content.decode()
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    fields = {name: unescape(value) for name, value in hidden}
    response = client.post("/result/new/", fields)
    assert response.status_code == 303
    return response["Location"]


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    body = response.content.decode().partition("<main")[2]
    return " ".join(unescape(strip_tags(body)).split())


def speeches_of(client: Client, address: str) -> list[str]:
    """Return the ids of the speeches that a page lists, in its order."""
    page = client.get(address).content.decode().partition('<ol class="rows"')[2]
    return list(dict.fromkeys(re.findall(r'href="/speech/([\w-]+)/"', page)))


def change(public_id: str, words: str) -> None:
    Paragraph.objects.filter(speech__public_id=public_id).update(text=words)
    annotate_again(Speech.objects.filter(public_id=public_id))


def test_the_same_list_in_the_same_order(client: Client, index: Callable[[], int]) -> None:
    address = keep(client)
    assert re.fullmatch(r"/result/[a-z2-7]{13}/", address)
    kept = speeches_of(client, address)
    assert kept == [f"river-{number}" for number in (1, 2, 3, 4)]
    text = shown(client, address)
    assert "This search found 4 speeches on" in text
    assert "Nothing has changed" in text
    assert "Oldest first" in text
    response = client.get(address)
    assert "noindex" in response.content.decode()
    assert not response.cookies


def test_additions_changes_and_withdrawals_are_told(
    client: Client, index: Callable[[], int]
) -> None:
    address = keep(client)
    before = client.get(address)["ETag"]
    change("river-1", "The river is dry.")
    change("river-2", "The lake is low.")
    withdraw([Speech.objects.get(public_id="river-3").pk], "The speaker asked for it.")
    rows.speech("Another river.", public_id="river-5", position=10)
    index()
    response = client.get(address, headers={"If-None-Match": before})
    assert response.status_code == 200
    text = shown(client, address)
    assert "Speeches of the result 4" in text
    assert "Added since 1" in text
    assert "Changed since 2" in text
    assert "No longer found 1" in text
    assert "Withdrawn since 1" in text
    assert "The speaker asked for it." in text
    assert SECRET not in text
    assert speeches_of(client, address) == [f"river-{number}" for number in (1, 2, 3, 4)]
    assert speeches_of(client, f"{address}?part=added") == ["river-5"]
    assert speeches_of(client, f"{address}?part=changed") == ["river-1", "river-2"]
    assert speeches_of(client, f"{address}?part=unmatched") == ["river-2"]
    assert speeches_of(client, f"{address}?part=unavailable") == ["river-3"]


def test_other_punctuation_is_no_change(client: Client, index: Callable[[], int]) -> None:
    address = keep(client)
    change("river-1", "“The River is high”!")
    index()
    assert "Nothing has changed" in shown(client, address)


def test_erased_speeches_are_named(client: Client, index: Callable[[], int]) -> None:
    address = keep(client)
    erase(Speech.objects.get(public_id="river-3").pk, "A court ordered it.")
    index()
    assert "A court ordered it." in shown(client, f"{address}?part=unavailable")


def test_the_same_result_has_the_same_address(client: Client, index: Callable[[], int]) -> None:
    address = keep(client)
    assert keep(client) == address
    assert keep(client, "q=river&sort=oldest&page=7&group=year&view=speeches") == address
    assert keep(client, "q=river&sort=newest") != address
    assert keep(client, "q=river&sort=oldest&country=nor") != address
    change("river-1", "The river is dry.")
    index()
    assert keep(client) != address


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_get_one_address(archive_index: Callable[[], int]) -> None:
    rows.speech("The river is high.", public_id="river")
    archive_index()

    def store(_: int) -> str:
        try:
            return storing.keep(SearchParameters(q="river")).public_id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(store, range(4)))) == 1
    assert ResultSet.objects.count() == 1


def test_empty_results_and_all_speeches_can_be_kept(
    client: Client, index: Callable[[], int]
) -> None:
    assert "This search found 0 speeches" in shown(client, keep(client, "q=zebra"))
    everything = shown(client, keep(client, "sort=oldest"))
    assert "all speeches" in everything
    assert "This search found 5 speeches" in everything


def test_too_many_speeches_are_refused(
    client: Client, index: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "MAX_SPEECHES", 3)
    response = client.post("/result/new/", {"q": "river"})
    assert response.status_code == 400
    assert "Please narrow the search." in response.content.decode()
    assert not ResultSet.objects.exists()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("q=%28river", "bracket"), ("q=river&sort=tallest", "Sort by"), ("q=a%00b", "NUL")],
)
def test_searches_that_cannot_be_run_are_refused(
    client: Client, index: Callable[[], int], query: str, sentence: str
) -> None:
    for response in (
        client.get(f"/result/new/?{query}"),
        client.post("/result/new/", query, content_type="application/x-www-form-urlencoded"),
    ):
        assert response.status_code == 400
        assert sentence in response.content.decode()
    assert not ResultSet.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/result/aaaaaaaaaaaaa/", "/result/short/", "/result/AAAAAAAAAAAAA/", "/result/%00/"],
)
def test_unknown_addresses(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_page_beyond_the_list_and_a_part_that_does_not_exist(
    client: Client, index: Callable[[], int]
) -> None:
    address = keep(client)
    assert client.get(f"{address}?page=2").status_code == 404
    assert client.get(f"{address}?page=x").status_code == 404
    assert len(speeches_of(client, f"{address}?part=other")) == 4


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_forms_of_other_sites_are_refused(
    client: Client, index: Callable[[], int], headers: dict[str, str]
) -> None:
    assert client.post("/result/new/", {"q": "river"}, headers=headers).status_code == 403
    assert not ResultSet.objects.exists()
    allowed = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/result/new/", {"q": "river"}, headers=allowed).status_code == 303


def test_a_search_that_is_no_longer_valid_keeps_its_list(
    client: Client, index: Callable[[], int]
) -> None:
    address = keep(client)
    ResultSet.objects.update(parameters=[["q", "(river"]])
    text = shown(client, address)
    assert "The search cannot be repeated" in text
    assert len(speeches_of(client, address)) == 4


def test_archivists_withdraw_a_result_and_show_it_again(
    client: Client, index: Callable[[], int]
) -> None:
    address = keep(client)
    tag = client.get(address)["ETag"]
    result_set = ResultSet.objects.get()
    desk = Client()
    desk.force_login(User.objects.create_superuser("root"))
    form = f"/admin/statements/resultset/{result_set.pk}/change/"
    assert "river" in desk.get("/admin/statements/resultset/?q=river").content.decode()
    desk.post(form, {"withdrawal_reason": "  "})
    assert client.get(address).status_code == 200
    assert desk.post(form, {"withdrawal_reason": "Advertising."}).status_code == 302
    for response in (client.get(address), client.get(address, headers={"If-None-Match": tag})):
        assert response.status_code == 410
        assert "Advertising." in response.content.decode()
    # keeping it again does not bring it back
    assert client.get(keep(client)).status_code == 410
    desk.post(form, {"withdrawal_reason": ""})
    assert client.get(address).status_code == 200


def test_results_are_for_those_who_may_withdraw(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get("/admin/statements/resultset/").status_code == 403


def test_citations_name_search_count_day_and_address(
    client: Client, index: Callable[[], int]
) -> None:
    address = keep(client, "q=river&country=NOR&from=1900&sort=oldest")
    text = shown(client, address)
    assert re.search(
        r"search for “river” \(Country: Norway; From: 1 January 1900\), 2 speeches,"
        r" kept on \d+ \w+ \d{4}, http://testserver/result/",
        text,
    )
    french = shown(client, f"/fr{address}")
    assert "search for “river” (Country: Norway; From: 1 January 1900), 2 speeches" in french
    assert f"http://testserver{address}" in french


def test_hostile_queries_stay_text(client: Client, index: Callable[[], int]) -> None:
    address = keep(client, "q=river+OR+%22%3Cscript%3Ealert(1)%3C/script%3E%22")
    page = client.get(address).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_page_of_a_search_offers_to_keep_it(client: Client, index: Callable[[], int]) -> None:
    page = client.get("/search/?q=river&sort=oldest").content.decode()
    assert 'href="/result/new/?q=river&amp;procedure=hide&amp;sort=oldest"' in page or (
        'href="/result/new/?q=river&amp;sort=oldest"' in page
    )


def ids_in(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return [json.loads(line)["id"] for line in response.getvalue().splitlines()]


def test_a_result_is_a_file_of_the_same_speeches(client: Client, index: Callable[[], int]) -> None:
    address = keep(client)
    path = address.removesuffix("/")
    assert ids_in(client, f"{path}.jsonl") == [f"river-{number}" for number in (1, 2, 3, 4)]
    change("river-1", "The river is dry.")
    withdraw([Speech.objects.get(public_id="river-3").pk], "The speaker asked for it.")
    rows.speech("Another river.", public_id="river-5", position=10)
    index()
    assert ids_in(client, f"{path}.jsonl") == ["river-1", "river-2", "river-4"]
    description = json.loads(client.get(f"{path}.csv.manifest.json").content)
    assert description["speeches"] == 3
    result = description["result"]
    digests = dict(result["speeches"])
    assert list(digests) == [f"river-{number}" for number in (1, 2, 3, 4)]
    assert [name for name, digest in digests.items() if not digest] == ["river-3"]
    assert result["changed_since"] == ["river-1"]
    assert result["withdrawn_since"] == ["river-3"]
    assert ["q", "river"] in result["search"]
    assert f'href="{path}.csv"' in client.get(address).content.decode()
    for suffix in ("csv", "xlsx", "json", "txt", "csv.zip", "bib", "ris", "csl.json"):
        response = client.get(f"{path}.{suffix}")
        assert response.status_code == 200
        assert response.getvalue()
    assert client.get(f"{path}.csv?rows=words").status_code == 400


def test_a_withdrawn_result_is_no_file(client: Client, index: Callable[[], int]) -> None:
    path = keep(client).removesuffix("/")
    ResultSet.objects.update(withdrawn_at=now(), withdrawal_reason="Advertising.")
    response = client.get(f"{path}.csv")
    assert response.status_code == 410
    assert "Advertising." in response.content.decode()
    assert client.get("/result/aaaaaaaaaaaaa.csv").status_code == 404
