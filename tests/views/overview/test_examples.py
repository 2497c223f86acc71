"""The searches to try on the home page, which find something."""

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client
from support import rows

from statements.models import Topic

pytestmark = pytest.mark.django_db


def examples(client: Client) -> list[tuple[str, str]]:
    """Return the addresses and texts of the examples."""
    page = client.get("/").content.decode()
    [part] = re.findall(r'<ul class="examples">.*?</ul>', page, re.DOTALL) or [""]
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', part, re.DOTALL)
    return [(html.unescape(url), " ".join(html.unescape(text).split())) for url, text in links]


def test_examples_are_on_what_the_archive_speaks_of(
    client: Client, archive_index: Callable[[], int]
) -> None:
    for code in ("NOR", "PER", "NOR", "PER"):
        rows.speech("Refugees crossed the river.", country=rows.country(code))
    for _ in range(3):
        rows.speech("The levy on mills is due.", topics=[named_topic("Levy on mills")])
        rows.speech("The pandemic reached the weir.")
    archive_index()
    shown = examples(client)
    assert [text for _, text in shown] == [
        "“refugees”: Norway and Peru side by side",
        "When was “pandemic” first said, and how often since?",
        "Every sentence with “Levy on mills”, line by line",
    ]
    for url, _ in shown:
        page = client.get(url)
        assert page.status_code == 200
        assert "No speeches match" not in page.content.decode()


def named_topic(title: str) -> Topic:
    return Topic.objects.filter(title=title).first() or rows.topic(title)


def test_there_are_none_without_an_index_or_subjects(
    client: Client, archive_index: Callable[[], int]
) -> None:
    rows.speech("It rained.")
    archive_index()
    assert examples(client) == []


def test_the_home_page_needs_no_index(client: Client) -> None:
    rows.speech("Refugees crossed the river.")
    assert examples(client) == []


def test_examples_follow_the_index(client: Client, archive_index: Callable[[], int]) -> None:
    rows.speech("It rained.")
    archive_index()
    assert examples(client) == []
    rows.speech("Refugees crossed the river.")
    assert examples(client) == []  # the index does not have it yet
    archive_index()
    assert [text for _, text in examples(client)] == [
        "When was “refugees” first said, and how often since?"
    ]
