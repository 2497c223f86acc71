"""The desk for people with several pages."""

import pytest
from django.test import Client
from support import rows
from support.uploads import Person

from statements import ingest
from statements.models import PersonDecision, Speaker

pytestmark = pytest.mark.django_db
DESK = "/admin/statements/speaker/"


@pytest.fixture
def pages() -> list[Speaker]:
    norway = rows.country("NOR")
    made = []
    for name, year in (("Annika Lund", 2001), ("Anika Lund", 2002), ("Annika B. Lund", 2003)):
        made.append(rows.speaker(name, country=norway))
        rows.speech(speaker=made[-1], country=norway, date=None, year_stated=year)
    ingest.propose_people()
    return made


@pytest.fixture
def editor(person: Person) -> Client:
    return person("change_speaker", "view_speaker")


def fields(pages: list[Speaker], **chosen: str) -> dict[str, str]:
    number = str(min(page.pk for page in pages))
    own = {"proposal": number, f"members-{number}": ",".join(str(page.pk) for page in pages)}
    return own | {name.replace("N", number): value for name, value in chosen.items()}


def previewed(editor: Client, data: dict[str, str]) -> str:
    page = editor.post(f"{DESK}people/preview/", data)
    assert page.status_code == 200
    return str(page.context["people"])


def test_a_proposal_shows_its_evidence(editor: Client, pages: list[Speaker]) -> None:
    page = editor.get(f"{DESK}people/").content.decode()
    for evidence in ("Annika Lund", "Anika Lund", "Annika B. Lund", "2001", "2003", "Norway"):
        assert evidence in page
    assert f"{DESK}people/" in editor.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("chosen", "joined"),
    [
        ({"all": "same"}, {0: 2}),
        ({"decision-N": "same"}, {0: 2}),
        ({"decision-N": "different"}, {0: 0}),
        ({"all": "different"}, {0: 0}),
    ],
)
def test_decisions_are_previewed_carried_out_and_undone(
    editor: Client, pages: list[Speaker], chosen: dict[str, str], joined: dict[int, int]
) -> None:
    people = previewed(editor, fields(pages, **chosen))
    assert not PersonDecision.objects.exists()
    answer = editor.post(f"{DESK}people/apply/", {"people": people}, follow=True)
    assert "1 decision was carried out" in answer.content.decode()
    assert pages[0].merged_pages.count() == joined[0]
    assert "Nothing is proposed" in editor.get(f"{DESK}people/").content.decode()
    decision = PersonDecision.objects.get()
    answer = editor.post(f"{DESK}decisions/{decision.pk}/undo/", follow=True)
    assert "as they were" in answer.content.decode()
    assert not pages[0].merged_pages.exists()
    assert "Annika B. Lund" in editor.get(f"{DESK}people/").content.decode()


def test_a_proposal_can_be_divided(editor: Client, pages: list[Speaker]) -> None:
    chosen = {"decision-N": "divided"} | {
        f"person-{page.pk}": number for page, number in zip(pages, "112", strict=True)
    }
    people = previewed(editor, fields(pages, **chosen))
    editor.post(f"{DESK}people/apply/", {"people": people})
    assert [page.pk for page in pages[0].merged_pages.all()] == [pages[1].pk]


def test_what_is_not_decided_or_altered_changes_nothing(
    editor: Client, pages: list[Speaker]
) -> None:
    answer = editor.post(f"{DESK}people/preview/", fields(pages), follow=True)
    assert "No decision was made" in answer.content.decode()
    for people in ("", "[", "[[1]]", "7", '["x"]', "[" * 10_000, f"[[[{pages[0].pk}, 9999999]]]"):
        assert (
            editor.post(f"{DESK}people/apply/", {"people": people}, follow=True).status_code == 200
        )
    assert not PersonDecision.objects.exists()
    assert editor.post(f"{DESK}decisions/77/undo/").status_code == 404


@pytest.mark.parametrize("path", ["people/", "decisions/"])
def test_only_who_may_change_speakers_decides(person: Person, path: str) -> None:
    assert person("view_speaker").get(DESK + path).status_code == 403
    assert "login" in Client().get(DESK + path).headers["Location"]


def test_changes_need_the_permission_too(person: Person, pages: list[Speaker]) -> None:
    stranger = person("view_speaker")
    for path in ("people/preview/", "people/apply/", "decisions/1/undo/"):
        assert stranger.post(DESK + path, {"people": "[]"}).status_code == 403
