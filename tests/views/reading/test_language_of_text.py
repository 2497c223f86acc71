"""The language of a text is not that of its delivery, and pages in another language mark it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from support import rows

from statements.models import Speech

pytestmark = pytest.mark.django_db

ENGLISH = "The river that we share has been higher than the weirs for most of this year."
FRENCH = "Le fleuve que nous partageons est resté cette année au-dessus des barrages qui sont là."


def speech_page(client: Client, speech: Speech, prefix: str = "") -> str:
    response = client.get(prefix + speech.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def heard(page: str) -> str:
    """Return what the masthead of a speech says of its language."""
    [masthead] = re.findall(r'<header class="speech-heading masthead">.*?</header>', page, re.S)
    return " ".join(re.sub(r"<[^>]*>", " ", masthead).split())


def test_a_translation_is_described_by_the_language_of_its_text(client: Client) -> None:
    page = speech_page(
        client, rows.speech(ENGLISH, language="fr", language_printed="spoke in French")
    )
    assert '<meta name="citation_language" content="en">' in page
    assert '<meta name="DC.language" content="en">' in page
    assert "French; this text is a translation (spoke in French)" in heard(page)


def test_a_text_in_the_language_of_delivery_is_no_translation(client: Client) -> None:
    page = speech_page(
        client, rows.speech(FRENCH, language="fr", language_printed="prononcé en français")
    )
    assert '<meta name="citation_language" content="fr">' in page
    assert "prononcé en français" in heard(page)
    assert "translation" not in heard(page)
    translated = rows.speech(FRENCH, language="en", language_printed="parle en anglais")
    assert "English; this text is a translation (parle en anglais)" in heard(
        speech_page(client, translated)
    )


def test_a_text_in_no_known_language_has_none(client: Client) -> None:
    page = speech_page(client, rows.speech("Xq vlr mnt, xq vlr mnt."))
    assert "citation_language" not in page
    assert "DC.language" not in page


def test_a_language_that_is_not_printed_is_named(client: Client) -> None:
    assert "French" in heard(speech_page(client, rows.speech(FRENCH, language="fr")))


def test_words_in_another_language_than_the_page_are_marked(client: Client) -> None:
    english, french = rows.speech(ENGLISH), rows.speech(FRENCH)
    assert '<div class="spoken" lang="en"' in speech_page(client, english, "/fr")
    assert '<div class="spoken">' in speech_page(client, english)
    assert '<div class="spoken" lang="fr"' in speech_page(client, french)
    assert '<div class="spoken">' in speech_page(client, french, "/fr")


def test_a_record_marks_each_speech_and_what_is_told_between(client: Client) -> None:
    sitting = rows.meeting()
    rows.speech(ENGLISH, "The meeting rose at noon.", narrative=[2], meeting=sitting, position=1)
    rows.speech(FRENCH, meeting=sitting, position=2)
    page = client.get("/fr/meeting/riv-pv-7/").content.decode()
    assert re.findall(r'<div class="(spoken|between)"([^>]*)>', page) == [
        ("spoken", ' lang="en"'),
        ("between", ' lang="en"'),
        ("spoken", ""),
    ]


def test_extracts_and_lines_of_a_search_are_marked(
    client: Client, archive_index: Callable[[], int]
) -> None:
    rows.speech(ENGLISH)
    archive_index()
    page = client.get("/fr/search/?q=weirs").content.decode()
    assert '<p class="extract"><span lang="en">' in page
    lines = client.get("/fr/search/?q=weirs&view=context").content.decode()
    assert re.search(r'<a class="line" href="[^"]*" lang="en">', lines)
