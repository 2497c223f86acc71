"""Collections: the address holds the list, and the page is complete without scripts."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from support import rows

from statements.ingest import erase, withdraw
from statements.result_sets.collections import MAX_COLLECTED

SECRET = "lighthouse"


@pytest.fixture
def speeches(db: None) -> None:
    for position, name in enumerate("abc", 1):
        rows.speech(f"The {SECRET} of {name}.", public_id=name, position=position)


def page_of(client: Client, ids: str) -> str:
    response = client.get("/collection/", {"ids": ids})
    assert response.status_code == 200
    return unescape(response.content.decode())


def listed(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/speech/(\w+)/"', page)


def test_speeches_are_listed_in_the_order_of_the_address(client: Client, speeches: None) -> None:
    page = page_of(client, "c,a,b,a")
    assert listed(page) == ["c", "a", "b"]
    assert "3 speeches that a reader put together" in page
    assert "noindex" in page
    assert listed(client.get("/collection/?ids=b&ids=c,%20a").content.decode()) == ["b", "c", "a"]


def test_links_remove_speeches_and_move_them_up(client: Client, speeches: None) -> None:
    page = page_of(client, "c,a,b")
    links = re.findall(r'href="(/collection/\?[^"]+)" rel="nofollow">(\w[\w ]+)<', page)
    assert links == [
        ("/collection/?ids=a,b", "Remove"),
        ("/collection/?ids=a,c,b", "Move up"),
        ("/collection/?ids=c,b", "Remove"),
        ("/collection/?ids=c,b,a", "Move up"),
        ("/collection/?ids=c,a", "Remove"),
    ]
    assert listed(client.get("/collection/?ids=c,b,a").content.decode()) == ["c", "b", "a"]
    assert 'href="/collection/" rel="nofollow">Remove' in page_of(client, "c")


def test_withdrawn_and_erased_speeches_are_told_without_their_words(
    client: Client, speeches: None
) -> None:
    first = client.get("/collection/?ids=a,b,c")
    by_id = {name: rows.Speech.objects.get(public_id=name).pk for name in "ab"}
    withdraw([by_id["a"]], "The speaker asked for it.")
    erase(by_id["b"], "A court ordered it.")
    tag = {"If-None-Match": first["ETag"]}
    response = client.get("/collection/?ids=a,b,c", headers=tag)
    assert response.status_code == 200
    page = unescape(response.content.decode())
    assert listed(page) == ["c"]
    assert "The speaker asked for it." in page
    assert "A court ordered it." in page
    assert SECRET not in page
    assert 'data-collection="c"' in page


@pytest.mark.parametrize(
    "hostile",
    ['"><script>alert(1)</script>', "../../admin", "a b", "x" * 500, "%s%d{}", "é", "\x00"],
)
def test_ids_of_no_speech_are_named_as_text(client: Client, speeches: None, hostile: str) -> None:
    response = client.get("/collection/", {"ids": f"a,{hostile}"})
    assert response.status_code == 200
    page = response.content.decode()
    assert "<script>alert" not in page
    assert listed(page) == ["a"]
    assert ("is not in the archive" in page) == (hostile != "\x00")


def test_an_empty_collection_explains_itself(client: Client, db: None) -> None:
    for address in ("/collection/", "/collection/?ids=", "/collection/?ids=,,,", "/fr/collection/"):
        response = client.get(address)
        assert response.status_code == 200
        assert "?ids=ID,ID" in response.content.decode()


def test_collections_are_bounded(client: Client, db: None) -> None:
    names = [f"s{number}" for number in range(MAX_COLLECTED + 1)]
    assert client.get("/collection/", {"ids": ",".join(names[1:])}).status_code == 200
    response = client.get("/collection/", {"ids": ",".join(names)})
    assert response.status_code == 400
    assert "at most 200 speeches" in response.content.decode()


def test_a_collection_is_a_file_in_its_order(client: Client, speeches: None) -> None:
    lines = client.get("/collection.jsonl?ids=c,a,nobody,c").getvalue().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["c", "a"]
    items = client.get("/collection.csl.json?ids=b,a").getvalue()
    assert [item["id"] for item in json.loads(items)] == ["b", "a"]
    page = client.get("/collection/?ids=c,a").content.decode()
    assert 'href="/collection.csv?ids=c,a"' in page
    assert client.get("/collection.csv").getvalue().count(b"\n") == 1
    names = ",".join(f"s{number}" for number in range(MAX_COLLECTED + 1))
    assert client.get("/collection.csv", {"ids": names}).status_code == 400
