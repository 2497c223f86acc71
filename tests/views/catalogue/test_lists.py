"""Lists of countries and speakers: their order, groups and filters."""

from datetime import date

import pytest
from django.test import Client
from support import rows

from statements.models import Country, SpeakerName
from statements.transcripts.languages.letter_case import sorted_under, surname_and_given
from statements.views.direct_answers import direct_answers

pytestmark = pytest.mark.django_db


def sections(client: Client, query: str = "") -> dict[str, list[str]]:
    return {
        str(section.label): [
            entry.country.code for _, letter in section.by_letter for entry in letter
        ]
        for section in client.get(f"/countries/{query}").context["sections"]
    }


def test_states_observers_and_bodies_stand_apart(client: Client) -> None:
    kinds = {"ZZA": "organization", "ZZB": "observer", "ZZC": "state", "ZZD": "member"}
    for code, kind in kinds.items():
        rows.speech(country=rows.country(code, kind=kind, short_name=f"Land {code}"))
    former = rows.country("ZZE", short_name="Old Land", valid_to=date(1990, 1, 1))
    rows.speech(country=former)
    rows.country("ZZF", short_name="Silent Land")
    assert sections(client) == {
        "Member States": ["ZZD"],
        "Observer States": ["ZZB"],
        "Other States and territories": ["ZZC"],
        "Former States": ["ZZE"],
        "Bodies and organizations": ["ZZA"],
    }
    assert sections(client, "?filter=OLD+land") == {"Former States": ["ZZE"]}
    assert sections(client, "?filter=zzb") == {"Observer States": ["ZZB"]}
    page = client.get("/countries/?filter=%3Cb%3E").content.decode()
    assert "has “&lt;b&gt;” in its names" in page


def test_a_country_is_found_by_another_name_and_many_have_letters(client: Client) -> None:
    for country in Country.objects.filter(kind="member", valid_to=None)[:45]:
        rows.speech(country=country)
    rows.speech(country=rows.country("CIV"))
    assert sections(client, "?filter=ivory") == {"Member States": ["CIV"]}
    assert "<h3>A</h3>" in client.get("/countries/").content.decode()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Sergei LAVROV", ("LAVROV", "Sergei")),
        ("Mr. Luiz Inácio LULA DA SILVA", ("LULA DA SILVA", "Luiz Inácio")),
        ("KIM Yong-nam", ("KIM", "Yong-nam")),
        ("J.A. SMITH", ("SMITH", "J.A.")),
        ("Sergei Lavrov", None),
        ("SERGEI LAVROV", None),
        ("U THANT", None),
        ("Abdullah II", None),
        ("LAVROV Sergei VIKTOROVICH", None),
        ("Lavrov", None),
        ("MR. LAVROV", None),
        ("", None),
    ],
)
def test_capitals_show_the_surname(name: str, parts: tuple[str, str] | None) -> None:
    assert surname_and_given(name) == parts


def test_speakers_are_sorted_by_surname_and_found_by_parts_of_names(client: Client) -> None:
    pages = [
        rows.speaker(name, slug=f"page-{place}", honorific="Mr.", sort_name=sorted_under(name))
        for place, name in enumerate(("Sergei LAVROV", "Anna Weir", "Kofi", "Émile BROOK"))
    ]
    for page in pages:
        rows.speech(speaker=page)
    SpeakerName.objects.create(speaker=pages[0], name="Serguei Lavrov", folded="serguei lavrov")

    def names(query: str = "") -> list[str]:
        shown = client.get(f"/speakers/{query}").context["page"]
        return [speaker.listed_name for speaker in shown]

    assert names() == ["Anna Weir", "Brook, Émile", "Kofi", "Lavrov, Sergei"]
    assert names("?filter=emile") == ["Brook, Émile"]
    assert names("?filter=LAVR+serguei") == ["Lavrov, Sergei"]
    assert names("?letter=B") == ["Brook, Émile"]
    assert names("?filter=%25") == []
    page = client.get("/speakers/?filter=nobody%00").content.decode()
    assert "No speaker has “nobody” in a printed name." in page
    assert [answer.url for answer in direct_answers("Lavrov")] == ["/speaker/page-0/"]
