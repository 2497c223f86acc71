"""E-mail alerts: asked for, confirmed, sent once, ended."""

import re
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail, signing
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from environ import Env
from pytest_django.fixtures import Settings
from support import rows

from archive.mail import check_alerts, mailers
from statements.alerts import delivery, messages, requests
from statements.ingest import withdraw
from statements.models import Alert, Speech

READER = "reader@example.org"
SECRET = "lighthouse"


@pytest.fixture
def index(archive_index: Callable[[], int], settings: Settings) -> Callable[[], int]:
    """Store a speech about a river, and have alerts offered."""
    settings.ALERTS = True
    settings.BASE_URL = "https://archive.example.org"
    settings.DEFAULT_FROM_EMAIL = "alerts@archive.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    rows.speech("The river is high.", public_id="old", position=1)
    archive_index()
    return archive_index


def ask(client: Client, address: str = READER, query: str = "river", path: str = "") -> Any:
    return client.post(f"{path}/alert/new/", {"q": query, "address": address})


def link(message: EmailMessage, page: str) -> str:
    """Return the path of the link to a page in a mail."""
    [address] = re.findall(rf"https://archive\.example\.org(\S*/alert/{page}/\S+)", message.body)
    return str(address)


def begin(client: Client, **asked: str) -> Alert:
    ask(client, **asked)
    delivery.deliver_due()
    client.post(link(mail.outbox.pop(), "confirm"))
    return Alert.objects.latest("pk")


def store(public_id: str, words: str, index: Callable[[], int]) -> Speech:
    speech = rows.speech(words, public_id=public_id, position=Speech.all_objects.count() + 1)
    index()
    return speech


def a_day_passes() -> None:
    Alert.objects.update(next_at=timezone.now())


def test_nothing_is_sent_before_the_address_is_confirmed(
    client: Client, index: Callable[[], int]
) -> None:
    assert ask(client).status_code == 200
    assert not mail.outbox  # the worker sends it
    delivery.deliver_due()
    [message] = mail.outbox
    assert message.to == [READER]
    store("new", "A new river.", index)
    a_day_passes()
    delivery.deliver_due()
    assert len(mail.outbox) == 1
    # a program that checks the links of mails begins nothing
    page = client.get(link(message, "confirm")).content.decode()
    assert "Begin the alert" in page
    assert "<dd>river</dd>" in page
    assert Alert.objects.get().confirmed_at is None
    assert client.post(link(message, "confirm")).status_code == 200
    delivery.deliver_due()
    assert [sent.subject for sent in mail.outbox[1:]] == ["[Rostrum] New speeches: river"]


def test_mails_have_new_speeches_with_the_reason_and_each_speech_once(
    client: Client, index: Callable[[], int]
) -> None:
    begin(client)
    delivery.deliver_due()
    assert not mail.outbox  # nothing is new
    store("new", "It rained. A new river\nflows past the town & the hills.", index)
    store("other", "It rained again.", index)
    a_day_passes()
    delivery.deliver_due()
    [message] = mail.outbox
    assert "https://archive.example.org/speech/new/" in message.body
    assert "> It rained. A new river flows past the town & the hills." in message.body
    assert "/speech/old/" not in message.body
    assert "/speech/other/" not in message.body
    assert message.from_email == "alerts@archive.example.org"
    a_day_passes()
    delivery.deliver_due()
    assert len(mail.outbox) == 1
    store("newer", "The river again.", index)
    delivery.deliver_due()
    assert len(mail.outbox) == 1  # at most once a day
    a_day_passes()
    delivery.deliver_due()
    assert "/speech/newer/" in mail.outbox[1].body
    assert "/speech/new/" not in mail.outbox[1].body


def test_a_speech_that_is_indexed_late_is_sent(client: Client, index: Callable[[], int]) -> None:
    begin(client)
    rows.speech("A late river.", public_id="late", position=5)
    a_day_passes()
    delivery.deliver_due()
    assert not mail.outbox
    index()
    a_day_passes()
    delivery.deliver_due()
    assert "/speech/late/" in mail.outbox[0].body


def test_withdrawn_speeches_are_not_sent(client: Client, index: Callable[[], int]) -> None:
    begin(client)
    speech = store("new", f"The {SECRET} by the river.", index)
    withdraw([speech.pk], "The speaker asked for it.")
    a_day_passes()
    delivery.deliver_due()
    assert not mail.outbox


def test_a_mail_that_fails_is_tried_again_and_nothing_is_lost(
    client: Client, index: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client)
    begin(client, address="other@example.org")
    store("new", "A new river.", index)
    send = EmailMessage.send

    def refuse(message: EmailMessage, **options: Any) -> int:
        if message.to == [READER]:
            raise smtplib.SMTPRecipientsRefused({READER: (550, b"no")})
        return send(message, **options)

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", refuse)
        a_day_passes()
        delivery.deliver_due()
    assert [message.to for message in mail.outbox] == [["other@example.org"]]
    alert = Alert.objects.get(address=READER)
    assert (alert.failures, alert.reported) == (1, [])
    assert timezone.now() < alert.next_at <= timezone.now() + delivery.RETRY_AFTER
    a_day_passes()
    delivery.deliver_due()
    assert [message.to for message in mail.outbox] == [["other@example.org"], [READER]]
    alert.refresh_from_db()
    assert (alert.failures, alert.reported) == (0, ["new"])


def test_a_killed_worker_sends_a_mail_that_can_be_recognised(
    client: Client, index: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client)
    store("new", "A new river.", index)
    a_day_passes()
    with monkeypatch.context() as killed:

        def die(*args: object, **options: object) -> None:
            raise SystemExit

        killed.setattr(Alert, "save", die)  # after the mail server has accepted the mail
        with pytest.raises(SystemExit):
            delivery.deliver_due()
    assert Alert.objects.get().reported == []
    delivery.deliver_due()
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert first.body == second.body


def test_one_click_ends_an_alert_and_forgets_the_address(
    client: Client, index: Callable[[], int]
) -> None:
    begin(client)
    store("new", "A new river.", index)
    a_day_passes()
    delivery.deliver_due()
    [message] = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    path = f"{urlsplit(address).path}?{urlsplit(address).query}"
    assert link(message, "end") == path
    assert "End the alert" in client.get(path).content.decode()
    assert Alert.objects.exists()
    one_click = Client(enforce_csrf_checks=True)
    response = one_click.post(
        path, {"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 200
    assert not Alert.objects.exists()
    for repeated in (one_click.post(path), client.get(path)):
        assert repeated.status_code == 404
        assert READER not in repeated.content.decode()


@pytest.mark.parametrize("token", ["", "x", "1:2:3", "\x00", "é" * 2000])
def test_hostile_tokens(client: Client, index: Callable[[], int], token: str) -> None:
    begin(client)
    for page in ("confirm", "end"):
        for method in (client.get, client.post):
            response = method(f"/alert/{page}/", query_params={"token": token})
            assert response.status_code == 404
    assert Alert.objects.count() == 1


def test_nobody_can_send_words_to_others(client: Client, index: Callable[[], int]) -> None:
    text = "You won https://evil.example.org OR river"
    client.post("/alert/new/", {"q": text, "topic": "Call evil.example.org", "address": READER})
    delivery.deliver_due()
    [message] = mail.outbox
    assert "evil" not in message.message().as_string()
    assert "won" not in message.body
    page = client.get(link(message, "confirm")).content.decode()
    assert "You won" in page
    assert "Call evil.example.org" in page


def test_a_link_of_an_alert_that_ended_is_none_of_another(
    client: Client, index: Callable[[], int]
) -> None:
    alert = begin(client)
    tokens = requests.end_token(alert), requests.confirmation_token(alert)
    requests.end(Alert.objects.get())
    other = begin(client, address="other@example.org")
    Alert.objects.filter(pk=other.pk).update(id=alert.pk)  # as after the archive was imported
    for page, token in zip(("end", "confirm"), tokens, strict=True):
        assert client.post(f"/alert/{page}/?token={token}").status_code == 404
        older = signing.dumps(alert.pk, salt=f"alert-{page}" + "ation" * (page == "confirm"))
        assert client.post(f"/alert/{page}/?token={older}").status_code == 404
    assert Alert.objects.get().address == "other@example.org"


def test_the_token_of_one_page_is_of_no_use_on_another(
    client: Client, index: Callable[[], int]
) -> None:
    alert = begin(client)
    end, confirmation = requests.end_token(alert), requests.confirmation_token(alert)
    assert client.post(f"/alert/confirm/?token={end}").status_code == 404
    assert client.post(f"/alert/end/?token={confirmation}").status_code == 404


def test_addresses_that_nobody_confirms_are_forgotten(
    client: Client, index: Callable[[], int]
) -> None:
    ask(client)
    delivery.deliver_due()
    path = link(mail.outbox[0], "confirm")
    Alert.objects.update(requested_at=timezone.now() - requests.CONFIRM_WITHIN - timedelta(hours=1))
    delivery.deliver_due()
    assert not Alert.objects.exists()
    assert client.post(path).status_code == 404


def test_links_expire(
    client: Client, index: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client)
    delivery.deliver_due()
    monkeypatch.setattr(requests, "CONFIRM_WITHIN", timedelta(seconds=-1))
    assert client.post(link(mail.outbox[0], "confirm")).status_code == 404
    assert Alert.objects.get().confirmed_at is None


def test_answers_do_not_tell_whether_an_address_is_known(
    client: Client, index: Callable[[], int]
) -> None:
    first = ask(client).content
    begin(client, address="other@example.org")
    assert ask(client).content == first
    assert ask(client, address="other@example.org").content == first
    assert ask(client, address="nobody@example.org").content == first


def test_an_address_is_not_flooded(client: Client, index: Callable[[], int]) -> None:
    for number in range(10):
        ask(client, query=f"river {number}")
    ask(client, query="river 1")
    delivery.deliver_due()
    assert len(mail.outbox) == requests.INVITATIONS_A_DAY
    delivery.deliver_due()
    assert len(mail.outbox) == requests.INVITATIONS_A_DAY


@pytest.mark.parametrize(
    "address",
    ["", "reader", "a@b", "a@example.org\nBcc: b@example.org", "a@example.org,b@example.org",
     f"{'a' * 250}@example.org"],
)  # fmt: skip
def test_other_texts_are_no_addresses(
    client: Client, index: Callable[[], int], address: str
) -> None:
    response = ask(client, address=address)
    assert response.status_code == 400
    assert "Enter an e-mail address" in response.content.decode()
    assert not Alert.objects.exists()


def test_queries_cannot_change_the_headers(client: Client, index: Callable[[], int]) -> None:
    begin(client, query="river\nBcc: someone@example.org" + " OR river" * 20)
    store("new", "A new river.", index)
    a_day_passes()
    delivery.deliver_due()
    [message] = mail.outbox
    assert message.recipients() == [READER]
    assert "\n" not in message.subject
    message.message().as_bytes()


def test_many_new_speeches_are_counted(
    client: Client, index: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MAX_LISTED", 2)
    begin(client)
    for number in range(5):
        rows.speech("A new river.", public_id=f"new-{number}", position=number + 10)
    index()
    a_day_passes()
    delivery.deliver_due()
    [message] = mail.outbox
    assert "5 new speeches in Rostrum match your search" in message.body
    assert "3 more are not listed here." in message.body
    assert sorted(Alert.objects.get().reported) == [f"new-{number}" for number in range(5)]


def test_mails_are_in_the_language_of_the_request(client: Client, index: Callable[[], int]) -> None:
    ask(client, path="/fr")
    delivery.deliver_due()
    [message] = mail.outbox
    assert link(message, "confirm").startswith("/fr/alert/confirm/")
    client.post(link(message, "confirm"))
    store("new", "A new river.", index)
    delivery.deliver_due()
    body = mail.outbox[1].body.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Requête : river" in body


def test_pages_of_alerts_exist_only_if_alerts_are_on(
    client: Client, index: Callable[[], int], settings: Settings
) -> None:
    assert "/alert/new/?q=river" in client.get("/search/?q=river").content.decode()
    settings.ALERTS = False
    for page in ("new", "confirm", "end"):
        assert client.get(f"/alert/{page}/").status_code == 404
    assert ask(client).status_code == 404
    assert "/alert/new/" not in client.get("/search/?q=river").content.decode()


def test_settings_of_mail() -> None:
    def of(url: str) -> dict[str, Any]:
        return mailers(Env.email_url_config(url))["default"]

    assert of("consolemail://")["OPTIONS"] == {}
    smtp = of("smtp+tls://me:p%40ss@mail.example.org:587")
    assert smtp["OPTIONS"]["host"] == "mail.example.org"
    assert smtp["OPTIONS"]["password"] == "p@ss"
    assert smtp["OPTIONS"]["use_tls"]
    with pytest.raises(ImproperlyConfigured, match="BASE_URL"):
        check_alerts(base_url="", sender="a@example.org")
    with pytest.raises(ImproperlyConfigured, match="DEFAULT_FROM_EMAIL"):
        check_alerts(base_url="https://example.org", sender="")
    check_alerts(base_url="https://example.org", sender="a@example.org")
