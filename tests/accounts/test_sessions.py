"""Sessions: how long they last, how they are listed and ended, and the names of their cookies."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from support.sites.people import HOME, PASSWORD, Person, is_in, sign_in, signed_in, visitor

from archive.accounts.models import Session
from archive.accounts.sessions import describe_browser

pytestmark = pytest.mark.django_db

SESSIONS = "/admin/account/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


def idle_for(**span: float) -> None:
    """Let time pass in which no session was used."""
    for row in Session.objects.all():
        Session.objects.filter(pk=row.pk).update(
            last_activity=row.last_activity - timedelta(**span)
        )


def age_by(**span: float) -> None:
    """Let time pass in which all sessions were used."""
    for row in Session.objects.all():
        Session.objects.filter(pk=row.pk).update(expire_date=row.expire_date - timedelta(**span))


def test_a_session_that_is_not_used_ends_after_two_hours(person: Person) -> None:
    person()
    client = signed_in()
    idle_for(minutes=119)
    assert is_in(client)
    idle_for(minutes=119)  # from the last request on
    assert is_in(client)
    idle_for(minutes=121)
    assert not is_in(client)


@pytest.mark.parametrize("state", ["53100", "57P01"])  # a full disk, a server that is stopped
def test_a_page_is_sent_where_its_session_cannot_be_stored(
    person: Person, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    person(is_superuser=True)
    client = signed_in()
    idle_for(minutes=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{state}'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refuse BEFORE UPDATE ON {Session._meta.db_table} "
            "FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse()"
        )
    assert client.get("/admin/").status_code == 200
    assert "errors" not in client.get("/status").json()
    assert "Session activity could not be stored: refused" in caplog.text


def test_a_session_that_is_used_ends_after_twelve_hours(person: Person) -> None:
    person()
    client = signed_in()
    age_by(hours=11, minutes=59)
    assert is_in(client)
    # saving the session does not prolong it
    client.post(SESSIONS, {"session": "others"})
    assert client.get(SESSIONS).status_code == 200
    row = Session.objects.get()
    assert row.expire_date < timezone.now() + timedelta(hours=12, seconds=1)
    age_by(hours=12, minutes=1)
    assert not is_in(client)


def test_saving_a_session_later_keeps_its_end(person: Person) -> None:
    person()
    client = signed_in()
    end = Session.objects.get().expire_date
    session = client.session
    session["something"] = 1
    session.save()
    assert Session.objects.get().expire_date == end
    assert client.cookies["sessionid"]["max-age"] in range(12 * 3600 - 60, 12 * 3600 + 1)


def test_the_time_of_a_request_is_stored_at_most_once_a_minute(
    person: Person, django_assert_max_num_queries: Any
) -> None:
    person()
    client = signed_in()
    idle_for(seconds=30)
    stored = Session.objects.get().last_activity
    is_in(client)
    assert Session.objects.get().last_activity == stored
    idle_for(seconds=31)
    is_in(client)
    assert Session.objects.get().last_activity > stored


def test_readers_have_no_session(client: Client) -> None:
    answer = client.get("/about/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert not Session.objects.exists()


def test_a_person_sees_their_sessions(person: Person) -> None:
    person()
    person("bo")
    signed_in(address="198.51.100.20", user_agent=SAFARI)
    signed_in("bo", address="198.51.100.30")
    client = signed_in(user_agent=FIREFOX)
    page = client.get(SESSIONS).content.decode()
    assert "Firefox 140 on Linux" in page
    assert "Mobile Safari 18 on iOS" in page
    assert "198.51.100.20" in page
    assert HOME in page
    assert "198.51.100.30" not in page
    assert page.count("This session</span>") == 1
    for row in Session.objects.all():
        assert row.session_key not in page


def test_the_address_is_the_one_last_used(person: Person) -> None:
    person()
    client = signed_in()
    idle_for(minutes=2)
    client.get("/admin/", REMOTE_ADDR="198.51.100.77")
    assert Session.objects.get().address == "198.51.100.77"


def idents(client: Client) -> list[str]:
    """Return what names the sessions of somebody that can be ended."""
    context = client.get(SESSIONS).context
    return [each.ident for each in context["sessions"] if not each.is_current]


def test_a_person_ends_one_session(person: Person) -> None:
    person()
    lost, kept, client = signed_in(), signed_in(), signed_in()
    second, first = idents(client)
    said = client.post(SESSIONS, {"session": first}, follow=True).content.decode()
    assert "The session was ended." in said
    assert not is_in(lost)
    assert is_in(kept)
    assert is_in(client)
    said = client.post(SESSIONS, {"session": first}, follow=True).content.decode()
    assert "has already ended" in said
    assert idents(client) == [second]


def test_a_person_ends_all_others(person: Person) -> None:
    person()
    person("bo")
    others = [signed_in() for _ in range(3)]
    bo, client = signed_in("bo"), signed_in()
    said = client.post(SESSIONS, {"session": "others"}, follow=True).content.decode()
    assert "3 other sessions were ended." in said
    assert not any(is_in(other) for other in others)
    assert is_in(bo)
    assert is_in(client)
    said = client.post(SESSIONS, {"session": "others"}, follow=True).content.decode()
    assert "no other session" in said


@pytest.mark.parametrize("ident", ["", "x", "0" * 32, "others ", "\0", "x" * 100_000])
def test_nothing_else_ends_a_session(person: Person, ident: str) -> None:
    person()
    person("bo")
    bo, client = signed_in("bo"), signed_in()
    (of_bo,) = [each.ident for each in bo.get(SESSIONS).context["sessions"]]
    client.post(SESSIONS, {"session": ident})
    client.post(SESSIONS, {"session": of_bo})
    assert is_in(bo)
    assert is_in(client)


def test_the_session_one_is_in_is_ended_by_logging_out(person: Person) -> None:
    person()
    client = signed_in()
    (own,) = [each.ident for each in client.get(SESSIONS).context["sessions"]]
    said = client.post(SESSIONS, {"session": own}, follow=True).content.decode()
    assert "Use “Log out”" in said
    key = client.session.session_key
    client.post("/admin/logout/")
    assert not Session.objects.filter(session_key=key).exists()
    client.cookies["sessionid"] = key
    assert not is_in(client)


def test_many_sessions_are_shown(person: Person) -> None:
    user = person()
    now = timezone.now()
    Session.objects.bulk_create(
        Session(
            session_key=f"key{number}",
            session_data="",
            expire_date=now + timedelta(hours=1),
            user=user,
            last_activity=now,
            user_agent="<script>alert(1)</script>" * 9,
        )
        for number in range(300)
    )
    page = signed_in().get(SESSIONS).content.decode()
    assert page.count("<tr>") == 302
    assert "<script>alert" not in page


def test_an_administrator_ends_the_sessions_of_others(person: Person) -> None:
    ama = person()
    root = person("root", is_superuser=True)
    client, desk, desk_at_home = signed_in(), signed_in("root"), signed_in("root")
    chosen = {"action": "end_their_sessions", "_selected_action": [ama.pk, root.pk]}
    said = desk.post("/admin/auth/user/", chosen, follow=True).content.decode()
    assert "1 session of ama was ended." in said
    assert not is_in(client)
    assert not is_in(desk_at_home)
    assert is_in(desk)


def test_a_command_ends_sessions(person: Person) -> None:
    person()
    person("bo")
    client, bo = signed_in(), signed_in("bo")
    call_command("end_sessions", "ama", stdout=StringIO())
    assert not is_in(client)
    assert is_in(bo)
    call_command("end_sessions", all=True, stdout=StringIO())
    assert not is_in(bo)
    for arguments in ([], ["ama", "--all"], ["nobody"]):
        with pytest.raises(CommandError):
            call_command("end_sessions", *arguments)


def test_a_new_password_ends_the_other_sessions(person: Person) -> None:
    person()
    other, client = signed_in(), signed_in()
    key = client.session.session_key
    new = "a kettle of blue weather"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", form).status_code == 302
    assert is_in(client)
    assert client.session.session_key != key
    assert not is_in(other)
    assert Session.objects.filter(user__isnull=False).count() == 1


def test_a_password_set_by_somebody_else_ends_all(person: Person) -> None:
    user = person()
    client = signed_in()
    user.set_password("a kettle of blue weather")
    user.save()
    assert not Session.objects.exists()
    assert not is_in(client)


def test_deleting_a_person_ends_their_sessions(person: Person) -> None:
    person()
    client = signed_in()
    User.objects.all().delete()
    assert not Session.objects.exists()
    assert not is_in(client)


def test_signing_in_changes_the_key_and_an_old_key_is_worth_nothing(person: Person) -> None:
    person()
    planted = visitor()
    planted.cookies["sessionid"] = "k" * 32
    sign_in(planted)
    assert planted.cookies["sessionid"].value != "k" * 32
    client = signed_in()
    key = client.session.session_key
    sign_in(client)
    assert client.session.session_key != key
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize("key", ["", "x", '"\\000aaaaaaaaa"', "é" * 40, "k" * 5000, "' or 1=1 --"])
def test_a_session_key_that_can_be_none_is_nobody(db: None, key: str) -> None:
    answer = Client(headers={"cookie": f"sessionid={key}"}).get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_expired_sessions_are_removed_when_somebody_signs_in(person: Person) -> None:
    person()
    signed_in()
    idle_for(hours=3)
    signed_in()
    age_by(hours=13)
    signed_in()
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/login/",
        "/admin/password_change/",
        "/admin/password_change/done/",
        "/admin/jsi18n/",
        "/admin/account/second-factor/",
        "/admin/account/sessions/",
        "/admin/nothing/here/",
        "/admin/auth/user/1/change/",
    ],
)
def test_no_staff_page_is_kept_by_browsers(person: Person, address: str) -> None:
    person()
    for client in (visitor(), signed_in()):
        header = client.get(address)["Cache-Control"]
        assert "no-store" in header
        assert "private" in header


@pytest.mark.parametrize(
    ("wish", "leads_to"),
    [
        (None, "/admin/"),
        ("", "/admin/"),
        ("/about/?x=1&y=2", "/about/?x=1&y=2"),
        ("//evil.example/", "/admin/"),
        ("https://evil.example/", "/admin/"),
        (r"\\evil.example", "/admin/"),
        ("/\\evil.example", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("http:///evil.example", "/admin/"),
        ("\0", "/admin/"),
    ],
)
def test_signing_in_leads_somewhere_that_exists(
    person: Person, wish: str | None, leads_to: str
) -> None:
    person()
    client = visitor()
    assert sign_in(client, next_page=wish)["Location"] == leads_to
    assert client.get(leads_to).status_code == 200
    if wish is not None and wish.isprintable():  # a NUL in an address is a bad request
        assert client.get("/admin/login/", {"next": wish})["Location"] == leads_to


def test_what_a_browser_is_called() -> None:
    assert describe_browser("") == "unknown browser"
    assert describe_browser("curl/8.14.1") == "curl 8"
    assert describe_browser("nonsense") == "nonsense"
    assert len(describe_browser("x" * 255)) <= 60


def settings_under(project: Path, tmp_path: Path, **variables: str) -> dict[str, str]:
    """Return what the settings say of cookies when the environment has these variables."""
    program = (
        "from archive import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
        "s.SESSION_COOKIE_AGE, s.SESSION_IDLE_AGE, s.REQUIRE_SECOND_FACTOR, "
        "getattr(s, 'SESSION_COOKIE_DOMAIN', None), getattr(s, 'SESSION_COOKIE_PATH', '/'))"
    )
    names = ["session", "csrf", "secure", "age", "idle", "required", "domain", "path"]
    environment = os.environ | {"STATE_DIR": str(tmp_path)} | variables
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(names, done.stdout.split(), strict=True))


def test_cookies_are_bound_to_the_host_where_there_is_https(project: Path, tmp_path: Path) -> None:
    database = {"DATABASE_URL": "postgres://a:b@c/d", "SECRET_KEY": "x", "ALLOWED_HOSTS": "a"}
    found = settings_under(project, tmp_path, **database)
    assert found["session"] == "__Host-sessionid"
    assert found["csrf"] == "__Host-csrftoken"
    assert (found["secure"], found["domain"], found["path"]) == ("True", "None", "/")
    found = settings_under(project, tmp_path, HTTPS="0", **database)
    assert (found["session"], found["csrf"]) == ("sessionid", "csrftoken")
    found = settings_under(
        project, tmp_path, SESSION_HOURS="8", SESSION_IDLE_MINUTES="30", REQUIRE_SECOND_FACTOR="1"
    )
    assert (found["age"], found["idle"], found["required"]) == ("28800", "1800", "True")


def test_no_other_cookie_is_set(person: Person) -> None:
    person()
    client = signed_in()
    client.post(SESSIONS, {"session": "others"}, follow=True)
    client.get("/admin/account/second-factor/")
    assert set(client.cookies) == {"sessionid", "csrftoken"}
