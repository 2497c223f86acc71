"""An archivist in the administration, who signs in, edits speeches, uploads and publishes."""

import csv
import http.client
import io
import re
import secrets
import threading
import time
import zipfile
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks import seed_form_metadata
from benchmarks.drills import sites
from benchmarks.drills.sites import NAME, PASSWORD

UPLOAD = "/admin/statements/transcript/upload/"
FOUND_WITHIN_S = 300.0
DECIDED_WITHIN_S = 1800.0
REDIRECTED = (302, 303)
Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """The fields of the form of a page that has a certain field, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self.actions: list[str] = []
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._text: str | None = None
        self._held = ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in given}
        flags = {name for name, _ in given}
        if tag == "form":
            self.forms.append([])
            self.actions.append(told.get("action", ""))
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
    """One signed-in person.

    ``get`` and what uses it raise OSError where the answer is not a page; each request raises
    OSError or HTTPException where the connection breaks.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        form, _ = self.form("/admin/login/", "password")
        fields = dict(form) | {"username": NAME, "password": PASSWORD}
        status, _, _ = self.post("/admin/login/", list(fields.items()))
        if status not in REDIRECTED:
            raise SystemExit(f"the archivist could not sign in: status {status}")

    def get(self, address: str) -> str:
        status, body, _ = self._send("GET", address)
        if status != 200:
            raise OSError(f"{address}: status {status}")
        return body

    def form(self, address: str, having: str) -> tuple[Fields, str]:
        return self.form_of(self.get(address), having)

    def form_of(self, page: str, having: str) -> tuple[Fields, str]:
        """The fields of the first form that has a certain one, and where it is sent."""
        parser = _Form()
        parser.feed(page)
        for fields, action in zip(parser.forms, parser.actions, strict=True):
            if any(name == having for name, _ in fields):
                return fields, action
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
        from statements.models import Paragraph

        word = f"zq{secrets.token_hex(5)}"
        spoken = Paragraph.objects.filter(kind=Paragraph.Kind.SPEECH).order_by("?")
        speech = spoken.values_list("speech_id", flat=True)[0]
        spent = edit_speech(desk, speech, word)
        if spent is None:
            return
        saved = time.monotonic()
        self.saved_in.append(spent)
        self.words.append(word)
        while not sites.found(self._port, word)[0]:
            if time.monotonic() > saved + FOUND_WITHIN_S:
                raise OSError(f"{word} was not found within {FOUND_WITHIN_S:.0f} s")
            time.sleep(0.1)
        self.found_after.append(time.monotonic() - saved)


def edit_speech(desk: Desk, speech: int, word: str) -> float | None:
    """Add a word to what is spoken in a speech; return the seconds until the form was accepted,
    None where it has nothing that is spoken. Raises OSError where it was refused."""
    address = f"/admin/statements/speech/{speech}/change/"
    fields, _ = desk.form(address, "text")
    changed = [
        (name, _with_word(value, word) if name == "text" else value) for name, value in fields
    ]
    if changed == fields:
        return None
    begun = time.monotonic()
    status, page, _ = desk.post(address, [*changed, ("_save", "Save")])
    if status in REDIRECTED:
        return time.monotonic() - begun
    errors = re.findall(r'class="error(?:note|list)[^>]*>(.*?)</', page, re.S)
    raise OSError(f"{address}: status {status} {errors[:3]}")


def _with_word(text: str, word: str) -> str:
    """Put a word at the end of the first paragraph that somebody spoke; a search of all texts does
    not look into the others."""
    paragraphs = re.split(r"(\r?\n\s*\n)", text)
    for number in range(0, len(paragraphs), 2):
        if paragraphs[number].strip() and not paragraphs[number].lstrip().startswith("["):
            paragraphs[number] = f"{paragraphs[number].rstrip()} {word}"
            break
    return "".join(paragraphs)


# -- uploading and publishing --------------------------------------------------------------------


def packed(files: Iterable[Path]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.name)
    return made.getvalue()


def seed_form_batch(folder: Path) -> tuple[bytes, bytes, int]:
    """A ZIP of the seed-form files in a folder, the table of their places, which is made of the one
    beside the folder (``seed-form`` and ``seed-form.tsv``), and how many speeches they hold."""
    from statements.transcripts import read

    files = sorted(folder.glob("*.txt"))
    speeches = sum(len(read(path.name, path.read_bytes()).speeches) for path in files)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["file", "symbol", "position", "date"])
    writer.writerows(seed_form_metadata.rows(folder.with_suffix(".tsv")))
    return packed(files), table.getvalue().encode(), speeches


def upload_batch(desk: Desk, archive: bytes, table: bytes) -> str:
    """Upload a ZIP with its table, and return the address of the batch's page."""
    fields, _ = desk.form(UPLOAD, "encoding")
    files = [("transcripts", "texts.zip", archive), ("metadata", "table.csv", table)]
    begun = time.monotonic()
    status, _, batch = desk.upload(UPLOAD, fields, files)
    print(f"  upload answered {status} after {time.monotonic() - begun:.1f} s", flush=True)
    if status not in REDIRECTED:
        raise SystemExit("the ZIP was refused")
    return batch


def wait_until_read(desk: Desk, batch: str) -> None:
    begun = time.monotonic()
    while "waiting to be read</li>" in (page := desk.get(batch)):
        if time.monotonic() > begun + DECIDED_WITHIN_S:
            raise SystemExit(f"{batch}: not all files were read in {DECIDED_WITHIN_S:.0f} s")
        time.sleep(1)
    counts = re.findall(
        r"<strong>(\d+)</strong> (waiting for review|duplicate|rejected|scan|set)", page
    )
    print(
        f"  all files read {time.monotonic() - begun:.1f} s later: "
        + "; ".join(f"{count} {what}" for count, what in counts)
        + f"; the batch's page has {len(page) / 1000:.0f} kB",
        flush=True,
    )


def publish_all(desk: Desk, batch: str, *, times: int = 1) -> None:
    """Request to publish a whole batch, several times in a row like a double click."""
    fields, action = desk.form_of(desk.get(batch), "delivery")
    begun = time.monotonic()
    for _ in range(times):
        status, _, _ = desk.post(action, [*fields, ("which", "all")])
        if status not in REDIRECTED:
            raise SystemExit(f"publishing was answered with {status}")
    print(f"  publishing all was answered after {time.monotonic() - begun:.2f} s", flush=True)


def progress(desk: Desk, batch: str) -> tuple[int, int, bool]:
    """Return how many files of a batch are decided, their total, and whether all are. Raises
    OSError or HTTPException where there is no page that says so."""
    shown = re.search(r"(Publishing|Published): (\d+) of (\d+)", desk.get(batch))
    if not shown:
        raise OSError(f"{batch} shows no progress")
    return int(shown[2]), int(shown[3]), shown[1] == "Published"


def wait_until_published(desk: Desk, batch: str) -> None:
    begun = time.monotonic()
    while not (at := progress(desk, batch))[2]:
        if time.monotonic() > begun + DECIDED_WITHIN_S:
            raise SystemExit(f"{batch}: {at[0]} of {at[1]} after {DECIDED_WITHIN_S:.0f} s")
        time.sleep(1)
    print(f"  published {at[0]} of {at[1]} after {time.monotonic() - begun:.1f} s", flush=True)
