"""Every form of the administration keeps its input when the session or the token is lost."""

from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client, RequestFactory
from django.urls import reverse
from support.html import fields_of
from support.uploads import Person, file_of, received, statement, url

from statements import ingest
from statements.models import Country, Delivery, Meeting, Speaker, Speech, Topic, UnsavedInput

PASSWORD = "rivers run to the sea"
NOT_SAVED = "Your input has not been saved yet. Check it, then save it."


@pytest.fixture
def root(db: None) -> Client:
    User.objects.create_superuser("root", password=PASSWORD)
    return again()


def again() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="root"))
    return client


def sign_in(address: str, name: str = "root") -> tuple[Client, Any]:
    """Log in on the page that the address of a login leads to."""
    client = Client()
    answer = client.post(address, {"username": name, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client, client.get(answer["Location"])


def form_of(model: type, pk: Any = None) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
    return reverse(f"{name}_change", args=[pk]) if pk else reverse(f"{name}_add")


ADDED: list[tuple[type, dict[str, str]]] = [
    (Country, {"code": "QQ", "short_name": "Riverland", "kind": "state"}),
    (Meeting, {"symbol": "RC/PV.77", "place": "Lagos"}),
    (Speaker, {"name": "Okafor-Brook", "honorific": "Ms."}),
    (Topic, {"title": "Water & <gauges>"}),
    (User, {"username": "librarian"}),
    (Group, {"name": "Librarians"}),
]


@pytest.mark.parametrize(
    ("model", "typed"), ADDED, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_form_that_adds_survives_an_ended_session(
    root: Client, model: Any, typed: dict[str, str]
) -> None:
    address = form_of(model)
    fields = fields_of(root.get(address).text) | typed
    if model is User:
        fields |= {"password1": PASSWORD, "password2": PASSWORD}
    before = model.objects.count()
    answer = Client().post(address, fields)
    assert answer.status_code == 302
    assert "input-kept" in answer["Location"]
    assert PASSWORD not in str(UnsavedInput.objects.get().fields)
    client, shown = sign_in(answer["Location"])
    shown_fields = fields_of(shown.text)
    form = shown.context["adminform"].form
    assert {name: form[name].value() for name in typed} == typed
    assert NOT_SAVED in shown.text
    assert ("Passwords are never stored" in shown.text) == (model is User)
    assert "Please correct the error" not in shown.text
    assert model.objects.count() == before
    if model is User:
        shown_fields |= {"password1": PASSWORD, "password2": PASSWORD}
    saved = client.post(address, shown_fields | typed | {"_save": "Save"})
    assert saved.status_code == 302, saved.context["errors"]
    assert model.objects.count() == before + 1
    assert not UnsavedInput.objects.exists()


def test_forms_that_change_survive_with_their_rows(root: Client) -> None:
    country = Country.objects.create(code="QR", short_name="Riverland", kind="state")
    address = form_of(Country, "QR")
    typed = fields_of(root.get(address).text) | {
        "short_name": "Riverlands",
        "names-0-name": "Rivers",
    }
    answer = Client().post(address, typed)
    client, shown = sign_in(answer["Location"])
    fields = fields_of(shown.text)
    assert fields["short_name"] == ["Riverlands"]
    assert fields["names-0-name"] == ["Rivers"]
    assert client.post(address, fields | {"_save": "Save"}).status_code == 302
    country.refresh_from_db()
    assert country.short_name == "Riverlands"
    assert country.names.filter(name="Rivers").exists()
    assert not UnsavedInput.objects.exists()


def test_a_lost_token_keeps_them_too_in_the_frame_of_the_desk(root: Client) -> None:
    address = form_of(Topic)
    typed = fields_of(root.get(address).text) | {"title": "Gauges"}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["sessionid"] = root.cookies["sessionid"].value
    answer = strict.post(address, typed)
    assert answer.status_code == 403
    assert "Your input has been kept" in answer.text
    assert "user-tools" in answer.text
    assert "Log out" in answer.text
    listed = root.get("/admin/").text
    assert "could not be saved" in listed
    assert "session had expired" not in listed
    shown = root.get(UnsavedInput.objects.get().get_absolute_url())
    assert fields_of(shown.text)["title"] == ["Gauges"]


def test_every_form_with_text_keeps_its_input(root: Client) -> None:
    """Also of the models that are registered later."""
    request = RequestFactory().get("/admin/")
    request.user = User.objects.get(username="root")
    seen = 0
    for model, registered in admin.site._registry.items():
        kinds = {"add": registered.has_add_permission(request)}
        kinds["change"] = registered.has_change_permission(request)
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        for pattern in registered.get_urls():
            kind = (pattern.name or "").removeprefix(f"{name}_")
            if kinds.get(kind):
                assert getattr(pattern.callback, "preserves_input", False), pattern.name
                seen += 1
    assert seen >= 13


def test_forms_of_one_page_in_two_tabs_are_both_kept(root: Client) -> None:
    topic = Topic.objects.create(title="Water", slug="water", folded="water")
    address = form_of(Topic, topic.pk)
    typed = fields_of(root.get(address).text)
    for title in ("One", "Two"):
        Client().post(address, typed | {"title": title})
    two, one = UnsavedInput.objects.all()
    listed = root.get("/admin/").text
    assert one.get_absolute_url() in listed
    assert two.get_absolute_url() in listed
    # the session ends again before what was restored is saved
    restored = fields_of(root.get(one.get_absolute_url()).text)
    Client().post(address, restored | {"title": "One, corrected"})
    titles = [dict(kept.fields)["title"] for kept in UnsavedInput.objects.defer(None)]
    assert titles == [["One, corrected"], ["Two"]]
    assert "This input is no longer stored." in root.get(one.get_absolute_url()).text
    # saving the other tab leaves this one
    restored = fields_of(root.get(two.get_absolute_url()).text)
    assert root.post(address, restored | {"_save": "Save"}).status_code == 302
    assert dict(UnsavedInput.objects.get().fields)["title"] == ["One, corrected"]


def test_two_additions_do_not_replace_each_other(root: Client) -> None:
    address = form_of(Topic)
    typed = fields_of(root.get(address).text)
    for title in ("One", "Two", "Two"):
        Client().post(address, typed | {"title": title})
    assert UnsavedInput.objects.count() == 2
    assert root.post(address, typed | {"title": "Two", "_save": "Save"}).status_code == 302
    assert [dict(kept.fields)["title"] for kept in UnsavedInput.objects.defer(None)] == [["One"]]


def test_a_conflict_says_who_changed_the_speech(root: Client) -> None:
    transcript = received(b"Ms. Okafor (Nigeria): The first.", symbol="RC/PV.12", position=1)
    ingest.publish(transcript, ingest.draft_waiting(transcript))
    speech = Speech.objects.get()
    address = form_of(Speech, speech.pk)
    typed = fields_of(root.get(address).text)
    saved = root.post(address, typed | {"role": "Chair", "_save": "Save"})
    assert saved.status_code == 302
    own = root.post(address, typed | {"role": "Rapporteur", "_save": "Save"})
    assert own.status_code == 409
    assert "You changed it last" in own.text
    assert "Someone else" not in own.text
    other = User.objects.create_user("bo")
    LogEntry.objects.create(
        user=other,
        content_type=ContentType.objects.get_for_model(Speech),
        object_id=str(speech.pk),
        object_repr="x",
        action_flag=CHANGE,
    )
    assert "bo changed it last" in root.post(address, typed | {"role": "X", "_save": "1"}).text


def upload_address(page: str) -> str:
    """The address that the form of the upload page is sent to."""
    action = page.partition(f'action="{url("transcript_upload")}')[2].partition('"')[0]
    return url("transcript_upload") + unescape(action)


def test_an_upload_keeps_its_fields_but_not_its_files(root: Client) -> None:
    address = upload_address(root.get(url("transcript_upload")).text)
    typed = {"symbol": "RC/PV.99", "date": "2019-05-04", "topics": "Water\nGauges"}
    answer = Client().post(address, typed | {"transcripts": [file_of(statement())]})
    assert answer.status_code == 302
    client, shown = sign_in(answer["Location"])
    assert "Nothing was uploaded. Choose the files again." in shown.text
    fields = fields_of(shown.text)
    assert fields["symbol"] == ["RC/PV.99"]
    assert fields["date"] == ["2019-05-04"]
    assert fields["topics"] == ["Water\nGauges"]
    assert not Delivery.objects.exists()
    corrected = typed | {"topics": "Water", "transcripts": [file_of(statement())]}
    client.post(upload_address(shown.text), corrected)
    assert Delivery.objects.count() == 1
    assert not UnsavedInput.objects.exists()


def test_the_body_of_an_upload_is_not_read_for_strangers(root: Client) -> None:
    for query in ("", "?_form=forged"):
        answer = Client().post(
            url("transcript_upload") + query, {"transcripts": [file_of(statement())]}
        )
        assert "nothing-changed" in answer["Location"]
        assert not answer.wsgi_request.__dict__.get("_read_started")
    assert not UnsavedInput.objects.exists()


def test_a_table_alone_asks_for_the_files(root: Client) -> None:
    table = file_of(b"file,symbol\na.txt,RC/PV.1\n", "table.csv")
    answer = root.post(url("transcript_upload"), {"metadata": table})
    assert answer.status_code == 400
    assert "Choose the files again, together with the table." in answer.text


def test_unused_columns_are_counted(root: Client) -> None:
    names = [f"column{number}" for number in range(14)]
    header = ",".join(["file", *names])
    table = file_of(f"{header}\nokafor.txt{',' * 14}\n".encode(), "table.csv")
    answer = root.post(
        url("transcript_upload"),
        {"transcripts": [file_of(statement())], "metadata": table},
        follow=True,
    )
    assert "“column9”, and 4 more." in unescape(answer.text)


def test_a_selection_is_shown_again(root: Client) -> None:
    first, second = received(name="a.txt"), received(statement("More."), "b.txt")
    page = root.get(url("transcript_waiting")).text
    fields = {name: values for name, values in fields_of(page).items() if name != "transcript"}
    fields |= {"transcript": [f"{second.pk}:{second.revision}"], "which": "chosen"}
    answer = Client().post(url("transcript_publish_many"), fields)
    client, shown = sign_in(answer["Location"])
    boxes = shown.text.split('type="checkbox"')[1:]
    checked = {
        box.partition('value="')[2].partition('"')[0] for box in boxes if "checked" in box[:250]
    }
    assert checked == {f"{second.pk}:{second.revision}"}
    assert "Nothing has been changed yet." in shown.text
    assert client.post(url("transcript_publish_many"), fields).status_code == 303
    assert not UnsavedInput.objects.exists()
    assert first.pk != second.pk


def test_a_missing_permission_is_named(person: Person) -> None:
    client = person("view_transcript")
    answer = client.get(url("transcript_upload"))
    assert answer.status_code == 403
    assert "This requires the permission" in answer.text
    assert "form has expired" not in answer.text
    assert "Log out" in answer.text
    assert 'href="/admin/"' in answer.text
    assert "Only administrators may do this." in client.get(form_of(Country)).text
    assert "Only administrators may do this." in client.get("/admin/auth/user/").text


def test_a_file_name_breaks_between_its_parts(root: Client) -> None:
    received(name="a&b_council.txt")
    page = root.get(url("transcript_waiting")).text
    assert "a&amp;b_<wbr>council.<wbr>txt</a>" in page


def test_equal_notes_of_files_are_counted(root: Client) -> None:
    files = [ingest.Incoming(f"{number}.txt", statement(f"Words {number}.")) for number in range(3)]
    delivery = ingest.deliver(files)
    ingest.read_delivered()
    delivery.files.update(message="The table has no row for this file.")
    page = root.get(url("transcript_delivery", delivery.pk)).text
    assert page.count("The table has no row for this file.") == 1
    assert "3 files" in page.partition("The table has no row")[0][-400:]
