"""Names of countries that are added after files have been read and published."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from support import rows
from support.uploads import Person

from statements import ingest
from statements.models import Country, CountryName, Speaker, SpeakerProposal, Transcript
from statements.transcripts.languages.names import fold

pytestmark = pytest.mark.django_db
DESK = "/admin/statements/country/names/"
NAME = "Realm of Fjords"


@pytest.fixture
def norway() -> Country:
    """A country whose new name a published speech and a waiting file print."""
    rows.speech(
        speaker=rows.speaker("Lund"), affiliation=NAME, date=None, year_stated=2001, public_id="s"
    )
    rows.speech(affiliation="Nowhere")
    ingest.receive("waits.txt", f"Ms. Lund ({NAME}): The weir holds.\n".encode())
    country = rows.country("NOR", short_name="Norway")
    CountryName.objects.create(country=country, name=NAME, folded=fold(NAME))
    return country


def test_a_preview_counts_and_applying_changes_what_is_published_and_what_waits(
    person: Person, norway: Country
) -> None:
    editor = person("change_country", "view_country")
    page = editor.get(DESK).content.decode()
    assert "1 published speech prints a name" in page
    assert "1 waiting file would" in page
    assert f"{NAME}” is Norway: 1 speech" in page
    assert DESK in editor.get("/admin/").content.decode()
    answer = editor.post(DESK, {"name": f"NOR:{NAME}"}, follow=True)
    assert "1 published speeches and 1 waiting files" in answer.content.decode()
    assert [speech.public_id for speech in norway.speeches.all()] == ["s"]
    assert Speaker.objects.get().country == norway
    draft = ingest.draft_waiting(Transcript.objects.waiting().get())
    assert [speech.country for speech in draft.speeches] == ["NOR"]
    assert LogEntry.objects.get().object_id == "NOR"
    assert "Nothing is to be applied" in editor.get(DESK).content.decode()


def test_only_names_that_are_selected_and_known_are_applied(
    person: Person, norway: Country
) -> None:
    editor = person("change_country", "view_country")
    for names in ([], ["NOR:Nowhere"], ["SWE:" + NAME], ["x"]):
        editor.post(DESK, {"name": names})
    assert not norway.speeches.exists()


def test_only_who_may_change_countries_applies_names(person: Person) -> None:
    stranger = person("view_country")
    assert stranger.get(DESK).status_code == 403
    assert stranger.post(DESK).status_code == 403
    assert "login" in Client().get(DESK).headers["Location"]


def test_another_name_of_a_speaker_proposes_the_page_of_that_name(person: Person) -> None:
    country = rows.country("NOR")
    lund = rows.speaker("Anna Lund", country=country)
    rows.speech(speaker=lund, country=country)
    rows.speech(speaker=rows.speaker("Anna Berg", country=country), country=country)
    editor = person("change_speaker", "view_speaker", "add_speakername", "change_speakername")
    form = {"honorific": "Ms.", "name": "Anna Lund", "country": "NOR"} | {
        "names-TOTAL_FORMS": "1",
        "names-INITIAL_FORMS": "0",
        "names-0-name": "Anna Berg",
        "names-0-speaker": str(lund.pk),
    }
    answer = editor.post(f"/admin/statements/speaker/{lund.pk}/change/", form)
    assert answer.status_code == 302
    assert SpeakerProposal.objects.count() == 2
