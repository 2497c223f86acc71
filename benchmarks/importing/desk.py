"""An archivist at the administration: signs in, edits a speech now and then, hands in a ZIP."""

import http.client
import io
import re
import secrets
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from importing import site

PASSWORD = secrets.token_urlsafe(16)
NAME = "drill"
FOUND_WITHIN_S = 300.0
Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """The fields of the form of a page that has a certain field, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._text: str | None = None
        self._held = ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in given}
        flags = {name for name, _ in given}
        if tag == "form":
            self.forms.append([])
        if not self.forms or "disabled" in flags:
            return
        name = told.get("name", "")
        if tag == "input" and name:
            kind = told.get("type", "text")
            ticked = kind not in ("checkbox", "radio") or "checked" in flags
            if ticked and kind not in ("submit", "button", "file", "image"):
                self.forms[-1].append((name, told.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select" and name:
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((told.get("value", ""), "selected" in flags))
        elif tag == "textarea" and name:
            self._text, self._held = name, ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self._held += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text:
            self.forms[-1].append((self._text, self._held.removeprefix("\n")))
            self._text = None
        elif tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            self.forms[-1] += [(self._select, value) for value in chosen]
            self._select = None


class Desk:
    """One signed-in person. Every answer that is not what a browser would be given raises."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        form = self.form("/admin/login/", "password")
        fields = dict(form) | {"username": NAME, "password": PASSWORD}
        status, _, _ = self.post("/admin/login/", list(fields.items()))
        if status != 302:
            raise SystemExit(f"the archivist could not sign in: status {status}")

    def get(self, address: str) -> str:
        status, body, _ = self._send("GET", address)
        if status != 200:
            raise OSError(f"{address}: status {status}")
        return body

    def form(self, address: str, having: str) -> Fields:
        return self.form_of(self.get(address), having)

    def form_of(self, page: str, having: str) -> Fields:
        parser = _Form()
        parser.feed(page)
        for fields in parser.forms:
            if any(name == having for name, _ in fields):
                return fields
        raise OSError(f"the page has no form with {having}")

    def post(self, address: str, fields: Fields) -> tuple[int, str, str]:
        body = urlencode(fields).encode()
        return self._send("POST", address, body, "application/x-www-form-urlencoded")

    def upload(
        self, address: str, fields: Fields, files: Sequence[tuple[str, str, bytes]]
    ) -> tuple[int, str, str]:
        border = secrets.token_hex(16)
        body = io.BytesIO()
        for name, value in fields:
            head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
            body.write(f"{head}{value}\r\n".encode())
        for name, file, data in files:
            head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"'
            body.write(f"{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode())
            body.write(data + b"\r\n")
        body.write(f"--{border}--\r\n".encode())
        return self._send(
            "POST", address, body.getvalue(), f"multipart/form-data; boundary={border}"
        )

    def _send(
        self, method: str, address: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, str, str]:
        """Status, page, and where to go next."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=180)
        headers = {"Host": "localhost", "Referer": f"http://localhost{address}"}
        if self._cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self._cookies.items()
            )
        if kind:
            headers["Content-Type"] = kind
        try:
            line.request(method, address, body, headers)
            answer = line.getresponse()
            page = answer.read().decode(errors="replace")
        finally:
            line.close()
        for cookie in answer.msg.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value.strip()
        where = urlsplit(answer.getheader("Location") or "")
        return answer.status, page, where.path


# -- editing -------------------------------------------------------------------------------------


class Archivist(threading.Thread):
    """Edits a speech every so many seconds, and looks until the new word is found."""

    def __init__(self, port: int, every: float) -> None:
        super().__init__(daemon=True)
        self._port, self._every = port, every
        self._stopping = threading.Event()
        self.found_after: list[float] = []
        self.saved_in: list[float] = []
        self.errors: list[str] = []
        self.words: list[str] = []

    def stop(self) -> None:
        self._stopping.set()
        self.join(FOUND_WITHIN_S)

    def run(self) -> None:
        from django.db import connection

        desk = Desk(self._port)
        next_at = time.monotonic()
        try:
            while not self._stopping.wait(max(0.0, next_at - time.monotonic())):
                next_at = max(next_at + self._every, time.monotonic())
                try:
                    self._edit(desk)
                except (OSError, http.client.HTTPException) as error:
                    self.errors.append(repr(error))
        finally:
            connection.close()

    def _edit(self, desk: Desk) -> None:
        from statements.models import Speech

        word = f"zq{secrets.token_hex(5)}"
        speech = Speech.objects.order_by("?").values_list("pk", flat=True)[0]
        address = f"/admin/statements/speech/{speech}/change/"
        fields = desk.form(address, "text")
        begun = time.monotonic()
        changed = [
            (name, _with_word(value, word) if name == "text" else value)
            for name, value in fields
            if not name.startswith("_")
        ]
        status, page, _ = desk.post(address, [*changed, ("_save", "Save")])
        if status != 302:
            told = re.findall(r'class="error(?:note|list)[^>]*>(.*?)</', page, re.S)
            raise OSError(f"{address}: status {status} {told[:3]}")
        saved = time.monotonic()
        self.saved_in.append(saved - begun)
        self.words.append(word)
        while not site.found(self._port, word)[0]:
            if time.monotonic() > saved + FOUND_WITHIN_S:
                raise OSError(f"{word} was not found within {FOUND_WITHIN_S:.0f} s")
            time.sleep(0.1)
        self.found_after.append(time.monotonic() - saved)


def _with_word(text: str, word: str) -> str:
    """Put a word at the end of the first paragraph that somebody spoke; a search of all texts does
    not look into the others."""
    paragraphs = re.split(r"(\r?\n\s*\n)", text)
    for number in range(0, len(paragraphs), 2):
        if paragraphs[number].strip() and not paragraphs[number].lstrip().startswith("["):
            paragraphs[number] = f"{paragraphs[number].rstrip()} {word}"
            break
    return "".join(paragraphs)


# -- handing in ----------------------------------------------------------------------------------


def packed(files: Iterable[Path]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.name)
    return made.getvalue()


def hand_in(
    port: int, archive: bytes, table: bytes, waiting: Callable[[], int], say: Callable[[str], None]
) -> None:
    """Upload a ZIP with its table, wait until all is read, publish all, wait until that is done."""
    desk = Desk(port)
    address = "/admin/statements/transcript/upload/"
    fields = desk.form(address, "csrfmiddlewaretoken")
    begun = time.monotonic()
    files = [("transcripts", "seed-form.zip", archive), ("metadata", "table.csv", table)]
    page = desk.get(address)
    fields = desk.form_of(page, "encoding") if 'name="encoding"' in page else fields
    status, page, where = desk.upload(address, fields, files)
    say(f"upload answered {status} after {time.monotonic() - begun:.1f} s, at {where}")
    if status != 302:
        raise SystemExit("the ZIP was refused")
    while "wait to be read" in (page := desk.get(where)) or 'http-equiv="refresh"' in page:
        if time.monotonic() > begun + 1800:
            raise SystemExit("the files were not read within half an hour")
        time.sleep(1)
    say(f"all files read after {time.monotonic() - begun:.1f} s; {waiting()} wait for review")
    publish(desk, where, begun, waiting, say)


def publish(
    desk: Desk, where: str, begun: float, waiting: Callable[[], int], say: Callable[[str], None]
) -> None:
    """Choose every file of every page of a batch and publish, until none waits."""
    published_at = time.monotonic()
    while (left := waiting()) and time.monotonic() < published_at + 1800:
        page = desk.get(where)
        action, ticked, fields = _publication(page)
        if ticked:
            since = time.monotonic()
            status, _, _ = desk.post(action or where, [*fields, *ticked])
            say(
                f"publishing {len(ticked)} answered {status} after {time.monotonic() - since:.1f} s"
            )
        until = time.monotonic() + 600
        while time.monotonic() < until:  # the worker may be at it
            time.sleep(1)
            if waiting() < left:
                left = waiting()
                until = time.monotonic() + 5 if left else 0
    spent = time.monotonic() - published_at
    say(f"published after {spent:.1f} s; {waiting()} left; {time.monotonic() - begun:.1f} s in all")


def _publication(page: str) -> tuple[str, Fields, Fields]:
    """Where to send, the files to choose, and what else the form has."""
    for form in re.findall(r"<form\b.*?</form>", page, re.S):
        boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', form)
        chosen = []
        for box in boxes:
            name, value = (re.search(rf'\b{what}="([^"]*)"', box) for what in ("name", "value"))
            if name and value and value[1].isdigit():
                chosen.append((name[1], value[1]))
        button = re.search(r'<button[^>]*name="([^"]*)"[^>]*value="([^"]*publish[^"]*)"', form)
        if chosen:
            parser = _Form()
            parser.feed(form)
            names = {name for name, _ in chosen}
            others = [one for one in parser.forms[0] if one[0] not in names]
            if button:
                others.append((button[1], button[2]))
            action = re.search(r'<form[^>]*\baction="([^"]*)"', form)
            return (action[1] if action else ""), chosen, others
    return "", [], []
