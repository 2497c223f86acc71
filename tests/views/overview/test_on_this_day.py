"""What was said on a day in all years, and the quotation of the day."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from support import rows

from statements import ingest
from statements.ingest import annotate_again
from statements.models import Speech
from statements.transcripts.text.quotable import Paragraph, quotable_sentence

pytestmark = pytest.mark.django_db

COURTESY = "I thank you, and I congratulate the delegation of Peru on the conduct of this meeting."
GUARDED = "A river that nobody guards will one day be a river that nobody can drink from."
SHARED = "We must never forget that a flood asks none of our people for a passport at the weir."


def statement(sentence: str, day: date | None, **fields: Any) -> Speech:
    spoken = rows.speech(
        "Madam Chair, good morning.",
        COURTESY,
        f"The gauges are old. {sentence} They will be read.",
        date=day,
        country=rows.country("NOR"),
        affiliation="Norway",
        **fields,
    )
    annotate_again(Speech.objects.filter(pk=spoken.pk))
    return spoken


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets today."""

    def set_today(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_: day)

    return set_today


def test_each_year_has_a_sentence_with_its_address(client: Client) -> None:
    older = statement(GUARDED, date(1996, 10, 3))
    newer = statement(SHARED, date(2004, 10, 3))
    statement(GUARDED, date(2004, 10, 4))
    text = page(client, "/on-this-day/10-03/")
    assert text.index(SHARED) < text.index(GUARDED)
    assert f"{older.get_absolute_url()}#p3s2" in text
    assert f"{newer.get_absolute_url()}#p3s2" in text
    assert "/browse/2004/10/03/" in text
    assert COURTESY not in text
    assert 'href="/on-this-day/10-04/"' in text


def test_an_empty_day_leads_to_the_nearest(client: Client) -> None:
    statement(GUARDED, date(1996, 1, 5))
    statement(GUARDED, date(1996, 12, 30))
    text = page(client, "/on-this-day/02-29/")
    assert "No speech in the archive" in text
    assert "/on-this-day/01-05/" in text
    assert "/on-this-day/12-30/" in text
    assert client.get("/on-this-day/02-30/").status_code == 404
    assert client.get("/on-this-day/13-01/").status_code == 404


def test_an_archive_without_days_has_the_page_too(client: Client) -> None:
    assert "No speech in the archive" in page(client, "/on-this-day/01-09/")


def test_today_leads_to_an_address_of_its_own(client: Client, on_day: Any) -> None:
    on_day(date(2026, 3, 7))
    response = client.get("/on-this-day/")
    assert (response.status_code, response["Location"]) == (302, "/on-this-day/03-07/")
    assert "no-cache" in response["Cache-Control"]


def test_what_chairs_say_and_what_is_withdrawn_is_not_quoted(client: Client) -> None:
    statement(GUARDED, date(1996, 10, 3), speaker_printed="The President", role="President")
    withdrawn = statement(SHARED, date(1997, 10, 3))
    text = page(client, "/on-this-day/10-03/")
    assert GUARDED not in text
    assert SHARED in text
    ingest.withdraw([withdrawn.pk], "A wrong file.")
    assert SHARED not in page(client, "/on-this-day/10-03/")
    assert SHARED not in page(client, "/")


def test_home_quotes_this_day_or_else_draws(client: Client, on_day: Any) -> None:
    statement(GUARDED, date(1996, 10, 3))
    for number in range(30):
        statement(SHARED, None, year_stated=1950 + number)
    on_day(date(2026, 10, 3))
    assert GUARDED in page(client, "/")
    etag = client.get("/")["ETag"]
    assert client.get("/", headers={"if-none-match": etag}).status_code == 304
    on_day(date(2026, 10, 4))  # at midnight the page is another
    response = client.get("/", headers={"if-none-match": etag})
    assert response.status_code == 200
    assert SHARED in response.content.decode()
    assert page(client, "/") == response.content.decode()


@pytest.mark.parametrize(
    "sentence",
    [
        COURTESY,
        "This is why a river that nobody guards will be a river that nobody drinks from.",
        "See document RIV/12 for what a river needs if it is to be guarded by its people.",
        "In 1994 the river rose by three metres and took the weir and the bridge with it.",
        "A river rises.",
        "the river that nobody guards will one day be a river that nobody can drink from.",
        "Rivers that nobody guards, and that everybody uses without a thought for those who live",
    ],
)
def test_what_is_not_to_be_quoted_alone(sentence: str) -> None:
    assert quotable_sentence([Paragraph(3, sentence, [0])]) is None
    best = quotable_sentence([Paragraph(3, sentence, [0]), Paragraph(5, GUARDED, [])])
    assert best is None  # sentences are counted from where they begin
    best = quotable_sentence([Paragraph(3, sentence, [0]), Paragraph(5, GUARDED, [0])])
    assert best is not None
    assert (best.paragraph, best.sentence, best.text) == (5, 1, GUARDED)


def test_speakers_without_a_state_are_quoted_and_texts_of_nobody_are_not(client: Client) -> None:
    rows.speech(
        "Good morning.",
        COURTESY,
        f"The gauges are old. {GUARDED} They will be read.",
        speaker_printed="Anna Brook",
        date=date(1996, 10, 3),
    )
    rows.speech(
        "Good morning.",
        COURTESY,
        f"The gauges are old. {SHARED} They will be read.",
        speaker_printed="",
        date=date(1997, 10, 3),
    )
    annotate_again(Speech.objects.all())
    text = page(client, "/on-this-day/10-03/")
    assert GUARDED in text
    assert SHARED not in text


def test_home_leads_to_this_day_only_if_anybody_spoke_on_it(client: Client, on_day: Any) -> None:
    statement(GUARDED, date(1996, 10, 3))
    on_day(date(2026, 10, 3))
    assert 'href="/on-this-day/"' in page(client, "/")
    on_day(date(2026, 10, 4))
    assert 'href="/on-this-day/"' not in page(client, "/")
    assert 'href="/on-this-day/"' in page(client, "/browse/")


def test_an_archive_of_years_alone_has_no_day_to_lead_to(client: Client) -> None:
    statement(GUARDED, None, year_stated=1996)
    assert 'href="/on-this-day/"' not in page(client, "/browse/")
